"""/summary and the summary buttons: a story in ten seconds."""

import re

from telegram import CallbackQuery, Message
from telegram.constants import ChatType

from handlers import messages
from handlers.context import Context
from handlers.keyboards import ShowSummary, open_keyboard, parse
from handlers.readers import Reader
from handlers.replies import ANSWER_LIMIT, answer, reply
from handlers.split import shorten
from handlers.texts import clean
from storage import articles, deliveries

# Arabic-Indic digits are digits too, for `\d` and for `int`. SQLite's integers end at 19 digits.
_NUMBER = re.compile(r"#?(\d{1,18})")


async def summary(message: Message, context: Context, reader: Reader) -> None:
    """Sum up the story with the given number, else the one replied to, else the newest in the chat's sections."""
    words = reader.words
    about = message.reply_to_message
    wanted: int | None
    if context.args:
        number = _NUMBER.fullmatch(context.args[0])
        wanted, otherwise = int(number[1]) if number else None, words.say("summary.bad_number")
    elif about is not None and not about.forum_topic_created:  # in a topic, every message replies to its beginning
        wanted, otherwise = await _article_of(context, about), words.say("summary.not_alert")
    else:
        wanted, otherwise = await _newest(context, reader), words.say("latest.empty")
    if wanted is None:
        await reply(message, otherwise)
        return
    await show(message, context, reader, wanted)


async def show(message: Message, context: Context, reader: Reader, article_id: int) -> None:
    """Sum up the story with this number."""
    words = reader.words
    async with context.services.database.read() as connection:
        stored = await articles.get(connection, article_id)
    if stored is None:
        await reply(message, words.say("summary.unknown", id=article_id))
        return
    parts = messages.summary(stored.article, stored.published_at, reader.zone, words, also_by=stored.also_by)
    await reply(message, *parts, keyboard=open_keyboard(stored.article.url, words))


async def press(query: CallbackQuery, context: Context, reader: Reader, action: ShowSummary) -> None:
    """Answer a summary button with the summary, as a reply to the message that it stands under."""
    async with context.services.database.read() as connection:
        stored = await articles.get(connection, action.article_id)
    if stored is None or query.message is None:
        await answer(query, reader.words.plain("summary.gone"), alert=True)
        return
    if reader.chat.type == ChatType.CHANNEL:
        # One reader asks; the channel's other readers did not.
        text = messages.lead(stored.article) or stored.article.title
        await answer(query, shorten(clean(text), ANSWER_LIMIT), alert=True)
        return
    await answer(query)
    parts = messages.summary(stored.article, stored.published_at, reader.zone, reader.words, also_by=stored.also_by)
    await reply(query.message, *parts, keyboard=open_keyboard(stored.article.url, reader.words), quote=True)


async def _article_of(context: Context, message: Message) -> int | None:
    """Return which article a message is an alert of: its one summary button says so, or the record of its delivery."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    actions = [parse(str(button.callback_data)) for row in rows for button in row if button.callback_data]
    stories = [action.article_id for action in actions if isinstance(action, ShowSummary)]
    if len(stories) == 1:
        return stories[0]
    async with context.services.database.read() as connection:
        return await deliveries.article_of_message(connection, message.chat.id, message.message_id)


async def _newest(context: Context, reader: Reader) -> int | None:
    async with context.services.database.read() as connection:
        headlines = await articles.latest(connection, chat_id=reader.chat.id if reader.sections else None, limit=1)
    return headlines[0].id if headlines else None
