"""What happens when a handler does not get to its end."""

import logging

from telegram import Update
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from handlers.context import Context
from handlers.readers import MembersHiddenError, reader_of
from handlers.replies import answer, reply

logger = logging.getLogger(__name__)


async def failed(update: object, context: Context) -> None:
    """Log what no handler expected, and apologise to whoever was waiting."""
    error = context.error
    if isinstance(error, MembersHiddenError):
        await _explain(update, context, "common.members_hidden")
        return
    unreachable = isinstance(error, NetworkError) and not isinstance(error, BadRequest)
    if unreachable or isinstance(error, Forbidden | RetryAfter):
        logger.warning("an answer did not reach its reader: %s", error)
        return
    logger.error("an update could not be handled, and its sender was told so; please report it", exc_info=error)
    await _explain(update, context, "common.failed")


async def _explain(update: object, context: Context, key: str) -> None:
    """Tell whoever waits why nothing happened."""
    if not isinstance(update, Update):
        return
    try:
        reader = await reader_of(update, context)
        words = reader.words if reader else context.services.texts.of(None)
        if update.callback_query:
            await answer(update.callback_query, words.plain(key), alert=True)
        elif update.message:
            await reply(update.message, words.say(key))
    except Exception as second:  # the first error is the one to repair
        logger.warning("nor could the apology for it be sent: %s", second)
