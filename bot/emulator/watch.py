"""Who looks on: tests that wait for a message, and pages that show everything live."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bot.emulator.chats import Message

Json = dict[str, Any]
_BACKLOG = 10_000


class Watch:
    """Tells waiters and pages about every change of a chat, at the moment it happens."""

    def __init__(self) -> None:
        self._waiters: dict[int, list[tuple[Callable[[Message], bool], asyncio.Future[Message]]]] = {}
        self._pages: set[asyncio.Queue[Json | None]] = set()
        self._opened = asyncio.Event()

    @property
    def is_watched(self) -> bool:
        """Whether any page is open; without one, nothing has to be written out for it."""
        return bool(self._pages)

    def changed(self, message: Message) -> None:
        """A message is new or different."""
        for predicate, future in self._waiters.get(message.chat_id, ()):
            if not future.done() and predicate(message):
                future.set_result(message)

    async def wait(self, chat_id: int, predicate: Callable[[Message], bool], timeout: float) -> Message:
        """The next changed message that fits. Raises TimeoutError after `timeout` seconds."""
        future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        waiters = self._waiters.setdefault(chat_id, [])
        entry = (predicate, future)
        waiters.append(entry)
        try:
            async with asyncio.timeout(timeout):
                return await future
        finally:
            waiters.remove(entry)

    def publish(self, event: Json) -> None:
        """Hand an event to every open page. A page that no longer reads is told to start afresh."""
        for page in self._pages:
            if page.qsize() < _BACKLOG:
                page.put_nowait(event)
            elif page.qsize() == _BACKLOG:
                page.put_nowait(None)

    @contextmanager
    def page(self) -> Iterator[asyncio.Queue[Json | None]]:
        """A page's own queue of events; None in it means that the page has to be closed."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        self._pages.add(queue)
        self._opened.set()
        try:
            yield queue
        finally:
            self._pages.discard(queue)

    async def audience(self, timeout: float) -> bool:
        """Wait until a page has been opened; False after `timeout` seconds without one."""
        try:
            async with asyncio.timeout(timeout):
                return await self._opened.wait()
        except TimeoutError:
            return False

    def close(self) -> None:
        for page in self._pages:
            page.put_nowait(None)
