"""Pictures, drawn beside the event loop."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from handlers.charts import Picture
from handlers.drawing import draw as draw_picture


@contextmanager
def drawing() -> Iterator[Callable[[Picture], Awaitable[bytes]]]:
    """What draws a picture in a thread of its own.

    There is one thread, since matplotlib is not made for several: who asks for a second picture waits for the first.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="drawing") as thread:

        async def draw(picture: Picture) -> bytes:
            return await asyncio.get_running_loop().run_in_executor(thread, draw_picture, picture)

        yield draw
