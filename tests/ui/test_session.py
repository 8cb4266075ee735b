"""Choices of a visit: typed, with a default for what is unknown."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def show_choices() -> None:
    import streamlit as st

    from core.ui.session import session

    st.text(f"{session.palette!r} {session.granularity!r} {session.product!r} {session.averages}")


def test_a_new_visit_has_the_defaults() -> None:
    shown = AppTest.from_function(show_choices).run().text[0].value
    assert "RED_GREEN" in shown
    assert "FIFTEEN_MINUTE" in shown
    assert shown.endswith("None True")


def test_what_was_chosen_is_typed_again() -> None:
    page = AppTest.from_function(show_choices)
    page.session_state["palette"] = "blue-orange"
    page.session_state["product.selected"] = "ETH-USD"
    shown = page.run().text[0].value
    assert "Palette.BLUE_ORANGE" in shown
    assert "'ETH-USD'" in shown


def test_nonsense_in_the_state_is_the_default_not_an_error() -> None:
    page = AppTest.from_function(show_choices)
    page.session_state["palette"] = "plaid"
    page.session_state["product.granularity"] = 7
    page.session_state["product.selected"] = 7
    shown = page.run().text[0].value
    assert "RED_GREEN" in shown
    assert "FIFTEEN_MINUTE" in shown
    assert "None" in shown
