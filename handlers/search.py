"""/search: the stories that hold some words, page by page."""

from telegram import CallbackQuery, Message, MessageEntity

from handlers import messages
from handlers.context import Context
from handlers.latest import STORIES, show_page
from handlers.readers import Reader
from handlers.replies import reply
from handlers.split import shorten
from handlers.story_buttons import Listing, TurnPage, page_keyboard
from handlers.texts import clean
from storage import search as stories
from storage.search import Page, Turn


async def search(message: Message, context: Context, reader: Reader) -> None:
    """List the newest stories that hold every word behind the command."""
    words = reader.words
    query = shorten(clean(" ".join(context.args or ())), messages.QUERY)
    if not query:
        await reply(message, words.say("search.how"))
        return
    page = await _page(context, query)
    if not page.headlines:
        await reply(message, words.say("search.nothing", query=query))
        return
    parts = messages.found(query, page.headlines, context.services.clock(), reader.zone, words)
    await reply(message, *parts, keyboard=page_keyboard(page, Listing.SEARCH, words))


async def press(query: CallbackQuery, context: Context, reader: Reader, action: TurnPage) -> None:
    """Put another page in the place of the one that was pressed.

    Words do not fit into a button's data, and nothing in memory survives a restart; but they stand in the message.
    """
    wanted = _query_of(query.message) if isinstance(query.message, Message) else ""
    page = await _page(context, wanted, action.turn)
    parts = messages.found(wanted, page.headlines, context.services.clock(), reader.zone, reader.words)
    await show_page(query, reader, action, page, parts)


def _query_of(message: Message) -> str:
    """Return what was looked for in a list of `messages.found`."""
    bold = message.parse_entities([MessageEntity.BOLD]) if message.text else {}
    return clean(next(iter(bold.values()), ""))


async def _page(context: Context, query: str, turn: Turn | None = None) -> Page:
    async with context.services.database.read() as connection:
        return await stories.search(connection, query, limit=STORIES, turn=turn)
