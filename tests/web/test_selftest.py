"""The start-up self-test refuses every unsafe option of Streamlit, by name."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pytest

from core.errors import ConfigurationError
from core.web.selftest import NEEDS, check_options
from tests.web.conftest import ROOT, Running

SAFE = {need.option: need.accepted[0] for need in NEEDS}
UNSAFE = [
    ("server.trustedUserHeaders", {}),
    ("server.trustedUserHeaders", '{"X-Spectra-Uid": "uid", "X-Spectra-Sid": "sid"}'),
    ("server.trustedUserHeaders", {"X-Spectra-Uid": "uid"}),
    ("server.trustedUserHeaders", {"X-Spectra-Uid": "sid", "X-Spectra-Sid": "uid"}),
    ("server.address", "0.0.0.0"),
    ("server.address", None),
    ("server.enableXsrfProtection", False),
    ("server.enableCORS", False),
    ("server.corsAllowedOrigins", ["http://evil.example"]),
    ("server.enableAgentApi", True),
    ("server.enableStaticServing", True),
    ("server.fileWatcherType", "auto"),
    ("server.runOnSave", True),
    ("server.baseUrlPath", "spectra"),
    ("server.enableWebsocketCompression", True),
    ("server.scriptHealthCheckEnabled", True),
    ("client.showErrorDetails", "full"),
    ("client.showErrorDetails", True),
    ("client.showErrorLinks", True),
    ("browser.gatherUsageStats", True),
    ("global.developmentMode", True),
    ("global.e2eTest", True),
]


def test_the_shipped_configuration_is_safe() -> None:
    check_options(SAFE.__getitem__)
    shipped = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    for option, value in SAFE.items():
        section, name = option.split(".")
        if name in shipped.get(section, {}):
            assert shipped[section][name] == value


@pytest.mark.parametrize(("option", "value"), UNSAFE)
def test_each_unsafe_option_is_refused_by_name_with_its_cure(option: str, value: object) -> None:
    with pytest.raises(ConfigurationError) as refused:
        check_options({**SAFE, option: value}.__getitem__)
    assert refused.value.field == option
    assert refused.value.cure


def test_every_need_has_an_unsafe_value_tried() -> None:
    assert {option for option, _ in UNSAFE} == set(SAFE)


@pytest.mark.parametrize(
    ("flag", "value", "option"),
    [
        ("--server.enableCORS", "false", "server.enableCORS"),
        ("--server.address", "0.0.0.0", "server.address"),
        ("--server.enableAgentApi", "true", "server.enableAgentApi"),
    ],
)
def test_streamlit_run_with_an_unsafe_flag_does_not_serve(
    start: Callable[..., Running], flag: str, value: str, option: str
) -> None:
    running = start(
        *("-m", "streamlit", "run", "app.py", "--server.port", "0", flag, value), ready=False
    )
    assert running.process.wait(timeout=60) != 0
    said = "".join(running.said)
    assert f"Spectra cannot start. {option}:" in said
    assert "Traceback" not in said


def test_an_unsafe_environment_variable_does_not_serve(start: Callable[..., Running]) -> None:
    running = start(
        *("-m", "streamlit", "run", "app.py", "--server.port", "0"),
        ready=False,
        STREAMLIT_SERVER_TRUSTED_USER_HEADERS='{"X-Other": "uid"}',
    )
    assert running.process.wait(timeout=60) != 0
    assert "Spectra cannot start. server.trustedUserHeaders:" in "".join(running.said)
