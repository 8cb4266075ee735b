"""Questions to the identity provider: bounded in time and size, never led elsewhere.

    GET or POST → JSON object | SignInRefused (it said no) | SourceUnavailable (it said nothing)

No error repeats an address, a form or an answer: they hold codes, secrets and tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from core.clock import Clock
from core.errors import InvalidMessage, SourceUnavailable
from core.identity.refusals import SignInRefused
from core.wire import parse_json

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MAX_ANSWER = 256 * 1024
TOTAL_S = 10.0
_EACH_S = 5.0


class Fetch:
    """Asks one provider; safe to use from any thread, waits five seconds for any sign of life."""

    def __init__(self, clock: Clock, *, each_s: float = _EACH_S) -> None:
        self._clock = clock
        self._timeout = httpx.Timeout(each_s)

    def get(self, url: str, *, bearer: str = "") -> dict[str, Any]:
        """Return the JSON object at `url`."""
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        return self._ask("GET", url, headers=headers)

    def post(
        self, url: str, form: Mapping[str, str], *, basic: tuple[str, str] | None
    ) -> dict[str, Any]:
        """Send a form and return the JSON object that comes back."""
        return self._ask("POST", url, form=form, basic=basic)

    def _ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        basic: tuple[str, str] | None = None,
    ) -> dict[str, Any]:
        try:
            with (
                httpx.Client(
                    timeout=self._timeout,
                    follow_redirects=False,
                    # Compressed answers could unfold beyond any limit before they are measured.
                    headers={"Accept": "application/json", "Accept-Encoding": "identity"},
                    trust_env=urlsplit(url).hostname not in LOOPBACK,
                ) as client,
                client.stream(
                    method,
                    url,
                    headers=dict(headers or {}),
                    data=dict(form) if form is not None else None,
                    auth=basic,
                ) as response,
            ):
                answer = parse_json(self._read(response))
        except InvalidMessage:
            raise SourceUnavailable(_SENSELESS) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            raise SourceUnavailable("The identity provider does not answer.") from None
        if not isinstance(answer, dict):
            raise SourceUnavailable(_SENSELESS)
        return answer

    def _read(self, response: httpx.Response) -> bytes:
        if response.status_code in (400, 401, 403):
            raise SignInRefused("The identity provider refused the sign-in. Start again.")
        if response.status_code != 200:
            raise SourceUnavailable(
                f"The identity provider answered with HTTP {response.status_code}."
            )
        body, end = bytearray(), self._clock.monotonic() + TOTAL_S
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > MAX_ANSWER:
                raise SourceUnavailable("The identity provider's answer is too long.")
            if self._clock.monotonic() > end:
                raise SourceUnavailable("The identity provider does not answer in time.")
        return bytes(body)


_SENSELESS = "The identity provider's answer makes no sense."
