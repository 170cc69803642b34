"""/digest: once a day, everything in one message."""

import re

from markupsafe import Markup
from telegram import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.context import Context
from handlers.keyboards import SetDigest, ToggleSection, clock_face, digest_keyboard, parse, sections_keyboard
from handlers.readers import Reader, may_change
from handlers.replies import answer, edit, edit_keyboard, reply
from handlers.texts import Texts
from storage import digests, sections
from storage.digests import DEFAULT_MINUTE, Digest

# Arabic-Indic digits are digits too, for `\d` and for `int`.
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")


async def digest(message: Message, context: Context, reader: Reader) -> None:
    """Show the chat's digest, or change it: /digest on, off, 21 or 21:30."""
    if not reader.is_active:
        await reply(message, reader.words.say("common.start_first"))
        return
    async with context.services.database.read() as connection:
        current = await digests.get(connection, reader.chat.id)
    if context.args:
        if not await may_change(reader, context):
            await reply(message, reader.words.say("common.chat_admins_only"))
            return
        try:
            minute = read_wish(" ".join(context.args), current, context.services.texts)
        except ValueError:
            await reply(message, reader.words.say("digest.bad_time"))
            return
        current = await _set(context, reader, minute)
    await reply(message, _describe(current, reader), keyboard=_hours(current, reader))


async def press(query: CallbackQuery, context: Context, reader: Reader, action: SetDigest) -> None:
    """Set the digest by a button, under /digest or under the sections."""
    words = reader.words
    if not await may_change(reader, context):
        await answer(query, words.plain("common.chat_admins_only"), alert=True)
        return
    if not reader.is_active:
        await answer(query, words.plain("common.start_first"), alert=True)
        return
    current = await _set(context, reader, action.minute)
    if current is None or not current.enabled:
        await answer(query, words.plain("digest.toast_off"))
    else:
        await answer(query, words.plain("digest.toast_on", time=clock_face(current.minute)))
    if _stands_under_sections(query):
        async with context.services.database.read() as connection:
            rows = await sections.every(connection)
        await edit_keyboard(query, sections_keyboard(rows, reader.sections, words))
    else:
        await edit(query, _describe(current, reader), _hours(current, reader))


def read_wish(text: str, current: Digest | None, texts: Texts) -> int | None:
    """Return the minute of the day that the words behind /digest ask for, or None for no digest.

    «on» keeps the hour that the chat had. Raise `ValueError` for what is neither a time nor such a word.
    """
    if texts.names("digest.words_off", text):
        return None
    if texts.names("digest.words_on", text):
        return current.minute if current else DEFAULT_MINUTE
    found = _TIME.fullmatch(text)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    if hour > 23 or minute > 59:
        raise ValueError(text)
    return hour * 60 + minute


async def _set(context: Context, reader: Reader, minute: int | None) -> Digest | None:
    async with context.services.database.write() as connection:
        if minute is None:
            await digests.turn_off(connection, reader.chat.id)
            return await digests.get(connection, reader.chat.id)
        return await digests.turn_on(
            connection, reader.chat.id, minute=minute, timezone=reader.timezone, now=context.services.clock()
        )


def _describe(current: Digest | None, reader: Reader) -> Markup:
    words = reader.words
    if current is None or not current.enabled:
        return words.say("digest.off")
    text = words.say("digest.on", time=clock_face(current.minute), place=words.place(reader.timezone))
    return text if reader.sections else Markup("{}\n\n{}").format(text, words.say("digest.needs_sections"))


def _hours(current: Digest | None, reader: Reader) -> InlineKeyboardMarkup:
    return digest_keyboard(current.minute if current and current.enabled else None, reader.words)


def _stands_under_sections(query: CallbackQuery) -> bool:
    message = query.message
    if not isinstance(message, Message) or message.reply_markup is None:
        return False
    data = (str(button.callback_data) for row in message.reply_markup.inline_keyboard for button in row)
    return any(isinstance(parse(text), ToggleSection) for text in data)
