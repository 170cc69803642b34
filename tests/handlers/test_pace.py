"""Who is slowed down, and who never."""

import pytest

from handlers import pace
from handlers.pace import Effort, Pace, Verdict


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("effort", Effort)
def test_one_action_a_second_is_never_flooding(effort: Effort) -> None:
    clock = Seconds()
    people = Pace(clock)
    for _ in range(1_000):
        assert people.take(1, effort) is Verdict.GO
        clock.now += 1.0


@pytest.mark.parametrize("effort", Effort)
def test_who_floods_is_told_once_and_served_again_after_a_while(effort: Effort) -> None:
    clock = Seconds()
    people = Pace(clock)
    rate, at_once = effort.value
    verdicts = [people.take(1, effort) for _ in range(at_once + 20)]
    assert verdicts == [Verdict.GO] * at_once + [Verdict.SAY_SO] + [Verdict.HUSH] * 19
    clock.now += 1 / rate
    assert [people.take(1, effort) for _ in range(2)] == [Verdict.GO, Verdict.HUSH]
    clock.now += at_once / rate + 1
    verdicts = [people.take(1, effort) for _ in range(at_once + 1)]
    assert verdicts == [Verdict.GO] * at_once + [Verdict.SAY_SO]


def test_what_one_person_does_slows_nobody_else_and_nothing_cheaper() -> None:
    people = Pace(Seconds())
    while people.take(1, Effort.HEAVY) is Verdict.GO:
        pass
    assert people.take(2, Effort.HEAVY) is Verdict.GO
    assert people.take(1, Effort.LIGHT) is Verdict.GO


def test_no_more_people_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_PEOPLE", 3)
    people = Pace(Seconds())
    while people.take(1, Effort.LIGHT) is Verdict.GO:
        pass
    for other in (2, 3):
        people.take(other, Effort.LIGHT)
    assert people.take(1, Effort.LIGHT) is Verdict.HUSH  # still known
    for other in (4, 5, 6):
        people.take(other, Effort.LIGHT)
    assert people.take(1, Effort.LIGHT) is Verdict.GO
