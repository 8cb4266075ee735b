"""Fetches candles beside the page, so that a slow venue never holds up a click.

    start → thread → market.candles, up to half a minute → wait(a moment) → series | why not | None

It never retries by itself; whoever still wants the candles asks again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from core.errors import SourceUnavailable
from core.market import CandleSeries

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class CandleLoad:
    """One fetch under way; `key` says of what. Its thread ends with the fetch, or the process."""

    key: tuple[str, ...]
    _fetch: Callable[[], CandleSeries]
    _done: threading.Event = field(default_factory=threading.Event)
    _result: CandleSeries | SourceUnavailable | None = None

    def start(self) -> CandleLoad:
        """Begin; returns itself at once."""
        threading.Thread(target=self._run, name="candle-load", daemon=True).start()
        return self

    def wait(self, seconds: float) -> CandleSeries | SourceUnavailable | None:
        """Return what came of it within `seconds`; None while it is still under way."""
        if not self._done.wait(seconds):
            return None
        return self._result or SourceUnavailable("candles could not be read; see Spectra's log")

    def _run(self) -> None:
        try:
            self._result = self._fetch()
        except SourceUnavailable as error:
            self._result = error
        except Exception:
            # Nobody is above this frame: say it in the log, and let the page stop waiting.
            _LOG.exception("candles status=failed subject=%s", self.key)
        finally:
            self._done.set()
