"""The one budget of a bot token: when a message may go out. Pure but for the clock.

The figures are Telegram's: about 30 messages a second overall, one a second in a chat (short bursts are tolerated), 20
a minute in a group. https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import math
from collections import deque
from collections.abc import Callable

# A little more than the second that Telegram asks for: requests are not all equally long on their way.
CHAT_INTERVAL_S = 1.05
CHAT_BURST = 3
GROUP_LIMIT = 20
GROUP_WINDOW_S = 60.0
# How much of the past may be caught up with, which makes up for timers that fire late; and how many messages any second
# may hold for that, as a share of the rate. The first alone would let a late turn and the even pace that follows it add
# up: 34 messages in the busiest second at 30 a second. The second alone could never make up for anything.
CATCH_UP_S = 0.1
BUSIEST_SECOND = 1.03
# After a 429 for the whole bot the pace is lowered to this share of what it was, and never below the second one. It
# comes back evenly: from nothing to the whole rate it would take the third.
SLOWED_TO = 0.8
SLOWEST = 0.4
RECOVERY_S = 300.0
# Two chats that are told to wait within this time mean that the whole bot is.
_FLOOD_WINDOW_S = 5.0
# A chat that got nothing for so long cannot have had too much.
_QUIET_S = 3.0
_SWEEP_AT = 10_000


class _Pace:
    """An even pace. `next_at` is when the next message is due."""

    __slots__ = ("_rate", "_recent", "_share", "_share_at", "next_at")

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._recent = deque[float]()  # the times of the messages of the last second
        self._share = 1.0
        self._share_at = 0.0
        self.next_at = 0.0

    def rate(self, now: float) -> float:
        return self._rate * min(1.0, self._share + (now - self._share_at) / RECOVERY_S)

    def free(self, now: float) -> int:
        start = max(self.next_at, now - CATCH_UP_S)
        if start > now:
            return 0
        return max(0, min(1 + int((now - start) * self.rate(now)), self._most(now) - self._within_second(now)))

    def delay(self, now: float) -> float:
        over = self._within_second(now) - self._most(now)
        full_until = self._recent[over] + 1.0 if over >= 0 else 0.0
        return max(0.0, self.next_at - now, full_until - now)

    def count(self, now: float) -> None:
        self.next_at = max(self.next_at, now - CATCH_UP_S) + 1.0 / self.rate(now)
        self._recent.append(now)

    def _most(self, now: float) -> int:
        return math.ceil(self.rate(now) * BUSIEST_SECOND)

    def _within_second(self, now: float) -> int:
        while self._recent and self._recent[0] <= now - 1.0:
            self._recent.popleft()
        return len(self._recent)

    def slow_down(self, now: float) -> None:
        self._share = max(SLOWEST, self.rate(now) / self._rate * SLOWED_TO)
        self._share_at = now


class _Chat:
    __slots__ = ("halted_until", "in_a_row", "next_at", "recent")

    def __init__(self, recent: deque[float] | None) -> None:
        self.next_at = 0.0  # when the next message is due at an even pace of one a second
        self.halted_until = 0.0
        self.in_a_row = 0  # messages since the chat was last quiet
        self.recent = recent  # of a group: the times of its last messages

    def wait(self, now: float, burst: int) -> float:
        ready = max(self.halted_until, self.next_at - (burst - 1) * CHAT_INTERVAL_S)
        if self.recent is not None and len(self.recent) == GROUP_LIMIT:
            ready = max(ready, self.recent[0] + GROUP_WINDOW_S)
        return max(0.0, ready - now)

    def count(self, at: float) -> None:
        self.in_a_row = 1 if at > self.next_at + _QUIET_S else self.in_a_row + 1
        self.next_at = max(self.next_at, at) + CHAT_INTERVAL_S
        if self.recent is not None:
            self.recent.append(at)

    def matters(self, now: float) -> bool:
        """Return whether a message now would be treated differently if this chat were forgotten."""
        last = self.recent[-1] + GROUP_WINDOW_S if self.recent else 0.0
        return max(self.next_at + _QUIET_S, self.halted_until, last) > now


class SendBudget:
    """Counts every message of one token. Times are in seconds of the clock that is passed in."""

    def __init__(self, rate: float, *, clock: Callable[[], float], paid_rate: float | None = None) -> None:
        """`rate` is in messages a second, and so is `paid_rate`, of those that are paid for: they are counted apart.

        https://core.telegram.org/bots/api#paid-broadcasts
        """
        self._clock = clock
        self._pace = _Pace(rate)
        self._paid_pace = _Pace(paid_rate) if paid_rate else None
        self._halted_until = 0.0
        self._last_flood: tuple[float, int] | None = None
        self._chats: dict[int, _Chat] = {}
        self._sweep_at = _SWEEP_AT

    def rate(self, *, paid: bool = False) -> float:
        """Return the messages a second that are kept to now."""
        return self._lane(paid).rate(self._clock())

    def free(self, *, paid: bool = False) -> int:
        """Return how many messages may go out now."""
        return self._lane(paid).free(self._clock())

    def delay(self, *, paid: bool = False) -> float:
        """Return the seconds until one message may go out."""
        return self._lane(paid).delay(self._clock())

    def take(self, chat_id: int, *, paid: bool = False) -> float:
        """Count one message of a broadcast to this chat, and return 0; or count nothing, and return how long to wait.

        A broadcast keeps to one message a second in a chat, without bursts. Call it only as often as `free` allows.
        """
        now = self._clock()
        chat = self._chat(chat_id, now)
        wait = chat.wait(now, burst=1)
        if wait > 0:
            return wait
        self._lane(paid).count(now)
        chat.count(now)
        return 0.0

    def reserve(self, chat_id: int) -> float:
        """Count one message that goes before every broadcast, and return how many seconds from now it may go out."""
        now = self._clock()
        chat = self._chat(chat_id, now)
        at = max(now + chat.wait(now, burst=CHAT_BURST), self._pace.next_at)
        self._pace.count(now)
        chat.count(at)
        return at - now

    def answered(self, chat_id: int, seconds: float) -> None:
        """Note that a message to this chat was under way for so long.

        It may have arrived at the end of that time only, and the next one may be faster.
        """
        self._chat(chat_id, self._clock()).next_at += min(seconds, CHAT_INTERVAL_S)

    def halt(self, chat_id: int, seconds: float) -> bool:
        """Obey a `retry_after`; return whether everything is halted now.

        Telegram does not say whom it means. A chat that got one message after a quiet time cannot be meant, so the
        whole bot is; a group, or a chat that got several in a row, is meant alone, unless a second chat is told the
        same at once.
        """
        now = self._clock()
        until = now + seconds
        chat = self._chat(chat_id, now)
        chat.halted_until = max(chat.halted_until, until)
        last = self._last_flood
        self._last_flood = (now, chat_id)
        second_chat = last is not None and last[1] != chat_id and now - last[0] < _FLOOD_WINDOW_S
        if not second_chat and (chat_id < 0 or chat.in_a_row > 1):
            return False
        for pace in filter(None, (self._pace, self._paid_pace)):
            if now >= self._halted_until:  # what was under way then is refused too, which is no second offence
                pace.slow_down(now)
            pace.next_at = max(pace.next_at, until)
        self._halted_until = max(self._halted_until, until)
        return True

    def _lane(self, paid: bool) -> _Pace:
        if not paid:
            return self._pace
        if self._paid_pace is None:
            raise ValueError("this budget pays for nothing")
        return self._paid_pace

    def _chat(self, chat_id: int, now: float) -> _Chat:
        chat = self._chats.get(chat_id)
        if chat is None:
            if len(self._chats) >= self._sweep_at:
                self._chats = {key: value for key, value in self._chats.items() if value.matters(now)}
                self._sweep_at = max(_SWEEP_AT, 2 * len(self._chats))
            recent = deque[float](maxlen=GROUP_LIMIT) if chat_id < 0 else None
            chat = self._chats[chat_id] = _Chat(recent)
        return chat
