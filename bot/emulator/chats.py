"""Who is there and what stands in each chat: people, groups, messages, files."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.emulator.entities import Entity
from bot.emulator.markup import Keyboard, markup_json

Json = dict[str, Any]
GroupKind = Literal["group", "supergroup", "channel"]


@dataclass(slots=True, eq=False)
class Person:
    """Somebody with a phone. The private chat with them has their id."""

    id: int
    name: str
    language_code: str
    role: str
    """Only groups people on the page: reader or admin."""
    username: str | None = None
    started: bool = False
    """Whether they ever wrote to the bot; before that it may not write to them."""
    blocked: bool = False
    deactivated: bool = False

    def user_json(self) -> Json:
        body: Json = {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language_code}
        if self.username:
            body["username"] = self.username
        return body

    def chat_json(self) -> Json:
        body: Json = {"id": self.id, "first_name": self.name, "type": "private"}
        if self.username:
            body["username"] = self.username
        return body


@dataclass(slots=True, eq=False)
class Group:
    """A group, supergroup or channel that the bot is in, or was in."""

    id: int
    title: str
    kind: GroupKind
    members: set[int]
    admins: set[int]
    username: str | None = None
    forum: bool = False
    bot_status: Literal["member", "administrator", "kicked", "left"] = "member"
    migrated_to: int | None = None
    topics: dict[int, str] = field(default_factory=dict)
    """Names by message_thread_id, of a forum; its General topic, which every forum has, is not among them."""
    closed_topics: set[int] = field(default_factory=set)
    hidden_members: bool = False
    """Whether a bot that is no administrator is refused when it asks who somebody is there."""

    def chat_json(self) -> Json:
        body: Json = {"id": self.id, "title": self.title, "type": self.kind}
        if self.username:
            body["username"] = self.username
        if self.forum:
            body["is_forum"] = True
        return body


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that a person or the bot sent."""

    file_id: str
    unique_id: str
    path: str
    name: str
    mime_type: str
    data: bytes
    is_photo: bool = False

    def file_json(self) -> Json:
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.data)}


@dataclass(slots=True, eq=False)
class Message:
    """One message as the chat shows it now. An edit changes it in place."""

    message_id: int
    chat_id: int
    date: int
    """Unix seconds."""
    text: str
    """Plain text; for a message with a file, its caption."""
    entities: tuple[Entity, ...] = ()
    from_bot: bool = False
    sender: Person | None = None
    buttons: Keyboard = ()
    reply_to: int | None = None
    file: StoredFile | None = None
    location: tuple[float, float] | None = None
    """Latitude and longitude in degrees."""
    forward_origin: Json | None = None
    """Where a forwarded message came from, as the Bot API writes it."""
    thread_id: int | None = None
    silent: bool = False
    protected: bool = False
    reply_keyboard: tuple[tuple[str, ...], ...] | None = None
    rich: Json | None = None
    """The blocks of a rich message; `text` is then what they say."""
    edit_date: int | None = None
    """Unix seconds of the last change; a change of the buttons alone counts too."""
    edited: bool = False
    """Whether the text was changed since it was sent, which is what apps show as «edited»."""

    def button_texts(self) -> list[str]:
        return [button.text for row in self.buttons for button in row]


