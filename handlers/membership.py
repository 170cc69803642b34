"""What Telegram tells of the chats themselves: blocked, removed, turned into a supergroup."""

from telegram import ChatMember, Update

from handlers.context import Context
from storage import subscribers
from storage.subscribers import Status

_OUT = (ChatMember.LEFT, ChatMember.BANNED)


async def membership_changed(update: Update, context: Context) -> None:
    """Give up a chat that blocked or removed the bot. One that takes it back is greeted when it sends /start."""
    change = update.my_chat_member
    if change is None or change.new_chat_member.status not in _OUT:
        return
    services = context.services
    async with services.database.write() as connection:
        await subscribers.stop(connection, change.chat.id, status=Status.GONE, now=services.clock())


async def migrated(update: Update, context: Context) -> None:
    """Follow a group into the supergroup that it became. Telegram tells it in both chats."""
    message = update.effective_message
    if message is None:
        return
    old = message.migrate_from_chat_id or message.chat.id
    new = message.migrate_to_chat_id or message.chat.id
    async with context.services.database.write() as connection:
        await subscribers.migrate(connection, old, new)
