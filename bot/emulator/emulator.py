"""The emulator as tests and the demo use it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any

from aiohttp import web

from bot.emulator.chats import Group, GroupKind, Message, Person
from bot.emulator.control import Control
from bot.emulator.core import Core
from bot.emulator.faults import Faults
from bot.emulator.ledger import Ledger
from bot.emulator.limits import Limits
from bot.emulator.page import add_page
from bot.emulator.people import People, Place
from bot.emulator.presses import PATIENCE_S, Press
from bot.emulator.server import MAX_REQUEST, BotApi
from bot.emulator.waiting import transcript, wait_for

Json = dict[str, Any]
DEFAULT_LIMITS = Limits()


class Emulator:
    """A Telegram Bot API server on 127.0.0.1 for one bot, with people who use it.

    `name` is what the page calls the bot until it names itself. `clock` gives seconds; the limits, the ledger and the
    dates of messages follow it, waiting does not. `open_house` accepts messages to any chat id, added or not.
    """

    def __init__(
        self,
        token: str,
        *,
        limits: Limits | None = DEFAULT_LIMITS,
        username: str = "breaking_news_bot",
        name: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        open_house: bool = False,
    ) -> None:
        self._core = Core(token, username, name or username, limits, clock, open_house=open_house)
        self._people = People(self._core)
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes any free one. Raises OSError for a port that is taken."""
        app = web.Application(client_max_size=MAX_REQUEST)
        BotApi(self._core).add_routes(app)
        Control(self._core, self._people).add_routes(app)
        add_page(app)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.5)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", port)
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        self._core.updates.open()
        self._core.webhook.open()
        self._runner = runner
        self._port = runner.addresses[0][1]

    async def stop(self) -> None:
        """Let whoever polls or looks on go, and close the port. Harmless when it is not running.

        Everything that it knows stays, for another `start`.
        """
        runner, self._runner = self._runner, None
        if runner is None:
            return
        self._core.updates.close()
        self._core.watch.close()
        await self._core.webhook.close()
        await runner.cleanup()

    @property
    def url(self) -> str:
        """The server's root, for BOT_API_URL; the chat page is at this address with a slash."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def faults(self) -> Faults:
        return self._core.faults

    @property
    def ledger(self) -> Ledger:
        return self._core.ledger

    @property
    def presses(self) -> list[Press]:
        """Every button press, oldest first."""
        return list(self._core.presses.values())

    @property
    def pending_updates(self) -> int:
        """Updates that the bot has not confirmed yet."""
        return len(self._core.updates)

    def push_update(self, kind: str, payload: object) -> None:
        """Queue an update of any content, such as a later version of the Bot API may bring."""
        self._core.updates.push(kind, payload)

    def commands(self, user_id: int) -> list[Json]:
        """The bot's commands as this person's app suggests them in the private chat."""
        person = self._core.book.people[user_id]
        return self._core.commands.seen_in_private(user_id, person.language_code)

    def add_person(
        self,
        user_id: int,
        name: str,
        *,
        language_code: str = "ar",
        role: str = "reader",
        username: str | None = None,
        started: bool = False,
    ) -> Person:
        """Somebody with a phone. Until they have written once (`started`), the bot may not write to them."""
        return self._people.add_person(Person(user_id, name, language_code, role, username, started))

    def add_group(
        self,
        chat_id: int,
        title: str,
        members: Iterable[int | Person] = (),
        *,
        kind: GroupKind = "supergroup",
        admins: Iterable[int | Person] = (),
        username: str | None = None,
        forum: bool = False,
        hidden_members: bool = False,
        added_by: int | None = None,
    ) -> Group:
        """A group that the bot is in; with `added_by`, that person has just added it, and the bot is told.

        With `hidden_members`, the bot may ask who is who there only as an administrator.
        """
        return self._people.add_group(
            chat_id,
            title,
            members,
            kind=kind,
            admins=admins,
            username=username,
            forum=forum,
            hidden_members=hidden_members,
            added_by=added_by,
        )

    def add_topic(self, chat_id: int, thread_id: int, name: str, *, closed: bool = False) -> None:
        """A topic of a forum, which may be closed to whoever is no admin. The bot is not told."""
        group = self._core.book.groups[chat_id]
        group.topics[thread_id] = name
        if closed:
            group.closed_topics.add(thread_id)

    def delete_topic(self, chat_id: int, thread_id: int) -> None:
        """An admin deletes a topic. Telegram tells the bot nothing."""
        del self._core.book.groups[chat_id].topics[thread_id]

    async def say(
        self,
        user_id: int,
        text: str,
        *,
        reply_to: int | None = None,
        chat_id: int | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """A person writes, in the private chat or in a group, there perhaps in a topic (`thread_id`).

        A text over 4,096 units goes as several messages, as apps send it; the first is returned.
        """
        return self._people.say(user_id, text, Place(chat_id or user_id, reply_to, thread_id))

    async def send_document(
        self,
        user_id: int,
        filename: str,
        data: bytes,
        *,
        caption: str = "",
        reply_to: int | None = None,
        chat_id: int | None = None,
    ) -> Message:
        """A person sends a file; the bot fetches it by getFile."""
        place = Place(chat_id or user_id, reply_to)
        return self._people.send_document(user_id, filename, data, place, caption=caption)

    async def forward(self, user_id: int, message: Message) -> Message:
        """A person forwards a message that somebody wrote, from any chat, to the bot."""
        return self._people.forward(user_id, message)

    async def share_location(self, user_id: int, latitude: float, longitude: float) -> Message:
        """A person shares where they are, in degrees."""
        return self._people.share_location(user_id, latitude, longitude)

    async def press(
        self,
        user_id: int,
        message_id: int,
        *,
        text: str | None = None,
        data: str | None = None,
        chat_id: int | None = None,
    ) -> Press:
        """A person presses the button whose text holds `text`, or sends `data`, which may be stale or forged.

        Returns at once; `await press.answered()` waits for the bot. Raises LookupError where no button fits.
        """
        chat_id = user_id if chat_id is None else chat_id
        return self._people.press(user_id, message_id, text=text, data=data, chat_id=chat_id)

    async def ask_inline(
        self, user_id: int, query: str, *, offset: str = "", timeout: float = PATIENCE_S
    ) -> list[Json]:
        """A person types an inline query, or scrolls to what begins at `offset`; the results.

        Raises AssertionError after `timeout` seconds.
        """
        return await self._core.inline.results(self._people.ask_inline(user_id, query, offset), timeout)

    def block(self, user_id: int, *, notify: bool = True) -> None:
        """A person blocks the bot; without `notify` the bot learns of it only by the 403."""
        self._people.block(user_id, notify=notify)

    def unblock(self, user_id: int, *, notify: bool = True) -> None:
        self._people.unblock(user_id, notify=notify)

    def deactivate(self, user_id: int) -> None:
        """A person deletes their account. Telegram tells the bot nothing."""
        self._core.book.people[user_id].deactivated = True
        self._core.chats_changed()

    def kick(self, chat_id: int, *, by: int, notify: bool = True) -> None:
        """Somebody removes the bot from a group."""
        self._people.set_bot_status(chat_id, by, "kicked", notify=notify)

    def promote(self, chat_id: int, *, by: int, notify: bool = True) -> None:
        """Somebody makes the bot an administrator of a group, so that it sees every message."""
        self._people.set_bot_status(chat_id, by, "administrator", notify=notify)

    def rename(self, chat_id: int, title: str) -> None:
        """A group or channel is given another title."""
        self._people.rename(chat_id, title)

    def migrate(self, group_id: int, new_id: int) -> None:
        """A basic group becomes a supergroup with a new id."""
        self._people.migrate(group_id, new_id)

    def messages(self, chat_id: int) -> list[Message]:
        """What the chat shows now, oldest first; edits are in it, deleted messages are not."""
        return self._core.book.messages(chat_id)

    async def wait_for(
        self, chat_id: int, what: Callable[[Message], bool] | str = "", *, timeout: float = PATIENCE_S, after: int = 0
    ) -> Message:
        """The bot's message that fits: it holds the text, or the function says so.

        One that stands there already counts, if its id is above `after`; else it waits for one that is sent or edited.
        Raises AssertionError with the chat's transcript after `timeout` seconds.
        """
        return await wait_for(self._core, chat_id, what, timeout=timeout, after=after)

    async def audience(self, timeout: float) -> bool:
        """Wait until the chat page has been opened; False after `timeout` seconds without anybody."""
        return await self._core.watch.audience(timeout)

    async def wait_until_polled(self, *, timeout: float = 10.0) -> None:
        """Until the bot waits in a long poll: it is up. Raises AssertionError after `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                await self._core.updates.polling.wait()
        except TimeoutError:
            raise AssertionError(f"within {timeout:g} s nobody asked for updates") from None

    def transcript(self, chat_id: int) -> str:
        """The chat as plain text, oldest first: who says what, and the buttons in brackets."""
        return transcript(self._core, chat_id)
