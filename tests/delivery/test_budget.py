"""The send budget, by a clock that the test moves: how fast, how evenly, who goes first, who waits how long."""

import math
from bisect import bisect_left
from collections import defaultdict
from itertools import count, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.budget import (
    BUSIEST_SECOND,
    CATCH_UP_S,
    CHAT_BURST,
    CHAT_INTERVAL_S,
    GROUP_LIMIT,
    RECOVERY_S,
    SLOWED_TO,
    SLOWEST,
    SendBudget,
)
from bot.emulator.limits import Limits, Throttle


class Seconds:
    """A clock."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def broadcast(budget: SendBudget, clock: Seconds, seconds: float, *, step: float = 0.005) -> list[float]:
    """Send to a new chat as often as the budget allows, looking every `step` seconds; return the times."""
    chats, times, end = count(1), list[float](), clock.now + seconds
    while clock.now < end:
        for _ in range(budget.free()):
            assert budget.take(next(chats)) == 0
            times.append(clock.now)
        clock.now += step
    return times


def most_within(times: list[float], window: float) -> int:
    """The messages of the busiest window."""
    ordered = sorted(times)
    return max(bisect_left(ordered, start + window) - place for place, start in enumerate(ordered))


@pytest.mark.parametrize("rate", [1, 7.5, 30, 1000])
def test_a_broadcast_keeps_exactly_to_the_rate(rate: float) -> None:
    clock = Seconds()
    sent = len(broadcast(SendBudget(rate, clock=clock), clock, 60))
    assert rate * 60 <= sent <= rate * 60 + rate * CATCH_UP_S + 1


@pytest.mark.parametrize("rate", [1, 7.5, 30, 1000])
def test_a_late_turn_is_made_up_for_and_a_long_pause_is_not(rate: float) -> None:
    clock = Seconds()
    budget = SendBudget(rate, clock=clock)
    broadcast(budget, clock, 5)
    clock.now += 3600
    assert budget.free() == 1 + int(rate * CATCH_UP_S)


@pytest.mark.parametrize("rate", [1, 7.5, 30, 1000])
@pytest.mark.parametrize("late", [0.02, 0.05, 0.1])
def test_turns_that_come_late_cost_no_message_and_make_no_second_busier(rate: float, late: float) -> None:
    clock, chats, times = Seconds(), count(1), list[float]()
    budget = SendBudget(rate, clock=clock)
    begun = clock.now
    while clock.now < begun + 60:
        for _ in range(budget.free()):
            budget.take(next(chats))
            times.append(clock.now)
        clock.now += late if len(times) % 50 == 0 else 0.005
    assert len(times) >= 0.99 * rate * 60
    assert most_within(times, 1.0) <= math.ceil(rate * BUSIEST_SECOND)


@given(
    rate=st.sampled_from([1.0, 7.5, 30.0, 250.0]),
    steps=st.lists(st.tuples(st.floats(0, 0.4), st.booleans()), min_size=1, max_size=120),
)
def test_no_window_ever_holds_more_than_the_rate_and_what_is_caught_up_with(
    rate: float, steps: list[tuple[float, bool]]
) -> None:
    clock, chats, times = Seconds(), count(1), list[float]()
    budget = SendBudget(rate, clock=clock)
    for pause, is_reply in steps:
        clock.now += pause
        if is_reply:
            times.append(clock.now + budget.reserve(next(chats)))
        for _ in range(budget.free()):
            budget.take(next(chats))
            times.append(clock.now)
    for window in (0.1, 1.0, 5.0):
        assert most_within(times, window) <= rate * (window + CATCH_UP_S) + 2


def test_a_reply_goes_at_once_and_the_broadcast_makes_room_for_it() -> None:
    clock = Seconds()
    budget = SendBudget(10, clock=clock)
    broadcast(budget, clock, 2)
    clock.now += budget.delay()
    first, second, third = (budget.reserve(chat_id) for chat_id in (-1, -2, -3))
    assert first == 0
    assert 0 < second <= 0.1 < third <= 0.2
    assert budget.free() == 0
    assert budget.delay() == pytest.approx(third + 0.1, abs=0.006)


def test_a_chat_gets_one_message_of_a_broadcast_a_second() -> None:
    clock = Seconds()
    budget = SendBudget(1000, clock=clock)
    assert budget.take(1) == 0
    clock.now += 0.25
    assert budget.take(1) == pytest.approx(CHAT_INTERVAL_S - 0.25)
    clock.now += CHAT_INTERVAL_S - 0.25
    assert budget.take(1) == 0


def test_a_chat_that_asks_for_much_stays_below_one_message_a_second() -> None:
    clock = Seconds()
    budget = SendBudget(1000, clock=clock)
    times = [clock.now + budget.reserve(1) for _ in range(100)]
    assert all(later - earlier > 1.04 for earlier, later in pairwise(times[CHAT_BURST - 1 :]))
    assert times[CHAT_BURST - 1] == clock.now


def test_a_refused_take_costs_nothing() -> None:
    clock = Seconds()
    budget = SendBudget(2, clock=clock)
    budget.take(1)
    clock.now += 0.5
    assert budget.free() == 1
    assert budget.take(1) > 0
    assert budget.free() == 1


def test_a_person_gets_a_short_burst_of_replies_and_then_one_a_second() -> None:
    clock = Seconds()
    budget = SendBudget(1000, clock=clock)
    waits = [budget.reserve(1) for _ in range(CHAT_BURST + 3)]
    assert [round(wait) for wait in waits] == [0, 0, 0, 1, 2, 3]


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 2)),
        min_size=4,
        max_size=12,
    )
)
def test_replies_that_are_not_equally_long_on_their_way_never_arrive_too_fast(
    replies: list[tuple[float, float, float]],
) -> None:
    clock, telegram = Seconds(), Throttle(Limits())
    budget = SendBudget(30, clock=clock)
    for travel, arrives, pause in replies:
        clock.now += budget.reserve(7)
        assert telegram.admit(7, clock.now + travel * arrives, private=True, paid=False) is None
        clock.now += travel
        budget.answered(7, travel)
        clock.now += pause


def test_a_group_gets_20_messages_in_any_minute() -> None:
    clock = Seconds()
    budget = SendBudget(1000, clock=clock)
    start, times = clock.now, list[float]()
    while clock.now < start + 300:
        if budget.take(-1) == 0:
            times.append(clock.now)
        clock.now += 0.5
    assert most_within(times, 60) == GROUP_LIMIT
    assert len(times) == 5 * GROUP_LIMIT


def test_replies_to_a_group_wait_for_its_minute_too() -> None:
    clock = Seconds()
    budget = SendBudget(1000, clock=clock)
    times = [clock.now + budget.reserve(-1) for _ in range(3 * GROUP_LIMIT)]
    assert most_within(times, 60) == GROUP_LIMIT


def test_a_429_after_a_quiet_time_halts_everything_for_exactly_as_long() -> None:
    clock = Seconds()
    budget = SendBudget(30, clock=clock)
    broadcast(budget, clock, 1)
    budget.take(99_999)
    assert budget.halt(99_999, 17)
    end = clock.now + 17
    times = broadcast(budget, clock, 20)
    assert times[0] == pytest.approx(end, abs=0.006)
    assert times[0] >= end - 1e-6


def test_replies_that_waited_for_the_end_of_a_halt_go_out_one_after_another() -> None:
    clock = Seconds()
    budget = SendBudget(10, clock=clock)
    budget.take(1)
    budget.halt(1, 5)
    waits = [budget.reserve(chat_id) for chat_id in range(2, 12)]
    assert waits[0] == pytest.approx(5)
    assert min(later - earlier for earlier, later in pairwise(waits)) >= 0.1 - 1e-9


@pytest.mark.parametrize(
    ("name", "chat_id", "messages"), [("a group", -1, 1), ("a chat that got several in a row", 1, 3)]
)
def test_a_429_that_one_chat_may_be_meant_by_halts_that_chat_alone(name: str, chat_id: int, messages: int) -> None:
    clock = Seconds()
    budget = SendBudget(30, clock=clock)
    for _ in range(messages):
        budget.reserve(chat_id)
    clock.now += 3
    assert not budget.halt(chat_id, 30), name
    assert budget.take(2) == 0
    assert budget.take(chat_id) == pytest.approx(30)


def test_the_delay_ends_when_a_message_may_go_out_and_not_before() -> None:
    clock = Seconds()
    budget, chats = SendBudget(30, clock=clock), count(1)
    for _ in range(60):  # four seconds of a timer that fires every 70 ms, or when it is told to where that is later
        while budget.free():
            budget.take(next(chats))
        began, wait = clock.now, budget.delay()
        clock.now = began + wait * 0.99
        assert budget.free() == 0
        clock.now = began + wait + 1e-6
        assert budget.free() > 0
        clock.now = began + max(wait, 0.07) + 1e-6


def test_what_is_paid_for_has_a_pace_of_its_own() -> None:
    clock = Seconds()
    budget = SendBudget(1, clock=clock, paid_rate=100)
    assert (budget.rate(), budget.rate(paid=True)) == (1, 100)
    chats = count(1)
    while budget.free(paid=True):
        budget.take(next(chats), paid=True)
    assert budget.delay(paid=True) > 0
    assert budget.delay() == 0
    assert SendBudget(1, clock=clock).rate() == 1
    with pytest.raises(ValueError, match="pays for nothing"):
        SendBudget(1, clock=clock).delay(paid=True)


def test_a_second_chat_that_is_told_to_wait_means_the_whole_bot() -> None:
    clock = Seconds()
    budget = SendBudget(30, clock=clock)
    assert not budget.halt(-1, 10)
    clock.now += 1
    assert budget.halt(-2, 10)
    assert budget.delay() == pytest.approx(10)


def test_a_halt_lowers_the_pace_once_and_it_comes_back() -> None:
    clock = Seconds()
    budget = SendBudget(100, clock=clock)
    for chat_id in range(1, 6):  # all were under way when the first was refused
        budget.halt(chat_id, 2)
    assert budget.rate() == pytest.approx(100 * SLOWED_TO)
    clock.now += (1 - SLOWED_TO) * RECOVERY_S
    assert budget.rate() == pytest.approx(100)


def test_however_often_telegram_asks_to_wait_the_pace_never_dies() -> None:
    clock = Seconds()
    budget = SendBudget(100, clock=clock)
    for chat_id in range(1, 40):
        budget.halt(chat_id, 1)
        clock.now += 1
    assert budget.rate() >= 100 * SLOWEST


def test_memory_does_not_grow_with_the_number_of_chats() -> None:
    clock = Seconds()
    budget = SendBudget(1000, clock=clock)
    for chat_id in range(1, 100_001):
        budget.take(chat_id)
        clock.now += 0.001
    assert len(budget._chats) <= 10_000


def test_forgetting_quiet_chats_forgets_no_limit() -> None:
    clock = Seconds()
    budget = SendBudget(100_000, clock=clock)
    kept = defaultdict(float)
    for _ in range(GROUP_LIMIT):
        budget.reserve(-1)
    budget.halt(-2, 500)
    kept[-1], kept[-2] = budget.take(-1), budget.take(-2)
    for chat_id in range(1, 30_000):
        clock.now += 0.0005
        budget.take(chat_id)
    passed = clock.now - 1000.0
    assert budget.take(-1) == pytest.approx(kept[-1] - passed)
    assert budget.take(-2) == pytest.approx(kept[-2] - passed)
