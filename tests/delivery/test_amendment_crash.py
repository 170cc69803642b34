"""The engine is killed while it corrects or retracts, again and again: the end is what it would have been."""

import random
from multiprocessing.context import ForkServerContext, ForkServerProcess

import pytest
from sqlalchemy import select

from bot.emulator import Emulator
from storage import articles
from storage.database import Database
from storage.deliveries import Kind, State
from storage.tables import deliveries
from tests.delivery import engine
from tests.delivery.forks import dies, running
from tests.delivery.harness import MovableClock, Outbox, until
from tests.forks import fork_server

CHATS = range(1, 401)
WRONG, RIGHT = "مقتل 12 في انفجار المرفأ", "إصابة 12 في انفجار المرفأ"
DEATHS: tuple[str | None, ...] = (*engine.STEPS, None, None)


@pytest.fixture(scope="module")
def forks() -> ForkServerContext:
    return fork_server()


class Newsroom:
    """A story that goes out to many, and an engine that is killed meanwhile."""

    def __init__(self, database: Database, database_url: str, emulator: Emulator, forks: ForkServerContext) -> None:
        self.outbox = Outbox(database, MovableClock())
        self._url = database_url
        self._emulator = emulator
        self._forks = forks
        self._chance = random.Random(7)  # noqa: S311  # deaths that can be repeated

    async def die_every_way(self) -> None:
        """Run the engine several times, each time until it dies at another step."""
        for step in self._chance.sample(DEATHS, len(DEATHS)):
            await self.die(step)

    async def die(self, step: str | None, after: int = 30) -> None:
        """Run the engine until it dies at this step, or where there is none, after about so many requests."""
        times = self._chance.randint(1, 30) if step in ("requesting", "answered") else self._chance.randint(2, 4)
        enough = len(self._emulator.ledger.accepted) + after
        async with running(self._forks, self._url, self._emulator.url, step, times) as process:
            await until(lambda: self._is_time(process, step, enough))

    async def finish(self) -> None:
        async with running(self._forks, self._url, self._emulator.url):
            await self.outbox.settled()

    async def _is_time(self, process: ForkServerProcess, step: str | None, enough: int) -> bool:
        return not process.is_alive() or (step is None and len(self._emulator.ledger.accepted) >= enough)


@pytest.fixture
def newsroom(database: Database, database_url: str, emulator: Emulator, forks: ForkServerContext) -> Newsroom:
    return Newsroom(database, database_url, emulator, forks)


async def test_kills_during_a_correction_leave_every_chat_corrected(newsroom: Newsroom, emulator: Emulator) -> None:
    outbox = newsroom.outbox
    await outbox.subscribe(*CHATS)
    story = await outbox.publish(WRONG)
    await newsroom.die(None, after=280)
    await outbox.correct(story, RIGHT)
    confirmed = len(emulator.ledger.accepted)
    await newsroom.die_every_way()
    await newsroom.finish()

    rows = await outbox.rows()
    assert {row.state for row in rows} == {State.SENT}
    newest = {chat_id: emulator.messages(chat_id)[-1].text for chat_id in CHATS}
    assert all(RIGHT in text for text in newest.values())
    wrong_later = [
        entry for entry in emulator.ledger.accepted[confirmed:] if WRONG in entry.text and RIGHT not in entry.text
    ]
    assert wrong_later == []
    interrupted = {row.chat_id for row in rows if row.kind == Kind.ALERT and row.interruptions}
    for chat_id in set(CHATS) - interrupted:
        assert len(emulator.messages(chat_id)) == 1


async def test_kills_during_a_retraction_leave_no_copy_that_anybody_knows_of(
    newsroom: Newsroom, emulator: Emulator
) -> None:
    outbox = newsroom.outbox
    await outbox.subscribe(*CHATS)
    story = await outbox.publish(WRONG)
    await newsroom.die(None, after=280)
    await outbox.retract(story)
    confirmed = len(emulator.ledger.accepted)
    await newsroom.die_every_way()
    await newsroom.finish()

    sends = [entry for entry in emulator.ledger.accepted[confirmed:] if entry.method == "sendMessage"]
    assert sends == [], "a copy went out after the confirmation"
    rows = await outbox.rows()
    in_doubt = {row.chat_id for row in rows if row.kind == Kind.ALERT and row.interruptions}
    left = {chat_id for chat_id in CHATS if emulator.messages(chat_id)}
    assert left <= in_doubt
    assert {row.state for row in rows if row.kind == Kind.RETRACTION} == {State.SENT}
    unknown = {row.chat_id for row in rows if row.state == State.UNKNOWN}
    assert left <= unknown, "what cannot be reached is told"


@pytest.mark.parametrize("right", [RIGHT, None], ids=["correction", "retraction"])
async def test_death_before_the_commit_changes_nothing_and_after_it_everything(
    newsroom: Newsroom,
    database: Database,
    database_url: str,
    emulator: Emulator,
    forks: ForkServerContext,
    right: str | None,
) -> None:
    outbox = newsroom.outbox
    await outbox.subscribe(1, 2, 3)
    story = await outbox.publish(WRONG)
    await newsroom.finish()

    await dies(forks, database_url, story, right, "committing", target=engine.repair)
    async with database.read() as connection:
        stored = await articles.get(connection, story)
        assert stored is not None
        assert (stored.article.title, stored.revision) == (WRONG, 1)
        assert set(await connection.scalars(select(deliveries.c.kind))) == {Kind.ALERT}

    await dies(forks, database_url, story, right, "committed", target=engine.repair)
    await newsroom.finish()
    shown = [[message.text for message in emulator.messages(chat_id)] for chat_id in (1, 2, 3)]
    if right is None:
        assert shown == [[], [], []]
    else:
        assert all(right in text for (text,) in shown)
