"""Waiting for what gives no sign."""

import asyncio
from collections.abc import Callable

PATIENCE_S = 30.0


async def until(condition: Callable[[], bool]) -> None:
    """Return as soon as the condition holds; raise TimeoutError after a long while."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - whatever is waited for sets no event
            await asyncio.sleep(0.005)
