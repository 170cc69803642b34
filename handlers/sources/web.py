"""What /sources asks the web for. It runs beside the chat, so that who waits for a slow server can go on meanwhile."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from markupsafe import Markup
from telegram import CallbackQuery, Document, MaybeInaccessibleMessage, Message

from handlers import files
from handlers.context import Context
from handlers.readers import Reader
from handlers.replies import answer, reply, reply_document
from handlers.sources import cards as source_cards
from handlers.sources.buttons import card_keyboard
from handlers.sources.views import card_of
from storage import audit
from storage.audit import Act
from storage.sources import Source, Trouble, TroubleError

_LONGEST_URL = 2_000
# Lists are small: thousands of sources fit.
_MAX_FILE = 1024 * 1024
_FILE_NAME = "sources.opml"
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


async def take_up(message: Message, context: Context, reader: Reader, url: str) -> None:
    """Look at an address, and add it as a source that is paused."""
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
            await audit.record(connection, actor_of(reader), Act.SOURCE_ADD, detail=detail, now=now)
        parts = (
            source_cards.trial(source.name, found, words, now=now, zone=reader.zone),
            words.say("sources.added_paused"),
            await card_of(context, reader, source),
        )
        await reply(message, Markup("\n\n").join(parts), keyboard=card_keyboard(source, words))

    await _or_say_why(message, reader, act)


async def look(message: MaybeInaccessibleMessage, context: Context, reader: Reader, source: Source) -> None:
    """Show what would come in from a source now."""
    services = context.services

    async def act() -> None:
        found = await services.sources.look(source.url, source.kind)
        now = services.clock()
        await reply(message, source_cards.trial(source.name, found, reader.words, now=now, zone=reader.zone))

    _beside(context, _or_say_why(message, reader, act))


async def take_list(message: Message, context: Context, reader: Reader, document: Document) -> None:
    """Follow what a list of sources names."""
    services, words = context.services, reader.words

    async def act() -> None:
        try:
            data = await files.fetch(document, limit=_MAX_FILE)
        except files.FileTooLargeError:
            raise TroubleError(Trouble.TOO_LARGE, "a list of sources is too large") from None
        done = await services.sources.import_list(data, whole=False)
        async with services.database.write() as connection:
            detail = f"OPML +{done.added}"
            await audit.record(connection, actor_of(reader), Act.SOURCE_ADD, detail=detail, now=services.clock())
        refused = len(done.refused)
        await reply(message, words.say("sources.imported", added=done.added, known=done.known, refused=refused))

    await _or_say_why(message, reader, act)


async def give_list(query: CallbackQuery, context: Context, reader: Reader) -> None:
    """Send a list of all sources."""
    await answer(query)
    services = context.services
    number, data = await services.sources.export_list()
    async with services.database.write() as connection:
        await audit.record(connection, actor_of(reader), Act.EXPORT, detail=f"OPML {number}", now=services.clock())
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


def actor_of(reader: Reader) -> int | None:
    """Return who acts, for the audit log."""
    return reader.user.id if reader.user else None
