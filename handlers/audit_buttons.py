"""The buttons of /audit, and the one place where their callback data is written and read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.buttons import as_read, checked, in_rows
from handlers.split import shorten
from handlers.texts import Words, clean

_LABEL = 40
_DAYS = 7
_DATA = re.compile(
    r"aud:(?P<verb>show|older|newer|people|days|story|export)"
    r":(?P<edge>[0-9]{0,18}):(?P<actor>[0-9]{0,18}):(?P<story>[0-9]{0,18}):(?P<day>[0-9]{0,7})",
    re.ASCII,
)


class AuditVerb(StrEnum):
    """show: the newest entries. older, newer: from an edge on. people, days, story: choose a filter. export: as CSV."""

    SHOW = "show"
    OLDER = "older"
    NEWER = "newer"
    PEOPLE = "people"
    DAYS = "days"
    STORY = "story"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class ReadAudit:
    """A press under /audit: what is asked, and the filter that the message shows. `day` is a local date."""

    verb: AuditVerb = AuditVerb.SHOW
    edge: int | None = None
    actor_id: int | None = None
    article_id: int | None = None
    day: date | None = None


def pack(action: ReadAudit) -> str:
    """Return the callback data of a button. Raise `ValueError` past the limit."""
    day = action.day.toordinal() if action.day else None
    values = (action.edge, action.actor_id, action.article_id, day)
    return checked(":".join([f"aud:{action.verb}", *("" if value is None else str(value) for value in values)]))


def parse(data: str | None) -> ReadAudit | None:
    """Return what a button asks for, or None for data that no button of these holds. Anyone can forge it."""
    found = _DATA.fullmatch(data or "")
    if found is None:
        return None
    edge, actor, story, day = (int(found[name]) if found[name] else None for name in ("edge", "actor", "story", "day"))
    if day is not None and not date.min.toordinal() < day < date.max.toordinal():
        return None
    return ReadAudit(AuditVerb(found["verb"]), edge, actor, story, date.fromordinal(day) if day else None)


def audit_keyboard(shown: ReadAudit, edges: tuple[int | None, int | None], words: Words) -> InlineKeyboardMarkup:
    """Filters, pages and the export of what is shown. `edges` are where newer and older entries begin, if there are."""
    filters = [
        _button(words.plain("button.audit_people"), replace(shown, verb=AuditVerb.PEOPLE, edge=None)),
        _button(words.plain("button.audit_days"), replace(shown, verb=AuditVerb.DAYS, edge=None)),
        _button(words.plain("button.audit_story"), replace(shown, verb=AuditVerb.STORY, edge=None)),
    ]
    newer, older = edges
    turns = []
    if newer is not None:
        turns.append(_button(words.plain("button.newer"), replace(shown, verb=AuditVerb.NEWER, edge=newer)))
    if older is not None:
        turns.append(_button(words.plain("button.older"), replace(shown, verb=AuditVerb.OLDER, edge=older)))
    rows = [as_read(turns, words), filters] if turns else [filters]
    last = [_button(words.plain("button.audit_export"), replace(shown, verb=AuditVerb.EXPORT, edge=None))]
    if shown.actor_id is not None or shown.article_id is not None or shown.day is not None:
        last.append(_button(words.plain("button.audit_all"), ReadAudit()))
    return InlineKeyboardMarkup([*rows, last])


def people_keyboard(shown: ReadAudit, people: Sequence[tuple[int, str]], words: Words) -> InlineKeyboardMarkup:
    """Those who did something, to see what one of them did."""
    rows = [
        [_button(shorten(clean(name), _LABEL) or str(user_id), replace(shown, verb=AuditVerb.SHOW, actor_id=user_id))]
        for user_id, name in people
    ]
    return InlineKeyboardMarkup([*rows, [_back(shown, words)]])


def days_keyboard(shown: ReadAudit, today: date, words: Words) -> InlineKeyboardMarkup:
    """The last days, to see what was done on one."""
    days = [today - timedelta(days=ago) for ago in range(_DAYS)]
    buttons = [_button(f"{day:%Y-%m-%d}", replace(shown, verb=AuditVerb.SHOW, day=day)) for day in days]
    return InlineKeyboardMarkup([*in_rows(buttons, 2), [_back(shown, words)]])


def _back(shown: ReadAudit, words: Words) -> InlineKeyboardButton:
    return _button(words.plain("button.back"), replace(shown, verb=AuditVerb.SHOW, edge=None))


def _button(label: str, action: ReadAudit) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=pack(action))
