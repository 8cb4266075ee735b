"""Who is signed in is recognised however busy everything else is."""

from __future__ import annotations

import asyncio
import threading

from core.web.recognising import recognise
from tests.waiting import DEADLINE


def test_slow_work_in_every_common_thread_keeps_nobody_from_being_recognised() -> None:
    release = threading.Event()

    async def asked_while_all_are_busy() -> str:
        slow = [asyncio.create_task(asyncio.to_thread(release.wait, DEADLINE)) for _ in range(64)]
        await asyncio.sleep(0)
        try:
            return await asyncio.wait_for(recognise(str.upper, "ada"), DEADLINE / 2)
        finally:
            release.set()
            await asyncio.gather(*slow)

    assert asyncio.run(asked_while_all_are_busy()) == "ADA"
