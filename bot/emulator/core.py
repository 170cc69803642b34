"""The state behind the server, and the few steps that every method shares."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from bot.emulator.chats import ChatBook, Message, Person, message_json
from bot.emulator.commands import CommandBook
from bot.emulator.errors import ApiError, bad_request, forbidden, too_many_requests
from bot.emulator.faults import Faults
from bot.emulator.formatting import FormattedText, formatted
from bot.emulator.ledger import Accepted, Ledger, Refused
from bot.emulator.limits import Limits, Throttle
from bot.emulator.params import Params
from bot.emulator.presses import InlineQueries, Press
from bot.emulator.updates import UpdateQueue
from bot.emulator.watch import Watch
from bot.emulator.webhook import Webhook

Json = dict[str, Any]


class Core:
    """Everything that one emulated bot server knows. Methods and people act on it; it starts nothing by itself."""

    def __init__(
        self,
        token: str,
        username: str,
        name: str,
        limits: Limits | None,
        clock: Callable[[], float],
        *,
        open_house: bool,
    ) -> None:
        self.token = token
        self.clock = clock
        self._epoch = time.time() - clock()
        bot_id = token.partition(":")[0]
        self.bot: Json = {
            "id": int(bot_id) if bot_id.isdecimal() else 1,
            "is_bot": True,
            "first_name": name,
            "username": username,
        }
        self.book = ChatBook(open_house=open_house)
        self.updates = UpdateQueue()
        self.webhook = Webhook(self.updates)
        self.faults = Faults()
        self.ledger = Ledger()
        self.watch = Watch()
        self.commands = CommandBook()
        self.presses: dict[str, Press] = {}
        self.inline = InlineQueries()
        self.menu_buttons: dict[int, Json] = {}
        """By chat; 0 stands for every private chat."""
        self.profile: dict[tuple[str, str], str] = {}
        """Name, description and short description by (field, language)."""
        self._throttle = Throttle(limits) if limits else None
        # A broadcast sends one text to many chats: it is read once, and kept once.
        self._formatted = lru_cache(maxsize=256)(formatted)

    def profile_text(self, field: str, language: str) -> str:
        """What the bot says of itself to somebody with this language."""
        return self.profile.get((field, language[:2])) or self.profile.get((field, ""), "")

    def now(self) -> int:
        """Unix seconds, moved along with the emulator's clock."""
        return int(self._epoch + self.clock())

    def read_text(self, params: Params, name: str, entities: str) -> FormattedText:
        """A text parameter as it will stand in the chat."""
        explicit = params.entities(entities) if not params.text("parse_mode") else []
        if explicit:
            return formatted(params.text(name), "", explicit)
        return self._formatted(params.text(name), params.text("parse_mode"))

    def target(self, params: Params, name: str = "chat_id") -> int:
        """The chat that the request is about. Raises ApiError where the bot may not act in it."""
        raw = params.text(name).strip()
        if not raw:
            raise bad_request(f"{name} is empty")
        if raw.startswith("@"):
            named = self.book.group_named(raw)
            if named is None:
                raise bad_request("chat not found")
            raw = str(named.id)
        try:
            chat_id = int(raw)
        except ValueError:
            raise bad_request("chat not found") from None
        self._require_access(chat_id)
        return chat_id

    def _require_access(self, chat_id: int) -> None:
        person = self.book.people.get(chat_id)
        if person is not None:
            _require_person(person)
            return
        group = self.book.groups.get(chat_id)
        if group is None:
            if not self.book.open_house:
                raise bad_request("chat not found")
            return
        if group.migrated_to is not None:
            raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=group.migrated_to)
        if group.bot_status == "kicked":
            raise forbidden(f"bot was kicked from the {group.kind} chat")
        if group.bot_status == "left":
            raise forbidden(f"bot is not a member of the {group.kind} chat")
        if group.kind == "channel" and group.bot_status != "administrator":
            raise bad_request("need administrator rights in the channel chat")

    def spend(self, chat_id: int, params: Params) -> None:
        """Take one message off the send budget. Raises ApiError(429) when it is used up."""
        if self._throttle is None:
            return
        paid = params.boolean("allow_paid_broadcast")
        private = self.book.is_private(chat_id)
        refusal = self._throttle.admit(chat_id, self.clock(), private=private, paid=paid)
        if refusal is not None:
            raise too_many_requests(refusal.retry_after, refusal.limit)

    def refuse(self, method: str, chat_id: int | None, error: ApiError) -> None:
        """Write a refusal down."""
        self.ledger.refuse(Refused(self.clock(), method, chat_id, error.code, error.description, error.limit))

    def accept(self, method: str, message: Message) -> None:
        """Write down that a message is new or changed, and show it to whoever looks on."""
        self.ledger.accept(Accepted(self.clock(), method, message.chat_id, message.message_id, message.text))
        self.show(message)

    def show(self, message: Message) -> None:
        self.watch.changed(message)
        if self.watch.is_watched and self.book.is_known(message.chat_id):
            self.watch.publish({"type": "message", "message": self.page_json(message)})

    def chats_changed(self) -> None:
        """Have every page draw itself anew."""
        if self.watch.is_watched:
            self.watch.publish({"type": "chats"})

    def drop(self, method: str, message: Message) -> None:
        """Take a message out of its chat."""
        self.book.delete(message.chat_id, message.message_id)
        self.ledger.accept(Accepted(self.clock(), method, message.chat_id, message.message_id, message.text))
        if self.watch.is_watched:
            gone = {"type": "deleted", "chat_id": message.chat_id, "message_id": message.message_id}
            self.watch.publish(gone)

    def message_json(self, message: Message) -> Json:
        return message_json(self.book, self.bot, message)

    def page_json(self, message: Message) -> Json:
        """A message as the chat page reads it: the Bot API's form and what only an app knows."""
        body = self.message_json(message)
        if message.rich is not None:
            body["text"] = message.text  # the page draws no blocks
        body["from_bot"] = message.from_bot
        body["edited"] = message.edited
        body["silent"] = message.silent
        if message.reply_keyboard is not None:
            body["reply_keyboard"] = message.reply_keyboard
        return body


def _require_person(person: Person) -> None:
    if person.deactivated:
        raise forbidden("user is deactivated")
    if person.blocked:
        raise forbidden("bot was blocked by the user")
    if not person.started:
        raise forbidden("bot can't initiate conversation with a user")
