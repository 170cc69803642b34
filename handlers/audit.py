"""/audit: who in the newsroom did what, when, to which story."""

import csv
import io
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape
from telegram import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.audit_buttons import (
    AuditVerb,
    ReadAudit,
    audit_keyboard,
    days_keyboard,
    people_keyboard,
)
from handlers.context import Context
from handlers.newsroom import admitted
from handlers.readers import Reader
from handlers.replies import answer, edit, edit_keyboard, reply
from handlers.split import shorten
from handlers.team_buttons import ROLE_KEYS
from handlers.texts import Words, clean
from storage import audit, dialogs
from storage.audit import Act, Entry, Filter, Page
from storage.roles import Permission, Role

STORY = "audit_story"
_A_PAGE = 10
_MOST_PEOPLE = 12
_NAME = 64
_DETAIL = 160
_FILE_NAME = "audit.csv"
_NUMBER = re.compile(r"#?\s*(\d{1,18})")
# Programs that open a table take a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
ACT_KEYS = {
    Act.PROPOSE: "audit.propose",
    Act.EDIT_TITLE: "audit.edit_title",
    Act.EDIT_SECTIONS: "audit.edit_sections",
    Act.EDIT_URGENCY: "audit.edit_urgency",
    Act.EDIT_QUOTE: "audit.edit_quote",
    Act.FLAG: "audit.flag",
    Act.TEST: "audit.test",
    Act.DROP: "audit.drop",
    Act.APPROVE: "audit.approve",
    Act.RELEASE: "audit.release",
    Act.UNDO: "audit.undo",
    Act.PUBLISH: "audit.publish",
    Act.CORRECT: "audit.correct",
    Act.SOURCE_PROPOSE: "audit.source_propose",
    Act.SOURCE_CORRECT: "audit.source_correct",
    Act.DISMISS: "audit.dismiss",
    Act.RETRACT: "audit.retract",
    Act.PAUSE: "audit.pause",
    Act.RESUME: "audit.resume",
    Act.ANNOUNCE: "audit.announce",
    Act.SOURCE_ADD: "audit.source_add",
    Act.SOURCE_CHANGE: "audit.source_change",
    Act.SOURCE_REMOVE: "audit.source_remove",
    Act.TEAM_OWNER: "audit.team_owner",
    Act.TEAM_EDITOR: "audit.team_editor",
    Act.TEAM_REPORTER: "audit.team_reporter",
    Act.TEAM_ANALYST: "audit.team_analyst",
    Act.TEAM_REMOVE: "audit.team_remove",
    Act.EXPORT: "audit.export",
    Act.REFUSED: "audit.refused",
}


async def show_log(message: Message, context: Context, reader: Reader) -> None:
    """Show the newest entries; with a number behind the command, those of this story."""
    if not await admitted(reader, context, "/audit", Permission.AUDIT):
        await reply(message, reader.words.say("newsroom.refused"))
        return
    shown = ReadAudit()
    if context.args:
        number = _NUMBER.fullmatch(" ".join(context.args))
        if number is None:
            await reply(message, reader.words.say("audit.bad_number"))
            return
        shown = ReadAudit(article_id=int(number[1]))
    text, keyboard = await _page(context, reader, shown)
    await reply(message, text, keyboard=keyboard)


async def take_story(message: Message, context: Context, reader: Reader, _subject: str) -> None:
    """Take the number of a story."""
    context.args = (message.text or "").split() or ["?"]
    await show_log(message, context, reader)


async def press(query: CallbackQuery, context: Context, reader: Reader, action: ReadAudit) -> None:
    """Turn a page, choose a filter, or export what is shown."""
    services, words = context.services, reader.words
    if not await admitted(reader, context, f"aud:{action.verb}", Permission.AUDIT):
        await answer(query, words.plain("newsroom.refused"), alert=True)
        return
    match action.verb:
        case AuditVerb.PEOPLE:
            async with services.database.read() as connection:
                people = await audit.actors(connection, limit=_MOST_PEOPLE)
            await answer(query)
            await edit_keyboard(query, people_keyboard(action, people, words))
        case AuditVerb.DAYS:
            await answer(query)
            today = services.clock().astimezone(reader.zone).date()
            await edit_keyboard(query, days_keyboard(action, today, words))
        case AuditVerb.STORY:
            async with services.database.write() as connection:
                now = services.clock()
                await dialogs.ask(connection, reader.chat.id, query.from_user.id, topic=STORY, subject="", now=now)
            await answer(query)
            if query.message:
                await reply(query.message, words.say("audit.ask_story"))
        case AuditVerb.EXPORT:
            await answer(query)
            await _export(query, context, reader, action)
        case _:
            text, keyboard = await _page(context, reader, action)
            await answer(query)
            await edit(query, text, keyboard)


