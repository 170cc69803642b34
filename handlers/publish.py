"""/publish: from what an admin sends to what subscribers get.

The article waits as a draft row between the preview and its button, so the buttons outlive a restart. Releasing is one
transaction: the draft is taken, the article stored, its deliveries owed. Who may do so is asked at every press.
"""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from markupsafe import Markup, escape
from telegram import CallbackQuery, Document, Message

from handlers import messages
from handlers.context import Context
from handlers.keyboards import HandleDraft, Verb, draft_keyboard
from handlers.newsroom import admitted
from handlers.readers import Reader
from handlers.replies import answer, edit, edit_keyboard, reply
from handlers.split import MESSAGE_LIMIT, shorten, units
from handlers.texts import clean
from storage import audit, drafts, publishing, subscribers
from storage.article import Article, Fault, UnreadableError
from storage.audit import Act
from storage.publishing import Published
from storage.roles import Permission

# Larger files hold no article; they are refused before they are fetched.
MAX_FILE = 1024 * 1024
# Telegram's apps cut a paste of more than 4,096 units into several messages, sent in a row: a first one of at least
# half that length, and plain ones with the rest.
_FIRST_PIECE = MESSAGE_LIMIT // 2
_IN_A_ROW = timedelta(seconds=3)
_PASTE = "paste"  # what `user_data` remembers a `_Paste` under
_TITLE = 300
_COMMAND = re.compile(r"/[A-Za-z0-9_]+(?:@[A-Za-z0-9_]+)?")
_FAULTS = {
    Fault.EMPTY: "fault.empty",
    Fault.BINARY: "fault.binary",
    Fault.TOO_LONG: "fault.too_long",
    Fault.NO_TITLE: "fault.no_title",
    Fault.ENTITIES: "fault.entities",
}


@dataclass(frozen=True, slots=True)
class _Paste:
    """A long paste so far, its last piece, and the draft that was made of it."""

    text: str
    last: Message
    draft_id: int | None


class FileTooLargeError(ValueError):
    """A file of more than `MAX_FILE` bytes."""


async def publish(message: Message, context: Context, reader: Reader) -> None:
    """Show what was understood of the text behind the command, of the message replied to, or of a file."""
    words = reader.words
    if not await admitted(reader, context, "/publish", Permission.PROPOSE):
        await reply(message, words.say("newsroom.refused"))
        return
    try:
        given = await _material(message)
    except FileTooLargeError:
        await reply(message, words.say("publish.too_large"))
        return
    if given is None:
        await reply(message, words.say("publish.how"))
        return
    draft_id = await _preview(message, context, reader, given)
    if context.user_data is not None and isinstance(given, str) and units(given) >= _FIRST_PIECE:
        context.user_data[_PASTE] = _Paste(given, message, draft_id)


async def continue_paste(message: Message, context: Context, reader: Reader) -> bool:
    """Take `message` for the rest of a paste that Telegram cut, if it is; return whether it is.

    The preview of the whole text takes the place of the earlier one, whose buttons are dead from then on.
    """
    paste = (context.user_data or {}).get(_PASTE)
    if context.user_data is None or not isinstance(paste, _Paste) or not message.text:
        return False
    if message.date - paste.last.date > _IN_A_ROW or not await admitted(
        reader, context, "/publish", Permission.PROPOSE
    ):
        return False
    if paste.draft_id is not None:
        async with context.services.database.write() as connection:
            earlier = await drafts.get(connection, paste.draft_id)
            if earlier:
                await drafts.drop(connection, earlier)
    whole = paste.text + _seam(paste.last.text or "") + message.text
    await reply(message, reader.words.say("publish.rest"))
    context.user_data[_PASTE] = _Paste(whole, message, await _preview(message, context, reader, whole))
    return True


async def _preview(message: Message, context: Context, reader: Reader, given: bytes | str) -> int | None:
    """Show what was understood and keep it as a draft; return its number, or None where it was no article."""
    services, words = context.services, reader.words
    try:
        article = await services.read_article(given)
    except UnreadableError as error:
        await reply(message, words.say(_FAULTS[error.fault]))
        return None
    async with services.database.write() as connection:
        reach = await subscribers.count_reached(connection, article.sections)
        draft_id = await drafts.save(
            connection, article, author_id=reader.user.id if reader.user else reader.chat.id, now=services.clock()
        )
    parts = messages.preview(article, reach, reader.zone, words)
    await reply(message, *parts, keyboard=draft_keyboard(draft_id, article.breaking, words))
    return draft_id


def _seam(piece: str) -> str:
    """Return what stood where Telegram cut: it trims white space there, and cuts at the very limit only in a word."""
    if piece.endswith((".", "!", "؟", "?", "»", "”", '"', ":")):
        return "\n\n"
    return "" if units(piece) == MESSAGE_LIMIT else " "


