"""What is claimed: the most pressing first, each debt once, and nothing by two."""

import asyncio
from datetime import timedelta

from sqlalchemy import update

from storage import claims, subscribers
from storage.article import Urgency
from storage.claims import MOST_JOINED
from storage.database import Database
from storage.deliveries import Claim, Claimed, Kind, State, Story
from storage.tables import deliveries as table
from tests.databases import START
from tests.storage.builders import TTL, an_article, claim, owe, owe_digest, publish, states, subscribe

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


async def test_a_claim_holds_what_sending_needs(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 7, "سياسة", language="en", timezone="Africa/Cairo")
    article_id = await owe(database)
    async with database.write() as connection:
        (claimed,) = await claim(connection)
        assert claimed == Claim(
            id=claimed.id,
            kind=Kind.ALERT,
            chat_id=7,
            language="en",
            timezone="Africa/Cairo",
            attempts=0,
            refusals=0,
            lost_answers=0,
            interruptions=0,
            article_id=article_id,
            revision=1,
            window_start=None,
            window_end=None,
            owed_at=START,
            stories=(Story(article_id, told=1, revision=1),),
        )
        assert await states(connection) == [(7, "sending")]
        assert await claim(connection) == []


async def test_the_most_pressing_is_claimed_first_and_the_newest_of_equals(database: Database) -> None:
    old = await owe(database, 1, 2, title="قديم")
    async with database.write() as connection:
        await owe_digest(connection, 1, START + 2 * MINUTE)
        await subscribers.stop(connection, 1, status=subscribers.Status.STOPPED, now=START)
        await connection.execute(update(table).values(state=State.PENDING))
    new = await owe(database, 3, title="جديد", now=START + MINUTE)
    async with database.write() as connection:
        await subscribe(connection, 1)
        now = START + 5 * MINUTE
        first = await claims.claim(connection, limit=2, now=now)
        second = await claims.claim(connection, limit=9, now=now)
    # In which order a database owes one story to several chats is its own affair.
    assert sorted([(one.chat_id, one.article_id) for one in parcel] for parcel in first.parcels) == [
        [(2, new), (2, old)],
        [(3, new)],
    ]
    assert [[(one.chat_id, one.article_id) for one in parcel] for parcel in second.parcels] == [[(1, old)], [(1, None)]]
    assert (first.more, second.more) == (True, False)


async def test_alerts_that_wait_for_one_chat_come_in_one_parcel_the_newest_first(database: Database) -> None:
    ids = [
        await owe(database, 1, 2, title=f"خبر {number}", now=START + number * SECOND)
        for number in range(MOST_JOINED + 2)
    ]
    async with database.write() as connection:
        now = START + MINUTE
        (one,) = (await claims.claim(connection, limit=1, now=now)).parcels
        assert [claimed.article_id for claimed in one] == ids[:1:-1]
        rest = (await claims.claim(connection, limit=100, now=now)).parcels
        assert sorted((parcel[0].chat_id, len(parcel)) for parcel in rest) == [(1, MOST_JOINED), (2, 2)]


async def test_a_digest_is_a_parcel_of_its_own(database: Database) -> None:
    await owe(database, 1)
    async with database.write() as connection:
        await owe_digest(connection, 1, START)
        parcels = (await claims.claim(connection, limit=9, now=START)).parcels
        assert [[claimed.kind for claimed in parcel] for parcel in parcels] == [[Kind.ALERT], [Kind.DIGEST]]


async def test_a_claim_ends_what_is_stale_instead_of_sending_it(database: Database) -> None:
    await owe(database, 1, 2, title="قديم")
    new = await owe(database, title="جديد", now=START + TTL)
    async with database.write() as connection:
        claimed = await claims.claim(connection, limit=100, now=START + TTL)
        assert {one.article_id for parcel in claimed.parcels for one in parcel} == {new}
        assert claimed.more
        assert await states(connection) == [(1, "expired"), (1, "sending"), (2, "expired"), (2, "sending")]


async def test_a_chat_with_nothing_fresh_is_no_parcel(database: Database) -> None:
    await owe(database, 1)
    async with database.write() as connection:
        assert (await claims.claim(connection, limit=9, now=START + TTL)).parcels == ()
        assert await states(connection) == [(1, "expired")]
        assert await claims.claim(connection, limit=9, now=START + TTL) == Claimed((), more=False)


async def test_something_is_waiting_exactly_when_a_claim_would_find_it(database: Database) -> None:
    async with database.write() as connection:
        assert not await claims.is_waiting(connection, now=START)
    await owe(database, 1)
    async with database.write() as connection:
        assert not await claims.is_waiting(connection, now=START - SECOND)
        assert await claims.is_waiting(connection, now=START)
        await claim(connection)
        assert not await claims.is_waiting(connection, now=START)


async def test_the_most_urgent_alert_goes_first_and_of_equals_the_newest(database: Database) -> None:
    ranks = [Urgency.NORMAL, Urgency.FLASH, Urgency.URGENT, Urgency.NORMAL, Urgency.FLASH]
    sections = ["سياسة", "رياضة", "اقتصاد", "أخبار عالمية", "أخبار محلية"]
    async with database.write() as connection:
        for chat_id, (urgency, section) in enumerate(zip(ranks, sections, strict=True), start=1):
            await subscribe(connection, chat_id, section)
            story = an_article(f"خبر {section}", section, urgency=urgency)
            await publish(connection, story, START + chat_id * SECOND)
        assert [one.chat_id for one in await claim(connection, now=START + 10 * SECOND)] == [5, 2, 3, 4, 1]


async def test_nothing_is_claimed_before_it_is_due(database: Database) -> None:
    await owe(database, 1, 2, 3)
    async with database.write() as connection:
        for chat_id, seconds in ((1, 0), (2, 1), (3, 10)):
            due_at = START + seconds * SECOND
            await connection.execute(update(table).where(table.c.chat_id == chat_id).values(due_at=due_at))
        cases: tuple[tuple[float, list[int]], ...] = ((-1, []), (0, [1]), (0.5, []), (2, [2]), (9.9, []), (10, [3]))
        for wait, expected in cases:
            claimed = await claim(connection, now=START + wait * SECOND)
            assert [one.chat_id for one in claimed] == expected


async def test_concurrent_claimers_never_share_a_row(database_url: str) -> None:
    bots = [Database(database_url) for _ in range(4)]
    claimed: list[int] = []

    async def claim_all(bot: Database) -> None:
        while True:
            async with bot.write() as connection:
                batch = await claim(connection, 7)
                if not batch:
                    return
                assert len(batch) <= 7
                claimed.extend(one.id for one in batch)
                await asyncio.sleep(0)

    try:
        await owe(bots[0], *range(1, 201))
        await asyncio.gather(*(claim_all(bot) for bot in bots))
        assert len(claimed) == 200
        assert len(set(claimed)) == 200
    finally:
        for bot in bots:
            await bot.close()


async def test_a_claimer_does_not_wait_for_the_rows_of_another(postgres_database_url: str) -> None:
    bots = [Database(postgres_database_url) for _ in range(2)]
    try:
        await owe(bots[0], 1, 2, 3, 4)
        async with bots[0].write() as one, bots[1].write() as other:
            first, second = await claim(one, 2), await claim(other, 4)
        assert len(first) == len(second) == 2
        assert not {claimed.id for claimed in first} & {claimed.id for claimed in second}
    finally:
        for bot in bots:
            await bot.close()
