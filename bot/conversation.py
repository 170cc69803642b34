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
# At the end, so long for what people have asked to be answered, and then as long again for what has begun.
_LAST_ANSWERS_S = 2.0
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


async def finish(telegram: App) -> None:
    """Let what people have asked for be answered, for a moment: who has sent very much must not hold up the end.

    What is not begun by then is passed over. What came by webhook stands in the database, and is handled after the next
    start.
    """
    processor = telegram.update_processor
    assert isinstance(processor, ChatOrderedProcessor)  # noqa: S101  # `build` made it one
    stopping = asyncio.create_task(telegram.stop())
    done, _still = await asyncio.wait({stopping}, timeout=_LAST_ANSWERS_S)
    if not done:
        processor.pass_over()
        done, _still = await asyncio.wait({stopping}, timeout=_LAST_ANSWERS_S)
    if not done:
        logger.warning("%d answers took too long at the end and are cut short", processor.cut_short())
    await stopping
    if processor.passed_over:
        logger.warning("%d updates had not been begun at the end", processor.passed_over)
