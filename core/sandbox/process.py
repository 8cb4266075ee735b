"""The sandbox as a child process: started, asked for its URLs, and gone when its parent is gone.

Never serves anything in the process that starts it.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from core.errors import SourceUnavailable

ROOT = Path(__file__).parents[2]
START_WITHIN = 30.0
STOP_WITHIN = 8.0


class SandboxProcess:
    """A running sandbox; leave the context, or call `close`, to stop it."""

    def __init__(self, child: subprocess.Popen[bytes], urls: dict[str, Any]) -> None:
        self._child = child
        self.urls = urls
        """{"coinbase": {"url": …, "ws": …}, "control": …, "seed": …}"""

    @property
    def pid(self) -> int:
        """Return the process id of the child."""
        return self._child.pid

    def close(self) -> None:
        """Stop the child and wait for it; safe to call again."""
        _stop(self._child)

    def __enter__(self) -> Self:
        """Return this sandbox."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the child."""
        self.close()


def start_sandbox(
    *, seed: int | None = None, port_base: int = 0, now: str | None = None, rate: float = 1.0
) -> SandboxProcess:
    """Start `python -m core.sandbox` and return once it serves.

    Without `seed` the sandbox takes its own; `port_base` 0 takes free ports; `now` is ISO 8601.
    Raises SourceUnavailable when the child ends or says nothing within half a minute; its log on
    standard error says why.
    """
    command = [sys.executable, "-m", "core.sandbox", f"--port-base={port_base}", f"--rate={rate}"]
    if seed is not None:
        command.append(f"--seed={seed}")
    if now is not None:
        command.append(f"--now={now}")
    # The open pipe to the child's standard input is its lifeline: it closes with this process.
    # In a session of its own a terminal's Ctrl-C passes it by: whoever started it stops first.
    child = subprocess.Popen(  # noqa: S603 - our own module, no shell
        command,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        return SandboxProcess(child, json.loads(_first_line(child)))
    except ValueError as error:
        _stop(child)
        raise SourceUnavailable("The sandbox did not start; its log says why.") from error
    except BaseException:
        _stop(child)
        raise


def _first_line(child: subprocess.Popen[bytes]) -> bytes:
    assert child.stdout is not None  # noqa: S101 - opened above as a pipe
    deadline, line = time.monotonic() + START_WITHIN, b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([child.stdout], [], [], max(0.0, deadline - time.monotonic()))
        part = child.stdout.read1(65_536) if ready else b""  # type: ignore[attr-defined]
        if not part:
            return b""
        line += part
    return line


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
