"""/words: what a chat follows whatever its section, and what it wants to hear nothing of."""

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import Message, MessageEntity

from handlers import panels
from handlers.context import Context
from handlers.panels import Panel
from handlers.readers import Reader, refusal
from handlers.replies import reply
from handlers.settings_buttons import PutPhrase, RemovePhrase
from handlers.texts import clean
from storage import phrases as phrases


async def follow_words(message: Message, context: Context, reader: Reader) -> None:
    """Show the words of the chat, or with a word behind the command say how often it came and what can be done."""
    words, services = reader.words, context.services
    if sentence := await refusal(reader, context, changes=bool(context.args)):
        await reply(message, sentence)
        return
    typed = clean(" ".join(context.args or ()))
    if typed and not phrases.is_phrase(typed):
        await reply(message, words.count("words.no_phrase", phrases.MAX_WORDS))
        return
    async with services.database.read() as connection:
        if not typed:
            panel = await words_panel(connection, reader)
        else:
            times = await phrases.count_week(connection, typed, now=services.clock())
            text = words.count("words.this_week", times, text=typed)
            panel = Panel(Markup("{}\n\n{}").format(text, words.say("words.what_to_do")), panels.phrase_keyboard(words))
    await reply(message, panel.text, keyboard=panel.keyboard)


async def apply(
    connection: AsyncConnection, reader: Reader, wish: PutPhrase | RemovePhrase, message: Message | None
) -> str:
    """Do what a button asks for; return what to say of it in a line."""
    words, chat_id = reader.words, reader.chat.id
    if isinstance(wish, RemovePhrase):
        removed = await phrases.remove(connection, chat_id, wish.phrase_id)
        return words.plain("words.toast_removed" if removed else "words.toast_gone")
    text = _phrase_of(message)
    try:
        await phrases.put(connection, chat_id, text, muted=wish.muted)
    except phrases.TooManyError:
        return words.plain_count("words.toast_too_many", phrases.MAX_PHRASES)
    except ValueError:
        return words.plain("common.stale_button")
    return words.plain("words.toast_muted" if wish.muted else "words.toast_followed", text=text)


async def words_panel(connection: AsyncConnection, reader: Reader) -> Panel:
    """What the chat follows and mutes."""
    words = reader.words
    mine = await phrases.of_chat(connection, reader.chat.id)
    lists = [
        Markup("\n").join([words.say(title), *(words.say("words.line", text=phrase.text) for phrase in chosen)])
        for title, chosen in (
            ("words.followed", [phrase for phrase in mine if not phrase.muted]),
            ("words.muted", [phrase for phrase in mine if phrase.muted]),
        )
        if chosen
    ]
    text = Markup("\n\n").join([words.say("words.title"), *lists, words.say("words.how")])
    return Panel(text, panels.phrases_keyboard(mine, words))


def _phrase_of(message: Message | None) -> str:
    """Return the phrase that a message of `follow_words` speaks of.

    Words do not fit into a button's data, and nothing in memory survives a restart; but they stand in the message, in
    the only bold letters there.
    """
    bold = message.parse_entities([MessageEntity.BOLD]) if message and message.text else {}
    return clean(next(iter(bold.values()), ""))
