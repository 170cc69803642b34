"""What is forgotten, and what is not."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import retention, search
from storage.database import Database
from storage.deliveries import Outcome, State
from storage.retention import Policy, forget_some
from storage.settling import settle
from storage.tables import articles, deliveries
from tests.databases import START
from tests.storage.builders import an_article, claim, keep, publish, subscribe

DAY = timedelta(days=1)


async def count(connection: AsyncConnection) -> tuple[int, int]:
    """How many articles and deliveries there are."""
    numbers = [await connection.scalar(select(func.count()).select_from(table)) for table in (articles, deliveries)]
    return numbers[0] or 0, numbers[1] or 0


async def deliver(connection: AsyncConnection) -> None:
    done = [Outcome(one.id, State.SENT, START, message_id=one.id, attempts=1) for one in await claim(connection)]
    await settle(connection, done)


@pytest.mark.parametrize(
    ("policy", "age", "left"),
    [
        (Policy(deliveries=90 * DAY, articles=None), 89 * DAY, (2, 2)),
        (Policy(deliveries=90 * DAY, articles=None), 91 * DAY, (2, 0)),
        (Policy(deliveries=None, articles=None), 9999 * DAY, (2, 2)),
        (Policy(deliveries=90 * DAY, articles=365 * DAY), 364 * DAY, (2, 0)),
        (Policy(deliveries=90 * DAY, articles=365 * DAY), 366 * DAY, (0, 0)),
        (Policy(deliveries=None, articles=365 * DAY), 366 * DAY, (1, 2)),  # what was delivered is kept with it
    ],
)
async def test_rows_are_kept_for_as_long_as_the_policy_says(
    database: Database, policy: Policy, age: timedelta, left: tuple[int, int]
) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await subscribe(connection, 2, "سياسة")
        await publish(connection, an_article("زلزال يضرب الساحل"))
        await keep(connection, an_article("ارتفاع أسعار النفط", breaking=False))
        await deliver(connection)
    while True:
        async with database.write() as connection:
            if not await forget_some(connection, policy, now=START + age):
                break
    async with database.read() as connection:
        assert await count(connection) == left
        found = await search.search(connection, "النفط", limit=5)
        assert len(found.headlines) == (0 if left[0] < 2 else 1)


async def test_what_is_still_owed_is_never_forgotten(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await publish(connection, an_article())
        assert await forget_some(connection, Policy(DAY, DAY), now=START + 999 * DAY) == 0
        assert await count(connection) == (1, 1)


async def test_much_is_forgotten_in_small_steps(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_DELIVERIES_AT_ONCE", 2)
    async with database.write() as connection:
        for chat_id in range(1, 6):
            await subscribe(connection, chat_id, "سياسة")
        await publish(connection, an_article())
        await connection.execute(update(deliveries).values(state=State.SENT))
        steps = [await forget_some(connection, Policy(DAY, None), now=START + 2 * DAY) for _ in range(4)]
    assert steps == [2, 2, 1, 0]
