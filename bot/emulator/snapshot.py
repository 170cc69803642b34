"""Everything that a page needs to draw itself."""

from __future__ import annotations

from typing import Any

from bot.emulator.core import Core

Json = dict[str, Any]

MAX_PHONES = 24
"""Chats that a page shows; a load test has more than anyone could look at."""


def snapshot(core: Core) -> Json:
    """The chats with their messages, as one event."""
    shown = [*core.book.people, *core.book.groups][:MAX_PHONES]
    return {"type": "state", "bot": core.bot, "chats": [_phone(core, chat_id) for chat_id in shown]}


def _phone(core: Core, chat_id: int) -> Json:
    book = core.book
    person, group = book.people.get(chat_id), book.groups.get(chat_id)
    body: Json = {
        "id": chat_id,
        "chat": book.chat_json(chat_id),
        "messages": [core.page_json(message) for message in book.messages(chat_id)],
        "commands": [],
        "members": [],
    }
    if person is not None:
        body |= {
            "role": person.role,
            "started": person.started,
            "blocked": person.blocked or person.deactivated,
            "commands": core.commands.seen_in_private(chat_id, person.language_code),
            "bot_name": core.profile_text("name", person.language_code) or core.bot["first_name"],
            "about": core.profile_text("description", person.language_code),
        }
    if group is not None:
        body["role"] = "group"
        body["members"] = [book.people[member].user_json() for member in sorted(group.members) if member in book.people]
    return body
