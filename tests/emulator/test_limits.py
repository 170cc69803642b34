from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.emulator import Emulator, Limits
from bot.emulator.limits import Throttle
from tests.emulator.client import TOKEN, Client, Clock

GROUP = -1001


def admitted(throttle: Throttle, times: list[float], chat_id: int = 0, *, paid: bool = False) -> list[bool]:
    """Whether each message at these seconds passes; without a chat, each goes to one of its own."""
    return [
        throttle.admit(chat_id or index + 1, now, private=chat_id >= 0, paid=paid) is None
        for index, now in enumerate(times)
    ]


def test_the_whole_bot_sends_thirty_a_second() -> None:
    throttle = Throttle(Limits())
    assert admitted(throttle, [0.0] * 31) == [True] * 30 + [False]


def test_a_steady_pace_at_the_limit_is_never_refused() -> None:
    throttle = Throttle(Limits())
    assert all(admitted(throttle, [index / 30 for index in range(3000)]))


def test_a_private_chat_takes_a_short_burst_then_one_a_second() -> None:
    throttle = Throttle(Limits())
    assert admitted(throttle, [0, 0, 0, 0.5], chat_id=7) == [True, True, True, False]
    steady = Throttle(Limits())
    assert all(admitted(steady, [float(second) for second in range(20)], chat_id=7))


def test_a_group_takes_twenty_in_any_minute() -> None:
    throttle = Throttle(Limits())
    times = [float(second) for second in range(20)]
    assert all(admitted(throttle, times, chat_id=GROUP))
    refusal = throttle.admit(GROUP, 59.5, private=False, paid=False)
    assert refusal is not None
    assert (refusal.limit, refusal.retry_after) == ("group", 1)
    assert throttle.admit(GROUP, 60.5, private=False, paid=False) is None


def test_who_was_told_to_wait_is_refused_until_the_time_has_passed() -> None:
    """At 60.1 s the first of the twenty is a minute old, but the word given at 59.2 s holds until 60.2 s."""
    throttle = Throttle(Limits())
    assert all(admitted(throttle, [float(second) for second in range(20)], chat_id=GROUP))
    answers = [throttle.admit(GROUP, now, private=False, paid=False) for now in (59.2, 60.1, 60.2)]
    assert [answer.retry_after if answer else None for answer in answers] == [1, 1, None]


def test_the_seconds_to_wait_are_whole_and_count_down() -> None:
    throttle = Throttle(Limits(private=0.25, private_burst=1))
    assert throttle.admit(7, 0.0, private=True, paid=False) is None
    waits = [throttle.admit(7, now, private=True, paid=False) for now in (0.5, 1.0, 2.5, 3.9, 4.5)]
    assert [refusal.retry_after if refusal else None for refusal in waits] == [4, 4, 2, 1, None]


def test_a_refused_message_costs_nothing() -> None:
    throttle = Throttle(Limits(overall=1.0, overall_burst=2))
    assert admitted(throttle, [0, 0, 0, 0.2, 1.0]) == [True, True, False, False, True]


def test_paid_messages_have_a_budget_of_their_own() -> None:
    throttle = Throttle(Limits())
    assert admitted(throttle, [0.0] * 1001, paid=True) == [True] * 1000 + [False]
    assert throttle.admit(2001, 0.0, private=True, paid=False) is None


def test_none_switches_a_limit_off() -> None:
    throttle = Throttle(Limits(overall=None, private=None, group_per_minute=None, paid=None))
    assert all(admitted(throttle, [0.0] * 100, chat_id=7))
    assert all(admitted(throttle, [0.0] * 100, chat_id=GROUP))


@pytest.fixture
async def clock() -> Clock:
    return Clock()


@pytest.fixture
async def limited(clock: Clock) -> AsyncIterator[Client]:
    emulator = Emulator(TOKEN, clock=clock)
    await emulator.start()
    for number in range(1, 41):
        emulator.add_person(number, str(number), started=True)
    emulator.add_group(GROUP, "مجموعة")
    async with aiohttp.ClientSession() as session:
        yield Client(session, emulator)
    await emulator.stop()


async def test_too_many_requests_names_the_seconds_and_is_counted(limited: Client) -> None:
    for number in range(1, 31):
        await limited.ok("sendMessage", chat_id=number, text="عاجل")
    answer = await limited.call("sendMessage", chat_id=31, text="عاجل")
    assert answer == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    ledger = limited.emulator.ledger
    assert (ledger.count_refused(429, limit="overall"), len(ledger.accepted)) == (1, 30)
    assert ledger.copies(31) == 0


async def test_edits_count_and_answers_to_presses_do_not(limited: Client, clock: Clock) -> None:
    sent = await limited.ok("sendMessage", chat_id=1, text="0")
    for text in ("1", "2"):
        await limited.ok("editMessageText", chat_id=1, message_id=sent["message_id"], text=text)
    assert await limited.refusal("editMessageText", chat_id=1, message_id=sent["message_id"], text="3") == (
        "Too Many Requests: retry after 1"
    )
    press = await limited.emulator.press(1, sent["message_id"], data="x")
    await limited.ok("answerCallbackQuery", callback_query_id=press.id)
    clock.move(1)
    await limited.ok("editMessageText", chat_id=1, message_id=sent["message_id"], text="3")


async def test_a_message_that_is_wrong_anyway_costs_nothing(limited: Client) -> None:
    for _ in range(40):
        assert await limited.refusal("sendMessage", chat_id=1, text="") == "Bad Request: message text is empty"
    await limited.ok("sendMessage", chat_id=1, text="عاجل")
