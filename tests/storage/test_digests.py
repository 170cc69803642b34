"""A digest comes once for each local date, with everything that came since the last one, and never empty."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import claims, digests, settling, subscribers
from storage.article import Urgency
from storage.articles import Status
from storage.database import Database
from storage.deliveries import Claim, Kind, Priority
from storage.digest_stories import DIGEST_BACKLOG, stories
from storage.digests import DEFAULT_MINUTE, GRACE, Digest, Edition
from storage.owing_alerts import Audience, owe_alert
from storage.owing_digests import owe_due
from storage.tables import articles as articles_table
from storage.tables import deliveries as table
from storage.tables import digests as digests_table
from storage.tables import subscribers as subscribers_table
from storage.tables import subscriptions
from tests.databases import START
from tests.storage.builders import an_article, keep, section_ids, subscribe

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
RIYADH = "Asia/Riyadh"
# In Riyadh, always three hours before UTC: a digest at 20:00 on 2 March is due at this moment.
DUE = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


async def with_digest(
    connection: AsyncConnection, chat_id: int = 1, *, minute: int = DEFAULT_MINUTE, timezone: str = RIYADH
) -> Digest:
    """A chat that follows politics and wants a digest. `START` is 21:00 in Riyadh, so the first comes on 2 March."""
    await subscribe(connection, chat_id, "سياسة", timezone=timezone)
    return await digests.turn_on(connection, chat_id, minute=minute, timezone=timezone, now=START)


async def owed(connection: AsyncConnection, chat_id: int = 1) -> list[tuple[str, datetime, datetime]]:
    """Local date and window of every digest that the chat was ever owed."""
    rows = await connection.execute(
        select(table.c.local_date, table.c.window_start, table.c.window_end)
        .where(table.c.chat_id == chat_id, table.c.kind == Kind.DIGEST)
        .order_by(table.c.id)
    )
    return [(row.local_date, row.window_start, row.window_end) for row in rows]


async def titles(connection: AsyncConnection, chat_id: int = 1) -> list[set[str]]:
    """What each digest of the chat tells, as it is read when it is sent."""
    return [
        {
            headline.title
            for headline in await stories(connection, chat_id, Edition.EVENING, since=since, until=until, limit=99)
        }
        for _, since, until in await owed(connection, chat_id)
    ]


async def test_a_chat_without_digest_has_none(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        assert await digests.get(connection, 1, Edition.EVENING) is None
        await digests.turn_off(connection, 1)
        assert await digests.get(connection, 1, Edition.EVENING) is None


async def test_a_digest_is_turned_on_and_off_and_keeps_its_hour(database: Database) -> None:
    async with database.write() as connection:
        on = await with_digest(connection)
        assert on == Digest(True, 1200, DUE)
        assert await digests.get(connection, 1, Edition.EVENING) == on
        await digests.turn_off(connection, 1)
        assert await digests.get(connection, 1, Edition.EVENING) == Digest(False, 1200, DUE)
        moved = await digests.turn_on(connection, 1, minute=23 * 60, timezone=RIYADH, now=START)
        assert moved == Digest(True, 1380, START + 2 * HOUR)
        assert await digests.get(connection, 1, Edition.EVENING) == moved


async def test_nothing_is_owed_before_its_time_and_one_digest_then(database: Database) -> None:
    async with database.write() as connection:
        await with_digest(connection)
        await keep(connection, an_article(), DUE - HOUR)
        assert await owe_due(connection, now=DUE - MINUTE) == 0
        assert await owe_due(connection, now=DUE) == 1
        assert await owed(connection) == [("2026-03-02", DUE - DAY, DUE)]
        assert await digests.get(connection, 1, Edition.EVENING) == Digest(True, 1200, DUE + DAY)
        ((claimed,),) = (await claims.claim(connection, limit=9, now=DUE)).parcels
        assert claimed == Claim(
            id=claimed.id,
            kind=Kind.DIGEST,
            chat_id=1,
            language="ar",
            timezone=RIYADH,
            attempts=0,
            refusals=0,
            lost_answers=0,
            interruptions=0,
            article_id=None,
            revision=None,
            window_start=DUE - DAY,
            window_end=DUE,
            edition=Edition.EVENING,
            owed_at=DUE,
        )
        (priority,) = (await connection.scalars(select(table.c.priority))).all()
        assert priority == Priority.DIGEST


async def test_a_restart_owes_nothing_again(database_url: str) -> None:
    for _ in range(3):
        database = Database(database_url)
        async with database.write() as connection:
            if await digests.get(connection, 1, Edition.EVENING) is None:
                await with_digest(connection)
                await keep(connection, an_article(), DUE - HOUR)
            await owe_due(connection, now=DUE + MINUTE)
            assert len(await owed(connection)) == 1
        await database.close()


async def test_processes_that_look_at_the_same_moment_owe_it_once(database_url: str) -> None:
    bots = [Database(database_url) for _ in range(4)]

    async def look(bot: Database, now: datetime) -> int:
        async with bot.write() as connection:
            return await owe_due(connection, now=now)

    try:
        async with bots[0].write() as connection:
            await with_digest(connection)
            await keep(connection, an_article(), DUE - HOUR)
        clocks = (DUE + index * timedelta(milliseconds=1) for index in range(4))
        assert sorted(await asyncio.gather(*(look(bot, now) for bot, now in zip(bots, clocks, strict=True)))) == [
            0, 0, 0, 1,
        ]  # fmt: skip
        async with bots[0].read() as connection:
            assert len(await owed(connection)) == 1
    finally:
        for bot in bots:
            await bot.close()


async def test_a_window_in_which_nothing_came_owes_nothing(database: Database) -> None:
    async with database.write() as connection:
        await with_digest(connection)
        await keep(connection, an_article("من قسم آخر", "رياضة"), DUE - HOUR)
        await keep(connection, an_article("قبل النافذة"), DUE - DAY - MINUTE)
        retracted = await keep(connection, an_article("سحب"), DUE - HOUR)
        await connection.execute(
            update(articles_table).where(articles_table.c.id == retracted.id).values(status=Status.RETRACTED)
        )
        assert await owe_due(connection, now=DUE) == 0
        assert await digests.get(connection, 1, Edition.EVENING) == Digest(True, 1200, DUE + DAY)
        assert await owe_due(connection, now=DUE + DAY) == 0


async def test_an_old_story_that_has_just_arrived_is_no_digest_of_its_own(database: Database) -> None:
    async with database.write() as connection:
        await with_digest(connection)
        await keep(connection, an_article(published_at=DUE - DIGEST_BACKLOG - MINUTE), DUE - HOUR)
        assert await owe_due(connection, now=DUE) == 0


@pytest.mark.parametrize(
    ("late", "owes"),
    [(timedelta(), 1), (MINUTE, 1), (GRACE, 1), (GRACE + MINUTE, 0), (DAY - MINUTE, 0), (3 * DAY - MINUTE, 0)],
)
async def test_a_late_digest_goes_out_within_its_grace_and_never_after(
    database: Database, late: timedelta, owes: int
) -> None:
    now = DUE + late
    async with database.write() as connection:
        await with_digest(connection)
        await keep(connection, an_article(), now - HOUR)
        assert await owe_due(connection, now=now) == owes
        assert len(await owed(connection)) == owes
        following = await digests.get(connection, 1, Edition.EVENING)
        assert following is not None
        assert following.next_due_at == DUE + DAY * (late // DAY + 1)
        assert await owe_due(connection, now=now) == 0


async def test_todays_digest_goes_out_although_those_before_were_missed(database: Database) -> None:
    now = DUE + 3 * DAY + HOUR
    async with database.write() as connection:
        await with_digest(connection)
        await keep(connection, an_article(), now - 2 * HOUR)
        assert await owe_due(connection, now=now) == 1
        assert [day for day, _, _ in await owed(connection)] == ["2026-03-05"]
        assert await digests.get(connection, 1, Edition.EVENING) == Digest(True, 1200, DUE + 4 * DAY)


async def test_a_digest_that_could_not_be_sent_within_its_grace_is_left_out(database: Database) -> None:
    async with database.write() as connection:
        await with_digest(connection)
        await keep(connection, an_article(), DUE - HOUR)
        await owe_due(connection, now=DUE + HOUR)
        assert (await settling.expire(connection, now=DUE + GRACE - MINUTE)).total() == 0
        assert (await settling.expire(connection, now=DUE + GRACE)).total() == 1
        assert not await claims.is_waiting(connection, now=DUE + GRACE)


async def test_a_window_begins_where_the_last_one_ended(database: Database) -> None:
    """The second digest comes three hours late, the third in time; no story is told twice or left out."""
    async with database.write() as connection:
        await with_digest(connection)
        for hour in range(0, 80, 2):
            await keep(connection, an_article(f"خبر الساعة {hour}"), START + hour * HOUR)
            await owe_due(connection, now=START + hour * HOUR + MINUTE)
            if hour == 44:
                break
        await owe_due(connection, now=DUE + DAY + 3 * HOUR)
        await keep(connection, an_article("خبر متأخر"), DUE + DAY + 4 * HOUR)
        await owe_due(connection, now=DUE + 2 * DAY)
        windows = await owed(connection)
        assert [day for day, _, _ in windows] == ["2026-03-02", "2026-03-03", "2026-03-04"]
        assert all(one[2] == following[1] for one, following in pairwise(windows))
        told = await titles(connection)
        assert sum(len(stories) for stories in told) == len(set().union(*told))
        assert "خبر متأخر" in told[2]


async def test_a_window_after_one_that_was_missed_reaches_back_as_far_as_news_are_fresh(database: Database) -> None:
    async with database.write() as connection:
        await with_digest(connection)
        await keep(connection, an_article("أول"), DUE - HOUR)
        await owe_due(connection, now=DUE)
        await keep(connection, an_article("قديم"), DUE + HOUR)
        assert await owe_due(connection, now=DUE + DAY + GRACE + MINUTE) == 0
        await keep(connection, an_article("حديث"), DUE + 2 * DAY - HOUR)
        assert await owe_due(connection, now=DUE + 2 * DAY) == 1
        assert (await owed(connection))[1] == ("2026-03-04", DUE + 2 * DAY - DIGEST_BACKLOG, DUE + 2 * DAY)


@pytest.mark.parametrize("new_minute", [19 * 60, 21 * 60, 23 * 60 + 59])
async def test_a_new_hour_after_todays_digest_tells_no_story_twice_and_loses_none(
    database: Database, new_minute: int
) -> None:
    async with database.write() as connection:
        await with_digest(connection)
        await keep(connection, an_article("قبل الموجز"), DUE - HOUR)
        await owe_due(connection, now=DUE)
        await keep(connection, an_article("بعد الموجز"), DUE + 10 * MINUTE)
        moved = await digests.turn_on(connection, 1, minute=new_minute, timezone=RIYADH, now=DUE + 30 * MINUTE)
        assert moved.next_due_at == DUE + DAY + (new_minute - 1200) * MINUTE
        for hour in range(30):
            await owe_due(connection, now=DUE + hour * HOUR + 30 * MINUTE)
        assert await titles(connection) == [{"قبل الموجز"}, {"بعد الموجز"}]
        assert [day for day, _, _ in await owed(connection)] == ["2026-03-02", "2026-03-03"]


async def test_a_new_hour_before_todays_digest_moves_it(database: Database) -> None:
    async with database.write() as connection:
        await with_digest(connection)
        await keep(connection, an_article(), DUE - 5 * HOUR)
        moved = await digests.turn_on(connection, 1, minute=21 * 60, timezone=RIYADH, now=DUE - HOUR)
        assert moved.next_due_at == DUE + HOUR
        assert await owe_due(connection, now=DUE) == 0
        assert await owe_due(connection, now=DUE + HOUR) == 1


async def test_a_chat_that_has_turned_its_digest_off_is_owed_none(database: Database) -> None:
    async with database.write() as connection:
        await with_digest(connection)
        await keep(connection, an_article(), DUE - HOUR)
        await digests.turn_off(connection, 1)
        assert await owe_due(connection, now=DUE) == 0


@pytest.mark.parametrize("status", [subscribers.Status.STOPPED, subscribers.Status.GONE])
async def test_a_stopped_chat_is_owed_nothing_until_it_comes_back(
    database: Database, status: subscribers.Status
) -> None:
    async with database.write() as connection:
        await with_digest(connection)
        await subscribers.stop(connection, 1, status=status, now=START)
        await keep(connection, an_article("الأول"), DUE - HOUR)
        assert await owe_due(connection, now=DUE) == 0
        await subscribers.start(connection, 1, language="ar", timezone=RIYADH, now=DUE + HOUR)
        await keep(connection, an_article("الثاني"), DUE + 2 * HOUR)
        assert await owe_due(connection, now=DUE + 3 * HOUR) == 0
        assert await owe_due(connection, now=DUE + DAY) == 1
        assert await titles(connection) == [{"الثاني"}]


async def test_a_chat_without_sections_is_owed_nothing(database: Database) -> None:
    async with database.write() as connection:
        await with_digest(connection)
        ids = await section_ids(connection, ["سياسة"])
        await subscribers.choose(connection, 1, ids, chosen=False, now=START)
        await keep(connection, an_article(), DUE - HOUR)
        assert await owe_due(connection, now=DUE) == 0


async def test_a_date_is_served_once_although_the_chat_moves_to_another_zone(database: Database) -> None:
    async with database.write() as connection:
        await with_digest(connection, minute=30, timezone="Asia/Tokyo")
        for hour in range(96):
            now = START + hour * HOUR
            await keep(connection, an_article(f"خبر {hour}"), now)
            await owe_due(connection, now=now + MINUTE)
            if hour == 30:
                await connection.execute(update(subscribers_table).values(timezone="America/Los_Angeles"))
        days = [day for day, _, _ in await owed(connection)]
        assert len(days) == len(set(days)) >= 3
        assert days == sorted(days)


async def test_many_chats_in_several_zones_each_get_theirs_in_time(database: Database) -> None:
    """Four days of a ticking clock, over the night in which Beirut's clocks skip midnight."""
    zones = ("Asia/Riyadh", "Africa/Cairo", "Asia/Beirut", "Africa/Casablanca", "Asia/Kolkata", "UTC")
    minutes = (0, 30, 8 * 60, 1200)
    start = datetime(2026, 3, 27, 0, 0, tzinfo=UTC)
    chats = {(zone, minute): index for index, (zone, minute) in enumerate(((z, m) for z in zones for m in minutes), 1)}
    async with database.write() as connection:
        for (zone, minute), chat_id in chats.items():
            await subscribe(connection, chat_id, "سياسة", timezone=zone)
            await digests.turn_on(connection, chat_id, minute=minute, timezone=zone, now=start)
        for step in range(4 * 48 + 1):
            now = start + step * 30 * MINUTE
            await owe_due(connection, now=now)
            if step % 6 == 0:
                await keep(connection, an_article(f"خبر {step}"), now)
        for (zone, minute), chat_id in chats.items():
            tz = ZoneInfo(zone)
            rows = await owed(connection, chat_id)
            days = [date.fromisoformat(day) for day, _, _ in rows]
            assert len(days) in (3, 4), (zone, minute, chat_id)
            assert all(following - one == DAY for one, following in pairwise(days))
            for day, (_, _, end) in zip(days, rows, strict=True):
                local = end.astimezone(tz)
                wanted = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=tz)
                skipped = zone == "Asia/Beirut" and day == date(2026, 3, 29) and minute < 60
                assert local.date() == day
                assert local == wanted or (skipped and local - wanted in (timedelta(), HOUR))


