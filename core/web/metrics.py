"""`/metrics`: the feed, the relay and the process in Prometheus' text form.

Values are read when asked for; nothing is counted on the way of a price. It never names a user.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.bootstrap import VERSION, Spectra
from core.domain import FeedState
from core.market import Relay

_TEXT = "text/plain; version=0.0.4; charset=utf-8"


def metrics_route(spectra: Callable[[], Spectra], relay: Callable[[], Relay]) -> Route:
    """Return the route; both arguments are asked at each request."""
    registry = CollectorRegistry()
    registry.register(_SpectraCollector(spectra, relay))
    ProcessCollector(registry=registry)

    async def metrics(request: Request) -> Response:
        body = generate_latest(registry)
        return Response(body, headers={"content-type": _TEXT, "cache-control": "no-store"})

    return Route("/metrics", metrics)


class _SpectraCollector(Collector):
    def __init__(self, spectra: Callable[[], Spectra], relay: Callable[[], Relay]) -> None:
        self._spectra = spectra
        self._relay = relay

    def describe(self) -> list[Metric]:
        # Without this the registry would collect once while Spectra is not running yet.
        return []

    def collect(self) -> Iterator[Metric]:
        now = self._spectra()
        status = now.market.status()
        connected = status.state is FeedState.CONNECTED
        yield _gauge("feed_up", "1 while market data flows.", float(connected))
        if status.last_message_at is not None:
            age = (now.clock.now() - status.last_message_at).total_seconds()
            yield _gauge("feed_age_seconds", "Since the last message of the venue.", max(0.0, age))
        yield _gauge(
            "feed_messages_per_second", "Messages of the venue.", status.messages_per_second
        )
        yield _gauge(
            "feed_missing_products", "Left out by the venue.", len(status.missing_products)
        )
        yield _counter("feed_reconnects", "Connections after the first.", status.reconnects)
        yield _counter("feed_gaps", "Sequence gaps healed.", status.gaps)
        yield _counter("feed_rejected", "Frames or values refused.", status.rejected)
        yield _gauge("relay_clients", "Browsers on /ws/market.", self._relay().clients)
        uptime = (now.clock.now() - now.started_at).total_seconds()
        yield _gauge("uptime_seconds", "Since this process was ready.", max(0.0, uptime))
        build = GaugeMetricFamily("spectra_build_info", "Always 1.", labels=["version"])
        build.add_metric([VERSION], 1)
        yield build


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"spectra_{name}", text, value=value)


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(f"spectra_{name}", text, value=value)
