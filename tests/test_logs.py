"""Log lines carry fields that stay on one line, and no secrets, whoever writes them (SEC-11)."""

from __future__ import annotations

import logging
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
import streamlit.logger
import uvicorn.config

from core.logs import configure_logs, fields, redact
from core.settings import load_settings

KEY = "a-key-the-process-was-told-to-hide"


def test_fields_keep_their_order_and_quote_what_has_spaces() -> None:
    assert fields(feed="coinbase", status="retry", reason="no route") == (
        'feed=coinbase status=retry reason="no route"'
    )


def test_a_value_from_outside_cannot_pose_as_another_field() -> None:
    assert fields(message='boom" status="ok') == r'message="boom\" status=\"ok"'


def test_a_value_from_outside_cannot_start_a_line_of_its_own() -> None:
    assert "\n" not in fields(reason="first\n2026-01-01T00:00:00Z INFO forged")


FORMS: tuple[Callable[[str], str], ...] = (
    lambda c: f"password={c}",
    lambda c: f"cannot sign in with password: {c}",
    lambda c: f"GET https://api.example/v3/account?timestamp=1&signature={c}&x=1",
    lambda c: f"callback /auth/oidc/callback?code={c}&state=s{c}",
    lambda c: f'{{"apiKey": "{c}", "secret": "{c}", "ok": true}}',
    lambda c: repr({"api_secret": c, "passphrase": c}),
    lambda c: repr([(b"authorization", f"Bearer {c}".encode()), (b"cookie", c.encode())]),
    lambda c: f"Authorization: Basic {c}",
    lambda c: f"Set-Cookie: __Host-spectra={c}; Path=/; Secure",
    lambda c: f"sent __Host-spectra={c} and spectra_8501={c}",
    lambda c: f"X-MBX-APIKEY: {c} CB-ACCESS-SIGN: {c} API-Sign: {c}",
    lambda c: f"refused token spx_{c}",
    lambda c: f"jwt eyJhbGciOiJIUzI1NiJ9.{c}.{c[::-1]} expired",
    lambda c: f"-----BEGIN EC PRIVATE KEY-----\n{c}\n{c}\n-----END EC PRIVATE KEY-----",
    lambda c: f"key: -----BEGIN PRIVATE KEY-----\\n{c}",
    lambda c: f"postgresql+psycopg://spectra:{c}@127.0.0.1/spectra is down",
    lambda c: f"Settings(encryption_key='{c}', jwt_secret=\"{c}\")",
    lambda c: f"[SQL: INSERT INTO x VALUES (?, ?)]\n[parameters: ('id', '{c}')]",
    lambda c: f"hash $argon2id$v=19$m=47104,t=1,p=1${c}",
    lambda c: f"told to hide {KEY}{c[:0]}",
)
SHAPES: tuple[Callable[[str], BaseException], ...] = (
    ValueError,
    KeyError,
    lambda text: OSError(5, text, text),
    lambda text: caused(RuntimeError("outer"), ValueError(text)),
    lambda text: during(RuntimeError("outer"), ValueError(text)),
    lambda text: noted(RuntimeError("outer"), text),
    lambda text: ExceptionGroup("several", [ValueError(text), TypeError("other")]),
    lambda text: RuntimeError(text, {"nested": [text]}),
    lambda text: UnicodeDecodeError("utf-8", text.encode(), 0, 1, text),
    lambda text: type("Strange", (Exception,), {"__str__": lambda _: text})(),
)
LOGGERS = (
    "core.web.gate",
    "uvicorn.error",
    "streamlit.here",
    "sqlalchemy.engine",
    "authlib",
    "somebody.else",
)


def caused(outer: Exception, inner: Exception) -> Exception:
    outer.__cause__ = inner
    return outer


def during(outer: Exception, inner: Exception) -> Exception:
    outer.__context__ = inner
    return outer


def noted(error: Exception, text: str) -> Exception:
    error.add_note(text)
    return error


