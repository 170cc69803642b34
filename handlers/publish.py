"""/publish: from what somebody of the newsroom hands in to a draft, and its preview.

The story waits as a row between the preview and its buttons, so the buttons outlive a restart. Letting it out is
`handlers.desk.release`.
"""

from dataclasses import dataclass
from datetime import timedelta

from telegram import Message
from telegram.constants import ChatType

from handlers.context import Context, LinkError, LinkProblem
from handlers.desk import copies
from handlers.material import FileTooLargeError, behind_command, of_message, read
from handlers.newsroom import admitted
from handlers.readers import Reader, member_of
from handlers.replies import reply, topic_of
from handlers.split import MESSAGE_LIMIT, units
from storage import audit, dialogs, drafts
from storage.article import Fault, UnreadableError
from storage.audit import Act
from storage.roles import Permission, may

MATERIAL = "publish"
# Telegram's apps cut a paste of more than 4,096 units into several messages, sent in a row: a first one of at least
# half that length, and plain ones with the rest.
_FIRST_PIECE = MESSAGE_LIMIT // 2
_IN_A_ROW = timedelta(seconds=3)
_PASTE = "paste"  # what `user_data` remembers a `_Paste` under
_FAULTS = {
    Fault.EMPTY: "fault.empty",
    Fault.BINARY: "fault.binary",
    Fault.TOO_LONG: "fault.too_long",
    Fault.NO_TITLE: "fault.no_title",
    Fault.ENTITIES: "fault.entities",
}
_LINK_PROBLEMS = {
    LinkProblem.NOT_PUBLIC: "link.not_public",
    LinkProblem.UNREACHABLE: "link.unreachable",
    LinkProblem.REFUSED: "link.refused",
    LinkProblem.TOO_LARGE: "link.too_large",
}


@dataclass(frozen=True, slots=True)
class _Paste:
    """A long paste so far, its last piece, and the draft that was made of it."""

    text: str
    last: Message
    draft_id: int | None


async def publish(message: Message, context: Context, reader: Reader) -> None:
    """Show what was understood of what the command is about; a bare one asks for it."""
    if not await admitted(reader, context, "/publish", Permission.PROPOSE):
        await reply(message, reader.words.say("newsroom.refused"))
        return
    try:
        given = await behind_command(message)
    except FileTooLargeError:
        await reply(message, reader.words.say("publish.too_large"))
        return
    if given is None:
        if reader.user:
            async with context.services.database.write() as connection:
                now = context.services.clock()
                await dialogs.ask(connection, reader.chat.id, reader.user.id, topic=MATERIAL, subject="", now=now)
        await reply(message, reader.words.say("publish.how"))
        return
    await _take(message, context, reader, given)


async def take_material(message: Message, context: Context, reader: Reader, _subject: str) -> None:
    """Take what comes after a bare command."""
    await _hand_in(message, context, reader)


async def take_forwarded(message: Message, context: Context, reader: Reader) -> bool:
    """Take a message that was forwarded to the bot for a story, if whoever did may propose one; return whether."""
    if message.forward_origin is None or message.chat.type != ChatType.PRIVATE:
        return False
    member = await member_of(reader, context)
    if member is None or not may(member.role, Permission.PROPOSE):
        return False
    await _hand_in(message, context, reader)
    return True


async def continue_paste(message: Message, context: Context, reader: Reader) -> bool:
    """Take `message` for the rest of a paste that Telegram cut, if it is; return whether it is.

    The preview of the whole text takes the place of the earlier one, whose buttons are dead from then on.
    """
    paste = (context.user_data or {}).get(_PASTE)
    if context.user_data is None or not isinstance(paste, _Paste) or not message.text:
        return False
    if message.date - paste.last.date > _IN_A_ROW:
        return False
    if not await admitted(reader, context, "/publish", Permission.PROPOSE):
        return False
    if paste.draft_id is not None:
        async with context.services.database.write() as connection:
            earlier = await drafts.get(connection, paste.draft_id)
            dropped = await drafts.drop(connection, earlier) if earlier else None
        if dropped:
            await copies.refresh(context.bot, context.services, dropped)
    whole = paste.text + _seam(paste.last.text or "") + message.text
    await reply(message, reader.words.say("publish.rest"))
    context.user_data[_PASTE] = _Paste(whole, message, await _preview(message, context, reader, whole))
    return True


async def _hand_in(message: Message, context: Context, reader: Reader) -> None:
    if not await admitted(reader, context, "/publish", Permission.PROPOSE):
        await reply(message, reader.words.say("newsroom.refused"))
        return
    try:
        given = await of_message(message)
    except FileTooLargeError:
        await reply(message, reader.words.say("publish.too_large"))
        return
    await _take(message, context, reader, given or "")


async def _take(message: Message, context: Context, reader: Reader, given: bytes | str) -> None:
    draft_id = await _preview(message, context, reader, given)
    if context.user_data is not None and isinstance(given, str) and units(given) >= _FIRST_PIECE:
        context.user_data[_PASTE] = _Paste(given, message, draft_id)


async def _preview(message: Message, context: Context, reader: Reader, given: bytes | str) -> int | None:
    """Keep what was understood as a draft and show it; return its number, or None where it was no article.

    What a reporter hands in is shown to the editors too.
    """
    services, words = context.services, reader.words
    try:
        article = await read(given, context)
    except UnreadableError as error:
        await reply(message, words.say(_FAULTS[error.fault]))
        return None
    except LinkError as error:
        await reply(message, words.say(_LINK_PROBLEMS[error.problem]))
        return None
    author_id = reader.user.id if reader.user else reader.chat.id
    async with services.database.write() as connection:
        draft_id = await drafts.save(connection, article, author_id=author_id, now=services.clock())
        await audit.record(
            connection, author_id, Act.PROPOSE, draft_id=draft_id, detail=article.title, now=services.clock()
        )
        draft = await drafts.get(connection, draft_id)
    assert draft is not None  # noqa: S101  # it was saved in this transaction
    chat_id = message.chat.id
    await copies.show(context.bot, services, draft, chat_id, language=words.language, thread_id=topic_of(message))
    member = await member_of(reader, context)
    if member and not may(member.role, Permission.RELEASE):
        await copies.show_editors(context.bot, services, draft)
    return draft_id


def _seam(piece: str) -> str:
    """Return what stood where Telegram cut: it trims white space there, and cuts at the very limit only in a word."""
    if piece.endswith((".", "!", "؟", "?", "»", "”", '"', ":")):
        return "\n\n"
    return "" if units(piece) == MESSAGE_LIMIT else " "
