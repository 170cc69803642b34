"""/latest: the newest stories of my sections."""

from telegram import Message

from handlers import messages
from handlers.context import Context
from handlers.keyboards import summaries_keyboard
from handlers.readers import Reader
from handlers.replies import reply
from storage import articles

_STORIES = 10


async def latest(message: Message, context: Context, reader: Reader) -> None:
    """List the newest stories of the chat's sections, or of all where it follows none."""
    async with context.services.database.read() as connection:
        headlines = await articles.latest(
            connection, chat_id=reader.chat.id if reader.sections else None, limit=_STORIES
        )
    if not headlines:
        await reply(message, reader.words.say("latest.empty"))
        return
    parts = messages.latest(headlines, reader.zone, reader.words)
    await reply(message, *parts, keyboard=summaries_keyboard(headlines, reader.words))
