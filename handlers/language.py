"""/language: in which language and with which digits the bot speaks."""

from telegram import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import panels
from handlers.buttons import SetDigits, SetLanguage, language_rows
from handlers.context import Context
from handlers.panels import Panel
from handlers.readers import Reader, may_change
from handlers.replies import answer, edit, reply
from handlers.texts import Words
from storage import subscribers


async def language(message: Message, context: Context, reader: Reader) -> None:
    """Show the languages, and the digits that Arabic is written with."""
    words = reader.words
    if reader.subscriber is None:
        await reply(message, words.say("common.start_first"))
        return
    panel = language_panel(words)
    await reply(message, panel.text, keyboard=panel.keyboard)


def language_panel(words: Words) -> Panel:
    """The languages, the digits, and the way to the other settings."""
    keyboard = InlineKeyboardMarkup([*language_rows(words), panels.settings_row(words)])
    return Panel(words.say("language.choose"), keyboard)


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
    words = services.texts.of(subscriber.language, subscriber.digits) if subscriber else reader.words
    await answer(query, words.plain("language.set"))
    panel = language_panel(words)
    await edit(query, panel.text, panel.keyboard)


def choice_of(wanted: SetLanguage | SetDigits) -> dict[str, str]:
    """Return what `subscribers.speak` is to set."""
    return {"language": wanted.language} if isinstance(wanted, SetLanguage) else {"digits": wanted.digits}
