"""A newsroom's outbox, the emulator that it is sent to, and dispatchers between them."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.budget import SendBudget
from bot.delivery.courier import Render
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.render import Renderer
from bot.delivery.telegram_api import TelegramApi
from bot.delivery.transport import AiohttpRequest
from bot.emulator import Emulator, Message
from handlers.texts import Texts
from storage import publishing, retractions
from storage.article import Article, Block, BlockKind, Urgency
from storage.corrections import Corrected
from storage.database import Database
from storage.deliveries import Kind, Priority, State
from storage.retractions import Retracted
from storage.tables import deliveries, sections, subscribers, subscriptions
from tests.databases import START
from tests.storage.builders import correct_title

TOKEN = "42:a-made-up-token"
TTL = timedelta(hours=2)
EDITOR = 7
_PATIENCE_S = 120.0


class MovableClock:
    """The time, which runs and can be moved; the send budget's clock moves forward with it, and never back."""

    def __init__(self) -> None:
        self._moved = timedelta()
        self._passed = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._moved

    def steady(self) -> float:
        """Seconds, for the send budget."""
        return time.monotonic() + self._passed.total_seconds()

    def advance(self, **by: float) -> None:
        """Go forward, and wait in no real time."""
        self._moved += timedelta(**by)
        self._passed += timedelta(**by)

    def set_back(self, **by: float) -> None:
        """Set the clock on the wall back; no time passes."""
        self._moved -= timedelta(**by)

    def move_to(self, moment: datetime) -> None:
        """Go forward to this time, unless it is past."""
        self.advance(seconds=max(0.0, (moment - self()).total_seconds()))


class Outbox:
    """What is owed, in rows."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        self.database = database
        self.clock = clock

    async def subscribe(self, *chats: int, section: str = "سياسة") -> None:
        """Make the chats active subscribers of one section."""
        async with self.database.write() as connection:
            await add_subscribers(connection, chats, section)

    async def publish(
        self, title: str, *, section: str = "سياسة", ttl: timedelta = TTL, urgency: Urgency = Urgency.URGENT
    ) -> int:
        """Owe an alert to the section's subscribers; return the article's number."""
        article = replace(an_alert(title, section), urgency=urgency)
        async with self.database.write() as connection:
            published = await publishing.publish(connection, article, now=self.clock(), ttl=ttl)
        return published.stored.id

    async def correct(self, article_id: int, title: str, *, follow_up: bool = False) -> Corrected:
        """Correct the title of a published article."""
        async with self.database.write() as connection:
            return await correct_title(
                connection,
                article_id,
                title,
                author_id=EDITOR,
                now=self.clock(),
                ttl=TTL,
                follow_up=follow_up,
            )

    async def retract(self, article_id: int, reason: str = "لم يتأكد") -> Retracted:
        """Take a published article back."""
        async with self.database.write() as connection:
            done = await retractions.retract(connection, article_id, reason, author_id=EDITOR, now=self.clock())
        assert done is not None
        return done

    async def owe_digest(self, chat_id: int) -> None:
        """Owe a digest of the last day."""
        now = self.clock()
        async with self.database.write() as connection:
            await connection.execute(
                insert(deliveries).values(
                    kind=Kind.DIGEST,
                    chat_id=chat_id,
                    local_date=str(now.date()),
                    window_start=now - timedelta(days=1),
                    window_end=now + timedelta(minutes=1),
                    priority=int(Priority.DIGEST),
                    owed_at=now,
                    due_at=now,
                )
            )

    async def rows(self, chat_id: int | None = None) -> list[Row[Any]]:
        """The deliveries to a chat or to all, in the order in which they were owed."""
        query = select(deliveries).order_by(deliveries.c.id)
        async with self.database.read() as connection:
            rows = await connection.execute(query if chat_id is None else query.where(deliveries.c.chat_id == chat_id))
            return list(rows)

    async def row(self, chat_id: int) -> Row[Any]:
        """The only delivery to a chat."""
        (row,) = await self.rows(chat_id)
        return row

    async def states(self) -> Counter[str]:
        return Counter(row.state for row in await self.rows())

    async def settled(self) -> list[Row[Any]]:
        """Wait until nothing is owed any more; return every delivery."""
        await until(self._is_settled)
        return await self.rows()

    async def reached(self, chat_id: int, state: State, attempts: int) -> Row[Any]:
        """Wait until the only delivery to a chat is in this state after so many requests."""

        async def is_there() -> bool:
            row = await self.row(chat_id)
            return bool(row.state == state and row.attempts == attempts)

        await until(is_there)
        return await self.row(chat_id)

    async def tried(self) -> None:
        """Wait until every delivery was tried at least once."""
        await until(self._is_tried)

    async def _is_tried(self) -> bool:
        untried = select(deliveries.c.id).where(deliveries.c.attempts == 0).limit(1)
        async with self.database.read() as connection:
            return await connection.scalar(untried) is None

    async def _is_settled(self) -> bool:
        owed = select(deliveries.c.id).where(deliveries.c.state.in_((State.PENDING, State.SENDING))).limit(1)
        async with self.database.read() as connection:
            return await connection.scalar(owed) is None


def an_alert(title: str, section: str = "سياسة") -> Article:
    blocks = (Block(BlockKind.PARAGRAPH, f"تفاصيل الخبر: {title}."),)
    return Article(title=title, sections=(section,), breaking=True, blocks=blocks)


async def add_subscribers(connection: AsyncConnection, chats: tuple[int, ...] | range, section: str = "سياسة") -> None:
    """Make the chats active subscribers of one section."""
    section_id = await connection.scalar(select(sections.c.id).where(sections.c.name == section))
    known = set(await connection.scalars(select(subscribers.c.chat_id)))
    if new := [chat_id for chat_id in chats if chat_id not in known]:
        fixed = {"language": "ar", "timezone": "Asia/Riyadh", "created_at": START, "changed_at": START}
        await connection.execute(insert(subscribers), [{"chat_id": chat_id, **fixed} for chat_id in new])
    chosen = [{"chat_id": chat_id, "section_id": section_id} for chat_id in chats]
    await connection.execute(insert(subscriptions), chosen)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until the condition holds; fail when it does not within a generous time."""
    deadline = time.monotonic() + _PATIENCE_S
    while not await condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)  # to ask the database more often than that takes half of the time of a broadcast


