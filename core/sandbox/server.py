"""The sandbox as one process: every venue's sockets, the control API, one world behind them.

    options → world → listeners → URLs as JSON on the first line of standard output → serve

It stops cleanly on SIGTERM and SIGINT, and when the process that started it goes away. Never
listens anywhere but on 127.0.0.1.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import os
import signal
import stat
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import uvicorn
from starlette.types import ASGIApp

from core.logs import configure_logs, fields
from core.sandbox.coinbase.rest import CoinbaseRest
from core.sandbox.coinbase.stream import CoinbaseStream
from core.sandbox.control import Control, parse_moment
from core.sandbox.faults import RefusedFault, Switchboard
from core.sandbox.guard import Guard
from core.sandbox.listener import HOST, ReservedPort
from core.sandbox.record import Record
from core.sandbox.world import World, WorldClock

log = logging.getLogger(__name__)

DEFAULT_SEED = 7
_PORTS = 3


@dataclass(frozen=True, slots=True)
class Options:
    """How to run a sandbox; `port_base` 0 takes whatever ports are free."""

    seed: int = DEFAULT_SEED
    port_base: int = 0
    now: datetime | None = None
    rate: float = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line until told to stop; return the exit status."""
    options = parse_options(arguments)
    configure_logs("INFO")
    return asyncio.run(run(options, announce=lambda line: print(line, flush=True)))


def parse_options(arguments: Sequence[str] | None) -> Options:
    """Read the command line, or leave with a usage message."""
    parser = argparse.ArgumentParser(
        prog="python -m core.sandbox", description="An exchange in a box, on loopback."
    )
    parser.add_argument("--port-base", type=_port, default=0, help="first of three ports in a row")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="which market")
    parser.add_argument("--now", type=_moment, help="start the world's clock here, ISO 8601")
    parser.add_argument("--rate", type=_rate, default=1.0, help="trading pace; 1 is 50 trades/s")
    found = parser.parse_args(arguments)
    return Options(seed=found.seed, port_base=found.port_base, now=found.now, rate=found.rate)


async def run(options: Options, *, announce: Callable[[str], None]) -> int:
    """Serve until a signal or the end of standard input; `announce` gets the JSON of the URLs."""
    stop = asyncio.Event()
    watch_for_the_end(stop)
    with contextlib.ExitStack() as held:
        bases = [options.port_base + i if options.port_base else 0 for i in range(_PORTS)]
        try:
            ports = [ReservedPort(base) for base in bases]
        except OSError as error:
            log.error(fields(status="failed", reason=f"port not free: {error.strerror}"))
            return 1
        for port in ports:
            held.callback(port.close)
        await _serve(options, ports, stop, announce)
    log.info(fields(status="stopped"))
    return 0


async def _serve(
    options: Options,
    ports: Sequence[ReservedPort],
    stop: asyncio.Event,
    announce: Callable[[str], None],
) -> None:
    rest_port, socket_port, control_port = ports
    clock = WorldClock(options.now)
    world = World(seed=options.seed, clock=clock, rate=options.rate)
    faults, record = Switchboard(), Record(clock)
    stream = CoinbaseStream(world, socket_port, faults=faults, record=record)
    rest = CoinbaseRest(world, faults=faults, record=record)
    control = Control(faults=faults, clock=clock, record=record, servers={"coinbase": stream})
    web = [_Web(rest.app), _Web(Guard(control.app))]
    await stream.up()
    tasks = [
        asyncio.create_task(stream.run()),
        asyncio.create_task(web[0].serve([rest_port.listen()])),
        asyncio.create_task(web[1].serve([control_port.listen()])),
    ]
    announce(_urls(ports, options.seed))
    log.info(fields(status="serving", seed=options.seed, control=control_port.number))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    for server in web:
        server.should_exit = True
    await stream.down()
    tasks[0].cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome


class _Web(uvicorn.Server):
    """A uvicorn server that leaves the process's signals to the sandbox."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
                timeout_keep_alive=30,
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture nothing."""
        yield


def watch_for_the_end(stop: asyncio.Event) -> None:
    """Set `stop` on SIGTERM, SIGINT, or when the other end of standard input closes.

    Only a pipe, a socket or a terminal has an other end: with /dev/null as standard input, as in
    a background job, the sandbox runs until a signal.
    """
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if sys.stdin is None or not _has_other_end(sys.stdin.fileno()):
        return

    def wait() -> None:
        while os.read(0, 4096):
            pass
        # The loop is closed already when a signal came first.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait, name="sandbox-stdin", daemon=True).start()


def _has_other_end(descriptor: int) -> bool:
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(descriptor)


def _urls(ports: Sequence[ReservedPort], seed: int) -> str:
    rest, stream, control = (port.number for port in ports)
    return json.dumps(
        {
            "coinbase": {"url": f"http://{HOST}:{rest}", "ws": f"ws://{HOST}:{stream}"},
            "control": f"http://{HOST}:{control}",
            "seed": seed,
        }
    )


def _port(text: str) -> int:
    value = int(text)
    if value and not 1024 <= value <= 65_535 - _PORTS:
        raise argparse.ArgumentTypeError(f"must be between 1024 and {65_535 - _PORTS}, or 0")
    return value


def _rate(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError("must be between 0 and 100")
    return value


def _moment(text: str) -> datetime:
    try:
        return parse_moment(text)
    except RefusedFault as error:
        raise argparse.ArgumentTypeError(str(error).removeprefix("set: ")) from error
