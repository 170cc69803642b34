"""Replies and broadcasts share one budget, and replies go first."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from telegram.error import RetryAfter
from telegram.ext import ApplicationBuilder, ExtBot

from bot.delivery.budget import CHAT_INTERVAL_S, SendBudget
from bot.delivery.limiter import ReplyLimiter
from bot.delivery.transport import AiohttpRequest
from bot.emulator import Emulator, Limits
from storage.deliveries import State
from tests.delivery.harness import TOKEN, Outbox, dispatching, telegram, until

# python-telegram-bot warns whenever it makes its own RetryAfter.
pytestmark = pytest.mark.filterwarnings("ignore:.*retry_after.*")


@asynccontextmanager
async def replying(emulator: Emulator, budget: SendBudget) -> AsyncIterator[ExtBot[None]]:
    """A bot as handlers have it."""
    application = (
        ApplicationBuilder()
        .token(TOKEN)
        .base_url(f"{emulator.url}/bot")
        .request(AiohttpRequest())
        .get_updates_request(AiohttpRequest())
        .rate_limiter(ReplyLimiter(budget))
        .build()
    )
    async with application.bot:
        yield application.bot


async def test_replies_keep_to_the_rate_that_they_share() -> None:
    async with telegram(limits=Limits(overall=50, overall_burst=30)) as emulator:
        budget = SendBudget(50, clock=time.monotonic)
        async with replying(emulator, budget) as bot:
            await asyncio.gather(*(bot.send_message(chat_id, "جواب") for chat_id in range(1, 41)))
    assert len(emulator.ledger.accepted) == 40
    assert emulator.ledger.refused == []


async def test_what_sends_no_message_waits_for_nothing(emulator: Emulator) -> None:
    budget = SendBudget(0.01, clock=time.monotonic)
    budget.reserve(1)
    async with replying(emulator, budget) as bot:
        async with asyncio.timeout(5):
            await bot.get_me()
            await bot.send_chat_action(1, "typing")


async def test_a_reply_that_telegram_delays_is_sent_when_the_wait_is_over(emulator: Emulator) -> None:
    fault = emulator.faults.fail(429, "Too Many Requests", method="sendMessage", retry_after=1, times=1)
    async with replying(emulator, SendBudget(1000, clock=time.monotonic)) as bot:
        await bot.send_message(1, "جواب")
    (refused,), (accepted,) = emulator.ledger.refused, emulator.ledger.accepted
    assert fault.hits == 1
    assert accepted.time - refused.time >= 1.0


async def test_a_press_is_answered_when_a_short_wait_is_over_and_not_after_a_long_one(emulator: Emulator) -> None:
    emulator.add_person(1, "ليلى", started=True)
    first, second = [await emulator.press(1, number, data="x") for number in (1, 2)]
    async with replying(emulator, SendBudget(1000, clock=time.monotonic)) as bot:
        emulator.faults.fail(429, "Too Many Requests", method="answerCallbackQuery", retry_after=1, times=1)
        await bot.answer_callback_query(first.id)
        await first.answered()
        emulator.faults.fail(429, "Too Many Requests", method="answerCallbackQuery", retry_after=30, times=1)
        with pytest.raises(RetryAfter):
            await bot.answer_callback_query(second.id)


async def test_a_wait_that_nobody_would_sit_through_is_an_error(emulator: Emulator) -> None:
    emulator.faults.fail(429, "Too Many Requests", method="sendMessage", retry_after=600, times=1)
    budget = SendBudget(1000, clock=time.monotonic)
    async with replying(emulator, budget) as bot:
        with pytest.raises(RetryAfter):
            await bot.send_message(1, "جواب")
    assert budget.delay() > 590  # and what is owed waits too


@pytest.mark.parametrize("endpoint", ["sendMessage", "getMe", "answerCallbackQuery"])
async def test_what_is_asked_is_handed_on_as_it_is(endpoint: str) -> None:
    asked: list[tuple[object, ...]] = []

    async def ask(*args: object, **options: object) -> bool:
        asked.append((*args, options))
        return True

    limiter = ReplyLimiter(SendBudget(1000, clock=time.monotonic))
    assert await limiter.process_request(ask, ("x", 1), {"timeout": 2}, endpoint, {"chat_id": 1}, None)
    assert asked == [("x", 1, {"timeout": 2})]


async def test_a_wait_may_be_given_as_a_span_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    budget = SendBudget(1000, clock=lambda: 0.0)

    async def refuse() -> bool:
        raise RetryAfter(timedelta(seconds=600))

    with pytest.raises(RetryAfter):
        await ReplyLimiter(budget).process_request(refuse, (), {}, "sendMessage", {"chat_id": 1}, None)
    assert budget.delay() == pytest.approx(600)


async def test_after_a_reply_that_left_late_the_next_one_in_its_chat_keeps_its_distance() -> None:
    budget = SendBudget(1000, clock=lambda: 0.0)

    async def sent() -> bool:
        return True

    asyncio.get_running_loop().call_soon(time.sleep, 0.2)  # what keeps a machine busy when the reply is due
    await ReplyLimiter(budget).process_request(sent, (), {}, "sendMessage", {"chat_id": 1}, None)

    assert budget.take(1) >= CHAT_INTERVAL_S + 0.2


async def test_after_an_alert_that_was_long_on_its_way_a_reply_in_its_chat_keeps_its_distance(
    outbox: Outbox, emulator: Emulator
) -> None:
    budget = SendBudget(1000, clock=lambda: 0.0)
    emulator.faults.slow_answer(0.3, method="sendMessage")
    await outbox.subscribe(1)
    await outbox.publish("الأول")
    async with dispatching(outbox, emulator.url, budget=budget):
        await outbox.settled()

    assert budget.take(1) >= CHAT_INTERVAL_S + 0.3


class Waits(SendBudget):
    """A budget that notes how long each reply has to wait, by what was counted and not by the time that it took."""

    def __init__(self, rate: float, *, clock: Callable[[], float]) -> None:
        super().__init__(rate, clock=clock)
        self.waits: list[float] = []

    def reserve(self, chat_id: int) -> float:
        self.waits.append(super().reserve(chat_id))
        return self.waits[-1]


async def test_a_reply_does_not_wait_behind_a_broadcast(outbox: Outbox) -> None:
    async with telegram(limits=Limits(overall=50, overall_burst=30)) as emulator:
        await outbox.subscribe(*range(1, 501))
        await outbox.publish("الأول")
        budget = Waits(50, clock=outbox.clock.steady)
        async with dispatching(outbox, emulator.url, budget=budget), replying(emulator, budget) as bot:

            async def is_going_on() -> bool:
                return len(emulator.ledger.accepted) > 10

            await until(is_going_on)
            for person in range(10_001, 10_011):
                await bot.send_message(person, "جواب")
            assert (await outbox.states())[State.PENDING] > 0
    assert len(budget.waits) == 10
    assert max(budget.waits) <= 1 / 50 + 1e-6, "it waited for more than the message before it"
    assert emulator.ledger.refused == []
