"""Telling the newsroom when a source fails, is gone, falls silent, or is well again: once each."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from handlers.sources.cards import health_notice
from handlers.texts import Texts
from storage import admins, source_polls
from storage.database import Database
from storage.roles import Permission

logger = logging.getLogger(__name__)

Send = Callable[[int, str], Awaitable[bool]]


def by(bot: Bot) -> Send:
    """Return a `Send` that goes through Telegram. Whoever has never started the bot cannot be told, ever."""

    async def send(chat_id: int, html: str) -> bool:
        try:
            await bot.send_message(
                chat_id, html, parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
            )
        except (Forbidden, BadRequest) as error:
            logger.warning("admin %d cannot be told of a source: %s", chat_id, error.message)
        except TelegramError as error:
            logger.info("telling admin %d of a source is tried again: %s", chat_id, error.message)
            return False
        return True

    return send


async def tell_newsroom(database: Database, texts: Texts, send: Send, *, now: datetime) -> None:
    """Tell everyone who looks after the sources of each one whose health has changed since they were last told.

    `send` takes a chat and HTML; it returns False where it must be tried again, and then so is the whole notice: an
    admin may be told twice, but never not at all.
    """
    async with database.read() as connection:
        changed = await source_polls.untold(connection, now=now)
        people = await admins.who_may(connection, Permission.SOURCES) if changed else ()
    words = texts.of(None)
    for source in changed:
        notice = str(health_notice(source, words, now=now))
        if all([await send(person, notice) for person in people]):
            async with database.write() as connection:
                await source_polls.mark_told(connection, source.id, source.health(now))