async def press(query: CallbackQuery, context: Context, reader: Reader, action: HandleDraft) -> None:
    """Release, flag or drop a draft."""
    permission = Permission.RELEASE if action.verb is Verb.SEND else Permission.PROPOSE
    if not await admitted(reader, context, f"pub:{action.verb}", permission):
        await answer(query, reader.words.plain("newsroom.refused"), alert=True)
        return
    match action.verb:
        case Verb.SEND:
            await _release(context, query, action.draft_id, reader)
        case Verb.FLAG:
            await _flag(context, query, action.draft_id, reader)
        case Verb.DROP:
            await _drop(context, query, action.draft_id, reader)


async def _release(context: Context, query: CallbackQuery, draft_id: int, reader: Reader) -> None:
    services, words, now = context.services, reader.words, context.services.clock()
    actor_id = query.from_user.id
    published: Published | None = None
    async with services.database.write() as connection:
        waiting = await drafts.get(connection, draft_id)
        if waiting and waiting.is_waiting and waiting.article.breaking:
            await drafts.schedule(connection, waiting, actor_id, now)
            await drafts.take_due(connection, draft_id, now=now, window=timedelta())
            published = await publishing.publish(connection, waiting.article, now=now, ttl=services.alert_ttl)
            stored = published.stored
            await drafts.note_article(connection, draft_id, stored.id)
            await audit.record(connection, actor_id, Act.PUBLISH, article_id=stored.id, draft_id=draft_id, now=now)
    if waiting is None or not waiting.is_waiting:
        await _refuse_closed(query, reader)
        return
    if published is None:
        await answer(query, words.plain("draft.needs_flag"), alert=True)
        return
    services.wake()
    stored, title = published.stored, _title(waiting.article)
    await answer(query)
    if stored.known_since is None or stored.raised:
        await edit(query, words.count("draft.published", published.owed, id=stored.id, title=title))
    else:
        time = words.moment(stored.known_since, reader.zone)
        await edit(query, words.say("draft.known", id=stored.id, time=time, title=title))


async def _flag(context: Context, query: CallbackQuery, draft_id: int, reader: Reader) -> None:
    words, flagged = reader.words, None
    async with context.services.database.write() as connection:
        waiting = await drafts.get(connection, draft_id)
        if waiting and waiting.is_waiting:
            flagged = await drafts.revise(
                connection, waiting, replace(waiting.article, breaking=True), query.from_user.id
            )
            reach = await subscribers.count_reached(connection, waiting.article.sections)
            now = context.services.clock()
            await audit.record(connection, query.from_user.id, Act.FLAG, draft_id=draft_id, now=now)
    if flagged is None:
        await _refuse_closed(query, reader)
        return
    await answer(query, words.plain("draft.flagged"))
    *_, last = messages.preview(flagged.article, reach, reader.zone, words)
    await edit(query, last, draft_keyboard(draft_id, True, words))


async def _drop(context: Context, query: CallbackQuery, draft_id: int, reader: Reader) -> None:
    dropped = None
    async with context.services.database.write() as connection:
        waiting = await drafts.get(connection, draft_id)
        if waiting:
            dropped = await drafts.drop(connection, waiting)
            now = context.services.clock()
            await audit.record(connection, query.from_user.id, Act.DROP, draft_id=draft_id, now=now)
    if dropped is None:
        await _refuse_closed(query, reader)
        return
    await answer(query)
    await edit(query, reader.words.say("draft.dropped", title=_title(dropped.article)))


async def _refuse_closed(query: CallbackQuery, reader: Reader) -> None:
    """Say that a draft was ended before. Its message tells how, so only dead buttons go."""
    await answer(query, reader.words.plain("draft.closed"), alert=True)
    await edit_keyboard(query, None)


async def _material(message: Message) -> bytes | str | None:
    """Return what is to be published, or None for a bare command. Raise `FileTooLargeError`."""
    behind = _COMMAND.sub("", message.text or message.caption or "", count=1).strip()
    about = message.reply_to_message
    for document in (message.document, about.document if about and not behind else None):
        if document:
            return await _download(document)
    return behind or (about and (about.text or about.caption)) or None


async def _download(document: Document) -> bytes:
    # The size is what the sender's app says; what arrives is what counts.
    if (document.file_size or 0) > MAX_FILE:
        raise FileTooLargeError
    file = await document.get_file()
    if (file.file_size or 0) > MAX_FILE:
        raise FileTooLargeError
    data = bytes(await file.download_as_bytearray())
    if len(data) > MAX_FILE:
        raise FileTooLargeError
    return data


def _title(article: Article) -> Markup:
    return escape(shorten(clean(article.title), _TITLE))
