"""Lets stories come in from sources: looked for, and pushed by hubs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot import schedule
from bot.sources.poller import Poller
from bot.sources.websub import WebSub
from bot.web.health import Vitals


@asynccontextmanager
async def following(
    poller: Poller, websub: WebSub | None, clock: schedule.Clock, vitals: Vitals
) -> AsyncIterator[None]:
    """Follow sources inside the block. What is under way at its end is let go of."""

    async def wake_poller() -> None:
        poller.wake()

    async with AsyncExitStack() as stack:
        looking = asyncio.create_task(poller.run(), name="poller")
        stack.push_async_callback(_cancel, looking)
        vitals.watch("sources", looking)
        schedule.add(clock, wake_poller, schedule.SOURCES_TICK_S)
        if websub:
            taking = asyncio.create_task(websub.run(), name="websub")
            stack.push_async_callback(_cancel, taking)
            vitals.watch("hubs", taking)
            schedule.add(clock, websub.ask_hubs, schedule.HUBS_TICK_S)
        yield


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})
