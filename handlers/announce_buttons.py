"""The buttons of an announcement, and the one place where their callback data is written and read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.buttons import in_rows
from handlers.texts import LANGUAGES, Words
from storage.announcements import Announcement, Audience
from storage.sections import SectionRow

_DATA = re.compile(r"ann:(?P<verb>[a-z]{1,12}):(?P<announcement>[0-9]{1,18})(?::(?P<number>[0-9]{1,18}))?", re.ASCII)
LANGUAGE_NAMES = {"ar": "announce.arabic", "en": "announce.english"}


class Verb(StrEnum):
    """What can be done with an announcement. Those that choose something come with its number."""

    EVERYBODY = "everybody"
    SECTIONS = "sections"
    SECTION = "section"  # by its id
    LANGUAGES = "languages"
    LANGUAGE = "language"  # by its place
    BACK = "back"
    SEND = "send"
    DROP = "drop"


_NUMBERED = (Verb.SECTION, Verb.LANGUAGE)


@dataclass(frozen=True, slots=True)
class HandleAnnouncement:
    """Do something with an announcement."""

    verb: Verb
    announcement_id: int
    number: int = 0


def pack(action: HandleAnnouncement) -> str:
    """Return the callback data of a button. It always keeps to Telegram's 64 bytes."""
    data = f"ann:{action.verb}:{action.announcement_id}"
    return f"{data}:{action.number}" if action.verb in _NUMBERED else data


def parse(data: str | None) -> HandleAnnouncement | None:
    """Return what a button asks for, or None for data that no button of ours holds. Anyone can forge it."""
    found = _DATA.fullmatch(data or "")
    if found is None or found["verb"] not in Verb.__members__.values():
        return None
    verb = Verb(found["verb"])
    if (verb in _NUMBERED) != (found["number"] is not None):
        return None
    return HandleAnnouncement(verb, int(found["announcement"]), int(found["number"] or 0))


def keyboard(waiting: Announcement, words: Words) -> InlineKeyboardMarkup:
    """Under the preview: send it, say whom it is for, or drop it."""
    whom = [
        _button("button.to_section", Verb.SECTIONS, waiting, words),
        _button("button.in_language", Verb.LANGUAGES, waiting, words),
    ]
    if waiting.audience != Audience():
        whom.insert(0, _button("button.to_everybody", Verb.EVERYBODY, waiting, words))
    return InlineKeyboardMarkup(
        [
            [_button("button.send_announcement", Verb.SEND, waiting, words)],
            whom,
            [_button("button.drop", Verb.DROP, waiting, words)],
        ]
    )


def sections_keyboard(waiting: Announcement, rows: Sequence[SectionRow], words: Words) -> InlineKeyboardMarkup:
    """Every section, to choose the one whose followers it is for."""
    buttons = [
        InlineKeyboardButton(row.name, callback_data=pack(HandleAnnouncement(Verb.SECTION, waiting.id, row.id)))
        for row in rows
    ]
    return InlineKeyboardMarkup([*in_rows(buttons, 2), [_button("button.back", Verb.BACK, waiting, words)]])


def languages_keyboard(waiting: Announcement, words: Words) -> InlineKeyboardMarkup:
    """The languages, to choose the one of those whom it is for."""
    buttons = [
        InlineKeyboardButton(
            words.plain(LANGUAGE_NAMES[language]),
            callback_data=pack(HandleAnnouncement(Verb.LANGUAGE, waiting.id, place)),
        )
        for place, language in enumerate(LANGUAGES)
    ]
    return InlineKeyboardMarkup([buttons, [_button("button.back", Verb.BACK, waiting, words)]])


def _button(key: str, verb: Verb, waiting: Announcement, words: Words) -> InlineKeyboardButton:
    return InlineKeyboardButton(words.plain(key), callback_data=pack(HandleAnnouncement(verb, waiting.id)))
