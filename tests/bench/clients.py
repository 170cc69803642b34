"""The programs that are measured, each in a process of its own: `python -m tests.bench.clients NAME JSON`.

Each prints one line of JSON: messages `sent`, `seconds`, and CPU seconds `cpu` of the process while it sent.
"""

import asyncio
import json
import logging
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
from sqlalchemy import func, select
from telegram import Bot
from telegram.ext import AIORateLimiter, ExtBot

from bot import collector
from bot.delivery.budget import SendBudget
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.render import Renderer
from bot.delivery.telegram_api import TelegramApi, encode
from bot.delivery.transport import AiohttpRequest
from handlers.texts import Texts
from storage.database import Database
from storage.tables import deliveries
from tests.bench.server import TOKEN

TEXT = "🔴 <b>عاجل</b> | سياسة\n\n<b>زلزال يضرب الساحل</b>\n\n" + "تفاصيل الخبر كما وردت من مراسلنا في المكان. " * 6
MESSAGE = {"text": TEXT, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
Send = Callable[[int], Awaitable[object]]


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def engine(*, url: str, database_url: str, rate: float, in_flight: int, seconds: float) -> dict[str, float]:
    """Ours, with every record kept; what is owed stands in the database already."""
    collector.relax()  # as the bot does
    database, request = Database(database_url), AiohttpRequest()
    await request.initialize()
    dispatcher = Dispatcher(
        database,
        TelegramApi(request, url, TOKEN),
        SendBudget(rate, clock=time.monotonic),
        Renderer(database, Texts.load()),
        max_in_flight=in_flight,
        now=lambda: datetime.now(UTC),
    )
    async with database.read() as connection:
        before = await connection.scalar(_count_sent())
    begin, used = time.monotonic(), cpu_seconds()
    running = asyncio.create_task(dispatcher.run())
    await asyncio.sleep(seconds)
    dispatcher.stop()
    await running
    result = {"seconds": time.monotonic() - begin, "cpu": cpu_seconds() - used}
    async with database.read() as connection:
        after = await connection.scalar(_count_sent())
    await request.shutdown()
    await database.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**result, "sent": (after or 0) - (before or 0), "peak_mb": peak}


async def bare(*, url: str, in_flight: int, seconds: float, rate: float | None = None) -> dict[str, float]:
    """A loop that posts ready-made bodies with aiohttp and reads the answers; with `rate`, at an even pace."""
    body, target = encode(MESSAGE), f"{url}/bot{TOKEN}/sendMessage"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def send(chat_id: int) -> None:
            data = b'{"chat_id":%d,%b' % (chat_id, body)
            async with session.post(target, data=data, headers={"Content-Type": "application/json"}) as response:
                json.loads(await response.read())

        return await (_paced(send, seconds, rate) if rate else _full_speed(send, seconds, in_flight))


async def ptb(*, url: str, in_flight: int, seconds: float) -> dict[str, float]:
    """python-telegram-bot's send_message with the request class that it comes with."""
    from telegram.request import HTTPXRequest

    request = HTTPXRequest(connection_pool_size=in_flight)
    async with Bot(TOKEN, base_url=f"{url}/bot", request=request) as bot:
        return await _full_speed(lambda chat_id: bot.send_message(chat_id, TEXT, "HTML"), seconds, in_flight)


async def ptb_limited(*, url: str, in_flight: int, seconds: float, rate: float) -> dict[str, float]:
    """The same with python-telegram-bot's rate limiter."""
    from telegram.request import HTTPXRequest

    limiter = AIORateLimiter(overall_max_rate=rate, overall_time_period=1)
    request = HTTPXRequest(connection_pool_size=in_flight)
    async with ExtBot(TOKEN, base_url=f"{url}/bot", request=request, rate_limiter=limiter) as bot:
        return await _full_speed(lambda chat_id: bot.send_message(chat_id, TEXT, "HTML"), seconds, in_flight)


async def _full_speed(send: Send, seconds: float, in_flight: int) -> dict[str, float]:
    sent, begin, used = 0, time.monotonic(), cpu_seconds()

    async def work(first: int) -> None:
        nonlocal sent
        chat_id = first
        while time.monotonic() - begin < seconds:
            try:
                await send(chat_id)
            except Exception:  # noqa: S110  # what is refused is counted by the server
                pass
            else:
                sent += 1
            chat_id += in_flight

    await asyncio.gather(*(work(first) for first in range(1, in_flight + 1)))
    return {"sent": sent, "seconds": time.monotonic() - begin, "cpu": cpu_seconds() - used}


async def _paced(send: Send, seconds: float, rate: float) -> dict[str, float]:
    tasks, begun = set[asyncio.Task[object]](), 0
    begin, used = time.monotonic(), cpu_seconds()
    while (passed := time.monotonic() - begin) < seconds:
        while begun < passed * rate:
            begun += 1
            task = asyncio.ensure_future(send(begun))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.sleep(0.005)
    await asyncio.gather(*tasks)
    return {"sent": begun, "seconds": time.monotonic() - begin, "cpu": cpu_seconds() - used}


def _count_sent() -> Any:
    return select(func.count()).select_from(deliveries).where(deliveries.c.state == "sent")


CLIENTS = {"engine": engine, "bare": bare, "ptb": ptb, "ptb_limited": ptb_limited}

if __name__ == "__main__":
    logging.disable()  # what is refused is counted, not read
    print(json.dumps(asyncio.run(CLIENTS[sys.argv[1]](**json.loads(sys.argv[2])))))  # type: ignore[operator]  # by name
