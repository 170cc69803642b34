"""/sources: where stories come from by themselves, looked after in the chat.

A source that is added here is added paused: what would come in is shown first, and one press sets it going. Whatever
asks the web runs beside the chat, so that an editor who waits for a slow server can still publish.
"""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

from markupsafe import Markup
from telegram import CallbackQuery, InlineKeyboardMarkup, MaybeInaccessibleMessage, Message

from handlers import files, source_cards
from handlers.context import Context
from handlers.newsroom import admitted
from handlers.readers import Reader
from handlers.replies import answer, edit, reply, reply_document
from handlers.source_buttons import (
    ManageSource,
    Verb,
    card_keyboard,
    interval_keyboard,
    list_keyboard,
    mapping_keyboard,
    remove_keyboard,
)
from storage import audit, dialogs, sections, sources
from storage.audit import Act
from storage.roles import Permission
from storage.sources import Release, Source, State, Trouble, TroubleError

# What `storage.dialogs` keeps the question under.
ADDRESS = "source_address"
_A_PAGE = 8
_LONGEST_URL = 2_000
# Lists are small: thousands of sources fit.
_MAX_FILE = 1024 * 1024
_FILE_NAME = "sources.opml"
_BROUGHT = timedelta(days=7)
_TROUBLES = {
    Trouble.URL: "trouble.url",
    Trouble.ADDRESS: "trouble.address",
    Trouble.UNREACHABLE: "trouble.unreachable",
    Trouble.TIMED_OUT: "trouble.timed_out",
    Trouble.REDIRECTS: "trouble.redirects",
    Trouble.TOO_LARGE: "trouble.too_large",
    Trouble.BROKEN: "trouble.broken",
    Trouble.ENTITIES: "trouble.entities",
    Trouble.STATUS: "trouble.status",
    Trouble.NO_SOURCE: "trouble.no_source",
    Trouble.KNOWN: "trouble.known",
    Trouble.REMOVED: "trouble.removed",
    Trouble.NO_LIST: "trouble.no_list",
}


async def manage(message: Message, context: Context, reader: Reader) -> None:
    """Show the list; with an address behind the command, look at it and add it; with a file, import it."""
    if not await admitted(reader, context, "/sources", Permission.SOURCES):
        await reply(message, reader.words.say("newsroom.refused"))
        return
    about = message.reply_to_message
    document = message.document or (about.document if about else None)
    words = (message.text or message.caption or "").split()[1:]
    if document:
        await _import(message, context, reader, document_of=message if message.document else about)
    elif words:
        await _take_up(message, context, reader, words[-1])
    else:
        text, keyboard = await _list(context, reader, 0)
        await reply(message, text, keyboard=keyboard)


async def receive_file(message: Message, context: Context, reader: Reader) -> None:
    """Import a list that somebody sends without a word."""
    if not await admitted(reader, context, "opml", Permission.SOURCES):
        await reply(message, reader.words.say("newsroom.refused"))
        return
    await _import(message, context, reader, document_of=message)


async def take_address(message: Message, context: Context, reader: Reader, _subject: str) -> None:
    """Take the answer to the question for an address."""
    if not await admitted(reader, context, "/sources", Permission.SOURCES):
        await reply(message, reader.words.say("newsroom.refused"))
    elif message.document:
        await _import(message, context, reader, document_of=message)
    elif message.text:
        await _take_up(message, context, reader, message.text.split()[0])
    else:
        await reply(message, reader.words.say("sources.how_to_add"))


async def press(query: CallbackQuery, context: Context, reader: Reader, action: ManageSource) -> None:
    """Do what a button asks for."""
    words = reader.words
    if not await admitted(reader, context, f"src:{action.verb}", Permission.SOURCES):
        await answer(query, words.plain("newsroom.refused"), alert=True)
        return
    if action.verb is Verb.LIST:
        await answer(query)
        await edit(query, *await _list(context, reader, action.number))
    elif action.verb is Verb.ADD:
        await _ask(query, context, reader)
    elif action.verb is Verb.EXPORT:
        await _export(query, context, reader)
    else:
        source = await _find(context, action.number)
        if source is None:
            await answer(query, words.plain("trouble.removed"), alert=True)
            return
        await _with_source(query, context, reader, action, source)


