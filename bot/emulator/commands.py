"""The bot's commands by scope and language, and which of them somebody sees."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.emulator.errors import bad_request

Json = dict[str, Any]
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}
MAX_COMMANDS = 100


class CommandBook:
    """What setMyCommands stored."""

    def __init__(self) -> None:
        self._lists: dict[tuple[str, str], list[Json]] = {}

    def set(self, commands: Any, scope: Any, language: str) -> None:
        """Raises ApiError(400) for commands that Telegram refuses."""
        self._lists[_key(scope, language)] = _checked(commands)

    def get(self, scope: Any, language: str) -> list[Json]:
        return self._lists.get(_key(scope, language), [])

    def delete(self, scope: Any, language: str) -> None:
        self._lists.pop(_key(scope, language), None)

    def seen_in_private(self, user_id: int, language: str) -> list[Json]:
        """What an app suggests in the private chat, by the order in Telegram's documentation of command scopes."""
        for scope in ({"type": "chat", "chat_id": user_id}, {"type": "all_private_chats"}, {"type": "default"}):
            for code in (language[:2], ""):
                found = self._lists.get(_key(scope, code if _LANGUAGE.fullmatch(code) else ""))
                if found:
                    return found
        return []


def _key(scope: Any, language: str) -> tuple[str, str]:
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    if scope is None:
        scope = {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    named = {"type": kind}
    for name in _SCOPES[kind]:
        if name not in scope:
            raise bad_request(f"can't parse BotCommandScope: {name} is empty")
        named[name] = str(scope[name])
    return json.dumps(named, sort_keys=True), language


def _checked(commands: Any) -> list[Json]:
    if not isinstance(commands, list):
        raise bad_request("can't parse commands JSON object")
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked = []
    for item in commands:
        match item:
            case {"command": str(command), "description": str(description)}:
                name = command.strip().removeprefix("/").lower()
                if not _COMMAND.fullmatch(name):
                    raise bad_request("BOT_COMMAND_INVALID")
                if not 1 <= len(description.strip()) <= 256:
                    raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
                checked.append({"command": name, "description": description.strip()})
            case _:
                raise bad_request("can't parse BotCommand: expected an Object with command and description")
    return checked
