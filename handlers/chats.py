"""/chats: what the groups and channels get that somebody added the bot to, set up in their private chat."""

from telegram import CallbackQuery, InlineKeyboardMarkup, Message
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden

from handlers.buttons import OpenChat, SetDigits, SetLanguage, ToggleInChat, button, chat_keyboard
from handlers.context import Context
from handlers.language import choice_of
from handlers.readers import Reader, is_chat_admin
from handlers.replies import answer, edit, edit_keyboard, reply, send_to
from handlers.split import shorten
from handlers.texts import Words, clean
from storage import chats, sections, subscribers
from storage.chats import Chat, Kind

# Of a title of a chat, in UTF-16 units; Telegram allows 128.
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
    buttons = [[button(_label(chat, words), OpenChat(chat.chat_id))] for chat in mine[:_LISTED]]
    await reply(message, words.say("chats.list"), keyboard=InlineKeyboardMarkup(buttons))


async def has_chats(context: Context, reader: Reader) -> bool:
    """Whether `list_chats` has any to list."""
    if reader.chat.type != ChatType.PRIVATE or reader.user is None:
        return False
    async with context.services.database.read() as connection:
        return bool(await chats.added_by(connection, reader.user.id))


async def offer(context: Context, user_id: int, chat: Chat, words: Words, *, can_post: bool) -> bool:
    """Tell the person who added the bot to `chat` how to go on; return whether they could be told."""
    text = words.say("chats.welcome" if can_post else "chats.cannot_post", title=shorten(clean(chat.title), _TITLE))
    keyboard = await _keyboard(context, chat, words)
    try:
        await send_to(context.bot, user_id, text, keyboard=keyboard)
    except (Forbidden, BadRequest):  # they have never started the bot, or blocked it
        return False
    return True


async def press(
    query: CallbackQuery, context: Context, reader: Reader, wanted: OpenChat | ToggleInChat | SetLanguage | SetDigits
) -> None:
    """Show or change what a group or channel gets, for one of its admins."""
    words, services = reader.words, context.services
    async with services.database.read() as connection:
        chat = await chats.get(connection, wanted.chat_id) if wanted.chat_id is not None else None
    if chat is None:
        await answer(query, words.plain("chats.gone"), alert=True)
        return
    if not await _may_set_up(context, chat, query.from_user.id):
        await answer(query, words.plain("chats.admins_only"), alert=True)
        return
    if isinstance(wanted, OpenChat):
        await answer(query)
        title = shorten(clean(chat.title), _TITLE)
        await edit(query, words.say("chats.set_up", title=title), await _keyboard(context, chat, words))
        return
    followed = await _change(context, chat, wanted)
    told = words.plain("language.set") if followed is None else words.plain_count("chats.followed", followed)
    await answer(query, told)
    await edit_keyboard(query, await _keyboard(context, chat, words))


async def _may_set_up(context: Context, chat: Chat, user_id: int) -> bool:
    try:
        return await is_chat_admin(context, chat.chat_id, user_id)
    except Forbidden:  # the bot is not in it any more
        return False


async def _change(context: Context, chat: Chat, wanted: ToggleInChat | SetLanguage | SetDigits) -> int | None:
    """Change what the chat gets; return how many sections it follows then, or None where that was not the question."""
    services = context.services
    now = services.clock()
    async with services.database.write() as connection:
        subscriber = await subscribers.get(connection, chat.chat_id)
        if not isinstance(wanted, ToggleInChat):
            await subscribers.speak(connection, chat.chat_id, now=now, **choice_of(wanted))
            return None
        rows = await sections.every(connection)
        asked = {row.id for row in rows if wanted.section_id in (None, row.id)}
        followed = subscriber.sections if subscriber else frozenset()
        leaves = asked <= followed
        await subscribers.choose(connection, chat.chat_id, asked, chosen=not leaves, now=now)
    return len(followed - asked if leaves else followed | asked)


async def _keyboard(context: Context, chat: Chat, words: Words) -> InlineKeyboardMarkup:
    async with context.services.database.read() as connection:
        rows = await sections.every(connection)
        subscriber = await subscribers.get(connection, chat.chat_id)
    if subscriber is None:
        return chat_keyboard(chat.chat_id, rows, (), words, words)
    speaks = context.services.texts.of(subscriber.language, subscriber.digits)
    return chat_keyboard(chat.chat_id, rows, subscriber.sections, speaks, words)


def _label(chat: Chat, words: Words) -> str:
    key = "button.channel" if chat.kind is Kind.CHANNEL else "button.group"
    return words.plain(key, title=shorten(clean(chat.title), _TITLE))
