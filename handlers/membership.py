"""What Telegram tells of the chats themselves: added, blocked, removed, turned into a supergroup."""

import logging

from telegram import ChatMember, ChatMemberAdministrator, ChatMemberUpdated, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from handlers.chats import offer
from handlers.context import Context
from handlers.readers import Reader
from handlers.replies import send_to
from handlers.story_buttons import sections_keyboard
from handlers.topics import topics_row
from storage import chats, sections, subscribers, supergroups
from storage.subscribers import Status

logger = logging.getLogger(__name__)

_OUT = (ChatMember.LEFT, ChatMember.BANNED)


async def membership_changed(update: Update, context: Context) -> None:
    """Greet a group, or the admin who added the bot to a channel; give up a chat that blocked or removed it.

    A person who takes the bot back is greeted when they send /start.
    """
    change = update.my_chat_member
    if change is None:
        return
    chat = change.chat
    was_in, is_in = (member.status not in _OUT for member in (change.old_chat_member, change.new_chat_member))
    if not is_in:
        services = context.services
        async with services.database.write() as connection:
            await subscribers.stop(connection, chat.id, status=Status.GONE, now=services.clock())
            await chats.remove(connection, chat.id)
    elif chat.type != ChatType.PRIVATE and not was_in:
        await _arrive(change, context)
    elif chat.title:
        await _rename(chat.id, chat.title, context)


async def renamed(update: Update, context: Context) -> None:
    """Call a group or channel by the title that it has now."""
    message = update.effective_message
    if message and message.new_chat_title:
        await _rename(message.chat.id, message.new_chat_title, context)


async def migrated(update: Update, context: Context) -> None:
    """Follow a group into the supergroup that it became. Telegram tells it in both chats."""
    message = update.effective_message
    if message is None:
        return
    old = message.migrate_from_chat_id or message.chat.id
    new = message.migrate_to_chat_id or message.chat.id
    async with context.services.database.write() as connection:
        await supergroups.follow(connection, old, new)


async def _arrive(change: ChatMemberUpdated, context: Context) -> None:
    services, chat, host = context.services, change.chat, change.from_user
    words = services.texts.of(host.language_code)
    now = services.clock()
    known = chats.Chat(chat.id, chats.Kind(chat.type), chat.title or "", host.id)
    async with services.database.write() as connection:
        await chats.add(connection, known, now=now)
        await subscribers.start(
            connection, chat.id, language=words.language, timezone=services.default_timezone, now=now
        )
        rows = await sections.every(connection)
        subscriber = await subscribers.get(connection, chat.id)
        person = await subscribers.get(connection, host.id)
    followed = subscriber.sections if subscriber else frozenset()
    own_words = services.texts.of(person.language, person.digits) if person else words
    afar = Reader(chat, host, None, own_words, services.default_timezone, subscriber, from_afar=True)
    if chat.type == ChatType.CHANNEL:
        # In a channel every word is read by all its readers, so it is set up in the private chat with who added it.
        if not await offer(context, host.id, afar, can_post=_can_post(change.new_chat_member)):
            logger.warning(
                "who added the bot to channel %d has never started it, and is not told how to go on", chat.id
            )
        return
    keyboard = sections_keyboard(rows, followed, words, below=[topics_row(words)] if chat.is_forum else ())
    text = words.say("group.welcome_forum" if chat.is_forum else "group.welcome")
    try:
        await send_to(context.bot, chat.id, text, keyboard=keyboard)
    except TelegramError as error:
        logger.warning("group %d cannot be greeted: %s", chat.id, error.message)
        await offer(context, host.id, afar, can_post=False)


async def _rename(chat_id: int, title: str, context: Context) -> None:
    async with context.services.database.write() as connection:
        await chats.rename(connection, chat_id, title)


def _can_post(member: ChatMember) -> bool:
    return not isinstance(member, ChatMemberAdministrator) or member.can_post_messages is not False
