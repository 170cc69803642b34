"""/language: in which language and with which digits the bot speaks."""

from dataclasses import replace

from telegram import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import panels
from handlers.chat_buttons import SetDigits, SetLanguage, language_rows
from handlers.context import Context
from handlers.panels import Panel
from handlers.readers import Reader, may_change
from handlers.replies import answer, edit, reply
from storage import subscribers


async def language(message: Message, context: Context, reader: Reader) -> None:
    """Show the languages, and the digits that Arabic is written with."""
    words = reader.words
    if reader.subscriber is None:
        await reply(message, words.say("common.start_first"))
        return
    panel = language_panel(reader, context)
    await reply(message, panel.text, keyboard=panel.keyboard)


def language_panel(reader: Reader, context: Context) -> Panel:
    """The languages, the digits, and the way to the other settings. What the chat itself uses is ticked."""
    words, subscriber = reader.words, reader.subscriber
    spoken = context.services.texts.of(subscriber.language, subscriber.digits) if subscriber else words
    keyboard = InlineKeyboardMarkup([*language_rows(spoken), panels.settings_row(words)])
    return Panel(words.say(reader.pick("language.choose", "there.language")), keyboard)


async def press(query: CallbackQuery, context: Context, reader: Reader, wanted: SetLanguage | SetDigits) -> None:
    """Speak as the button says from now on, and say so in the new words."""
    if not await may_change(reader, context):
        await answer(query, reader.words.plain("common.chat_admins_only"), alert=True)
        return
    if reader.subscriber is None:
        await answer(query, reader.words.plain("common.start_first"), alert=True)
        return
    services = context.services
    async with services.database.write() as connection:
        await subscribers.speak(connection, reader.chat.id, now=services.clock(), **choice_of(wanted))
        subscriber = await subscribers.get(connection, reader.chat.id)
    words = reader.words
    if subscriber and not reader.from_afar:  # who looks from afar goes on reading their own language
        words = services.texts.of(subscriber.language, subscriber.digits)
    await answer(query, words.plain("language.set"))
    panel = language_panel(replace(reader, words=words, subscriber=subscriber), context)
    await edit(query, reader.titled(panel.text), reader.aimed(panel.keyboard))


def choice_of(wanted: SetLanguage | SetDigits) -> dict[str, str]:
    """Return what `subscribers.speak` is to set."""
    return {"language": wanted.language} if isinstance(wanted, SetLanguage) else {"digits": wanted.digits}
