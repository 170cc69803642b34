"""Whether Telegram can be used now. While it cannot, nothing is sent, so that no delivery spends its tries in vain."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from telegram.error import TelegramError

logger = logging.getLogger(__name__)

# Doubled with every trouble that follows without a message accepted between, up to the limit.
_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 10.0
# A request that fails without a clear reason makes us ask, at most so often: some fail on any day.
_ASK_INTERVAL_S = 1.0
# So many in a row are trouble, whatever the answer to the question is.
_DOUBTS = 5


class Uplink:
    """Closed by trouble, and opened again when Telegram has answered a question that changes nothing (getMe)."""

    def __init__(self, ask: Callable[[], Awaitable[None]], on_open: Callable[[], None]) -> None:
        """`ask` raises `TelegramError` while Telegram cannot be used."""
        self._ask = ask
        self._on_open = on_open
        self._opening: asyncio.Task[None] | None = None
        self._troubles = 0
        self._doubts = 0
        self._asked_at = -_ASK_INTERVAL_S

    @property
    def is_open(self) -> bool:
        return self._opening is None

    @property
    def is_proven(self) -> bool:
        """Whether the last message was accepted; until one is again, send one at a time."""
        return self.is_open and self._troubles == 0

    def note_success(self) -> None:
        """A message was accepted or refused: Telegram does its work."""
        self._troubles = self._doubts = 0

    def note_trouble(self, reason: str) -> None:
        """Telegram cannot be reached, or refuses the token."""
        if self._opening is None:
            pause = min(_PAUSE_S * 2.0**self._troubles, _LONGEST_PAUSE_S)
            self._troubles += 1
            logger.warning("Telegram cannot be used, next try in %.1f s: %s", pause, reason)
            self._opening = asyncio.create_task(self._open(pause))

    def note_doubt(self, reason: str) -> None:
        """No answer came, or Telegram says that it has an error. That may be chance, or the beginning of an outage."""
        self._doubts += 1
        if self._doubts >= _DOUBTS:
            self.note_trouble(reason)
        elif self._opening is None and time.monotonic() - self._asked_at >= _ASK_INTERVAL_S:
            self._opening = asyncio.create_task(self._open(0.0))

    def close(self) -> None:
        """Ask no more."""
        if self._opening is not None:
            self._opening.cancel()

    async def _open(self, pause: float) -> None:
        while True:
            await asyncio.sleep(pause)
            try:
                await self._ask()
            except TelegramError as error:
                pause = min(_PAUSE_S * 2.0**self._troubles, _LONGEST_PAUSE_S)
                self._troubles += 1
                logger.warning("Telegram cannot be used, next try in %.1f s: %s", pause, error.message)
            else:
                break
        self._asked_at = time.monotonic()
        self._opening = None
        self._on_open()
