"""An update that came by webhook is handled once, whoever sends it again and whoever handles it."""

import asyncio

from storage import updates
from storage.database import Database
from tests.databases import Clock

BOT, OTHER_BOT = 42, 43


async def receive(database: Database, clock: Clock, update_id: int, *, bot_id: int = BOT, body: str = "{}") -> bool:
    async with database.write() as connection:
        return await updates.receive(connection, bot_id, {update_id: body}, now=clock()) == {update_id}


async def begin(database: Database, update_id: int, *, bot_id: int = BOT) -> bool:
    async with database.write() as connection:
        return await updates.begin(connection, bot_id, [update_id]) == {update_id}


async def waiting(database: Database, *, bot_id: int = BOT) -> tuple[str, ...]:
    async with database.read() as connection:
        return await updates.waiting(connection, bot_id)


async def test_of_updates_that_come_at_once_one_is_new(database: Database, clock: Clock) -> None:
    assert sorted(await asyncio.gather(*(receive(database, clock, 7) for _ in range(5)))) == [False] * 4 + [True]


async def test_it_is_begun_once_and_its_words_are_forgotten(database: Database, clock: Clock) -> None:
    await receive(database, clock, 7, body="secret words")
    assert await waiting(database) == ("secret words",)

    assert sorted(await asyncio.gather(*(begin(database, 7) for _ in range(3)))) == [False, False, True]
    assert await waiting(database) == ()
    assert not await receive(database, clock, 7)
    assert not await begin(database, 7)


async def test_what_never_came_is_not_begun(database: Database) -> None:
    assert not await begin(database, 7)


async def test_of_several_those_that_are_new_are_stored_and_those_that_wait_are_begun(
    database: Database, clock: Clock
) -> None:
    await receive(database, clock, 11)
    await begin(database, 11)
    async with database.write() as connection:
        assert await updates.receive(connection, BOT, {12: "b", 11: "x", 10: "a"}, now=clock()) == {10, 12}
        assert await updates.begin(connection, BOT, [10, 11, 13]) == {10}

    assert await waiting(database) == ("b",)


async def test_what_waits_is_given_in_the_order_in_which_telegram_numbered_it(database: Database, clock: Clock) -> None:
    for number in (12, 10, 11):
        await receive(database, clock, number, body=str(number))
    await begin(database, 11)

    assert await waiting(database) == ("10", "12")


async def test_two_bots_number_their_updates_independently(database: Database, clock: Clock) -> None:
    assert await receive(database, clock, 7)
    assert await receive(database, clock, 7, bot_id=OTHER_BOT)
    assert await begin(database, 7, bot_id=OTHER_BOT)
    assert await waiting(database) == ("{}",)


async def test_old_ones_are_forgotten(database: Database, clock: Clock) -> None:
    await receive(database, clock, 1)
    clock.advance(days=1)
    await receive(database, clock, 2)
    clock.advance(days=1)
    async with database.write() as connection:
        assert await updates.forget_old(connection, now=clock()) == 1

    assert await receive(database, clock, 1)
    assert not await receive(database, clock, 2)
