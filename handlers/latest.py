"""/latest: the newest stories of my sections."""

from telegram import Update

from handlers import messages
from handlers.context import Context
from handlers.keyboards import summaries_keyboard
from handlers.readers import reader_of
from handlers.replies import reply
from storage import articles

_STORIES = 10


async def latest(update: Update, context: Context) -> None:
    """List the newest stories of the chat's sections, or of all where it follows none."""
    message = update.effective_message
    if message is None:
        return
    reader = await reader_of(update, context)
    async with context.services.database.read() as connection:
        headlines = await articles.latest(
            connection, chat_id=reader.chat_id if reader.sections else None, limit=_STORIES
        )
    if not headlines:
        await reply(message, reader.words.say("latest.empty"))
        return
    parts = messages.latest(headlines, reader.zone, reader.words)
    await reply(message, *parts, keyboard=summaries_keyboard(headlines, reader.words))
