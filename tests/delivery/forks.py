"""Processes of the delivery engine that start fast and can be killed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from multiprocessing.context import ForkServerContext, ForkServerProcess

from tests.delivery import engine


@asynccontextmanager
async def running(
    context: ForkServerContext, *args: object, target: Callable[..., None] = engine.run
) -> AsyncIterator[ForkServerProcess]:
    process = context.Process(target=target, args=args)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        await asyncio.to_thread(process.join)
        process.close()


async def dies(context: ForkServerContext, *args: object, target: Callable[..., None]) -> None:
    """Run a process to its end, which is to be its death by SIGKILL."""
    process = context.Process(target=target, args=args)
    process.start()
    await asyncio.to_thread(process.join)
    assert process.exitcode == -9, "it was to die"
    process.close()