async def _with_source(
    query: CallbackQuery, context: Context, reader: Reader, action: ManageSource, source: Source
) -> None:
    words = reader.words
    if action.verb is Verb.TEST:
        await answer(query, words.plain("sources.looking"))
        if query.message:
            _beside(context, _look(query.message, context, reader, source))
        return
    if action.verb in _CHANGES:
        await answer(query, words.plain(await _change(context, reader, action, source)))
        found = await _find(context, source.id)
        if found is None:  # it was removed
            await edit(query, *await _list(context, reader, 0))
            return
        source = found
    else:
        await answer(query)
    match action.verb:
        case Verb.INTERVAL:
            await edit(query, await _card(context, reader, source), interval_keyboard(source, words))
        case Verb.SECTIONS | Verb.MAP | Verb.UNMAP:
            async with context.services.database.read() as connection:
                rows = await sections.every(connection)
            await edit(query, await _card(context, reader, source), mapping_keyboard(source, rows, words))
        case Verb.DROP:
            await edit(query, words.say("source.remove", name=source.name), remove_keyboard(source, words))
        case _:
            await edit(query, await _card(context, reader, source), card_keyboard(source, words))


# What each press that changes something is told of with.
_CHANGES = {
    Verb.PAUSE: "sources.paused",
    Verb.RESUME: "sources.resumed",
    Verb.FIX: "sources.interval_set",
    Verb.MAP: "sources.sections_set",
    Verb.UNMAP: "sources.sections_set",
    Verb.AT_ONCE: "sources.release_set",
    Verb.APPROVAL: "sources.release_set",
    Verb.REMOVE: "sources.removed",
}


async def _change(context: Context, reader: Reader, action: ManageSource, source: Source) -> str:
    """Change a source and write down who did; return the key of what the press is answered with."""
    services = context.services
    now, argument = services.clock(), action.argument or 0
    async with services.database.write() as connection:
        match action.verb:
            case Verb.PAUSE | Verb.RESUME:
                state = State.PAUSED if action.verb is Verb.PAUSE else State.ACTIVE
                await sources.set_state(connection, source.id, state, now=now)
            case Verb.FIX:
                interval = timedelta(minutes=argument) or None
                await sources.fix_interval(connection, source.id, interval, now=now)
            case Verb.MAP | Verb.UNMAP:
                known = {row.id for row in await sections.every(connection)}
                if argument in known:
                    mapped = action.verb is Verb.MAP
                    await sources.map_to_section(connection, source.id, argument, mapped=mapped)
            case Verb.AT_ONCE | Verb.APPROVAL:
                release = Release.AT_ONCE if action.verb is Verb.AT_ONCE else Release.APPROVAL
                await sources.set_release(connection, source.id, release)
            case Verb.REMOVE:
                await sources.remove(connection, source.id)
        act = Act.SOURCE_REMOVE if action.verb is Verb.REMOVE else Act.SOURCE_CHANGE
        detail = " ".join(
            [action.verb, *([str(action.argument)] if action.argument is not None else []), source.name, source.url]
        )
        await audit.record(connection, _actor(reader), act, detail=detail, now=now)
    return _CHANGES[action.verb]


async def _list(context: Context, reader: Reader, page: int) -> tuple[Markup, InlineKeyboardMarkup]:
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


async def _card(context: Context, reader: Reader, source: Source) -> Markup:
    services = context.services
    now = services.clock()
    async with services.database.read() as connection:
        brought = await sources.count_brought(connection, source.id, since=now - _BROUGHT)
    return source_cards.card(source, reader.words, brought=brought, now=now, zone=reader.zone)


