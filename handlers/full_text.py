"""The whole text of a story, page by page."""

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ChatType

from handlers import messages
from handlers.buttons import as_read
from handlers.context import Context
from handlers.links import web_link
from handlers.readers import Reader
from handlers.replies import ANSWER_LIMIT, answer, edit, reply
from handlers.split import shorten
from handlers.story_buttons import ReadText, button
from handlers.texts import Words, clean
from storage import articles


async def press(query: CallbackQuery, context: Context, reader: Reader, action: ReadText) -> None:
    """Show a page: the first one (asked for as page 0, under a summary) anew, another in the place of this one."""
    words = reader.words
    async with context.services.database.read() as connection:
        stored = await articles.get(connection, action.article_id)
    found = messages.full_text(stored.article, stored.published_at, reader.zone, words) if stored else []
    number = max(action.page, 1)
    if stored is None or query.message is None or number > len(found):
        await answer(query, words.plain("summary.gone"), alert=True)
        return
    if reader.chat.type == ChatType.CHANNEL:
        # One reader asks; the channel's other readers did not.
        text = messages.lead(stored.article) or stored.article.title
        await answer(query, shorten(clean(text), ANSWER_LIMIT), alert=True)
        return
    await answer(query)
    keyboard = _keyboard(stored.id, number, len(found), stored.article.url, words)
    if action.page:
        await edit(query, found[number - 1], keyboard)
    else:
        await reply(query.message, found[0], keyboard=keyboard, quote=True)


def _keyboard(article_id: int, number: int, count: int, url: str | None, words: Words) -> InlineKeyboardMarkup | None:
    turns: list[InlineKeyboardButton] = []
    if number > 1:
        turns.append(button(words.plain("button.page_before"), ReadText(article_id, number - 1)))
    if number < count:
        turns.append(button(words.plain("button.page_after"), ReadText(article_id, number + 1)))
    rows = [as_read(turns, words)] if turns else []
    if link := web_link(url):
        rows.append([InlineKeyboardButton(words.plain("button.open"), url=link)])
    return InlineKeyboardMarkup(rows) if rows else None
