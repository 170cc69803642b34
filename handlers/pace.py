"""How fast one person may act before the bot slows them down.

Everyone may act a good deal faster than once a second, for ever, and for a while as fast as they like. Kept in memory:
what is lost by a restart is only that somebody is slowed later.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

# People that are remembered; of more, those who acted last.
_PEOPLE = 10_000
# In seconds: what is exactly in time must not be late by rounding.
_ROUNDING = 1e-6


class Effort(Enum):
    """What an action costs us: (actions a second in the long run, how many may come at once)."""

    LIGHT = (2.0, 25)
    HEAVY = (1.5, 12)  # searches and summaries
    TYPING = (4.0, 25)  # an inline query for nearly every letter


class Verdict(Enum):
    """GO: act. SAY_SO: do not, and tell the person that they are too fast. HUSH: do not, they were told."""

    GO = "go"
    SAY_SO = "say so"
    HUSH = "hush"


@dataclass(slots=True)
class _Person:
    # For each effort, the time at which what was taken is paid off (a generic cell rate algorithm).
    paid_off: dict[Effort, float]
    told: bool = False


class Pace:
    """Counts what people do."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds of a steady clock."""
        self._clock = clock
        self._people: OrderedDict[int, _Person] = OrderedDict()

    def take(self, person_id: int, effort: Effort) -> Verdict:
        """Say whether the person may act now. What is refused costs nothing; after a calm moment they are told anew."""
        now = self._clock()
        person = self._people.setdefault(person_id, _Person({}))
        self._people.move_to_end(person_id)
        if len(self._people) > _PEOPLE:
            self._people.popitem(last=False)
        rate, at_once = effort.value
        due = max(person.paid_off.get(effort, now), now)
        if due - now <= (at_once - 1) / rate + _ROUNDING:
            person.paid_off[effort] = due + 1 / rate
            person.told = person.told and due > now
            return Verdict.GO
        if person.told:
            return Verdict.HUSH
        person.told = True
        return Verdict.SAY_SO
