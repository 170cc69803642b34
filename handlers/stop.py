"""/stop: leaving takes one tap."""

from telegram import Message

from handlers.context import Context
from handlers.readers import Reader, may_change
from handlers.replies import reply
from storage import subscribers
from storage.subscribers import Status


async def stop(message: Message, context: Context, reader: Reader) -> None:
    """Send the chat nothing any more, and say how to come back."""
    if not await may_change(reader, context):
        await reply(message, reader.words.say("common.chat_admins_only"))
        return
    services = context.services
    async with services.database.write() as connection:
        await subscribers.stop(connection, reader.chat.id, status=Status.STOPPED, now=services.clock())
    await reply(message, reader.words.say("stop.done"))
