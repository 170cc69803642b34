"""/latest: the newest stories of my sections, page by page."""

from markupsafe import Markup
from telegram import CallbackQuery, Message

from handlers import messages
from handlers.context import Context
from handlers.readers import Reader
from handlers.replies import answer, edit, reply
from handlers.story_buttons import Listing, TurnPage, offers, page_keyboard
from storage import search
from storage.search import Direction, Page, Turn

# Few enough that a page is always one message, which can be replaced by the next one.
STORIES = 10


async def latest(message: Message, context: Context, reader: Reader) -> None:
    """List the newest stories of the chat's sections, or of all where it follows none."""
    page = await _page(context, reader)
    if not page.headlines:
        await reply(message, reader.words.say("latest.empty"))
        return
    parts = messages.latest(page.headlines, context.services.clock(), reader.zone, reader.words)
    await reply(message, *parts, keyboard=page_keyboard(page, Listing.LATEST, reader.words))


async def press(query: CallbackQuery, context: Context, reader: Reader, action: TurnPage) -> None:
    """Put another page in the place of the one that was pressed."""
    page = await _page(context, reader, action.turn)
    await show_page(
        query,
        reader,
        action,
        page,
        messages.latest(page.headlines, context.services.clock(), reader.zone, reader.words),
    )


async def show_page(query: CallbackQuery, reader: Reader, action: TurnPage, page: Page, parts: list[Markup]) -> None:
    """Show `page` as `parts` where `action` was pressed; where it holds nothing, say so and leave what stands there."""
    if not offers(query.message, action):
        await answer(query, reader.words.plain("common.stale_button"), alert=True)
        return
    if not page.headlines:
        older = action.turn.direction is Direction.OLDER
        await answer(query, reader.words.plain("page.nothing_older" if older else "page.nothing_newer"))
        return
    await answer(query)
    await edit(query, parts[0], page_keyboard(page, action.listing, reader.words))


async def _page(context: Context, reader: Reader, turn: Turn | None = None) -> Page:
    async with context.services.database.read() as connection:
        return await search.latest(
            connection, chat_id=reader.chat.id if reader.sections else None, limit=STORIES, turn=turn
        )
