"""What people do with their phones, and the updates that the bot gets from it."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.emulator.chats import Group, GroupKind, Message, Person, ids
from bot.emulator.core import Core
from bot.emulator.formatting import FormattedText, formatted, split_as_clients_do
from bot.emulator.markup import Button
from bot.emulator.methods.chats import bot_member_json
from bot.emulator.methods.files import document_type
from bot.emulator.presses import Press

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody writes."""

    chat_id: int
    reply_to: int | None = None
    thread_id: int | None = None


class People:
    """Acts for people. Raises LookupError for people, chats, messages or buttons that are not there."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._query_ids = itertools.count(secrets.randbits(40))

    def add_person(self, person: Person) -> Person:
        self._core.book.people[person.id] = person
        self._core.chats_changed()
        return person

    def add_group(
        self,
        chat_id: int,
        title: str,
        members: Iterable[int | Person],
        *,
        kind: GroupKind,
        admins: Iterable[int | Person],
        username: str | None,
        forum: bool,
        hidden_members: bool,
        added_by: int | None,
    ) -> Group:
        group = Group(chat_id, title, kind, ids(members), ids(admins), username, forum)
        group.hidden_members = hidden_members
        if kind == "channel":
            group.bot_status = "administrator"
        group.members |= group.admins
        self._core.book.groups[chat_id] = group
        self._core.chats_changed()
        if added_by is not None:
            self._membership(group.chat_json(), self._person(added_by), "left", group.bot_status)
        return group

    def say(self, user_id: int, text: str, place: Place) -> Message:
        """Send a text. One that is too long goes as several messages, as apps do; the first is returned."""
        pieces = [piece for part in split_as_clients_do(text) if (piece := formatted(part)).text]
        if not pieces:
            raise ValueError("an app sends no empty message")
        first, *_ = [self._send(self._new(user_id, place, piece)) for piece in pieces]
        return first

    def send_document(self, user_id: int, filename: str, data: bytes, place: Place, *, caption: str) -> Message:
        message = self._new(user_id, place, formatted(caption))
        message.file = self._core.book.store_file(filename, data, document_type(filename))
        return self._send(message)

    def forward(self, user_id: int, original: Message) -> Message:
        message = self._new(user_id, Place(user_id), FormattedText(original.text, original.entities))
        message.file = original.file
        group = self._core.book.groups.get(original.chat_id)
        if group is not None and group.kind == "channel":
            origin: Json = {"type": "channel", "chat": group.chat_json(), "message_id": original.message_id}
        else:
            author = original.sender.user_json() if original.sender else self._core.bot
            origin = {"type": "user", "sender_user": author}
        message.forward_origin = {**origin, "date": original.date}
        return self._send(message)

    def share_location(self, user_id: int, latitude: float, longitude: float) -> Message:
        message = self._new(user_id, Place(user_id), FormattedText(""))
        message.location = (latitude, longitude)
        return self._send(message)

    def _new(self, user_id: int, place: Place, content: FormattedText) -> Message:
        person = self._active(user_id)
        if place.chat_id != user_id:
            self._require_member(place.chat_id, person)
        if place.reply_to is not None and self._core.book.message(place.chat_id, place.reply_to) is None:
            raise LookupError(f"no message {place.reply_to} in the chat {place.chat_id}")
        if place.thread_id is not None and place.thread_id not in self._group(place.chat_id).topics:
            raise LookupError(f"no topic {place.thread_id} in the chat {place.chat_id}; add_topic first")
        return Message(
            message_id=self._core.book.next_message_id(place.chat_id),
            chat_id=place.chat_id,
            date=self._core.now(),
            text=content.text,
            entities=content.entities,
            sender=person,
            reply_to=place.reply_to,
            thread_id=place.thread_id,
        )

    def _send(self, message: Message) -> Message:
        core, person = self._core, message.sender
        core.book.put(message)
        if person is not None and message.chat_id == person.id:
            person.started = True
        core.show(message)
        group = core.book.groups.get(message.chat_id)
        if group is None or self._is_seen_by_bot(group, message):
            kind = "channel_post" if group is not None and group.kind == "channel" else "message"
            core.updates.push(kind, core.message_json(message))
        return message

    def _is_seen_by_bot(self, group: Group, message: Message) -> bool:
        """A bot in privacy mode sees commands, answers to itself and mentions; an administrator sees everything."""
        if group.bot_status in ("administrator", "kicked", "left"):
            return group.bot_status == "administrator"
        original = self._core.book.message(group.id, message.reply_to) if message.reply_to else None
        mention = f"@{self._core.bot['username']}".lower()
        return (
            message.text.startswith("/")
            or (original is not None and original.from_bot)
            or mention in message.text.lower()
        )

    def press(self, user_id: int, message_id: int, *, text: str | None, data: str | None, chat_id: int) -> Press:
        core, person = self._core, self._active(user_id)
        message = core.book.message(chat_id, message_id)
        pressed = data if data is not None else _find_button(message, text).data
        if pressed is None:
            raise LookupError(f"the button {text!r} sends nothing to the bot")
        press = Press(str(next(self._query_ids)), user_id, chat_id, message_id, pressed, core.clock())
        core.presses[press.id] = press
        if message is not None:
            shown = core.message_json(message)
        else:
            shown = {"chat": core.book.chat_json(chat_id), "message_id": message_id, "date": 0}
        core.updates.push(
            "callback_query",
            {
                "id": press.id,
                "from": person.user_json(),
                "chat_instance": str(chat_id),
                "message": shown,
                "data": pressed,
            },
        )
        return press

    def ask_inline(self, user_id: int, query: str, offset: str = "") -> str:
        """Type an inline query; its id."""
        query_id = str(next(self._query_ids))
        person = self._active(user_id)
        self._core.updates.push(
            "inline_query", {"id": query_id, "from": person.user_json(), "query": query, "offset": offset}
        )
        return query_id

    def block(self, user_id: int, *, notify: bool) -> None:
        person = self._person(user_id)
        person.blocked = True
        self._core.chats_changed()
        if notify:
            self._membership(person.chat_json(), person, "member", "kicked")

    def unblock(self, user_id: int, *, notify: bool) -> None:
        person = self._person(user_id)
        person.blocked = False
        self._core.chats_changed()
        if notify:
            self._membership(person.chat_json(), person, "kicked", "member")

    def set_bot_status(self, chat_id: int, by: int, status: Any, *, notify: bool) -> None:
        """Add the bot to a group, promote it there, or kick it out."""
        group = self._group(chat_id)
        before, group.bot_status = group.bot_status, status
        if notify:
            self._membership(group.chat_json(), self._person(by), before, status)

    def rename(self, chat_id: int, title: str) -> None:
        core, group = self._core, self._group(chat_id)
        group.title = title
        core.chats_changed()
        kind = "channel_post" if group.kind == "channel" else "message"
        number = core.book.next_message_id(chat_id)
        note = {"message_id": number, "chat": group.chat_json(), "date": core.now(), "new_chat_title": title}
        core.updates.push(kind, note)

    def migrate(self, group_id: int, new_id: int) -> None:
        core, group = self._core, self._group(group_id)
        group.migrated_to = new_id
        core.book.groups[new_id] = Group(
            new_id, group.title, "supergroup", set(group.members), set(group.admins), bot_status=group.bot_status
        )
        self._core.chats_changed()
        old, new = group.chat_json(), core.book.chat_json(new_id)
        for chat, note in ((old, {"migrate_to_chat_id": new_id}), (new, {"migrate_from_chat_id": group_id})):
            number = core.book.next_message_id(chat["id"])
            core.updates.push("message", {"message_id": number, "chat": chat, "date": core.now(), **note})

    def _membership(self, chat: Json, by: Person, before: str, after: str) -> None:
        core = self._core
        core.updates.push(
            "my_chat_member",
            {
                "chat": chat,
                "from": by.user_json(),
                "date": core.now(),
                "old_chat_member": bot_member_json(core, before),
                "new_chat_member": bot_member_json(core, after),
            },
        )

    def _person(self, user_id: int) -> Person:
        person = self._core.book.people.get(user_id)
        if person is None:
            raise LookupError(f"nobody has the id {user_id}; add_person first")
        return person

    def _active(self, user_id: int) -> Person:
        person = self._person(user_id)
        if person.blocked or person.deactivated:
            raise LookupError(f"{person.name} has blocked the bot or is deactivated and cannot write to it")
        return person

    def _group(self, chat_id: int) -> Group:
        group = self._core.book.groups.get(chat_id)
        if group is None:
            raise LookupError(f"no group has the id {chat_id}; add_group first")
        return group

    def _require_member(self, chat_id: int, person: Person) -> None:
        group = self._group(chat_id)
        if person.id not in group.members:
            raise LookupError(f"{person.name} is not in {group.title}")


def _find_button(message: Message | None, text: str | None) -> Button:
    if message is None:
        raise LookupError("the message is gone; press its old data instead")
    if text is None:
        raise ValueError("say which button: its text or its data")
    for row in message.buttons:
        for button in row:
            if text in button.text:
                return button
    raise LookupError(f"no button holds {text!r}; there are {message.button_texts()}")
