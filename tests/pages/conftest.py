"""Services running against the sandbox, installed for a page under AppTest, and people in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from core.bootstrap import Spectra, install, open_spectra
from core.domain import Actor, Role, User, UserSession
from core.sandbox import start_sandbox
from core.settings import load_settings
from tests.waiting import wait_for

PAGES = Path(__file__).parents[2] / "pages"
DEADLINE = 60.0
PASSWORD = "correct horse battery staple"
KEY = "a key for tests only, 0123456789 abcdefghij"
STRANGER = Actor(None, ip="127.0.0.1", user_agent="Mozilla/5.0 (X11; Linux) Firefox/140.0")


@contextmanager
def installed_spectra(
    home: Path,
    *,
    products: Sequence[str] = ("BTC-USD", "ETH-USD"),
    ready: Callable[[Spectra], object] = lambda _: True,
    **settings: Any,
) -> Iterator[Spectra]:
    """Open Spectra on a sandbox of its own, wait until it is `ready`, and install it."""
    with start_sandbox(seed=1) as sandbox:
        coinbase = sandbox.urls["coinbase"]
        chosen = load_settings(
            home=home,
            products=tuple(products),
            coinbase_ws_url=coinbase["ws"],
            coinbase_rest_url=coinbase["url"],
            **({"demo": True} | settings),
        )
        with open_spectra(chosen) as opened:
            wait_for(lambda: ready(opened), "the market")
            install(opened)
            yield opened
            install(None)


def for_several(home: Path) -> Any:
    """Open Spectra in multi-user mode."""
    return installed_spectra(home, demo=False, mode="multi", encryption_key=KEY)


@dataclass(frozen=True)
class Person:
    """Someone with an account and one session."""

    user: User
    session: UserSession

    def open(self, page: str) -> AppTest:
        """Return the page as this person's browser asks for it, not yet run."""
        return open_page(page, {"uid": self.user.id, "sid": self.session.id})


def a_person(spectra: Spectra, name: str, *, role: Role = Role.MEMBER) -> Person:
    """Make an account called `name` and sign in."""
    email = f"{name}@example.com"
    user = spectra.identity.create_user(
        STRANGER, email=email, full_name=name.title(), password=PASSWORD, role=role
    )
    return Person(user, sign_in(spectra, email))


def sign_in(spectra: Spectra, email: str, *, agent: str = STRANGER.user_agent) -> UserSession:
    """Begin another session of this account."""
    actor = Actor(None, ip="127.0.0.1", user_agent=agent)
    session, _ = spectra.identity.sign_in(email, PASSWORD, actor=actor, old_session=None)
    return session


def open_page(page: str, user: dict[str, str]) -> AppTest:
    """Return a page as the gate lets this user through to it, not yet run."""
    opened = AppTest.from_file(str(PAGES / f"{page}.py"), default_timeout=DEADLINE)
    opened.user = user  # type: ignore[assignment]
    return opened


def texts_of(page: AppTest) -> str:
    """Return every text and table of a page."""
    shown = [
        each.value
        for kind in (page.markdown, page.caption, page.subheader, page.error, page.code, page.toast)
        for each in kind
    ]
    shown += [str(table.value.to_dict()) for table in page.table]
    return "\n".join(map(str, shown))


def state_of(page: AppTest) -> str:
    """Return everything Streamlit would keep of this session between two runs."""
    state = page.session_state._state._state
    return "".join(repr(getattr(state, field.name)) for field in fields(state))
