"""Long polling: asks Telegram for updates, and notices when none can be had.

python-telegram-bot's Updater tries again for ever after a time-out without telling anyone, and ends without a word
when the token is refused. https://core.telegram.org/bots/api#getupdates
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from telegram import Bot, Update
from telegram.error import InvalidToken, RetryAfter, TelegramError

logger = logging.getLogger(__name__)

# Telegram answers after this time at the latest, be there updates or not.
LONG_POLL = timedelta(seconds=10)
# Six answers in a row that did not come: no longer a hiccup.
STALE_S = 60.0
# After a failure; doubled with every further one, up to the limit.
_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 10.0
# The last request, which only confirms what was taken, must not hold up the end.
_CONFIRM_S = 2.0


class Polling:
    """Puts updates into a queue until it is stopped."""

    def __init__(
        self, bot: Bot, queue: asyncio.Queue[object], *, kinds: Sequence[str], stale_after_s: float = STALE_S
    ) -> None:
        """`kinds` are the update types that are asked for."""
        self._bot = bot
        self._queue = queue
        self._kinds = kinds
        self._stale_after_s = stale_after_s
        self._offset: int | None = None
        self._answered_at = time.monotonic()
        self._stopping = asyncio.Event()
        self._trouble: str | None = None

    @property
    def silence_s(self) -> float:
        """The seconds since Telegram last answered."""
        return time.monotonic() - self._answered_at

    def problem(self) -> str | None:
        """Return what is wrong if no updates could be had for a while, otherwise None."""
        if self.silence_s < self._stale_after_s:
            return None
        return f"no updates from Telegram for {self.silence_s:.0f} s: {self._trouble or 'no answer'}"

    def stop(self) -> None:
        """Take no more updates; `run` returns when those taken are confirmed."""
        self._stopping.set()

    async def run(self) -> None:
        """Poll until `stop`, whatever Telegram answers. A webhook that is set is removed first."""
        self._answered_at = time.monotonic()
        asking = asyncio.create_task(self._poll(), name="polling")
        watching = asyncio.create_task(self._watch(), name="polling watchdog")
        stopping = asyncio.create_task(self._stopping.wait())
        tasks = {asking, watching, stopping}
        try:
            done, _waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        for task in done - {stopping}:
            task.result()
        await self._confirm()

    async def _poll(self) -> None:
        await self._insist(self._bot.delete_webhook)
        while True:
            await self._insist(self._take)

    async def _take(self) -> None:
        updates: Sequence[Update] = await self._bot.get_updates(
            offset=self._offset, timeout=LONG_POLL, allowed_updates=self._kinds
        )
        for update in updates:
            self._queue.put_nowait(update)
            # It is confirmed by the next request.
            self._offset = update.update_id + 1

    async def _insist(self, ask: Callable[[], Awaitable[object]]) -> None:
        """Ask until Telegram answers."""
        pause = _PAUSE_S
        while True:
            least = 0.0
            try:
                await ask()
            except RetryAfter as error:
                wait = error.retry_after
                least = wait.total_seconds() if isinstance(wait, timedelta) else wait
                self._note(error.message)
            except InvalidToken as error:
                # Telegram has refused valid tokens when it had trouble of its own.
                least = _LONGEST_PAUSE_S
                self._note(f"it refuses the token ({error.message})")
            except TelegramError as error:
                self._note(error.message)
            except Exception:
                self._trouble = "its answer could not be read"
                logger.exception("what Telegram answered could not be read, trying again")
            else:
                self._note_answer()
                return
            await asyncio.sleep(max(least, pause))
            pause = min(pause * 2, _LONGEST_PAUSE_S)

    def _note(self, reason: str) -> None:
        if reason != self._trouble:
            logger.warning("no updates from Telegram, trying again: %s", reason)
        self._trouble = reason

    def _note_answer(self) -> None:
        if self._trouble is not None:
            logger.info("updates come again after %.0f s", self.silence_s)
        self._trouble = None
        self._answered_at = time.monotonic()

    async def _watch(self) -> None:
        """Say once that nothing has come for long, and again only if something came between."""
        told_at = None
        while True:
            await asyncio.sleep(max(self._stale_after_s - self.silence_s, self._stale_after_s / 10))
            if self._answered_at != told_at and (problem := self.problem()):
                logger.error("%s", problem)
                told_at = self._answered_at

    async def _confirm(self) -> None:
        """Tell Telegram what was taken, so that it does not come again at the next start."""
        if self._offset is None:
            return
        with suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(_CONFIRM_S):
                await self._bot.get_updates(
                    offset=self._offset, limit=1, timeout=timedelta(), allowed_updates=self._kinds
                )