@pytest.fixture
def _logs_of_a_process() -> Iterator[None]:
    """What a start sets up, with the handlers libraries bring along; put back afterwards."""
    factory, root = logging.getLogRecordFactory(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    core, core_level = logging.getLogger("core"), logging.getLogger("core").level
    # A server of another test may have left a handler that writes to where that test looked.
    servers = [logging.getLogger(name) for name in ("uvicorn", "uvicorn.error")]
    left = [(server, server.handlers, server.propagate) for server in servers]
    for server in servers:
        server.handlers, server.propagate = [], True
    configure_logs("DEBUG", hide=(KEY, "short"))
    yield
    logging.setLogRecordFactory(factory)
    logging.raiseExceptions = True
    root.handlers[:], root.level = handlers, level
    core.setLevel(core_level)
    for server, handlers, passed_on in left:
        server.handlers, server.propagate = handlers, passed_on


@pytest.mark.usefixtures("_logs_of_a_process")
def test_no_injected_exception_shows_its_secret_in_any_log(
    capfd: pytest.CaptureFixture[str],
) -> None:
    canaries = []
    brought = streamlit.logger.get_logger("streamlit.here")
    streamlit.logger.setup_formatter(brought)
    for form in FORMS:
        for shape in SHAPES:
            canaries.append(secrets.token_hex(20))
            logger = logging.getLogger(LOGGERS[len(canaries) % len(LOGGERS)])
            try:
                raise shape(form(canaries[-1]))
            except Exception as error:
                logger.exception("failed: %s", error, stack_info=True)
    brought.handlers.clear()
    assert len(canaries) == 200
    shown = "".join(capfd.readouterr())
    assert shown.count(" failed: ") == 200
    assert shown.count("Traceback") > 190, "an open PEM block hides all that follows"
    assert [c for c in canaries if c in shown or c[::-1] in shown] == []
    assert KEY not in shown


@pytest.mark.usefixtures("_logs_of_a_process")
@pytest.mark.parametrize("form", FORMS)
def test_no_message_or_argument_shows_its_secret(
    form: Callable[[str], str], capfd: pytest.CaptureFixture[str]
) -> None:
    canary = secrets.token_hex(20)
    logger = logging.getLogger("core.test")
    logger.debug("%s", form(canary))
    logger.debug("said %(what)s", {"what": form(canary)})
    logger.debug(form(canary))
    logger.warning("%d is no number", form(canary))
    shown = "".join(capfd.readouterr())
    assert shown.count("core.test") == 4
    assert canary not in shown
    assert KEY not in shown


@pytest.mark.parametrize(
    "line",
    [
        "feed status=connected ms=12 url=wss://advanced-trade-ws.coinbase.com/x?level=2",
        'sync connection=4f2a status=failed reason="Invalid signature"',
        "ENCRYPTION_KEY: is not set. Use 32 characters.",
        "rotation status=running key_id=AB27 encryption_key_id=AB27 done=500 left=4000",
        "gate status=refused why=origin path=/api/v1/users/me/tokens host=127.0.0.1:8501",
        "The password is too short; tokens are never shown twice.",
        "session=9b1d ended by user=local at 2026-01-01T00:00:00Z",
    ],
)
def test_what_is_no_secret_stays(line: str) -> None:
    assert redact(line) == line


def test_a_value_to_hide_is_hidden_wherever_it_stands() -> None:
    assert redact(f"x{KEY}y", values=(KEY,)) == "x***y"


@pytest.mark.parametrize(
    "part", ["secret", "a-", "-----BEGIN A-----", "eyJabcdefgh.", "Bearer ", "="]
)
def test_a_text_of_megabytes_is_cut_and_cannot_hold_the_process_up(part: str) -> None:
    assert len(redact(part * 1_000_000)) < 200_000


@pytest.mark.usefixtures("_logs_of_a_process")
@pytest.mark.parametrize(
    "name",
    [
        *("httpx", "httpcore.http11", "websockets.client", "websockets.server", "urllib3"),
        *("sqlalchemy.engine.Engine", "sqlalchemy.pool", "ccxt.base.exchange", "alembic.runtime"),
        *("authlib", "multipart", "anything.else"),
    ],
)
def test_libraries_stay_at_warning_when_spectra_is_at_debug(name: str) -> None:
    assert logging.getLogger("core.web").getEffectiveLevel() == logging.DEBUG
    assert logging.getLogger(name).getEffectiveLevel() >= logging.WARNING


@pytest.mark.usefixtures("_logs_of_a_process")
def test_a_second_start_does_not_write_lines_twice(capfd: pytest.CaptureFixture[str]) -> None:
    configure_logs("DEBUG")
    logging.getLogger("core.test").info("once")
    assert capfd.readouterr().err.count("once") == 1


@pytest.mark.usefixtures("_logs_of_a_process")
def test_a_line_without_secrets_keeps_its_arguments() -> None:
    seen: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = seen.append  # type: ignore[method-assign]
    logging.getLogger("core.test").addHandler(handler)
    logging.getLogger("core.test").info("%s of %s", 1, 2)
    logging.getLogger("core.test").removeHandler(handler)
    assert (seen[0].msg, seen[0].args) == ("%s of %s", (1, 2))


@pytest.mark.usefixtures("_logs_of_a_process")
def test_the_handlers_uvicorn_brings_write_no_secret(capfd: pytest.CaptureFixture[str]) -> None:
    uvicorn.config.Config("app:app").configure_logging()
    logging.getLogger("uvicorn.error").error("Exception: %s", "password=canary-of-uvicorn")
    shown = "".join(capfd.readouterr())
    assert "password=***" in shown
    for name in ("uvicorn", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()


@pytest.mark.parametrize(
    "crash",
    [
        "raise ValueError(text)",
        "t = threading.Thread(target=lambda: int(text)); t.start(); t.join()",
    ],
)
def test_an_error_nobody_caught_is_logged_without_its_secret(crash: str) -> None:
    code = (
        "import sys, threading\n"
        "from core.logs import configure_logs\n"
        "configure_logs('INFO')\n"
        "text = 'token=' + sys.argv[1]\n" + crash
    )
    run = subprocess.run(
        [sys.executable, "-c", code, "canary-of-a-crash"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "canary-of-a-crash" not in run.stderr + run.stdout
    assert "CRITICAL core unforeseen" in run.stderr
    assert "Traceback" in run.stderr


def test_crash_hooks_of_others_are_left_alone() -> None:
    ours = threading.excepthook
    configure_logs("INFO")
    assert threading.excepthook is ours


def test_every_secret_of_the_settings_can_be_hidden() -> None:
    settings = load_settings(
        encryption_key="one",
        encryption_key_previous="two",
        jwt_secret="three",
        oidc_client_secret="4",
    )
    assert settings.secrets() == ("one", "two", "three", "4")
    assert load_settings().secrets() == ()
