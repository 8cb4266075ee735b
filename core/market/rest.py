"""Questions to Coinbase's public REST API: no key, bounded answers, one kind of failure.

    GET /api/v3/brokerage/market/…  →  bounded JSON  |  SourceUnavailable

Never follows a redirect, and never reads an answer past its limit, however it is compressed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from core.errors import InvalidMessage, SourceUnavailable
from core.wire import MAX_BODY_BYTES, parse_json

TOTAL_TIMEOUT = 10.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class PublicRest:
    """One client with few connections; belongs to the event loop that opened it."""

    def __init__(self, base_url: str) -> None:
        self._host = urlsplit(base_url).hostname or base_url
        self._base_url = base_url
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        """Open the client."""
        self._client = httpx.AsyncClient(
            base_url=self._base_url,
            timeout=httpx.Timeout(TOTAL_TIMEOUT, connect=5.0),
            limits=httpx.Limits(max_connections=4, max_keepalive_connections=2),
            # Compressed answers could unfold beyond any limit before they are measured.
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            trust_env=self._host not in _LOOPBACK,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def get(
        self, path: str, params: Mapping[str, str], *, max_bytes: int = MAX_BODY_BYTES
    ) -> Any:
        """Return the parsed answer; raises SourceUnavailable saying why there is none."""
        if self._client is None:
            raise SourceUnavailable("the market is not running")
        try:
            async with (
                asyncio.timeout(TOTAL_TIMEOUT),
                self._client.stream("GET", path, params=dict(params)) as response,
            ):
                body = await self._read(response, max_bytes)
            return parse_json(body)
        except InvalidMessage as error:
            raise SourceUnavailable(f"{self._host} sent an answer that makes no sense") from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise SourceUnavailable(f"{self._host} did not answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise SourceUnavailable(f"{self._host} could not be reached") from error

    async def _read(self, response: httpx.Response, max_bytes: int) -> bytes:
        if response.status_code != 200:
            raise SourceUnavailable(f"{self._host} answered with HTTP {response.status_code}")
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > max_bytes:
                raise SourceUnavailable(f"{self._host} sent an answer that is too long")
        return bytes(body)
