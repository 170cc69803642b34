"""Buttons for the chat itself, its languages and its data: the one place where these are written and read."""

import re
from dataclasses import dataclass
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.buttons import checked
from handlers.texts import ARABIC_INDIC, LANGUAGES, LATIN, Words

_LANGUAGE_NAMES = {"ar": "language.ar", "en": "language.en"}
_DIGITS_NAMES = {LATIN: "digits.latn", ARABIC_INDIC: "digits.arab"}
_DATA = re.compile(
    r"""
      lng:(?P<language>[a-z]{2})
    | num:(?P<digits>latn|arab)
    | bye:(?P<leave>off|on)
    | own:(?P<own>copy|ask|forget|keep)
    | top:(?P<topics>all)
    """,
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """Speak this language in the chat."""

    language: str


@dataclass(frozen=True, slots=True)
class SetDigits:
    """Write numbers like this in the chat."""

    digits: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Send nothing any more; with `back`, send again."""

    back: bool


class Wish(StrEnum):
    """What somebody wants to happen to what is stored about them."""

    COPY = "copy"
    ASK = "ask"
    FORGET = "forget"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class OwnData:
    """Hand out what is stored, ask whether to forget it, forget it, or do not."""

    wish: Wish


@dataclass(frozen=True, slots=True)
class MakeTopics:
    """Make a topic of the forum for each section that it follows."""


Button = SetLanguage | SetDigits | Leave | OwnData | MakeTopics


def pack(wanted: Button) -> str:
    """Return the callback data of a button. Raise `ValueError` past the limit."""
    match wanted:
        case SetLanguage(language):
            data = f"lng:{language}"
        case SetDigits(digits):
            data = f"num:{digits}"
        case Leave(back):
            data = f"bye:{'on' if back else 'off'}"
        case OwnData(wish):
            data = f"own:{wish}"
        case MakeTopics():
            data = "top:all"
    return checked(data)


def parse(data: str | None) -> Button | None:
    """Return what a button asks for, or None for data that no button of this module holds. Anyone can forge it."""
    found = _DATA.fullmatch(data or "")
    if found is None:
        return None
    if language := found["language"]:
        return SetLanguage(language) if language in LANGUAGES else None
    if found["digits"]:
        return SetDigits(found["digits"])
    if found["leave"]:
        return Leave(found["leave"] == "on")
    if found["own"]:
        return OwnData(Wish(found["own"]))
    return MakeTopics()


def button(label: str, wanted: Button) -> InlineKeyboardButton:
    """Return a button."""
    return InlineKeyboardButton(label, callback_data=pack(wanted))


def language_rows(words: Words) -> list[list[InlineKeyboardButton]]:
    """The languages, and where a language is written with two kinds of digits those too; what `words` use is ticked."""
    rows = [
        [
            button(_ticked(words.plain(key), code == words.language, words), SetLanguage(code))
            for code, key in _LANGUAGE_NAMES.items()
        ]
    ]
    if words.has_two_digits:
        rows.append(
            [
                button(_ticked(words.plain(key), kind == words.digits, words), SetDigits(kind))
                for kind, key in _DIGITS_NAMES.items()
            ]
        )
    return rows


def leave_keyboard(words: Words) -> InlineKeyboardMarkup:
    """One touch, and nothing is sent any more."""
    return InlineKeyboardMarkup([[leave_button(words)]])


def leave_button(words: Words) -> InlineKeyboardButton:
    """The button of `leave_keyboard`, to stand under something else."""
    return button(words.plain("button.leave"), Leave(back=False))


def back_keyboard(words: Words) -> InlineKeyboardMarkup:
    """One touch, and everything is as it was."""
    return InlineKeyboardMarkup([[button(words.plain("button.come_back"), Leave(back=True))]])


def _ticked(label: str, on: bool, words: Words) -> str:
    return words.plain("button.on" if on else "button.off", label=label)
