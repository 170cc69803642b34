"""Telegram's menus of commands: one for everybody, and a longer one for each member of the newsroom, by role."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from telegram import BotCommand, BotCommandScope, BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import TelegramError
from telegram.ext import ExtBot

from handlers.texts import LANGUAGES, Texts, Words
from storage.roles import Permission, Role, may

logger = logging.getLogger(__name__)

# None: for people whose app speaks none of ours.
_LANGUAGES = (None, *LANGUAGES)


@dataclass(frozen=True, slots=True)
class Line:
    """A command's line: the key of its text, and what is needed to see it (None: nothing)."""

    name: str
    key: str
    permission: Permission | None = None


def menu(lines: Iterable[Line], role: Role | None, words: Words) -> list[BotCommand]:
    """Return what somebody of this role may call; None is anyone outside the newsroom."""
    return [
        BotCommand(line.name, words.plain(line.key))
        for line in lines
        if line.permission is None or may(role, line.permission)
    ]


async def announce(bot: ExtBot[None], texts: Texts, lines: Sequence[Line], members: Mapping[int, Role]) -> None:
    """Give Telegram all menus."""
    for language in _LANGUAGES:
        await _set(bot, menu(lines, None, texts.of(language)), BotCommandScopeDefault(), language)
    for user_id, role in members.items():
        await announce_to(bot, texts, lines, user_id, role)


async def announce_to(bot: ExtBot[None], texts: Texts, lines: Sequence[Line], user_id: int, role: Role | None) -> None:
    """Give one person the menu of their role, or take it away where they have none any more.

    A menu that Telegram does not take is logged and left: who has never started the bot has no chat yet.
    """
    scope = BotCommandScopeChat(user_id)
    for language in _LANGUAGES:
        await _set(bot, menu(lines, role, texts.of(language)) if role else [], scope, language)


async def _set(bot: ExtBot[None], commands: list[BotCommand], scope: BotCommandScope, language: str | None) -> None:
    try:
        if commands:
            await bot.set_my_commands(commands, scope=scope, language_code=language)
        else:
            await bot.delete_my_commands(scope=scope, language_code=language)
    except TelegramError as error:
        logger.warning(
            "the menu of commands in %s is not set for %s: %s", language or "other languages", scope.to_dict(), error
        )
