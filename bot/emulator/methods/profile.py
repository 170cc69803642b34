"""Who the bot is, and what it says of itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.emulator.core import Core
from bot.emulator.errors import bad_request
from bot.emulator.params import Params

_LONGEST = {"name": 64, "description": 512, "short_description": 120}


async def get_me(core: Core, params: Params) -> Any:
    return {
        **core.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def set_my_commands(core: Core, params: Params) -> Any:
    core.commands.set(params.json("commands"), params.json("scope"), params.text("language_code"))
    _tell_pages(core)
    return True


async def get_my_commands(core: Core, params: Params) -> Any:
    return core.commands.get(params.json("scope"), params.text("language_code"))


async def delete_my_commands(core: Core, params: Params) -> Any:
    core.commands.delete(params.json("scope"), params.text("language_code"))
    _tell_pages(core)
    return True


def _tell_pages(core: Core) -> None:
    for person in core.book.people.values() if core.watch.is_watched else ():
        commands = core.commands.seen_in_private(person.id, person.language_code)
        core.watch.publish({"type": "commands", "chat_id": person.id, "commands": commands})


def _setter(field: str) -> Callable[[Core, Params], Awaitable[Any]]:
    async def set_field(core: Core, params: Params) -> Any:
        value = params.text(field)
        if len(value) > _LONGEST[field]:
            raise bad_request(f"BOT_{field.upper()}_TOO_LONG")
        core.profile[field, params.text("language_code")] = value
        core.chats_changed()
        return True

    return set_field


def _getter(field: str) -> Callable[[Core, Params], Awaitable[Any]]:
    async def get_field(core: Core, params: Params) -> Any:
        said = core.profile_text(field, params.text("language_code"))
        return {field: said or (core.bot["first_name"] if field == "name" else "")}

    return get_field


async def set_chat_menu_button(core: Core, params: Params) -> Any:
    button = params.json("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in ("commands", "web_app", "default"):
        raise bad_request("can't parse menu button: unsupported type specified")
    core.menu_buttons[params.integer("chat_id")] = button
    return True


async def get_chat_menu_button(core: Core, params: Params) -> Any:
    return core.menu_buttons.get(params.integer("chat_id"), {"type": "default"})


METHODS = {
    "getMe": get_me,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": _setter("name"),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description"),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description"),
    "getMyShortDescription": _getter("short_description"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
}
