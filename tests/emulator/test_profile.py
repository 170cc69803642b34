from __future__ import annotations

from typing import Any

import pytest

from bot.emulator import Emulator
from tests.emulator.client import Client
from tests.emulator.conftest import OTHER, READER


def command(name: str) -> dict[str, str]:
    return {"command": name, "description": f"وصف {name}"}


async def test_each_scope_and_language_has_commands_of_its_own(client: Client, emulator: Emulator) -> None:
    admin = {"type": "chat", "chat_id": READER}
    await client.ok("setMyCommands", commands=[command("start")])
    await client.ok("setMyCommands", commands=[command("summary")], language_code="ar")
    await client.ok("setMyCommands", commands=[command("publish")], scope=admin)
    assert await client.ok("getMyCommands") == [command("start")]
    assert await client.ok("getMyCommands", language_code="ar") == [command("summary")]
    assert await client.ok("getMyCommands", scope=admin) == [command("publish")]
    assert emulator.commands(READER) == [command("publish")]
    assert emulator.commands(OTHER) == [command("summary")]
    await client.ok("deleteMyCommands", scope=admin)
    await client.ok("deleteMyCommands", language_code="ar")
    assert emulator.commands(READER) == [command("start")]


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"commands": [command("Bad-Name")]}, "BOT_COMMAND_INVALID"),
        ({"commands": [command("ملخص")]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "a", "description": " "}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [command("a")] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": "x"}, "can't parse commands JSON object"),
        ({"commands": ["x"]}, "can't parse BotCommand: expected an Object with command and description"),
        ({"commands": [], "language_code": "arabic"}, "invalid language code specified"),
        ({"commands": [], "scope": {"type": "moon"}}, "can't parse BotCommandScope: unsupported type specified"),
        ({"commands": [], "scope": {"type": "chat"}}, "can't parse BotCommandScope: chat_id is empty"),
    ],
)
async def test_wrong_commands_are_refused(client: Client, params: dict[str, Any], description: str) -> None:
    assert await client.refusal("setMyCommands", **params) == f"Bad Request: {description}"


@pytest.mark.parametrize(
    ("name", "field", "longest"),
    [("Name", "name", 64), ("Description", "description", 512), ("ShortDescription", "short_description", 120)],
)
async def test_what_the_bot_says_of_itself_is_kept_by_language(
    client: Client, name: str, field: str, longest: int
) -> None:
    await client.ok(f"setMy{name}", **{field: "Breaking"})
    await client.ok(f"setMy{name}", **{field: "عاجل", "language_code": "ar"})
    assert await client.ok(f"getMy{name}", language_code="ar") == {field: "عاجل"}
    assert await client.ok(f"getMy{name}", language_code="fr") == {field: "Breaking"}
    assert (await client.refusal(f"setMy{name}", **{field: "ا" * (longest + 1)})).endswith("_TOO_LONG")


async def test_the_menu_button_is_kept_by_chat(client: Client) -> None:
    await client.ok("setChatMenuButton", chat_id=READER, menu_button={"type": "commands"})
    assert await client.ok("getChatMenuButton", chat_id=READER) == {"type": "commands"}
    assert await client.ok("getChatMenuButton") == {"type": "default"}
    assert (await client.refusal("setChatMenuButton", menu_button={"type": "x"})).startswith("Bad Request")


async def test_leaving_the_server_is_accepted(client: Client) -> None:
    assert await client.ok("logOut") is True
    assert await client.ok("close") is True
