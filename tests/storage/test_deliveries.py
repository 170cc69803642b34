"""The outbox: a chat is owed once, a debt is claimed once, and a crash leaves only what was under way in doubt."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, event, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import claims, deliveries, settling, subscribers
from storage.article import FALLBACK_SECTION, Urgency
from storage.claims import LEASE, MOST_JOINED
from storage.database import Database
from storage.deliveries import Claim, Claimed, Kind, Outcome, Priority, State, Story
from storage.owing_alerts import Audience, owe_alert
from storage.tables import deliveries as table
from storage.tables import subscribers as subscribers_table
from storage.tables import subscriptions
from tests.databases import START
from tests.storage.builders import TTL, an_article, claim, publish, section_ids, states, subscribe

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


async def owe(database: Database, *chats: int, title: str = "زلزال يضرب الساحل", now: datetime = START) -> int:
    """Owe an alert to these chats, which follow politics from now on; return the article's number."""
    async with database.write() as connection:
        for chat_id in chats:
            await subscribe(connection, chat_id, "سياسة", now=now)
        return (await publish(connection, an_article(title), now)).stored.id


async def row(connection: AsyncConnection, claim_id: int) -> Row[Any]:
    return (await connection.execute(select(table).where(table.c.id == claim_id))).one()


async def test_a_chat_with_two_matching_sections_is_owed_once(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة", "رياضة", "اقتصاد")
        await subscribe(connection, -1001234567890123, "رياضة")
        assert (await publish(connection, an_article("خبر", "سياسة", "رياضة"))).owed == 2
        assert await states(connection) == [(-1001234567890123, "pending"), (1, "pending")]


async def test_only_active_chats_with_a_matching_section_are_owed(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await subscribe(connection, 2)
        await subscribe(connection, 3, "رياضة")
        await subscribe(connection, 4, "سياسة")
        await subscribe(connection, 5, "سياسة")
        await subscribers.stop(connection, 4, status=subscribers.Status.STOPPED, now=START)
        await subscribers.stop(connection, 5, status=subscribers.Status.GONE, now=START)
        assert (await publish(connection, an_article())).owed == 1
        assert await states(connection) == [(1, "pending")]


async def test_an_article_of_an_unknown_section_is_owed_to_those_who_follow_the_general_one(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, FALLBACK_SECTION)
        await subscribe(connection, 2, "سياسة")
        assert (await publish(connection, an_article("خبر", "طقس"))).owed == 1
        assert await states(connection) == [(1, "pending")]


async def test_a_revision_is_owed_besides_the_one_before_and_each_once(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        stored = (await publish(connection, an_article())).stored
        for revision, newly in ((1, 0), (2, 1), (2, 0)):
            audience = Audience(stored.section_ids, Urgency.URGENT)
            owed = await owe_alert(connection, stored.id, revision, audience, now=START, ttl=TTL)
            assert owed == newly


async def test_an_article_without_sections_is_owed_to_nobody(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        stored = (await publish(connection, an_article("خبر", "رياضة"))).stored
        assert await owe_alert(connection, stored.id, 1, Audience((), Urgency.URGENT), now=START, ttl=TTL) == 0


async def test_a_hundred_thousand_chats_are_owed_by_one_statement(database: Database) -> None:
    chats = 100_000
    async with database.write() as connection:
        await add_many(connection, chats)
        (politics,) = await section_ids(connection, ["سياسة"])
        stored = (await publish(connection, an_article("خبر", "رياضة"))).stored
        statements = 0

        def count(*_: object) -> None:
            nonlocal statements
            statements += 1

        event.listen(connection.sync_connection, "before_cursor_execute", count)
        audience = Audience([politics], Urgency.URGENT)
        assert await owe_alert(connection, stored.id, 1, audience, now=START, ttl=TTL) == chats
        assert statements <= 4  # who has hours, a budget or a mute, and the one that owes it
        assert await deliveries.count_by_state(connection, since=START) == {State.PENDING: chats}


async def add_many(connection: AsyncConnection, number: int) -> None:
    """Add subscribers of politics with the ids 1 to `number`."""
    numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < number))
    moment = subscribers_table.c.created_at.type
    columns = ("chat_id", "language", "timezone", "status", "created_at", "changed_at")
    values = (literal("ar"), literal("UTC"), literal("active"), literal(START, moment), literal(START, moment))
    await connection.execute(insert(subscribers_table).from_select(columns, select(numbers.c.n, *values)))
    (politics,) = await section_ids(connection, ["سياسة"])
    chosen = select(subscribers_table.c.chat_id, literal(politics))
    await connection.execute(insert(subscriptions).from_select(("chat_id", "section_id"), chosen))


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
    assert [[(one.chat_id, one.article_id) for one in parcel] for parcel in first.parcels] == [
        [(3, new)],
        [(2, new), (2, old)],
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


async def owe_digest(connection: AsyncConnection, chat_id: int, now: datetime) -> None:
    await connection.execute(
        insert(table).values(
            kind=Kind.DIGEST,
            chat_id=chat_id,
            local_date="2026-03-01",
            priority=Priority.DIGEST,
            owed_at=now,
            due_at=now,
            expires_at=now + TTL,
        )
    )


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


@pytest.mark.parametrize(
    ("state", "message_id", "sent_at"),
    [
        (State.SENT, 4711, START + SECOND),
        (State.FAILED, None, None),
        (State.GONE, None, None),
        (State.UNKNOWN, None, None),
        (State.EXPIRED, None, None),
    ],
)
async def test_an_outcome_is_written_whole(
    database: Database, state: State, message_id: int | None, sent_at: object
) -> None:
    await owe(database, 1)
    async with database.write() as connection:
        (claimed,) = await claim(connection)
        outcome = Outcome(
            claimed.id,
            state,
            START + SECOND,
            message_id=message_id,
            error="why",
            attempts=3,
            refusals=2,
            lost_answers=1,
        )
        await settling.settle(connection, [outcome])
        settled = await row(connection, claimed.id)
        assert (settled.state, settled.message_id, settled.sent_at) == (state, message_id, sent_at)
        assert (settled.error, settled.attempts, settled.refusals, settled.lost_answers) == ("why", 3, 2, 1)
        assert await claim(connection, now=START + TTL) == []


async def test_a_delivery_to_be_tried_again_is_claimed_when_it_is_due(database: Database) -> None:
    await owe(database, 1)
    async with database.write() as connection:
        (claimed,) = await claim(connection)
        again = Outcome(claimed.id, State.PENDING, START, due_at=START + MINUTE, attempts=1, refusals=1)
        await settling.settle(connection, [again])
        assert await claim(connection, now=START + MINUTE - SECOND) == []
        assert await claim(connection, now=START + MINUTE) == [claimed._replace(attempts=1, refusals=1)]


async def test_many_outcomes_are_written_at_once_each_to_its_own_row(database: Database) -> None:
    await owe(database, *range(1, 51))
    async with database.write() as connection:
        claimed = await claim(connection)
        await settling.settle(
            connection,
            [
                Outcome(one.id, State.SENT if one.chat_id % 2 else State.FAILED, START, message_id=one.chat_id)
                for one in claimed
            ],
        )
        assert await states(connection) == [(chat, "sent" if chat % 2 else "failed") for chat in range(1, 51)]
        await settling.settle(connection, [])


async def test_a_row_that_was_ended_meanwhile_is_left_as_it_is(database: Database) -> None:
    await owe(database, 1)
    async with database.write() as connection:
        (claimed,) = await claim(connection)
        sent = Outcome(claimed.id, State.SENT, START, message_id=1)
        await settling.settle(connection, [sent])
        await settling.settle(connection, [Outcome(claimed.id, State.PENDING, START, due_at=START)])
        assert (await row(connection, claimed.id)).state == State.SENT
        assert (await row(connection, claimed.id)).message_id == 1


async def test_an_answer_that_comes_after_its_lease_counts_still(database: Database) -> None:
    """Or the row, which was freed meanwhile, would be sent again."""
    await owe(database, 1)
    async with database.write() as connection:
        (claimed,) = await claim(connection)
        await settling.recover(connection, now=START + LEASE, all_of_them=False)
        await settling.settle(connection, [Outcome(claimed.id, State.SENT, START + LEASE, message_id=1)])
        assert await states(connection) == [(1, "sent")]
        assert not await claims.is_waiting(connection, now=START + LEASE)


@pytest.mark.parametrize("how", ["stopped", "gone", "no section"])
async def test_what_was_under_way_when_a_chat_stopped_is_not_tried_again(database: Database, how: str) -> None:
    await owe(database, 1, 2)
    async with database.write() as connection:
        claimed = await claim(connection)
        if how == "no section":
            await subscribers.choose(connection, 1, await section_ids(connection, ["سياسة"]), chosen=False, now=START)
        else:
            await subscribers.stop(connection, 1, status=subscribers.Status(how), now=START)
        await settling.settle(connection, [Outcome(one.id, State.PENDING, START, due_at=START) for one in claimed])
        assert [one.chat_id for one in await claim(connection)] == [2]


async def test_at_its_start_a_process_frees_all_that_an_earlier_one_left(database: Database) -> None:
    await owe(database, 1, 2, 3, 4)
    async with database.write() as connection:
        claimed = {one.chat_id: one for one in await claim(connection)}
        await settling.settle(
            connection,
            [
                Outcome(claimed[1].id, State.SENT, START, message_id=1),
                Outcome(claimed[2].id, State.PENDING, START, due_at=START, attempts=1, lost_answers=1),
            ],
        )
        await claim(connection)
        later = START + SECOND
        assert await settling.recover(connection, now=later, all_of_them=True) == 3
        assert await states(connection) == [(1, "sent"), (2, "unknown"), (3, "pending"), (4, "pending")]
        again = await claim(connection, now=later)
        assert [(one.chat_id, one.attempts, one.interruptions) for one in again] == [(4, 1, 1), (3, 1, 1)]
        assert (await row(connection, claimed[2].id)).interruptions == 1


async def test_of_a_living_process_only_what_its_lease_has_outlived_is_freed(database: Database) -> None:
    await owe(database, 1, 2)
    async with database.write() as connection:
        (early,) = await claim(connection, 1)
        await claim(connection, 1, START + SECOND)
        assert await settling.recover(connection, now=START + LEASE - SECOND, all_of_them=False) == 0
        assert await settling.recover(connection, now=START + LEASE, all_of_them=False) == 1
        assert [one.id for one in await claim(connection, now=START + LEASE)] == [early.id]


async def test_an_interruption_is_counted_every_time(database: Database) -> None:
    await owe(database, 1)
    async with database.write() as connection:
        for times in (1, 2, 3):
            await claim(connection)
            await settling.recover(connection, now=START, all_of_them=True)
            (counted,) = (await connection.scalars(select(table.c.interruptions))).all()
            assert counted == times


async def test_what_waited_past_its_time_to_live_expires(database: Database) -> None:
    await owe(database, 1, 2, 3)
    async with database.write() as connection:
        (sending,) = await claim(connection, 1)
        assert (await settling.expire(connection, now=START + TTL - SECOND)).total() == 0
        assert (await settling.expire(connection, now=START + TTL)).total() == 2
        assert await states(connection) == [(1, "expired"), (2, "expired"), (sending.chat_id, "sending")]
        assert await claim(connection, now=START + TTL) == []


async def test_what_may_have_arrived_does_not_expire_but_is_unknown(database: Database) -> None:
    await owe(database, 1, 2)
    async with database.write() as connection:
        (interrupted,) = await claim(connection, 1)
        await settling.recover(connection, now=START, all_of_them=True)
        ended = await settling.expire(connection, now=START + TTL)

        assert ended == {(Kind.ALERT, State.EXPIRED): 1, (Kind.ALERT, State.UNKNOWN): 1}
        assert (await row(connection, interrupted.id)).state == State.UNKNOWN


async def test_the_article_of_an_alert_is_found_by_its_message(database: Database) -> None:
    first = await owe(database, 1, 2, title="الأول")
    second = await owe(database, title="الثاني", now=START + SECOND)
    async with database.write() as connection:
        messages = {(1, first): 10, (1, second): 11, (2, first): 10, (2, second): 10}
        await settling.settle(
            connection,
            [
                Outcome(one.id, State.SENT, START, message_id=messages[one.chat_id, one.article_id or 0])
                for one in await claim(connection, now=START + MINUTE)
            ],
        )
        assert await deliveries.article_of_message(connection, 1, 10) == first
        assert await deliveries.article_of_message(connection, 1, 11) == second
        # Alerts that were joined into one message: the newest is meant.
        assert await deliveries.article_of_message(connection, 2, 10) == second
        assert await deliveries.article_of_message(connection, 1, 12) is None
        assert await deliveries.article_of_message(connection, 3, 10) is None


async def test_a_digests_message_is_no_articles(database: Database) -> None:
    async with database.write() as connection:
        await owe_digest(connection, 1, START)
        await connection.execute(update(table).values(message_id=10, state=State.SENT))
        assert await deliveries.article_of_message(connection, 1, 10) is None


async def test_deliveries_are_counted_by_state_since_a_time_and_open_ones_always(database: Database) -> None:
    await owe(database, 1, 2, title="الأول", now=START - MINUTE)
    async with database.write() as connection:
        (sent, _) = await claim(connection)
        await settling.settle(connection, [Outcome(sent.id, State.SENT, START)])
    await owe(database, title="الثاني")
    async with database.read() as connection:
        assert await deliveries.count_by_state(connection, since=START - MINUTE) == {
            State.SENT: 1,
            State.SENDING: 1,
            State.PENDING: 2,
        }
        assert await deliveries.count_by_state(connection, since=START) == {State.SENDING: 1, State.PENDING: 2}
