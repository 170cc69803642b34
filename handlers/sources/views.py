"""What /sources shows: a page of the list, and the card of one source."""

from datetime import timedelta

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from handlers.context import Context
from handlers.readers import Reader
from handlers.sources import cards as source_cards
from handlers.sources.buttons import list_keyboard
from storage import sources
from storage.sources import Source

_A_PAGE = 8
_BROUGHT = timedelta(days=7)


async def page_of(context: Context, reader: Reader, page: int) -> tuple[Markup, InlineKeyboardMarkup]:
    """Return a page of the list, the first one being 0; the last one where there are not so many."""
    services = context.services
    async with services.database.read() as connection:
        total = await sources.count(connection)
        # Others may have removed what stood on the last page.
        page = min(page, max(0, total - 1) // _A_PAGE)
        found = await sources.page(connection, skip=page * _A_PAGE, limit=_A_PAGE)
    first = page * _A_PAGE + 1
    text = source_cards.listed(found, reader.words, first=first, total=total, now=services.clock())
    has_more = (page + 1) * _A_PAGE < total
    return text, list_keyboard(found, reader.words, page=page, size=_A_PAGE, has_more=has_more)


async def card_of(context: Context, reader: Reader, source: Source) -> Markup:
    """Return everything about one source."""
    services = context.services
    now = services.clock()
    async with services.database.read() as connection:
        brought = await sources.count_brought(connection, source.id, since=now - _BROUGHT)
    return source_cards.card(source, reader.words, brought=brought, now=now, zone=reader.zone)
