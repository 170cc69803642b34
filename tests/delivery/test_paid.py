"""Paid broadcast: urgent alerts only, over the free rate only, and never more Stars than a day allows."""

from datetime import timedelta

from sqlalchemy import func, select

from bot.delivery.budget import SendBudget
from bot.emulator import Emulator, Limits
from storage import paid
from storage.article import Urgency
from storage.database import Database
from storage.deliveries import State
from storage.tables import paid_days
from tests.databases import START
from tests.delivery.harness import Outbox, dispatching, telegram, until

CHATS = range(1, 301)


def paying(outbox: Outbox, *, rate: float = 20, paid_rate: float = 500) -> SendBudget:
    return SendBudget(rate, clock=outbox.clock.steady, paid_rate=paid_rate)


async def spent(outbox: Outbox) -> int:
    async with outbox.database.read() as connection:
        return await connection.scalar(select(func.sum(paid_days.c.messages))) or 0


async def test_alerts_over_the_free_rate_are_paid_for(outbox: Outbox) -> None:
    # The emulator refuses whatever passes the free rate and is not paid for.
    async with telegram(limits=Limits(overall=20, overall_burst=8)) as emulator:
        await outbox.subscribe(*CHATS)
        await outbox.publish("الأول")
        async with dispatching(outbox, emulator.url, budget=paying(outbox), paid_a_day=10_000):
            await outbox.settled()

    assert emulator.ledger.refused == []
    assert emulator.ledger.copies_by_chat() == dict.fromkeys(CHATS, 1)
    assert len(CHATS) - 60 < await spent(outbox) <= len(CHATS)


async def test_the_days_ceiling_is_never_passed_and_the_rest_goes_at_the_free_rate(outbox: Outbox) -> None:
    async with telegram(limits=Limits(overall=20, overall_burst=8)) as emulator:
        await outbox.subscribe(*range(1, 101))
        await outbox.publish("الأول")
        async with dispatching(outbox, emulator.url, budget=paying(outbox), paid_a_day=50):
            await outbox.settled()

    assert emulator.ledger.refused == []
    assert emulator.ledger.copies_by_chat() == dict.fromkeys(range(1, 101), 1)
    assert await spent(outbox) == 50


async def test_a_digest_is_never_paid_for(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(*range(1, 11))
    await outbox.publish("الأول")
    for chat_id in range(1, 11):
        await outbox.owe_digest(chat_id)
    budget = paying(outbox)
    budget.halt(99, 0.5)

    async with dispatching(outbox, emulator.url, budget=budget, paid_a_day=10_000):

        async def is_told() -> bool:
            states = await outbox.states()
            return states[State.SENT] == 20

        await until(is_told)

    assert await spent(outbox) <= 10


async def test_only_urgent_alerts_are_paid_for(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(*range(1, 31))
    await outbox.publish("الهادئ", urgency=Urgency.NORMAL)
    budget = paying(outbox)
    budget.halt(99, 0.5)
    async with dispatching(outbox, emulator.url, budget=budget, paid_a_day=10_000):
        await outbox.settled()
    assert await spent(outbox) == 0

    # The quiet story waits again, and the flash is told first, in its message.
    await outbox.publish("هادئ آخر", urgency=Urgency.NORMAL)
    await outbox.publish("العاجل جدا", urgency=Urgency.FLASH)
    async with dispatching(outbox, emulator.url, budget=paying(outbox), paid_a_day=10_000):
        await outbox.settled()
    assert 0 < await spent(outbox) <= 30


async def test_what_was_counted_stays_counted_and_every_day_is_new(database: Database) -> None:
    async with database.write() as connection:
        assert await paid.take(connection, wanted=30, most=50, now=START) == 30
        assert await paid.take(connection, wanted=30, most=50, now=START) == 20
        assert await paid.take(connection, wanted=30, most=50, now=START) == 0
        assert await paid.take(connection, wanted=30, most=50, now=START + timedelta(days=1)) == 30
        assert list(await connection.scalars(select(paid_days.c.messages).order_by(paid_days.c.day))) == [50, 30]


async def test_without_the_setting_nothing_is_paid_for(outbox: Outbox, emulator: Emulator) -> None:
    await outbox.subscribe(*range(1, 51))
    await outbox.publish("الأول")
    async with dispatching(outbox, emulator.url):
        await outbox.settled()
    assert await spent(outbox) == 0
