"""The delivery engine as a process of its own, which can be told to die at a certain step."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import collector
from bot.delivery.budget import SendBudget
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.render import Renderer
from bot.delivery.telegram_api import TelegramApi
from bot.delivery.transport import AiohttpRequest
from handlers.texts import Texts
from storage.database import Database
from tests.delivery.harness import TOKEN, MovableClock, Outbox

RATE = 1000.0
MAX_IN_FLIGHT = 64
# Where a process can be told to die: before a request and after its answer, before a commit and after it.
STEPS = ("requesting", "answered", "committing", "committed")
Step = Callable[[str], None]


def run(database_url: str, api_url: str, die_at: str | None = None, times: int = 1, rate: float = RATE) -> None:
    """Send what is owed until SIGTERM, or until the step `die_at` is reached for the n-th time."""
    left = times

    def reach(step: str) -> None:
        nonlocal left
        if step == die_at:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    collector.relax()
    asyncio.run(_run(database_url, api_url, reach, rate))


def repair(database_url: str, article_id: int, right: str | None, die_at: str) -> None:
    """Give the story another title, or retract it without one, and die right before the commit or right after it."""

    def reach(step: str) -> None:
        if step == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(_repair(_Database(database_url, reach), article_id, right))


async def _repair(database: Database, article_id: int, right: str | None) -> None:
    outbox = Outbox(database, MovableClock())
    await (outbox.retract(article_id) if right is None else outbox.correct(article_id, right))


async def _run(database_url: str, api_url: str, reach: Step, rate: float) -> None:
    database = _Database(database_url, reach)
    request = AiohttpRequest()
    await request.initialize()
    dispatcher = Dispatcher(
        database,
        _TelegramApi(request, api_url, reach),
        SendBudget(rate, clock=time.monotonic),
        Renderer(database, Texts.load()),
        max_in_flight=MAX_IN_FLIGHT,
        now=lambda: datetime.now(UTC),
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, dispatcher.stop)
    await dispatcher.run()
    await request.shutdown()
    await database.close()


class _Database(Database):
    def __init__(self, url: str, reach: Step) -> None:
        super().__init__(url)
        self._reach = reach

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        async with super().write() as connection:
            yield connection
            self._reach("committing")
        self._reach("committed")


class _TelegramApi(TelegramApi):
    def __init__(self, request: AiohttpRequest, root: str, reach: Step) -> None:
        super().__init__(request, root, TOKEN)
        self._reach = reach

    async def send_message(
        self,
        chat_id: int,
        message: bytes,
        *,
        paid: bool = False,
        thread_id: int | None = None,
        reply_to: int | None = None,
    ) -> int:
        self._reach("requesting")
        message_id = await super().send_message(chat_id, message, paid=paid, thread_id=thread_id, reply_to=reply_to)
        self._reach("answered")
        return message_id

    async def edit_message(self, chat_id: int, message_id: int, message: bytes) -> None:
        self._reach("requesting")
        await super().edit_message(chat_id, message_id, message)
        self._reach("answered")

    async def delete_message(self, chat_id: int, message_id: int) -> None:
        self._reach("requesting")
        await super().delete_message(chat_id, message_id)
        self._reach("answered")
