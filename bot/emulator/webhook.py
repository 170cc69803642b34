"""Delivers updates by HTTP POST, as setWebhook asks for."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable, MutableSet
from typing import Any

import aiohttp
from yarl import URL

from bot.emulator.errors import ApiError, bad_request
from bot.emulator.updates import UpdateQueue

Json = dict[str, Any]
Respond = Callable[[str, Json], Awaitable[None]]
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 30.0
_TIMEOUT = 60.0
_MOST_CONNECTIONS = 100
"""https://core.telegram.org/bots/api#setwebhook"""


class Webhook:
    """One bot's webhook. Only addresses on this machine are taken, over HTTP or HTTPS."""

    def __init__(self, updates: UpdateQueue) -> None:
        self._updates = updates
        self._secret = ""
        self._task: asyncio.Task[None] | None = None
        self._new = asyncio.Event()
        self._last_error: tuple[int, str] | None = None
        self._max_connections = 40
        self.url = ""
        self.respond: Respond | None = None
        """Carries out the method that a webhook may name in its answer."""

    def set(self, url: str, secret: str, max_connections: int) -> None:
        """Start delivering to `url`, or stop for an empty one. Raises ApiError(400) for an address it may not use."""
        if url:
            _check_url(url)
        if secret and not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains illegal characters")
        self._stop()
        self.url, self._secret, self._last_error = url, secret, None
        self._max_connections = min(max(1, max_connections), _MOST_CONNECTIONS)
        if url:
            self._updates.interrupt(ApiError(409, "Conflict: terminated by setWebhook request"))
        self.open()

    def open(self) -> None:
        """Deliver what waits, and go on delivering, if a webhook is set."""
        if self.url and self._task is None:
            self._updates.on_push = self._new.set
            self._new.set()
            self._task = asyncio.get_running_loop().create_task(self._deliver())

    def info(self) -> Json:
        body: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
            "max_connections": self._max_connections,
        }
        if self._updates.allowed:
            body["allowed_updates"] = self._updates.allowed
        if self._last_error is not None:
            body["last_error_date"], body["last_error_message"] = self._last_error
        return body

    async def close(self) -> None:
        """Stop delivering; the webhook stays set."""
        task = self._task
        self._stop()
        if task is not None:
            await asyncio.gather(task, return_exceptions=True)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._updates.on_push = None

    async def _deliver(self) -> None:
        """Post what waits: the updates of one chat one after the other, those of different chats at the same time."""
        under_way, slots = set[int](), asyncio.Semaphore(self._max_connections)
        connector = aiohttp.TCPConnector(limit=0)
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session, asyncio.TaskGroup() as posts:
            while True:
                self._new.clear()
                for chat_id in self._updates.chats() - under_way:
                    under_way.add(chat_id)
                    posts.create_task(self._deliver_to(session, slots, chat_id, under_way))
                await self._new.wait()

    async def _deliver_to(
        self, session: aiohttp.ClientSession, slots: asyncio.Semaphore, chat_id: int, under_way: MutableSet[int]
    ) -> None:
        pause = _FIRST_PAUSE
        while (update := self._updates.first(chat_id)) is not None:
            async with slots:
                error = await self._post(session, update)
            if error is None:
                self._updates.confirm(update)
                pause = _FIRST_PAUSE
                continue
            self._last_error = (int(time.time()), error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        # In the same step as the last look: what comes for this chat from now on is begun anew.
        under_way.discard(chat_id)

    async def _post(self, session: aiohttp.ClientSession, update: Json) -> str | None:
        """Deliver one update; the reason if that failed."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._secret} if self._secret else {}
        try:
            async with session.post(self.url, json=update, headers=headers, allow_redirects=False) as response:
                if not 200 <= response.status < 300:
                    return f"Wrong response from the webhook: {response.status} {response.reason}"
                body = await response.read()
        except TimeoutError:
            return "Read timeout expired"
        except aiohttp.ClientError:
            return "Connection refused"
        await self._answer(body)
        return None

    async def _answer(self, body: bytes) -> None:
        try:
            answer = json.loads(body) if body else None
        except (ValueError, RecursionError):
            return
        if isinstance(answer, dict) and isinstance(answer.get("method"), str) and self.respond is not None:
            await self.respond(answer["method"], answer)


def _check_url(url: str) -> None:
    try:
        parsed = URL(url)
    except ValueError:
        raise bad_request("bad webhook: invalid webhook URL specified") from None
    if parsed.scheme not in ("http", "https"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parsed.host not in _LOOPBACK:
        raise bad_request("bad webhook: this server delivers to 127.0.0.1, ::1 and localhost only")