@asynccontextmanager
async def dispatching(
    outbox: Outbox,
    url: str,
    *,
    rate: float = 1000.0,
    max_in_flight: int = 64,
    read_timeout: float = 20.0,
    render: Render | None = None,
    budget: SendBudget | None = None,
    paid_a_day: int = 0,
    leads: Callable[[], bool] = lambda: True,
    observe_ended: Callable[[Kind, State, int], None] = lambda _kind, _state, _count: None,
) -> AsyncIterator[Dispatcher]:
    """A dispatcher that runs inside the block and is stopped in order at its end."""
    request = AiohttpRequest(read_timeout=read_timeout)
    await request.initialize()
    dispatcher = Dispatcher(
        outbox.database,
        TelegramApi(request, url, TOKEN),
        budget or SendBudget(rate, clock=outbox.clock.steady),
        render or Renderer(outbox.database, Texts.load()),
        max_in_flight=max_in_flight,
        now=outbox.clock,
        paid_a_day=paid_a_day,
        leads=leads,
        observe_ended=observe_ended,
    )
    running = asyncio.create_task(dispatcher.run())
    try:
        yield dispatcher
    finally:
        dispatcher.stop()
        await running
        await request.shutdown()


@asynccontextmanager
async def telegram(**options: Any) -> AsyncIterator[Emulator]:
    """An emulator that takes messages to any chat, at any pace unless it is told otherwise."""
    emulator = Emulator(TOKEN, **{"limits": None, "open_house": True, **options})
    await emulator.start()
    try:
        yield emulator
    finally:
        await emulator.stop()


WRONG, RIGHT = "مقتل 12 في انفجار المرفأ", "إصابة 12 في انفجار المرفأ"


def of_kind(rows: Iterable[Row[Any]], kind: Kind) -> list[Row[Any]]:
    return [row for row in rows if row.kind == kind]


def only(emulator: Emulator, chat_id: int) -> Message:
    (message,) = emulator.messages(chat_id)
    return message


async def accepted(emulator: Emulator, number: int) -> None:
    async def is_so() -> bool:
        return len(emulator.ledger.accepted) >= number

    await until(is_so)
