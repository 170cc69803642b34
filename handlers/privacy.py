"""/privacy, /export and /forget: what is stored about a chat, a copy of it, and its end."""

import json

from telegram import CallbackQuery, InlineKeyboardMarkup, MaybeInaccessibleMessage, Message

from handlers.chat_buttons import OwnData, Wish, button
from handlers.context import Context
from handlers.readers import Reader, may_change
from handlers.replies import answer, edit, reply, reply_document
from handlers.texts import Words
from storage import audience
from storage import privacy as stored
from storage.audience import Change

FILE_NAME = "my-data.json"


async def privacy(message: Message, context: Context, reader: Reader) -> None:
    """Say in plain words what is stored, and offer a copy and the end of it."""
    words = reader.words
    keyboard = InlineKeyboardMarkup(
        [
            [button(words.plain("button.export"), OwnData(Wish.COPY))],
            [button(words.plain("button.forget"), OwnData(Wish.ASK))],
        ]
    )
    await reply(message, words.say("privacy.text"), keyboard=keyboard)


async def export(message: Message, context: Context, reader: Reader) -> None:
    """Send everything that is stored about the chat as a file."""
    if not await may_change(reader, context):
        await reply(message, reader.words.say("common.chat_admins_only"))
        return
    await _hand_out(message, context, reader)


async def forget(message: Message, context: Context, reader: Reader) -> None:
    """Ask whether to delete everything."""
    if not await may_change(reader, context):
        await reply(message, reader.words.say("common.chat_admins_only"))
        return
    await reply(message, reader.words.say("forget.ask"), keyboard=_confirmation(reader.words))


async def press(query: CallbackQuery, context: Context, reader: Reader, action: OwnData) -> None:
    """Do what the button says with what is stored."""
    words = reader.words
    if not await may_change(reader, context):
        await answer(query, words.plain("common.chat_admins_only"), alert=True)
        return
    match action.wish:
        case Wish.COPY:
            await answer(query)
            if query.message:
                await _hand_out(query.message, context, reader)
        case Wish.ASK:
            await answer(query)
            if query.message:
                await reply(query.message, words.say("forget.ask"), keyboard=_confirmation(words))
        case Wish.KEEP:
            await answer(query)
            await edit(query, words.say("forget.kept"))
        case Wish.FORGET:
            services = context.services
            await stored.forget(services.database, reader.chat.id)
            if reader.is_active:
                async with services.database.write() as connection:
                    await audience.count(connection, Change.STOPPED, 1, now=services.clock())
            await answer(query, words.plain("forget.toast"))
            await edit(query, words.say("forget.done"))


async def _hand_out(message: MaybeInaccessibleMessage, context: Context, reader: Reader) -> None:
    async with context.services.database.read() as connection:
        found = await stored.collect(connection, reader.chat.id)
    data = json.dumps(found, ensure_ascii=False, indent=1).encode()
    await reply_document(message, FILE_NAME, data, reader.words.say("export.caption"))


def _confirmation(words: Words) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [
            [button(words.plain("button.forget_now"), OwnData(Wish.FORGET))],
            [button(words.plain("button.keep_data"), OwnData(Wish.KEEP))],
        ]
    )
