"""/chats: the groups and channels that somebody added the bot to, set up from their private chat."""

from dataclasses import replace

from telegram import CallbackQuery, InlineKeyboardMarkup, Message
from telegram import Chat as TelegramChat
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden

from handlers import settings_buttons
from handlers.aim import aim
from handlers.chat_buttons import back_keyboard
from handlers.context import Context
from handlers.readers import Reader, is_chat_admin
from handlers.replies import answer, edit, reply, send_to
from handlers.sections import sections_panel
from handlers.settings_buttons import OpenScreen, Screen
from handlers.split import shorten
from handlers.texts import Words, clean
from storage import chats, subscribers
from storage.chats import Chat, Kind

# Of a title of a chat on a button, in UTF-16 units; Telegram allows 128.
_TITLE = 64
# More chats than one person sets up.
_LISTED = 30


async def list_chats(message: Message, context: Context, reader: Reader) -> None:
    """List the chats that this person added the bot to."""
    words = reader.words
    if reader.chat.type != ChatType.PRIVATE or reader.user is None:
        await reply(message, words.say("chats.private_only"))
        return
    async with context.services.database.read() as connection:
        mine = await chats.added_by(connection, reader.user.id)
    if not mine:
        await reply(message, words.say("chats.none"))
        return
    buttons = [
        aim(
            InlineKeyboardMarkup([[settings_buttons.button(_label(chat, words), OpenScreen(Screen.SECTIONS))]]),
            chat.chat_id,
        ).inline_keyboard[0]
        for chat in mine[:_LISTED]
    ]
    await reply(message, words.say("chats.list"), keyboard=InlineKeyboardMarkup(buttons))


async def has_chats(context: Context, reader: Reader) -> bool:
    """Whether `list_chats` has any to list."""
    if reader.chat.type != ChatType.PRIVATE or reader.user is None:
        return False
    async with context.services.database.read() as connection:
        return bool(await chats.added_by(connection, reader.user.id))


async def offer(context: Context, user_id: int, afar: Reader, *, can_post: bool) -> bool:
    """Tell the person who added the bot to a chat how to go on; return whether they could be told."""
    text = afar.words.say("chats.welcome" if can_post else "chats.cannot_post", title=afar.title)
    async with context.services.database.read() as connection:
        panel = await sections_panel(connection, afar)
    try:
        await send_to(context.bot, user_id, text, keyboard=afar.aimed(panel.keyboard))
    except (Forbidden, BadRequest):  # they have never started the bot, or blocked it
        return False
    return True


async def look_from_afar(
    query: CallbackQuery, context: Context, reader: Reader, chat_id: int, *, returning: bool
) -> Reader | None:
    """Return the group or channel as its admin sees it who has pressed a button for it; else answer the press.

    Where it has left the service, the way back is shown, unless this press is the way back.
    """
    words, database = reader.words, context.services.database
    async with database.read() as connection:
        known = await chats.get(connection, chat_id)
        subscriber = await subscribers.get(connection, chat_id)
    if known is None or reader.chat.type != ChatType.PRIVATE:
        await answer(query, words.plain("chats.gone"), alert=True)
        return None
    try:
        is_admin = await is_chat_admin(context, chat_id, query.from_user.id)
        found = await context.bot.get_chat(chat_id) if is_admin else None
    except (Forbidden, BadRequest):  # the bot is not in it any more
        await answer(query, words.plain("chats.gone"), alert=True)
        return None
    if found is None:
        await answer(query, words.plain("chats.admins_only"), alert=True)
        return None
    if found.title and found.title != known.title:
        async with database.write() as connection:
            await chats.rename(connection, chat_id, found.title)
    chat = TelegramChat(chat_id, found.type, title=found.title, is_forum=found.is_forum)
    afar = replace(
        reader,
        chat=chat,
        timezone=subscriber.timezone if subscriber else context.services.default_timezone,
        subscriber=subscriber,
        from_afar=True,
    )
    if not afar.is_active and not returning:
        await answer(query)
        await edit(query, words.say("there.left", title=afar.title), afar.aimed(back_keyboard(words)))
        return None
    return afar


def _label(chat: Chat, words: Words) -> str:
    key = "button.channel" if chat.kind is Kind.CHANNEL else "button.group"
    return words.plain(key, title=shorten(clean(chat.title), _TITLE))
