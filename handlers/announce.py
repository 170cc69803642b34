"""/announce: a message of the newsroom's own, to everybody, to a section's followers, or in one language.

It waits as a row between the preview and its button. Who may do so is asked at every press.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup
from telegram import CallbackQuery, Message

from handlers import messages
from handlers.announce_buttons import (
    LANGUAGE_NAMES,
    HandleAnnouncement,
    Verb,
    keyboard,
    languages_keyboard,
    sections_keyboard,
)
from handlers.context import Context
from handlers.newsroom import admitted
from handlers.readers import Reader
from handlers.replies import answer, edit, edit_keyboard, reply
from handlers.split import units
from handlers.texts import LANGUAGES, Words
from storage import announcements, audit, dialogs, sections
from storage.announcements import Announcement, Audience, State
from storage.audit import Act
from storage.roles import Permission
from storage.sections import SectionRow

TEXT = "announcement"
_COMMAND = re.compile(r"/\w+(?:@\w+)?", re.ASCII)


async def announce(message: Message, context: Context, reader: Reader) -> None:
    """Show the text behind the command, or of the message replied to, as subscribers will see it."""
    words = reader.words
    if reader.user is None or not await admitted(reader, context, "/announce", Permission.ANNOUNCE):
        await reply(message, words.say("newsroom.refused"))
        return
    about = message.reply_to_message
    text = _COMMAND.sub("", message.text or "", count=1).strip() or (about.text if about else None)
    if text:
        await _preview(message, context, reader, text)
        return
    async with context.services.database.write() as connection:
        now = context.services.clock()
        await dialogs.ask(connection, reader.chat.id, reader.user.id, topic=TEXT, subject="", now=now)
    await reply(message, words.say("announce.how"))


async def take_text(message: Message, context: Context, reader: Reader, _subject: str) -> None:
    """Take what comes after a bare command."""
    if not await admitted(reader, context, "/announce", Permission.ANNOUNCE):
        await reply(message, reader.words.say("newsroom.refused"))
        return
    await _preview(message, context, reader, message.text or "")


async def press(query: CallbackQuery, context: Context, reader: Reader, action: HandleAnnouncement) -> None:
    """Do what the button says."""
    services, words = context.services, reader.words
    if not await admitted(reader, context, f"ann:{action.verb}", Permission.ANNOUNCE):
        await answer(query, words.plain("newsroom.refused"), alert=True)
        return
    async with services.database.read() as connection:
        waiting = await announcements.get(connection, action.announcement_id, state=State.OPEN)
        rows = await sections.every(connection)
    match action.verb:
        case _ if waiting is None:
            await _refuse_closed(query, reader)
        case Verb.SEND:
            await _send(query, context, reader, waiting)
        case Verb.DROP:
            await _drop(query, context, reader, waiting)
        case Verb.SECTIONS:
            await answer(query)
            await edit_keyboard(query, sections_keyboard(waiting, rows, words))
        case Verb.LANGUAGES:
            await answer(query)
            await edit_keyboard(query, languages_keyboard(waiting, words))
        case Verb.BACK:
            await answer(query)
            await edit_keyboard(query, keyboard(waiting, words))
        case Verb.EVERYBODY:
            await _address(query, context, reader, waiting, Audience(), rows)
        case Verb.SECTION if any(row.id == action.number for row in rows):
            await _address(query, context, reader, waiting, replace(waiting.audience, section_id=action.number), rows)
        case Verb.LANGUAGE if action.number < len(LANGUAGES):
            language = LANGUAGES[action.number]
            await _address(query, context, reader, waiting, replace(waiting.audience, language=language), rows)
        case _:
            await answer(query, words.plain("common.stale_button"), alert=True)


async def _preview(message: Message, context: Context, reader: Reader, text: str) -> None:
    services, words = context.services, reader.words
    if not text.strip() or units(text) > messages.ANNOUNCEMENT:
        await reply(message, words.say("announce.too_long", limit=messages.ANNOUNCEMENT))
        return
    author_id = reader.user.id if reader.user else reader.chat.id
    async with services.database.write() as connection:
        announcement_id = await announcements.save(connection, text, author_id=author_id, now=services.clock())
        reach = await announcements.count(connection, Audience())
    waiting = Announcement(announcement_id, text, Audience())
    await reply(message, messages.announcement(text, words))
    await reply(message, _card(waiting.audience, reach, (), words), keyboard=keyboard(waiting, words))


async def _address(
    query: CallbackQuery,
    context: Context,
    reader: Reader,
    waiting: Announcement,
    audience: Audience,
    rows: Sequence[SectionRow],
) -> None:
    async with context.services.database.write() as connection:
        addressed = await announcements.address(connection, waiting.id, audience)
        reach = await announcements.count(connection, audience)
    if not addressed:
        await _refuse_closed(query, reader)
        return
    await answer(query)
    changed = replace(waiting, audience=audience)
    await edit(query, _card(audience, reach, rows, reader.words), keyboard(changed, reader.words))


async def _send(query: CallbackQuery, context: Context, reader: Reader, waiting: Announcement) -> None:
    services, by = context.services, query.from_user.id
    async with services.database.write() as connection:
        owed = await announcements.release(connection, waiting.id, now=services.clock())
        if owed is not None:
            await audit.record(connection, by, Act.ANNOUNCE, detail=waiting.text, now=services.clock())
    if owed is None:
        await _refuse_closed(query, reader)
        return
    services.wake()
    await answer(query)
    await edit(query, reader.words.count("announce.sent", owed))


async def _drop(query: CallbackQuery, context: Context, reader: Reader, waiting: Announcement) -> None:
    async with context.services.database.write() as connection:
        dropped = await announcements.drop(connection, waiting.id)
    if not dropped:
        await _refuse_closed(query, reader)
        return
    await answer(query)
    await edit(query, reader.words.say("announce.dropped"))


async def _refuse_closed(query: CallbackQuery, reader: Reader) -> None:
    await answer(query, reader.words.plain("announce.closed"), alert=True)
    await edit_keyboard(query, None)


def _card(audience: Audience, reach: int, rows: Sequence[SectionRow], words: Words) -> Markup:
    lines = [words.say("announce.above")]
    name = next((row.name for row in rows if row.id == audience.section_id), None)
    if name:
        lines.append(words.say("announce.to_section", section=name))
    if audience.language:
        lines.append(words.say("announce.in_language", language=words.plain(LANGUAGE_NAMES[audience.language])))
    lines.append(words.count("announce.reach", reach))
    return Markup("\n").join(lines)
