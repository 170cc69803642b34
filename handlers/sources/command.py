"""/sources: where stories come from by themselves, looked after in the chat.

A source that is added here is added paused: what would come in is shown first, and one press sets it going. Whatever
asks the web runs beside the chat, so that an editor who waits for a slow server can still publish.
"""

from datetime import timedelta

from telegram import CallbackQuery, Message

from handlers.context import Context
from handlers.newsroom import admitted
from handlers.readers import Reader
from handlers.replies import answer, edit, reply
from handlers.sources.buttons import (
    ManageSource,
    Verb,
    card_keyboard,
    interval_keyboard,
    mapping_keyboard,
    remove_keyboard,
)
from handlers.sources.views import card_of, page_of
from handlers.sources.web import actor_of, give_list, look, take_list, take_up
from storage import audit, dialogs, sections, source_corrections, sources
from storage.audit import Act
from storage.roles import Permission
from storage.source_corrections import Corrections
from storage.sources import Release, Source, State

# What `storage.dialogs` keeps the question under.
ADDRESS = "source_address"


async def manage(message: Message, context: Context, reader: Reader) -> None:
    """Show the list; with an address behind the command, look at it and add it; with a file, import it."""
    if not await admitted(reader, context, "/sources", Permission.SOURCES):
        await reply(message, reader.words.say("newsroom.refused"))
        return
    about = message.reply_to_message
    document = message.document or (about.document if about else None)
    words = (message.text or message.caption or "").split()[1:]
    if document:
        await take_list(message, context, reader, document)
    elif words:
        await take_up(message, context, reader, words[-1])
    else:
        text, keyboard = await page_of(context, reader, 0)
        await reply(message, text, keyboard=keyboard)


async def receive_file(message: Message, context: Context, reader: Reader) -> None:
    """Import a list that somebody sends without a word."""
    if not await admitted(reader, context, "opml", Permission.SOURCES):
        await reply(message, reader.words.say("newsroom.refused"))
    elif message.document:
        await take_list(message, context, reader, message.document)


async def take_address(message: Message, context: Context, reader: Reader, _subject: str) -> None:
    """Take the answer to the question for an address."""
    if not await admitted(reader, context, "/sources", Permission.SOURCES):
        await reply(message, reader.words.say("newsroom.refused"))
    elif message.document:
        await take_list(message, context, reader, message.document)
    elif message.text:
        await take_up(message, context, reader, message.text.split()[0])
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
        await edit(query, *await page_of(context, reader, action.number))
    elif action.verb is Verb.ADD:
        await _ask(query, context, reader)
    elif action.verb is Verb.EXPORT:
        await give_list(query, context, reader)
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
            await look(query.message, context, reader, source)
        return
    if action.verb in _CHANGES:
        await answer(query, words.plain(await _change(context, reader, action, source)))
        found = await _find(context, source.id)
        if found is None:  # it was removed
            await edit(query, *await page_of(context, reader, 0))
            return
        source = found
    else:
        await answer(query)
    match action.verb:
        case Verb.INTERVAL:
            await edit(query, await card_of(context, reader, source), interval_keyboard(source, words))
        case Verb.SECTIONS | Verb.MAP | Verb.UNMAP:
            async with context.services.database.read() as connection:
                rows = await sections.every(connection)
            await edit(query, await card_of(context, reader, source), mapping_keyboard(source, rows, words))
        case Verb.DROP:
            await edit(query, words.say("source.remove", name=source.name), remove_keyboard(source, words))
        case _:
            await edit(query, await card_of(context, reader, source), card_keyboard(source, words))


# What each press that changes something is told of with.
_CHANGES = {
    Verb.PAUSE: "sources.paused",
    Verb.RESUME: "sources.resumed",
    Verb.FIX: "sources.interval_set",
    Verb.MAP: "sources.sections_set",
    Verb.UNMAP: "sources.sections_set",
    Verb.AT_ONCE: "sources.release_set",
    Verb.APPROVAL: "sources.release_set",
    Verb.PROPOSE: "sources.corrections_set",
    Verb.APPLY: "sources.corrections_set",
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
                if argument not in known:
                    return "sections.unknown"
                mapped = action.verb is Verb.MAP
                await sources.map_to_section(connection, source.id, argument, mapped=mapped)
            case Verb.AT_ONCE | Verb.APPROVAL:
                release = Release.AT_ONCE if action.verb is Verb.AT_ONCE else Release.APPROVAL
                await sources.set_release(connection, source.id, release)
            case Verb.PROPOSE | Verb.APPLY:
                corrections = Corrections.APPLIED if action.verb is Verb.APPLY else Corrections.PROPOSED
                await source_corrections.choose(connection, source.id, corrections)
            case Verb.REMOVE:
                await sources.remove(connection, source.id)
        act = Act.SOURCE_REMOVE if action.verb is Verb.REMOVE else Act.SOURCE_CHANGE
        detail = " ".join(
            [action.verb, *([str(action.argument)] if action.argument is not None else []), source.name, source.url]
        )
        await audit.record(connection, actor_of(reader), act, detail=detail, now=now)
    return _CHANGES[action.verb]


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