async def test_forty_thousand_digests_of_one_minute_are_owed_by_a_few_statements(database: Database) -> None:
    chats = 40_000  # more than a statement can have parameters
    numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < chats))
    moment = subscribers_table.c.created_at.type
    async with database.write() as connection:
        (politics,) = await section_ids(connection, ["سياسة"])
        await connection.execute(
            insert(subscribers_table).from_select(
                ("chat_id", "language", "timezone", "status", "created_at", "changed_at"),
                select(
                    numbers.c.n, literal("ar"), literal(RIYADH), literal("active"),
                    literal(START, moment), literal(START, moment),
                ),
            )
        )  # fmt: skip
        every = select(subscribers_table.c.chat_id)
        await connection.execute(
            insert(subscriptions).from_select(("chat_id", "section_id"), every.add_columns(literal(politics)))
        )
        await connection.execute(
            insert(digests_table).from_select(
                ("chat_id", "edition", "enabled", "minute", "next_date", "next_due_at"),
                every.add_columns(
                    literal("evening"), literal(True), literal(1200), literal("2026-03-02"), literal(DUE, moment)
                ),
            )
        )
        await keep(connection, an_article(), DUE - HOUR)
        statements = 0

        def count(*_: object) -> None:
            nonlocal statements
            statements += 1

        event.listen(connection.sync_connection, "before_cursor_execute", count)
        assert await owe_due(connection, now=DUE) == chats
        assert statements <= 7
        assert await connection.scalar(select(func.count()).select_from(table)) == chats


async def test_a_digest_is_sent_after_the_alerts_that_wait(database: Database) -> None:
    async with database.write() as connection:
        await with_digest(connection)
        stored = await keep(connection, an_article(), DUE - HOUR)
        await owe_due(connection, now=DUE)
        audience = Audience(stored.section_ids, Urgency.URGENT)
        await owe_alert(connection, stored.id, 1, audience, now=DUE - MINUTE, ttl=HOUR)
        parcels = (await claims.claim(connection, limit=9, now=DUE)).parcels
        assert [[claimed.kind for claimed in parcel] for parcel in parcels] == [[Kind.ALERT], [Kind.DIGEST]]
