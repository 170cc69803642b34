"""The methods of the Bot API that the emulator carries out, by lower-case name: the API ignores case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.emulator.core import Core
from bot.emulator.methods import chats, files, messages, profile, queries, rich, updates
from bot.emulator.params import Params

Method = Callable[[Core, Params], Awaitable[Any]]

METHODS: dict[str, Method] = {
    name.lower(): method
    for family in (messages, rich, files, chats, queries, profile, updates)
    for name, method in family.METHODS.items()
}
