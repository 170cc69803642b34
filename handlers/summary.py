"""/summary and the summary buttons: a story in ten seconds."""

from telegram import CallbackQuery, MaybeInaccessibleMessage, Message
from telegram.constants import ChatType

from handlers import messages, rich
from handlers.context import Context
from handlers.readers import Reader
from handlers.replies import ANSWER_LIMIT, answer, reply, reply_rich
from handlers.split import shorten
from handlers.stories import article_of, number_in, told_by
from handlers.story_buttons import ShowSummary, summary_keyboard
from handlers.texts import clean
from storage import articles, headlines, reads
from storage.articles import StoredArticle


async def summary(message: Message, context: Context, reader: Reader) -> None:
    """Sum up the story with the given number, else the one replied to, else the newest in the chat's sections."""
    words = reader.words
    about = told_by(message)
    wanted: int | None
    if context.args:
        wanted, otherwise = number_in(context.args[0]), words.say("summary.bad_number")
    elif about:
        wanted, otherwise = await article_of(context, about), words.say("summary.not_alert")
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
    await _send(message, context, stored, reader)


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
        await _count_read(context, action)
        return
    await answer(query)
    await _send(query.message, context, stored, reader, quote=True)
    await _count_read(context, action)


async def _send(
    message: MaybeInaccessibleMessage, context: Context, stored: StoredArticle, reader: Reader, *, quote: bool = False
) -> None:
    article, words = stored.article, reader.words
    keyboard = summary_keyboard(stored.id, article.url, words, has_text=bool(article.blocks))
    told = article, stored.published_at, reader.zone, words
    if context.services.rich_summaries:
        laid_out = rich.summary(*told, also_by=stored.also_by)
        if await reply_rich(message, laid_out, keyboard=keyboard, quote=quote):
            return
    parts = messages.summary(*told, also_by=stored.also_by)
    await reply(message, *parts, keyboard=keyboard, quote=quote)


async def _count_read(context: Context, action: ShowSummary) -> None:
    """Count that it was read, when it has been: nobody waits for that."""
    async with context.services.database.write() as connection:
        await reads.count(connection, action.article_id, now=context.services.clock())


async def _newest(context: Context, reader: Reader) -> int | None:
    async with context.services.database.read() as connection:
        newest = await headlines.latest(connection, chat_id=reader.chat.id if reader.sections else None, limit=1)
    return newest[0].id if newest else None
