"""Telling one of the newsroom in Telegram what nobody has asked for."""

import logging
from collections.abc import Awaitable, Callable

from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

logger = logging.getLogger(__name__)

# Takes a chat and HTML; returns False where it must be tried again.
Send = Callable[[int, str], Awaitable[bool]]


def notifier(bot: Bot, about: str) -> Send:
    """Return a `Send` that goes through Telegram. Whoever has never started the bot cannot be told, ever.

    `about` is what they are told of, for the log.
    """

    async def send(chat_id: int, html: str) -> bool:
        try:
            await bot.send_message(
                chat_id, html, parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
            )
        except (Forbidden, BadRequest) as error:
            logger.warning("%d cannot be told of %s: %s", chat_id, about, error.message)
        except TelegramError as error:
            logger.info("telling %d of %s is tried again: %s", chat_id, about, error.message)
            return False
        return True

    return send
