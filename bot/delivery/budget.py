"""The one budget of a bot token: when a message may go out. Pure but for the clock.

The figures are Telegram's: about 30 messages a second overall, one a second in a chat (short bursts are tolerated), 20
a minute in a group. https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from collections import deque
from collections.abc import Callable

CHAT_INTERVAL_S = 1.0
CHAT_BURST = 3
GROUP_LIMIT = 20
GROUP_WINDOW_S = 60.0
# How much of the past may be caught up with. It makes up for timers that fire late and for turns that the dispatcher
# takes every few hundredths of a second, and is too short to be a burst.
CATCH_UP_S = 0.05
# Two chats that are told to wait within this time mean that the whole bot is.
_FLOOD_WINDOW_S = 5.0
_SWEEP_AT = 10_000


class _Chat:
    __slots__ = ("halted_until", "next_at", "recent")

    def __init__(self) -> None:
        self.next_at = 0.0  # when the next message is due at an even pace of one a second
        self.halted_until = 0.0
        self.recent: deque[float] | None = None  # of a group: the times of its last messages


class SendBudget:
    """Counts every message of one token. Times are in seconds of the clock that is passed in."""

    def __init__(self, rate: float, *, clock: Callable[[], float]) -> None:
        """`rate` is in messages a second."""
        self._interval = 1.0 / rate
        self._clock = clock
        self._next_at = 0.0
        self._halted_until = 0.0
        self._last_flood: tuple[float, int] | None = None
        self._chats: dict[int, _Chat] = {}

    def free(self) -> int:
        """Return how many messages may go out now."""
        now = self._clock()
        start = max(self._next_at, now - CATCH_UP_S)
        if now < max(start, self._halted_until):
            return 0
        return 1 + int((now - start) / self._interval)

    def delay(self) -> float:
        """Return the seconds until one message may go out."""
        return max(0.0, max(self._next_at, self._halted_until) - self._clock())

    def take(self, chat_id: int) -> float:
        """Count one message of a broadcast to this chat, and return 0; or count nothing, and return how long to wait.

        A broadcast keeps to one message a second in a chat, without bursts. Call it only as often as `free` allows.
        """
        now = self._clock()
        chat = self._chat(chat_id, now)
        wait = self._chat_wait(chat, now, burst=1)
        if wait > 0:
            return wait
        self._count(chat, now, now)
        return 0.0

    def reserve(self, chat_id: int) -> float:
        """Count one message that goes before every broadcast, and return how many seconds from now it may go out."""
        now = self._clock()
        chat = self._chat(chat_id, now)
        at = max(now + self._chat_wait(chat, now, burst=CHAT_BURST), self._next_at, self._halted_until)
        self._count(chat, now, at)
        return at - now

    def halt(self, chat_id: int, seconds: float) -> bool:
        """Obey a `retry_after`; return whether everything is halted now.

        Telegram does not say whom it means. In a private chat this budget never comes near the chat's limit, so the
        whole bot is meant; in a group the chat is, unless a second chat is told the same at once.
        """
        now = self._clock()
        until = now + seconds
        chat = self._chat(chat_id, now)
        chat.halted_until = max(chat.halted_until, until)
        last = self._last_flood
        self._last_flood = (now, chat_id)
        second_chat = last is not None and last[1] != chat_id and now - last[0] < _FLOOD_WINDOW_S
        if chat_id > 0 or second_chat:
            self._halted_until = max(self._halted_until, until)
            return True
        return False

    def _chat(self, chat_id: int, now: float) -> _Chat:
        if len(self._chats) >= _SWEEP_AT:
            self._sweep(now)
        chat = self._chats.get(chat_id)
        if chat is None:
            chat = self._chats[chat_id] = _Chat()
            if chat_id < 0:
                chat.recent = deque(maxlen=GROUP_LIMIT)
        return chat

    def _chat_wait(self, chat: _Chat, now: float, *, burst: int) -> float:
        ready = max(chat.halted_until, chat.next_at - (burst - 1) * CHAT_INTERVAL_S)
        if chat.recent is not None and len(chat.recent) == GROUP_LIMIT:
            ready = max(ready, chat.recent[0] + GROUP_WINDOW_S)
        return max(0.0, ready - now)

    def _count(self, chat: _Chat, now: float, at: float) -> None:
        self._next_at = max(self._next_at, now - CATCH_UP_S) + self._interval
        chat.next_at = max(chat.next_at, at) + CHAT_INTERVAL_S
        if chat.recent is not None:
            chat.recent.append(at)

    def _sweep(self, now: float) -> None:
        self._chats = {
            chat_id: chat
            for chat_id, chat in self._chats.items()
            if max(chat.next_at, chat.halted_until) > now or (chat.recent and chat.recent[-1] > now - GROUP_WINDOW_S)
        }
