"""python-telegram-bot's application: what talks with people, built and connected."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Update
from telegram.error import InvalidToken, NetworkError
from telegram.ext import Application, ApplicationBuilder, ExtBot

from bot.config import SettingsError
from bot.updates import ChatOrderedProcessor
from handlers import routes
from handlers.context import Context, Services, context_types

logger = logging.getLogger(__name__)

UPDATES = ("message", "callback_query", "inline_query", "my_chat_member")
"""The kinds of update that handlers want."""

# People who are answered at the same time.
_CONCURRENT_UPDATES = 64
# While Telegram cannot be reached at start: doubled, up to the limit.
_RECONNECT_S = 1.0
_LONGEST_RECONNECT_S = 30.0

App = Application[ExtBot[None], Context, Any, Any, Any, None]


def build(
    bot: ExtBot[None],
    services: Services,
    incoming: asyncio.Queue[object],
    *,
    begin: Callable[[Update], Awaitable[bool]] | None = None,
    observe: Callable[[str, float], None] = lambda _kind, _seconds: None,
) -> App:
    """Return the application with every handler. It handles what is put into `incoming`.

    `begin`, where it is given, is asked before an update is handled; it is passed over where that returns False.
    `observe` is told of each that was handled: its kind and the seconds.
    """
    telegram = (
        ApplicationBuilder()
        .bot(bot)
        .updater(None)
        .update_queue(incoming)
        .context_types(context_types(services))
        .concurrent_updates(ChatOrderedProcessor(_CONCURRENT_UPDATES, begin, observe))
        .job_queue(None)
        .build()
    )
    routes.register(telegram)
    return telegram


async def connect(telegram: App) -> None:
    """Ask Telegram who we are, again and again while it cannot be reached. Raise `SettingsError` for a wrong token."""
    wait = _RECONNECT_S
    while True:
        try:
            await telegram.initialize()
            return
        except InvalidToken:
            raise SettingsError(
                "BOT_TOKEN: Telegram refuses this token; copy it again from @BotFather, or ask there for a new one"
            ) from None
        except NetworkError as error:
            logger.warning(
                "Telegram cannot be reached, next try in %.0f s (see BOT_API_URL and the network): %s",
                wait,
                error.message,
            )
        await asyncio.sleep(wait)
        wait = min(wait * 2, _LONGEST_RECONNECT_S)
