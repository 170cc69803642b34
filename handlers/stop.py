"""/stop: leaving takes one tap."""

from telegram import Update

from handlers.context import Context
from handlers.readers import may_change, reader_of
from handlers.replies import reply
from storage import subscribers
from storage.subscribers import Status


async def stop(update: Update, context: Context) -> None:
    """Send the chat nothing any more, and say how to come back."""
    message = update.effective_message
    if message is None:
        return
    reader = await reader_of(update, context)
    if not await may_change(update, context):
        await reply(message, reader.words.say("common.chat_admins_only"))
        return
    services = context.services
    async with services.database.write() as connection:
        await subscribers.stop(connection, reader.chat_id, status=Status.STOPPED, now=services.clock())
    await reply(message, reader.words.say("stop.done"))
