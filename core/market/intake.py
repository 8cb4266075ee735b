"""The hot path: thousands of frames a second in, one published picture every 16 ms out.

    frame → typed decode → newest wire ticker per product → flush: normalize → cache → publish

Decoding happens per frame. What only the newest ticker of a product needs (bounds, open and
change of the day, time) waits for the flush. Never touches the network.
"""

from __future__ import annotations

import msgspec

from core.clock import Clock, epoch_ms
from core.errors import InvalidMessage
from core.market.cache import TickerCache
from core.market.coinbase import TICKER_CHANNELS, decode_ticker_frame, parse_frame
from core.market.frames import WireTicker
from core.market.messages import Message, Tickers, VenueError
from core.market.normalize import parse_timestamp, ticker_of
from core.market.sequence import SequenceTracker, Verdict
from core.market.ticker import Ticker

MAX_AHEAD_MS = 86_400_000
"""A price cannot come from the future; a machine's clock may be wrong by hours, not by days."""
MAX_PRICE_FRAME_BYTES = 2 * 1024 * 1024
"""Ten times the picture of 400 products; decoding more would hold up every price."""
MAX_OLD_IN_A_ROW = 32
"""So many frames behind the counter mean that the venue started counting anew."""


class Intake:
    """Takes the frames of one link after another; everything but the counters is one thread's."""

    def __init__(self, cache: TickerCache, *, clock: Clock) -> None:
        self._cache = cache
        self._clock = clock
        self._wanted = cache.wanted
        self._pending: dict[str, tuple[WireTicker, str]] = {}
        self._changed = False
        self._sequence = SequenceTracker()
        self._old_in_a_row = 0
        self._old_since = 0
        self.accepted = 0
        """Frames used so far."""
        self.has_prices = False
        """True once this link brought a ticker frame."""
        self.rejected = 0
        """Frames or tickers refused as malformed."""
        self.gaps = 0
        """Gaps noticed in the venue's counter."""
        self.broken: str | None = None
        """Why the link must be made anew, if its counter says so."""

    def begin_link(self) -> None:
        """Start counting anew, as the venue does on every connection."""
        self._sequence = SequenceTracker()
        self._old_in_a_row = 0
        self.has_prices = False
        self.broken = None

    def handle(self, frame: bytes) -> Message | None:
        """Use one frame; return it as a message unless it was an ordinary ticker frame."""
        if len(frame) > MAX_PRICE_FRAME_BYTES:
            self._reject()
            return None
        try:
            wire = decode_ticker_frame(frame)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return self._handle_other(frame)
        if wire.channel not in TICKER_CHANNELS:
            return self._handle_other(frame)
        sequence, number = self._sequence, wire.sequence_num
        if number == sequence.expected:  # the ordinary case, without a call
            sequence.expected = number + 1
            self.accepted += 1
        elif not self._admit(number):
            return None
        self.has_prices = True
        for event in wire.events:
            for ticker in event.tickers:
                product_id = ticker.product_id
                if product_id in self._wanted:
                    self._pending[product_id] = (ticker, wire.timestamp)
        return None

    def flush(self) -> bool:
        """Publish what came since the last flush; False if nothing did."""
        pending, self._pending = self._pending, {}
        now = epoch_ms(self._clock.now())
        for wire, stamp in pending.values():
            try:
                sent_at = parse_timestamp(stamp)
            except InvalidMessage:
                self.rejected += 1
                continue
            self._put(ticker_of(wire, timestamp=sent_at), now)
        if not self._changed:
            return False
        self._changed = False
        self._cache.publish()
        return True

    def _reject(self) -> None:
        # Its number could not be read: the next frame may be one ahead without being a gap.
        self.rejected += 1
        self._sequence.excuse_one()

    def _admit(self, number: int) -> bool:
        verdict = self._sequence.judge(number)
        if verdict is Verdict.NEXT:
            self.accepted += 1
            return True
        if verdict is Verdict.GAP:
            self.accepted += 1
            self.gaps += 1
            self.broken = "messages were lost on the way"
            return True
        if self._old_since != self.accepted:
            self._old_since, self._old_in_a_row = self.accepted, 0
        self._old_in_a_row += 1
        if self._old_in_a_row >= MAX_OLD_IN_A_ROW:
            self.gaps += 1
            self.broken = "the venue began counting its messages anew"
        return False

    def _handle_other(self, frame: bytes) -> Message | None:
        try:
            message = parse_frame(frame)
        except InvalidMessage:
            self._reject()
            return None
        if isinstance(message, VenueError):
            return message  # carries no number, and is no sign of life
        if not self._admit(message.sequence):
            return None
        if isinstance(message, Tickers):
            self._take(message)
        return message

    def _take(self, message: Tickers) -> None:
        self.has_prices = True
        self.rejected += message.rejected
        now = epoch_ms(self._clock.now())
        for ticker in message.tickers:
            self._pending.pop(ticker.product_id, None)
            self._put(ticker, now)

    def _put(self, ticker: Ticker, now: int) -> None:
        if ticker.timestamp > now + MAX_AHEAD_MS:
            # Left as it is, it would look fresh for ever: the time it came is the best known.
            self.rejected += 1
            ticker = msgspec.structs.replace(ticker, timestamp=now)
        self._cache.put(ticker.product_id, ticker)
        self._changed = True
