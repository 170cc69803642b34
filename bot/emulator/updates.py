"""What waits to be fetched by the bot: one queue per bot, emptied by long polling or by the webhook."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from bot.emulator.errors import ApiError, conflict

Json = dict[str, Any]

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Update types that a bot gets only when it asks for them by name."""

MAX_TIMEOUT = 50
"""Seconds that one getUpdates may wait."""


class UpdateQueue:
    """Updates in order, kept until the bot confirms them with a higher offset."""

    def __init__(self) -> None:
        self._pending: deque[Json] = deque()
        self._next_id = 100_000_001
        self._allowed: frozenset[str] | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._closed = False
        self.polling = asyncio.Event()
        """Set while a long poll waits."""
        self.on_push: Callable[[], None] | None = None
        """Called after each new update; the webhook wakes up by it."""

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def allowed(self) -> list[str]:
        """The update types that were asked for; empty for the default ones."""
        return sorted(self._allowed or ())

    def allow(self, kinds: Sequence[str]) -> None:
        """Only these types are queued from now on; an empty list brings the default back."""
        self._allowed = frozenset(kinds) or None

    def push(self, kind: str, payload: object) -> None:
        wanted = kind in self._allowed if self._allowed is not None else kind not in NOT_BY_DEFAULT
        if not wanted:
            return
        self._pending.append({"update_id": self._next_id, kind: payload})
        self._next_id += 1
        self._wake()
        if self.on_push is not None:
            self.on_push()

    def chats(self) -> set[int]:
        """The chats of which updates wait; 0 stands for whatever happened in none."""
        return {_chat_of(update) for update in self._pending}

    def first(self, chat_id: int) -> Json | None:
        """The oldest update of a chat that waits."""
        return next((update for update in self._pending if _chat_of(update) == chat_id), None)

    def confirm(self, update: Json) -> None:
        """Forget an update that was taken."""
        if update in self._pending:  # it may have been cleared meanwhile
            self._pending.remove(update)

    def confirm_through(self, update_id: int) -> None:
        while self._pending and self._pending[0]["update_id"] <= update_id:
            self._pending.popleft()

    def clear(self) -> None:
        self._pending.clear()

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:
        """The next updates, waiting up to `timeout` seconds for the first one.

        A second poll ends the one that waits with ApiError(409), as Telegram does.
        """
        self.interrupt(
            conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        )
        self._confirm(offset)
        if not self._pending and timeout > 0 and not self._closed:
            await self._wait(min(timeout, MAX_TIMEOUT))
        return [update for update, _ in zip(self._pending, range(limit), strict=False)]

    def interrupt(self, error: ApiError) -> None:
        """End the poll that waits, if any, with this error."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)

    def open(self) -> None:
        """Let polls wait again after `close`."""
        self._closed = False

    def close(self) -> None:
        """Let the poll that waits return empty, and no other wait."""
        self._closed = True
        self._wake()

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self._pending) > -offset:
                self._pending.popleft()
        elif offset:
            self.confirm_through(offset - 1)

    async def _wait(self, seconds: float) -> None:
        waiter = self._waiter = asyncio.get_running_loop().create_future()
        self.polling.set()
        try:
            async with asyncio.timeout(seconds):
                await waiter
        except TimeoutError:
            pass
        finally:
            if self._waiter is waiter:
                self._waiter = None
                self.polling.clear()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def _chat_of(update: Json) -> int:
    for kind, payload in update.items():
        if kind != "update_id":
            place = payload.get("message", payload)
            return int((place.get("chat") or payload.get("from") or {}).get("id", 0))
    return 0
