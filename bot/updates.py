"""How updates are read and in which order they are handled."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import BaseUpdateProcessor, ExtBot

logger = logging.getLogger(__name__)


# As many as the library lets in: how many are handled at once is decided behind the chats' locks.
_ANY_NUMBER = 2**31


class ChatOrderedProcessor(BaseUpdateProcessor):
    """Keeps what one chat says in order without letting a slow chat hold up the others."""

    def __init__(
        self,
        at_once: int,
        begin: Callable[[Update], Awaitable[bool]] | None = None,
        observe: Callable[[str, float], None] = lambda _kind, _seconds: None,
    ) -> None:
        """`at_once` is how many updates are handled at the same time, each of another chat.

        `begin` is asked before an update is handled; it is passed over where that returns False. `observe` is told of
        each that was handled: its kind, such as `message`, and the seconds.
        """
        super().__init__(_ANY_NUMBER)
        # What waits for its chat's turn takes no slot, or somebody who sends very much would take them all.
        self._slots = asyncio.Semaphore(at_once)
        self._begin = begin
        self._observe = observe
        self._locks: dict[int, tuple[asyncio.Lock, int]] = {}
        self._handling = set[asyncio.Task[None]]()
        self._is_ending = False
        self.passed_over = 0  # since `pass_over`

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle the update when those of the same chat that came earlier have been handled."""
        chat = update.effective_chat if isinstance(update, Update) else None
        if chat is None:
            await self._handle(update, coroutine)
            return
        lock, waiting = self._locks.get(chat.id, (asyncio.Lock(), 0))
        self._locks[chat.id] = (lock, waiting + 1)
        try:
            async with lock:
                await self._handle(update, coroutine)
        finally:
            lock, waiting = self._locks[chat.id]
            if waiting == 1:
                del self._locks[chat.id]
            else:
                self._locks[chat.id] = (lock, waiting - 1)

    def pass_over(self) -> None:
        """Begin to handle nothing more."""
        self._is_ending = True

    def cut_short(self) -> int:
        """Cancel what is being handled; return how many updates that are."""
        for task in self._handling:
            task.cancel()
        return len(self._handling)

    async def _handle(self, update: object, coroutine: Awaitable[Any]) -> None:
        async with self._slots:
            if not await self._may_begin(update):
                if isinstance(coroutine, Coroutine):
                    coroutine.close()
                return
            task = asyncio.current_task()
            assert task is not None  # noqa: S101  # a coroutine always runs in a task
            self._handling.add(task)
            started = time.monotonic()
            try:
                await coroutine
            finally:
                self._handling.discard(task)
            self._observe(_kind(update), time.monotonic() - started)

    async def _may_begin(self, update: object) -> bool:
        if self._is_ending:
            self.passed_over += 1
            return False
        return self._begin is None or not isinstance(update, Update) or await self._begin(update)


def _kind(update: object) -> str:
    """Return the update's kind by Telegram's name. https://core.telegram.org/bots/api#update"""
    return next((kind for kind in Update.ALL_TYPES if getattr(update, kind, None) is not None), "unknown")


class PatientBot(ExtBot[None]):
    """Passes over an update that the library cannot read.

    Otherwise one message of a kind that it does not know would end the polling, and come again at every start: what was
    not read is never confirmed.
    """

    def read_update(self, data: Any) -> Update:
        """Return the update that `data`, decoded JSON, holds; one with nothing in it where it cannot be read.

        Raise `ValueError` where `data` is no update at all.
        """
        if not isinstance(data, dict) or not isinstance(data.get("update_id"), int):
            raise ValueError("not an update")
        try:
            return Update.de_json(data, self)
        except Exception as error:  # whatever the library stumbles over
            logger.error("update %d cannot be read and is passed over: %r", data["update_id"], error)
            return Update(data["update_id"])

    async def get_updates(self, offset: int | None = None, *args: Any, **options: Any) -> tuple[Update, ...]:
        """As in the library. https://core.telegram.org/bots/api#getupdates"""
        try:
            return await super().get_updates(offset, *args, **options)
        except TelegramError:
            raise
        except Exception:
            logger.warning("there is something among the updates that cannot be read; they are read one by one")
        # Not `do_api_request`, which warns that there is a method for this: the one that has just failed.
        waiting = await self._post("getUpdates", {"offset": offset})
        return tuple(self.read_update(data) for data in waiting)
