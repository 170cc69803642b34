"""Pictures are drawn beside the event loop."""

import asyncio

from bot.drawing_thread import drawing
from handlers.charts import Picture, Rows

PICTURE = Picture("المشتركون", (Rows("في كل قسم", ("سياسة",), (1,)),), str, right_to_left=True)


async def test_the_loop_goes_on_while_pictures_are_drawn() -> None:
    turns, drawn = 0, asyncio.Event()

    async def turn() -> None:
        nonlocal turns
        while not drawn.is_set():
            turns += 1
            await asyncio.sleep(0)

    with drawing() as draw:
        turning = asyncio.create_task(turn())
        pictures = await asyncio.gather(draw(PICTURE), draw(PICTURE))
        drawn.set()
        await turning
    assert [picture[:8] for picture in pictures] == [b"\x89PNG\r\n\x1a\n"] * 2
    assert turns > 2