async def _find(context: Context, number: int) -> Source | None:
    async with context.services.database.read() as connection:
        return await sources.find(connection, str(number))


async def _ask(query: CallbackQuery, context: Context, reader: Reader) -> None:
    """Ask for an address: the person's next message is taken for it."""
    services = context.services
    await answer(query)
    if query.message is None:
        return
    async with services.database.write() as connection:
        await dialogs.ask(
            connection, reader.chat.id, query.from_user.id, topic=ADDRESS, subject="", now=services.clock()
        )
    await reply(query.message, reader.words.say("sources.how_to_add"))


async def _take_up(message: Message, context: Context, reader: Reader, url: str) -> None:
    if "://" not in url:
        url = f"https://{url}"
    if len(url) > _LONGEST_URL:
        await reply(message, reader.words.say("trouble.url"))
        return
    await reply(message, reader.words.say("sources.looking"))
    _beside(context, _add(message, context, reader, url))


async def _add(message: Message, context: Context, reader: Reader, url: str) -> None:
    services, words = context.services, reader.words

    async def act() -> None:
        source, found = await services.sources.take_up(url)
        now = services.clock()
        async with services.database.write() as connection:
            detail = f"{source.name} {source.url}"
            await audit.record(connection, _actor(reader), Act.SOURCE_ADD, detail=detail, now=now)
        parts = (
            source_cards.trial(source.name, found, words, now=now, zone=reader.zone),
            words.say("sources.added_paused"),
            await _card(context, reader, source),
        )
        await reply(message, Markup("\n\n").join(parts), keyboard=card_keyboard(source, words))

    await _or_say_why(message, reader, act)


async def _look(message: MaybeInaccessibleMessage, context: Context, reader: Reader, source: Source) -> None:
    services = context.services

    async def act() -> None:
        found = await services.sources.look(source.url, source.kind)
        now = services.clock()
        await reply(message, source_cards.trial(source.name, found, reader.words, now=now, zone=reader.zone))

    await _or_say_why(message, reader, act)


async def _import(message: Message, context: Context, reader: Reader, *, document_of: Message | None) -> None:
    services, words = context.services, reader.words
    document = document_of.document if document_of else None
    if document is None:
        return

    async def act() -> None:
        try:
            data = await files.fetch(document, limit=_MAX_FILE)
        except files.FileTooLargeError:
            raise TroubleError(Trouble.TOO_LARGE, "a list of sources is too large") from None
        done = await services.sources.import_list(data, whole=False)
        async with services.database.write() as connection:
            detail = f"OPML +{done.added}"
            await audit.record(connection, _actor(reader), Act.SOURCE_ADD, detail=detail, now=services.clock())
        refused = len(done.refused)
        await reply(message, words.say("sources.imported", added=done.added, known=done.known, refused=refused))

    await _or_say_why(message, reader, act)


async def _export(query: CallbackQuery, context: Context, reader: Reader) -> None:
    await answer(query)
    services = context.services
    number, data = await services.sources.export_list()
    async with services.database.write() as connection:
        await audit.record(connection, _actor(reader), Act.EXPORT, detail=f"OPML {number}", now=services.clock())
    if query.message:
        await reply_document(query.message, _FILE_NAME, data, reader.words.say("sources.exported", number=number))


async def _or_say_why(message: MaybeInaccessibleMessage, reader: Reader, act: Callable[[], Awaitable[None]]) -> None:
    try:
        await act()
    except TroubleError as error:
        await reply(message, reader.words.say(_TROUBLES[error.trouble]))
    except Exception:
        # Beside the chat nobody else apologises.
        await reply(message, reader.words.say("common.failed"))
        raise


def _beside(context: Context, work: Coroutine[Any, Any, None]) -> None:
    """Let the chat go on meanwhile. What fails unexpectedly is logged as for any update."""
    context.application.create_task(work)


def _actor(reader: Reader) -> int | None:
    return reader.user.id if reader.user else None
