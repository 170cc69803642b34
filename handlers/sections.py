"""/sections, and the switches of the sections wherever they stand."""

from sqlalchemy.ext.asyncio import AsyncConnection
from telegram import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import panels
from handlers.context import Context
from handlers.keyboards import ShareSection, ToggleSection, offers, sections_keyboard
from handlers.panels import Panel
from handlers.readers import Reader, may_change
from handlers.replies import answer, edit_keyboard, reply
from storage import digests, sections, subscribers
from storage.digests import Edition


async def choose_sections(message: Message, context: Context, reader: Reader) -> None:
    """Show every section as a switch."""
    if not reader.is_active:
        await reply(message, reader.words.say("common.start_first"))
        return
    async with context.services.database.read() as connection:
        panel = await sections_panel(connection, reader)
    await reply(message, panel.text, keyboard=panel.keyboard)


async def sections_panel(connection: AsyncConnection, reader: Reader) -> Panel:
    """Every section as a switch, with the ways to a digest, to sharing one, and to the settings."""
    return Panel(reader.words.say("sections.choose"), await switches(connection, reader, full=True))


async def switches(connection: AsyncConnection, reader: Reader, *, full: bool) -> InlineKeyboardMarkup:
    """Every section as a switch; with a digest to offer where the chat has none, and if `full` with further ways."""
    words = reader.words
    subscriber = await subscribers.get(connection, reader.chat.id)
    return sections_keyboard(
        await sections.every(connection),
        subscriber.sections if subscriber else (),
        words,
        digest_offer=await digest_offer(connection, reader.chat.id),
        sharing=full,
        below=[panels.settings_row(words)] if full else (),
    )


async def toggle(query: CallbackQuery, context: Context, reader: Reader, action: ToggleSection) -> None:
    """Follow a section or leave it. The switch for all follows all, or leaves all where all are followed already."""
    words = reader.words
    if not await may_change(reader, context):
        await answer(query, words.plain("common.chat_admins_only"), alert=True)
        return
    async with context.services.database.write() as connection:
        # Read again inside the transaction: of two quick presses the second must see what the first one did.
        subscriber = await subscribers.get(connection, reader.chat.id)
        rows = await sections.every(connection)
        wanted = {row.id for row in rows if action.slug in (None, row.slug)}
        active = subscriber is not None and subscriber.status is subscribers.Status.ACTIVE
        followed = subscriber.sections if subscriber else frozenset()
        if active and wanted:
            leaves = wanted <= followed
            await subscribers.choose(
                connection, reader.chat.id, wanted, chosen=not leaves, now=context.services.clock()
            )
            followed = followed - wanted if leaves else followed | wanted
        keyboard = await switches(connection, reader, full=offers(query.message, ShareSection(None)))
    if not active:
        await answer(query, words.plain("common.start_first"), alert=True)
        return
    await answer(
        query, words.plain_count("sections.followed", len(followed)) if wanted else words.plain("sections.unknown")
    )
    await edit_keyboard(query, keyboard)


async def digest_offer(connection: AsyncConnection, chat_id: int) -> int | None:
    """Return the minute of the day to offer a digest at, or None for a chat that has a daily one already."""
    if await digests.next_daily(connection, chat_id):
        return None
    kept = await digests.get(connection, chat_id, Edition.EVENING)
    return kept.minute if kept else digests.DEFAULT_MINUTE
