"""Button presses and what the bot answered to each."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

# Seconds that an answer may take on a busy machine. Who gets it earlier waits no longer.
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What answerCallbackQuery said."""

    text: str = ""
    show_alert: bool = False
    url: str | None = None


@dataclass(slots=True, eq=False)
class Press:
    """One press of an inline button. `answer` is None until the bot answers it."""

    id: str
    user_id: int
    chat_id: int
    message_id: int
    data: str
    time: float
    """Seconds of the emulator's clock."""
    answer: CallbackAnswer | None = None
    _answered: asyncio.Event = field(default_factory=asyncio.Event)

    def settle(self, answer: CallbackAnswer) -> None:
        self.answer = answer
        self._answered.set()

    async def answered(self, timeout: float = PATIENCE_S) -> CallbackAnswer:
        """Wait for the answer. Raises AssertionError after `timeout` seconds: every press has to be answered."""
        try:
            async with asyncio.timeout(timeout):
                await self._answered.wait()
        except TimeoutError:
            pass
        if self.answer is None:
            raise AssertionError(f"no answer within {timeout:g} s to the press of {self.data!r}")
        return self.answer


class InlineQueries:
    """Inline queries that wait for their results."""

    def __init__(self) -> None:
        self._waiting: dict[str, asyncio.Future[list[dict[str, Any]]]] = {}

    async def results(self, query_id: str, timeout: float) -> list[dict[str, Any]]:
        """Wait for answerInlineQuery. Raises AssertionError after `timeout` seconds."""
        future: asyncio.Future[list[dict[str, Any]]] = asyncio.get_running_loop().create_future()
        self._waiting[query_id] = future
        try:
            async with asyncio.timeout(timeout):
                return await future
        except TimeoutError:
            raise AssertionError(f"no results within {timeout:g} s for the inline query {query_id}") from None
        finally:
            del self._waiting[query_id]

    def settle(self, query_id: str, results: list[dict[str, Any]]) -> bool:
        """Hand the results over; False if nobody waits for them."""
        future = self._waiting.get(query_id)
        if future is None or future.done():
            return False
        future.set_result(results)
        return True
