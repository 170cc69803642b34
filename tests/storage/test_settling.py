"""How claims end: written once, and after a crash only what was under way is in doubt."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import claims, settling, subscribers
from storage.claims import LEASE
from storage.database import Database
from storage.deliveries import Kind, Outcome, State
from storage.tables import deliveries as table
from tests.databases import START
from tests.storage.builders import TTL, claim, owe, section_ids, states

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


async def row(connection: AsyncConnection, claim_id: int) -> Row[Any]:
    return (await connection.execute(select(table).where(table.c.id == claim_id))).one()


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
        left = [(chat_id, "sending" if chat_id == sending.chat_id else "expired") for chat_id in (1, 2, 3)]
        assert await states(connection) == left
        assert await claim(connection, now=START + TTL) == []


async def test_what_may_have_arrived_does_not_expire_but_is_unknown(database: Database) -> None:
    await owe(database, 1, 2)
    async with database.write() as connection:
        (interrupted,) = await claim(connection, 1)
        await settling.recover(connection, now=START, all_of_them=True)
        ended = await settling.expire(connection, now=START + TTL)

        assert ended == {(Kind.ALERT, State.EXPIRED): 1, (Kind.ALERT, State.UNKNOWN): 1}
        assert (await row(connection, interrupted.id)).state == State.UNKNOWN