@dataclass(slots=True)
class ChatBook:
    """Every chat. With `open_house`, a chat that nobody added accepts messages too."""

    open_house: bool = False
    people: dict[int, Person] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    _messages: dict[int, dict[int, Message]] = field(default_factory=dict)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _ids_by_chat: dict[int, itertools.count[int]] = field(default_factory=dict)

    def next_message_id(self, chat_id: int) -> int:
        """Supergroups and channels count for themselves; private chats and basic groups share the bot's counter."""
        group = self.groups.get(chat_id)
        if group is None or group.kind == "group":
            return next(self._ids)
        return next(self._ids_by_chat.setdefault(chat_id, itertools.count(1)))

    def put(self, message: Message) -> None:
        chat = self._messages.get(message.chat_id)
        if chat is None:
            chat = self._messages[message.chat_id] = {}
        chat[message.message_id] = message

    def message(self, chat_id: int, message_id: int) -> Message | None:
        chat = self._messages.get(chat_id)
        return chat.get(message_id) if chat else None

    def messages(self, chat_id: int) -> list[Message]:
        return list(self._messages.get(chat_id, {}).values())

    def delete(self, chat_id: int, message_id: int) -> None:
        self._messages.get(chat_id, {}).pop(message_id, None)

    def is_private(self, chat_id: int) -> bool:
        return chat_id > 0

    def is_known(self, chat_id: int) -> bool:
        return chat_id in self.people or chat_id in self.groups

    def group_named(self, username: str) -> Group | None:
        wanted = username.removeprefix("@").lower()
        return next((group for group in self.groups.values() if (group.username or "").lower() == wanted), None)

    def chat_json(self, chat_id: int) -> Json:
        known = self.people.get(chat_id) or self.groups.get(chat_id)
        if known is not None:
            return known.chat_json()
        if chat_id > 0:
            return {"id": chat_id, "first_name": str(chat_id), "type": "private"}
        kind = "supergroup" if str(chat_id).startswith("-100") else "group"
        return {"id": chat_id, "title": str(chat_id), "type": kind}

    def store_file(self, name: str, data: bytes, mime_type: str, *, is_photo: bool = False) -> StoredFile:
        number = len(self.files)
        suffix = name[name.rfind(".") :] if "." in name[-8:] else ""
        suffix = suffix if suffix[1:].isalnum() and suffix.isascii() else ""
        folder = "photos" if is_photo else "documents"
        stored = StoredFile(
            file_id=f"BQAC{secrets.token_urlsafe(24)}",
            unique_id=f"AgAD{secrets.token_urlsafe(9)}",
            path=f"{folder}/file_{number}{suffix}",
            name=name,
            mime_type=mime_type,
            data=data,
            is_photo=is_photo,
        )
        self.files[stored.file_id] = stored
        return stored

    def file_at(self, path: str) -> StoredFile | None:
        return next((stored for stored in self.files.values() if stored.path == path), None)


def message_json(book: ChatBook, bot: Json, message: Message, *, with_reply: bool = True) -> Json:
    """A message as the Bot API writes it. `bot` is the bot's own User."""
    body: Json = {
        "message_id": message.message_id,
        "chat": book.chat_json(message.chat_id),
        "date": message.date,
    }
    group = book.groups.get(message.chat_id)
    if group is not None and group.kind == "channel":
        body["sender_chat"] = group.chat_json()
    elif message.from_bot:
        body["from"] = bot
    elif message.sender is not None:
        body["from"] = message.sender.user_json()
    if message.forward_origin is not None:
        body["forward_origin"] = message.forward_origin
    if message.edit_date is not None:
        body["edit_date"] = message.edit_date
    if message.thread_id is not None:
        body["message_thread_id"] = message.thread_id
        body["is_topic_message"] = True
    if message.protected:
        body["has_protected_content"] = True
    if with_reply and message.reply_to is not None:
        original = book.message(message.chat_id, message.reply_to)
        if original is not None:
            body["reply_to_message"] = message_json(book, bot, original, with_reply=False)
    _add_content(body, message)
    if message.buttons:
        body["reply_markup"] = markup_json(message.buttons)
    return body


def _add_content(body: Json, message: Message) -> None:
    if message.location is not None:
        latitude, longitude = message.location
        body["location"] = {"latitude": latitude, "longitude": longitude}
        return
    if message.rich is not None:
        body["rich_message"] = message.rich
        return
    text_field = "text"
    if message.file is not None:
        text_field = "caption"
        if message.file.is_photo:
            body["photo"] = [{**message.file.file_json(), "width": 800, "height": 600}]
        else:
            named = {"file_name": message.file.name, "mime_type": message.file.mime_type}
            body["document"] = {**message.file.file_json(), **named}
    if message.text or message.file is None:
        body[text_field] = message.text
    if message.entities:
        name = "entities" if text_field == "text" else "caption_entities"
        body[name] = [entity.to_json() for entity in message.entities]


def ids(members: Iterable[int | Person]) -> set[int]:
    """Ids of people who are given by themselves or by their ids."""
    return {member.id if isinstance(member, Person) else member for member in members}
