"""The start-up self-test: Streamlit's options that the gate and the pages rely on.

An option set elsewhere (environment, flag, another config.toml) could open a door without a word,
so Spectra refuses to start on any that is not as it needs. It never changes an option.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.errors import ConfigurationError
from core.web.identity import TRUSTED_USER_HEADERS

GetOption = Callable[[str], object]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Need:
    """One option, the values that are safe, and what goes wrong with any other."""

    option: str
    accepted: tuple[object, ...]
    reason: str


NEEDS = (
    Need(
        "server.trustedUserHeaders",
        (TRUSTED_USER_HEADERS,),
        "without this table one person's page can be taken over by another",
    ),
    Need("server.address", _LOOPBACK, "single-user mode serves this machine only"),
    Need("server.enableXsrfProtection", (True,), "other sites could act in the user's name"),
    Need("server.enableCORS", (True,), "other sites could read Spectra's pages"),
    Need("server.corsAllowedOrigins", ([], None), "other sites could read Spectra's pages"),
    Need("server.enableAgentApi", (False,), "programs could drive the app past its sessions"),
    Need("server.enableStaticServing", (False,), "files beside the script would be public"),
    Need("server.fileWatcherType", ("none",), "reloading would cut pages off from the services"),
    Need("server.runOnSave", (False,), "reloading would cut pages off from the services"),
    Need("server.baseUrlPath", ("", None), "Spectra's own doors do not move with it"),
    Need("server.enableWebsocketCompression", (False,), "it costs more than all the rest"),
    Need("server.scriptHealthCheckEnabled", (False,), "it runs pages for anyone who asks"),
    Need("client.showErrorDetails", ("none",), "an exception's text may hold a secret"),
    Need("client.showErrorLinks", (False,), "it sends an exception's text to search engines"),
    Need("browser.gatherUsageStats", (False,), "it reports to a third party"),
    Need("global.developmentMode", (False,), "it lets a browser shut the server down"),
    Need("global.e2eTest", (False,), "it lets a browser shut the server down"),
)


def check_options(get_option: GetOption) -> None:
    """Raise ConfigurationError on the first option that is not as needed."""
    for need in NEEDS:
        value = get_option(need.option)
        if value not in need.accepted:
            raise ConfigurationError(
                need.option,
                f"{value!r} is not safe here: {need.reason}.",
                cure=f"Set it to {need.accepted[0]!r}, or remove what overrides Spectra's "
                ".streamlit/config.toml.",
            )
