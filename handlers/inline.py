"""Inline mode: stories in any chat, by typing the bot's name and some words."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import InlineQuery, InlineQueryResultArticle, InputTextMessageContent, Update
from telegram.constants import ParseMode

from handlers import messages
from handlers.context import Context
from handlers.replies import NO_PREVIEW, answer_inline
from handlers.share import story_link
from handlers.split import shorten
from handlers.story_buttons import story_keyboard
from handlers.texts import Words, clean
from storage import articles, search
from storage.articles import StoredArticle
from storage.search import Direction, Page, Turn

_RESULTS = 10
# Telegram keeps an answer for so many seconds, and gives it to everybody who asks the same.
_CACHE_S = 10
# What people see of a result, in UTF-16 units.
_TITLE = 200
_SECTIONS = 3
_OFFSET = re.compile("[0-9]{1,18}")


async def suggest(update: Update, context: Context) -> None:
    """Answer an inline query with the stories that hold its words, or with the newest ones where it has none.

    They are in the service's language and time zone, whoever asks: the message is for the others in that chat.
    """
    query = update.inline_query
    if query is None:
        return
    services = context.services
    words, zone = services.texts.of(None), ZoneInfo(services.default_timezone)
    async with services.database.read() as connection:
        page = await _page(connection, query)
        stories = [await articles.get(connection, headline.id) for headline in page.headlines]
    results = [_result(story, services.clock(), zone, words, context.bot.username) for story in stories if story]
    following = str(page.headlines[-1].id) if page.has_older else ""
    await answer_inline(query, results, next_offset=following, cache_s=_CACHE_S)


async def _page(connection: AsyncConnection, query: InlineQuery) -> Page:
    turn = None
    if query.offset:
        if not _OFFSET.fullmatch(query.offset):
            return Page()  # no offset of ours
        turn = Turn(Direction.OLDER, int(query.offset))
    wanted = shorten(clean(query.query), messages.QUERY)
    if not wanted:
        return await search.latest(connection, chat_id=None, limit=_RESULTS, turn=turn)
    return await search.search(connection, wanted, limit=_RESULTS, turn=turn)


def _result(story: StoredArticle, now: datetime, zone: ZoneInfo, words: Words, bot: str) -> InlineQueryResultArticle:
    sections = words.plain("list.separator").join(story.article.sections[:_SECTIONS])
    time = words.plain_when(story.published_at, now, zone)
    return InlineQueryResultArticle(
        id=str(story.id),
        title=shorten(clean(story.article.title), _TITLE),
        description=words.plain("inline.about", sections=sections, time=time),
        input_message_content=InputTextMessageContent(
            messages.alert(story.article, story.published_at, zone, words),
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
        ),
        reply_markup=story_keyboard(story_link(bot, story.id), words),
    )