async def _page(context: Context, reader: Reader, shown: ReadAudit) -> tuple[Markup, InlineKeyboardMarkup]:
    wanted, words = _filter(shown, reader.zone), reader.words
    async with context.services.database.read() as connection:
        if shown.verb is AuditVerb.OLDER and shown.edge is not None:
            page = await audit.older(connection, wanted, shown.edge, limit=_A_PAGE)
        elif shown.verb is AuditVerb.NEWER and shown.edge is not None:
            page = await audit.newer(connection, wanted, shown.edge, limit=_A_PAGE)
        else:
            page = await audit.newest(connection, wanted, limit=_A_PAGE)
        people = dict(await audit.actors(connection, limit=_MOST_PEOPLE)) if shown.actor_id is not None else {}
    name = people.get(shown.actor_id, "") if shown.actor_id is not None else ""
    now = context.services.clock()
    text = _paragraphs([_title(shown, name, words), *(_line(entry, now, reader.zone, words) for entry in page.entries)])
    if not page.entries:
        text = _paragraphs([_title(shown, name, words), words.say("audit.nothing")])
    return text, audit_keyboard(shown, _edges(page), words)


def _edges(page: Page) -> tuple[int | None, int | None]:
    if not page.entries:
        return None, None
    newer = page.entries[0].id if page.has_newer else None
    older = page.entries[-1].id if page.has_older else None
    return newer, older


def _filter(shown: ReadAudit, zone: ZoneInfo) -> Filter:
    if shown.day is None:
        return Filter(shown.actor_id, shown.article_id)
    return Filter(
        shown.actor_id, shown.article_id, _midnight(shown.day, zone), _midnight(shown.day + timedelta(1), zone)
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _title(shown: ReadAudit, name: str, words: Words) -> Markup:
    lines = [words.say("audit.title")]
    if shown.actor_id is not None:
        lines.append(words.say("audit.of_person", name=shorten(clean(name), _NAME) or str(shown.actor_id)))
    if shown.article_id is not None:
        lines.append(words.say("audit.of_story", id=shown.article_id))
    if shown.day is not None:
        lines.append(words.say("audit.of_day", day=f"{shown.day:%Y-%m-%d}"))
    return Markup("\n").join(lines)


def _line(entry: Entry, now: datetime, zone: ZoneInfo, words: Words) -> Markup:
    if entry.actor_id is None:
        who = words.say("audit.the_bot")
    else:
        who = escape(shorten(clean(entry.actor_name), _NAME) or str(entry.actor_id))
        if entry.actor_role in ROLE_KEYS:
            role = escape(words.plain(ROLE_KEYS[Role(entry.actor_role)]))
            who = words.say("audit.who", name=who, role=role)
    lines = [words.say("audit.line", time=words.when(entry.at, now, zone), who=who, act=words.say(ACT_KEYS[entry.act]))]
    if entry.article_id is not None:
        lines.append(words.say("audit.story", id=entry.article_id))
    if detail := shorten(clean(entry.detail), _DETAIL):
        lines.append(words.say("audit.detail", detail=detail))
    return Markup("\n").join(lines)


async def _export(query: CallbackQuery, context: Context, reader: Reader, shown: ReadAudit) -> None:
    services, wanted = context.services, _filter(shown, reader.zone)
    async with services.database.read() as connection:
        table = await as_csv(audit.export(connection, wanted))
    async with services.database.write() as connection:
        detail = replace(shown, verb=AuditVerb.SHOW, edge=None)
        now = services.clock()
        await audit.record(connection, query.from_user.id, Act.EXPORT, detail=_described(detail), now=now)
    if query.message:
        await context.bot.send_document(query.message.chat.id, table, filename=_FILE_NAME)


async def as_csv(entries: AsyncIterator[Entry]) -> bytes:
    """Return the entries as a table in UTF-8 with a mark at its beginning, without which Excel takes it for another."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("at", "actor_id", "actor_name", "actor_role", "act", "article_id", "draft_id", "detail"))
    async for entry in entries:
        cells = (
            *(entry.at.isoformat(), entry.actor_id, entry.actor_name, entry.actor_role),
            *(entry.act, entry.article_id, entry.draft_id, entry.detail),
        )
        writer.writerow([_cell(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _described(shown: ReadAudit) -> str:
    parts = {"actor": shown.actor_id, "story": shown.article_id, "day": shown.day}
    return " ".join(f"{name}={value}" for name, value in parts.items() if value is not None)


def _paragraphs(parts: list[Markup]) -> Markup:
    return Markup("\n\n").join(parts)
