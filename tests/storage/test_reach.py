"""How far a story got, who came and went, what was read, and which messages tell of it."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from storage import audience, progress, reach, reads, settling, stats, subscribers
from storage.audience import AudienceHour
from storage.database import Database
from storage.deliveries import Claim, Outcome, State
from storage.reach import Counts
from storage.subscribers import ImportedSubscriber, Status
from storage.tables import articles as articles_table
from tests.databases import START
from tests.storage.builders import an_article, claim, keep, publish, section_ids, subscribe

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def outcome(claimed: Claim, state: State, at: datetime) -> Outcome:
    message_id = claimed.chat_id if state is State.SENT else None
    return Outcome(claimed.id, state, at, message_id=message_id, error=None if state is State.SENT else "no")


async def broadcast(database: Database, *section_names: str) -> int:
    """Publish to chats 1 to 6 of politics, 4 to 8 of sport: five got it after 1, 2, 4, 8 and 16 s, the rest not."""
    async with database.write() as connection:
        for chat_id in range(1, 9):
            names = ["سياسة"] * (chat_id <= 6) + ["رياضة"] * (chat_id >= 4)
            await subscribe(connection, chat_id, *names)
        story = (await publish(connection, an_article("خبر", *section_names))).stored.id
        claimed = {each.chat_id: each for each in await claim(connection)}
        ends = [
            *(outcome(claimed[chat], State.SENT, START + 2 ** (chat - 1) * SECOND) for chat in range(1, 6)),
            outcome(claimed[6], State.GONE, START),
            outcome(claimed[7], State.FAILED, START),
        ]
        await settling.settle(connection, ends)
    return story


async def test_a_report_tells_times_states_and_sections(database: Database) -> None:
    story = await broadcast(database, "رياضة", "سياسة")
    async with database.write() as connection:
        for minutes in (1, 2, 70):
            await reads.count(connection, story, now=START + timedelta(minutes=minutes))
        told = await reach.report(connection, story)
    assert told == reach.Reach(
        title="خبر",
        published_at=START,
        received_at=START,
        counts=Counts({State.SENT: 5, State.GONE: 1, State.FAILED: 1, State.SENDING: 1}),
        first_at=START + SECOND,
        median_at=START + 4 * SECOND,
        last_at=START + 16 * SECOND,
        reads=3,
        sections={
            "رياضة": Counts({State.SENT: 2, State.GONE: 1, State.FAILED: 1, State.SENDING: 1}),
            "سياسة": Counts({State.SENT: 5, State.GONE: 1}),
        },
    )
    assert list(told.sections) == ["رياضة", "سياسة"]
    assert (told.counts.total, told.counts.sent, told.counts.left) == (8, 5, 1)


async def test_a_report_of_a_story_that_reached_nobody_has_no_times(database: Database) -> None:
    async with database.write() as connection:
        stored = await keep(connection, an_article("محفوظ", "صحة"))
        told = await reach.report(connection, stored.id)
        assert await reach.report(connection, stored.id + 1) is None
    assert told is not None
    assert (told.first_at, told.median_at, told.last_at) == (None, None, None)
    assert (told.counts.total, told.reads, told.sections) == (0, 0, {"صحة": Counts({})})


async def test_a_retracted_story_is_still_reported(database: Database) -> None:
    story = await broadcast(database, "رياضة", "سياسة")
    async with database.write() as connection:
        await connection.execute(update(articles_table).values(status="retracted"))
        told = await reach.report(connection, story)
    assert told is not None
    assert told.counts.sent == 5


async def test_the_pace_is_that_of_the_last_moment(database: Database) -> None:
    story = await broadcast(database, "سياسة", "رياضة")
    window = timedelta(seconds=10)
    async with database.read() as connection:
        now = await reach.pace(connection, story, now=START + 17 * SECOND, window=window)
        later = await reach.pace(connection, story, now=START + 30 * SECOND, window=window)
        assert await reach.pace(connection, story + 1, now=START, window=window) is None
    assert now is not None
    assert later is not None
    assert now.counts == later.counts == Counts({State.SENT: 5, State.GONE: 1, State.FAILED: 1, State.SENDING: 1})
    assert (now.rate, later.rate) == (0.2, 0.0)


async def test_who_comes_and_goes_is_counted_by_the_hour_and_once(database: Database) -> None:
    async with database.write() as connection:
        for chat_id in (1, 2, 3):
            await subscribe(connection, chat_id, "سياسة")
        await subscribe(connection, 1, "رياضة")  # who is here does not come again
        later = START + HOUR
        await subscribers.stop_many(connection, [1, 2, 99], status=Status.STOPPED, now=later)
        await subscribers.stop(connection, 1, status=Status.GONE, now=later)  # who has left does not leave again
        await subscribers.stop(connection, 3, status=Status.GONE, now=later)
        await subscribe(connection, 2, "سياسة", now=later)
        assert await audience.hours(connection, since=START) == (
            AudienceHour(START, joined=3, stopped=0, gone=0),
            AudienceHour(later, joined=1, stopped=2, gone=1),
        )
        assert len(await audience.hours(connection, since=later + timedelta(minutes=59))) == 1


async def test_an_import_tells_how_many_were_not_here_before(database: Database) -> None:
    async with database.write() as connection:
        for chat_id in (1, 2):
            await subscribe(connection, chat_id, "سياسة")
        await subscribers.stop(connection, 2, status=Status.STOPPED, now=START)
        ids = tuple(await section_ids(connection, ["سياسة"]))
        rows = [ImportedSubscriber(chat_id, "ar", "Asia/Riyadh", ids) for chat_id in (1, 2, 3, 3)]
        assert await subscribers.import_many(connection, rows, now=START) == 2
        assert await subscribers.import_many(connection, rows, now=START) == 0
        assert await subscribers.import_many(connection, [], now=START) == 0


async def test_people_who_press_at_the_same_moment_are_all_counted(database_url: str) -> None:
    bots = [Database(database_url) for _ in range(3)]
    try:
        async with bots[0].write() as connection:
            story = (await publish(connection, an_article())).stored.id

        async def press(bot: Database) -> None:
            async with bot.write() as connection:
                await reads.count(connection, story, now=START)

        await asyncio.gather(*(press(bot) for bot in bots for _ in range(5)))
        async with bots[0].read() as connection:
            assert await reads.of_story(connection, story) == 15
    finally:
        for bot in bots:
            await bot.close()


async def test_activity_holds_what_happened_since(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة", "رياضة")
        await subscribe(connection, 2, "سياسة")
        await subscribers.stop(connection, 2, status=Status.STOPPED, now=START)
        old = (await publish(connection, an_article("قديم"), START - HOUR)).stored.id
        await reads.count(connection, old, now=START - HOUR)
        new = (await publish(connection, an_article("جديد"), START + SECOND)).stored.id
        await keep(connection, an_article("محفوظ"), START + SECOND)
        for story in (old, new, new):
            await reads.count(connection, story, now=START + HOUR)
        found = await stats.activity(connection, since=START)
    assert found.active == 1
    assert {name: number for name, number in found.sections.items() if number} == {"سياسة": 1, "رياضة": 1}
    assert found.audience == (AudienceHour(START, joined=2, stopped=1, gone=0),)
    assert found.alerts == (START + SECOND,)
    assert found.reads == {START + HOUR: 3}


async def test_messages_that_tell_of_a_broadcast_outlive_the_process_until_they_are_ended(database: Database) -> None:
    async with database.write() as connection:
        story = (await publish(connection, an_article())).stored.id
        await progress.follow(connection, story, 7, language="ar", now=START)
        await progress.follow(connection, story, 8, language="en", now=START)
        first, second = await progress.every(connection)
        await progress.note_sent(connection, first.id, 55)
    async with database.write() as connection:
        assert [(each.chat_id, each.language, each.message_id) for each in await progress.every(connection)] == [
            (7, "ar", 55),
            (8, "en", None),
        ]
        await progress.end(connection, second.id)
        # Who is told already gets a new message.
        await progress.follow(connection, story, 7, language="ar", now=START + HOUR)
        assert await progress.every(connection) == (progress.Progress(first.id, story, 7, "ar", None, START + HOUR),)


@pytest.mark.parametrize(("sent", "expected"), [(1, 0), (2, 0), (3, 1), (4, 1), (5, 2)])
async def test_the_median_is_the_lower_middle(database: Database, sent: int, expected: int) -> None:
    async with database.write() as connection:
        for chat_id in range(1, sent + 1):
            await subscribe(connection, chat_id, "سياسة")
        story = (await publish(connection, an_article())).stored.id
        claimed = await claim(connection)
        ends = [outcome(each, State.SENT, START + place * SECOND) for place, each in enumerate(claimed)]
        await settling.settle(connection, ends)
        told = await reach.report(connection, story)
    assert told is not None
    assert told.median_at == START + expected * SECOND
