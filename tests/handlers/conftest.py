"""A bot that talks over real HTTP with people in the emulator, on a real SQLite file."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from telegram.ext import ApplicationBuilder

from bot.delivery.transport import AiohttpRequest
from bot.emulator import CallbackAnswer, Emulator, Message
from bot.ingest import read_one
from bot.sources.fetch import Fetcher
from bot.sources.roster import Roster
from handlers import charts, drawing, routes
from handlers.context import App, LinkError, LinkProblem, Services, context_types
from handlers.desk import release
from handlers.pace import Pace
from handlers.texts import FSI, PDI, Texts
from storage import admins, subscribers
from storage.article import Article
from storage.database import Database
from storage.headlines import Headline
from storage.subscribers import Subscriber
from tests.databases import Clock

TTL = timedelta(hours=6)
UNDO_WINDOW = timedelta(seconds=10)
# How long a busy machine may take: for a picture that is drawn, for example.
PATIENCE_S = 30.0
TOKEN = "123456:handlers"
READER, OTHER, EDITOR, SECOND_EDITOR, ENGLISH = 1001, 1002, 2001, 2002, 1003
GROUP = -100_500


@pytest.fixture
def headline() -> Headline:
    return Headline(7, "زلزال قرب الساحل", True, datetime(2026, 11, 24, 17, tzinfo=UTC), ("أخبار عالمية",))


def plain(text: str) -> str:
    """A text as it reads, without the marks that only steer its direction."""
    return text.replace(FSI, "").replace(PDI, "").replace("\u200f", "")


class SteadyClock:
    """The clock by which people are slowed down. It runs until it is told to stand still."""

    def __init__(self) -> None:
        self._stopped: float | None = None

    def __call__(self) -> float:
        return time.monotonic() if self._stopped is None else self._stopped

    def stand_still(self) -> None:
        self._stopped = time.monotonic()


@dataclass
class Chats:
    """The bot and those who talk with it.

    `pages` are those that a link leads to, by URL. `wakes` counts how often the sender was woken,
    `recalls` how often what it had claimed was called back.
    """

    emulator: Emulator
    database: Database
    clock: Clock
    bot: App
    services: Services
    pages: dict[str, bytes]
    wakes: list[datetime] = field(default_factory=list)
    recalls: list[datetime] = field(default_factory=list)
    steady: SteadyClock = field(default_factory=SteadyClock)

    async def say(self, user: int, text: str, *, chat: int | None = None, reply_to: int | None = None) -> Message:
        """Send a text and return the bot's first answer to it."""
        chat_id = user if chat is None else chat
        sent = await self.emulator.say(user, text, chat_id=chat, reply_to=reply_to)
        return await self.emulator.wait_for(chat_id, after=sent.message_id)

    async def press(
        self,
        user: int,
        message: Message,
        text: str | None = None,
        *,
        data: str | None = None,
    ) -> CallbackAnswer:
        """Press a button and return the answer to the press, when everything else that it did is done too."""
        press = await self.emulator.press(user, message.message_id, text=text, data=data, chat_id=message.chat_id)
        answer = await press.answered(PATIENCE_S)
        await self.settle()
        return answer

    async def settle(self) -> None:
        """Wait until the bot has handled everything that was sent to it."""
        probe = await self.emulator.press(EDITOR, 1, data="probe", chat_id=EDITOR)
        await probe.answered(PATIENCE_S)

    async def think_it_over(self) -> None:
        """Let the time to undo go by, and do what the clock does then."""
        self.clock.now += UNDO_WINDOW
        await release.publish_due(self.bot.bot, self.services)

    def shown(self, message: Message) -> str:
        return plain(message.text)

    async def subscriber(self, chat_id: int) -> Subscriber | None:
        async with self.database.read() as connection:
            return await subscribers.get(connection, chat_id)

    async def stop_polling(self) -> None:
        """Let the bot hear nothing any more."""
        assert self.bot.updater is not None
        if self.bot.updater.running:
            await self.bot.updater.stop()

    @asynccontextmanager
    async def restarted(self) -> AsyncIterator["Chats"]:
        """The same chats with a new process of the bot."""
        await self.stop_polling()
        await self.bot.stop()
        await self.bot.shutdown()
        async with talking(self.emulator, self.database, self.clock) as chats:
            yield chats


@asynccontextmanager
async def talking(
    emulator: Emulator,
    database: Database,
    clock: Clock,
    owners: Iterable[int] = (EDITOR, SECOND_EDITOR),
    *,
    two_person: bool = False,
    rich_summaries: bool = False,
) -> AsyncIterator[Chats]:
    """A running bot for the chats of `emulator`."""
    wakes: list[datetime] = []
    recalls: list[datetime] = []
    pages: dict[str, bytes] = {}
    steady = SteadyClock()

    async def read_article(data: bytes | str) -> Article:
        return await read_one(database, data)

    async def draw(picture: charts.Picture) -> bytes:
        return await asyncio.to_thread(drawing.draw, picture)

    def recall() -> None:
        wakes.append(clock())
        recalls.append(clock())

    fetcher = Fetcher(allow_private=True, now=clock)

    async def read_url(url: str) -> Article:
        if url not in pages:
            raise LinkError(LinkProblem.UNREACHABLE)
        return await read_one(database, pages[url])

    services = Services(
        database=database,
        texts=Texts.load(),
        read_article=read_article,
        read_url=read_url,
        wake=lambda: wakes.append(clock()),
        recall=recall,
        clock=clock,
        default_timezone="Asia/Riyadh",
        default_language="ar",
        alert_ttl=TTL,
        sources=Roster(database, fetcher, now=clock),
        send_rate=30,
        undo_window=UNDO_WINDOW,
        two_person=two_person,
        draw=draw,
        pace=Pace(steady),
        rich_summaries=rich_summaries,
    )
    bot = (
        ApplicationBuilder()
        .token(TOKEN)
        .base_url(f"{emulator.url}/bot")
        .base_file_url(f"{emulator.url}/file/bot")
        .request(AiohttpRequest())
        .get_updates_request(AiohttpRequest())
        .context_types(context_types(services))
        .job_queue(None)
        .build()
    )
    routes.register(bot)
    async with database.write() as connection:
        await admins.set_owners(connection, owners, now=clock())
    async with fetcher:
        await bot.initialize()
        await bot.start()
        assert bot.updater is not None
        await bot.updater.start_polling(poll_interval=0, timeout=1)
        chats = Chats(emulator, database, clock, bot, services, pages, wakes, recalls, steady)
        try:
            yield chats
        finally:
            await chats.stop_polling()
            if bot.running:
                await bot.stop()
                await bot.shutdown()


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    emulator = Emulator(TOKEN, limits=None)
    emulator.add_person(READER, "ليلى", started=True)
    emulator.add_person(OTHER, "سامر", started=True)
    emulator.add_person(ENGLISH, "Emma", language_code="en-GB", started=True)
    emulator.add_person(EDITOR, "هدى", started=True)
    emulator.add_person(SECOND_EDITOR, "عمر", started=True)
    await emulator.start()
    yield emulator
    await emulator.stop()


@pytest.fixture
async def chats(emulator: Emulator, sqlite_database: Database, clock: Clock) -> AsyncIterator[Chats]:
    async with talking(emulator, sqlite_database, clock) as chats:
        yield chats
