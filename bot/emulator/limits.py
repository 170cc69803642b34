"""How fast a bot may send, as Telegram documents it, and what happens to one that is faster.

The figures are those of https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import NamedTuple

_GROUP_WINDOW = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What the server tolerates. `None` switches a limit off.

    Edits count as messages; answers to button presses and getUpdates count nowhere.
    """

    overall: float | None = 30.0
    """Messages a second of the whole bot."""
    overall_burst: int = 30
    """How many may come at once before the overall pace is asked for."""
    private: float | None = 1.0
    """Messages a second in one private chat."""
    private_burst: int = 3
    """How many may come at once in a private chat: Telegram tolerates short bursts."""
    group_per_minute: int | None = 20
    """Messages in any 60 seconds in one group, supergroup or channel."""
    paid: float | None = 1000.0
    """Messages a second of the whole bot that carry `allow_paid_broadcast`."""


class Refusal(NamedTuple):
    """Why a message was one too many."""

    limit: str
    """`overall`, `private`, `group` or `paid`."""
    retry_after: int
    """Whole seconds, at least 1."""


class _Pace:
    """A steady rate with a burst (GCRA: one number per key, the time at which the debt is paid off)."""

    def __init__(self, rate: float, burst: int) -> None:
        self._interval = 1.0 / rate
        self._tolerance = (burst - 1) * self._interval
        self._paid_off: dict[int, float] = {}

    def wait(self, key: int, now: float) -> float:
        """Seconds until one more would be in time; 0 or less means now."""
        return max(self._paid_off.get(key, now), now) - now - self._tolerance

    def take(self, key: int, now: float) -> None:
        self._paid_off[key] = max(self._paid_off.get(key, now), now) + self._interval


class Throttle:
    """Admits messages or says how long to wait.

    As on Telegram, who was told to wait is refused until that time has passed, even if the pace alone would allow a
    message earlier.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._overall = _Pace(limits.overall, limits.overall_burst) if limits.overall else None
        self._paid = _Pace(limits.paid, math.ceil(limits.paid)) if limits.paid else None
        self._private = _Pace(limits.private, limits.private_burst) if limits.private else None
        self._groups: dict[int, deque[float]] = {}
        self._halted: dict[tuple[str, int], float] = {}

    def admit(self, chat_id: int, now: float, *, private: bool, paid: bool) -> Refusal | None:
        """Take one message off the budget, or say why not. `now` is seconds of any steady clock."""
        pace, name = (self._paid, "paid") if paid else (self._overall, "overall")
        refusal = self._late(name, 0, pace.wait(0, now) if pace else 0.0, now)
        if refusal is None and private:
            refusal = self._late("private", chat_id, self._private.wait(chat_id, now) if self._private else 0.0, now)
        elif refusal is None:
            refusal = self._late("group", chat_id, self._group_wait(chat_id, now), now)
        if refusal is not None:
            return refusal
        if pace:
            pace.take(0, now)
        if private and self._private:
            self._private.take(chat_id, now)
        elif not private and self._limits.group_per_minute:
            self._groups[chat_id].append(now)
        return None

    def _group_wait(self, chat_id: int, now: float) -> float:
        if not self._limits.group_per_minute:
            return 0.0
        recent = self._groups.setdefault(chat_id, deque())
        while recent and recent[0] <= now - _GROUP_WINDOW:
            recent.popleft()
        return recent[0] + _GROUP_WINDOW - now if len(recent) >= self._limits.group_per_minute else 0.0

    def _late(self, limit: str, chat_id: int, wait: float, now: float) -> Refusal | None:
        key = (limit, chat_id)
        until = self._halted.get(key)
        if until is not None:
            if now < until:
                return Refusal(limit, max(1, math.ceil(until - now)))
            del self._halted[key]
        # A billionth: what is exactly in time must not be late by rounding.
        if wait <= 1e-9:
            return None
        retry_after = max(1, math.ceil(wait))
        self._halted[key] = now + retry_after
        return Refusal(limit, retry_after)
