"""Threads kept for one question, who is asking, so that no slow work can keep it waiting.

A sign-in that waits for an identity provider holds one of the loop's common threads for seconds;
were they shared, nobody who is signed in would be recognised meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Asked = TypeVar("_Asked")
_Answer = TypeVar("_Answer")

_THREADS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="recognising")


async def recognise(ask: Callable[[_Asked], _Answer], about: _Asked) -> _Answer:
    """Return `ask(about)`, run in one of these threads; raises what it raises."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, ask, about)
