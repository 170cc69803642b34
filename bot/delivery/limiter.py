"""The send budget, as python-telegram-bot asks for it: for everything that handlers send."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.delivery.budget import SendBudget

logger = logging.getLogger(__name__)

# A person who has waited this long for an answer has asked again.
_LONGEST_WAIT_S = 60.0
# And a press that has waited this long is not answered any more: apps give it up.
_LONGEST_PRESS_S = 10.0
_PRESSED = "answerCallbackQuery"
_COUNTED = ("send", "edit", "copy", "forward")


_Answer = bool | dict[str, Any] | list[dict[str, Any]]


class ReplyLimiter(BaseRateLimiter[None]):
    """Lets replies go before every broadcast, within the same budget."""

    def __init__(self, budget: SendBudget) -> None:
        self._budget = budget

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, _Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> _Answer:
        """Wait for the budget where the method sends a message; obey one `retry_after`."""
        if endpoint == _PRESSED:
            return await self._answer_press(lambda: callback(*args, **kwargs))
        chat_id = data.get("chat_id")
        if not isinstance(chat_id, int) or endpoint == "sendChatAction" or not endpoint.startswith(_COUNTED):
            return await callback(*args, **kwargs)

        async def send() -> _Answer:
            wait = self._budget.reserve(chat_id)
            due = time.monotonic() + wait
            await asyncio.sleep(wait)
            answer = await callback(*args, **kwargs)
            self._budget.answered(chat_id, time.monotonic() - due)  # and so for the time by which it was sent too late
            return answer

        try:
            return await send()
        except RetryAfter as error:
            seconds = _seconds(error.retry_after)
            self._budget.halt(chat_id, seconds)
            if seconds > _LONGEST_WAIT_S:
                raise
            logger.warning("Telegram asks to wait %.0f s before %s", seconds, endpoint)
        return await send()

    async def _answer_press(self, ask: Callable[[], Coroutine[Any, Any, _Answer]]) -> _Answer:
        try:
            return await ask()
        except RetryAfter as error:
            seconds = _seconds(error.retry_after)
            if seconds > _LONGEST_PRESS_S:
                raise
            logger.warning("Telegram asks to wait %.0f s before %s", seconds, _PRESSED)
        await asyncio.sleep(seconds)
        return await ask()


def _seconds(wait: int | timedelta) -> float:
    # python-telegram-bot gives it in one of two types.
    return wait.total_seconds() if isinstance(wait, timedelta) else wait
