"""The buttons of /stats and under a broadcast's progress: the one place where their data is written and read."""

import re
from dataclasses import dataclass
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.buttons import as_read
from handlers.texts import Words

_DATA = re.compile(
    r"fig:(?P<period>day|week|month) | bro:(?P<verb>stop|resume):(?P<article>[0-9]{1,18})", re.VERBOSE | re.ASCII
)


class Period(StrEnum):
    """How far figures go back: 24 hours, 7 days or 30 days, today included."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class ShowStats:
    """Show the figures of a period."""

    period: Period


class Brake(StrEnum):
    """What can be done with a broadcast that is under way."""

    STOP = "stop"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class HandleBroadcast:
    """Stop a story's broadcast, or let it go on."""

    verb: Brake
    article_id: int


_PERIODS = {
    Period.DAY: "button.stats_day",
    Period.WEEK: "button.stats_week",
    Period.MONTH: "button.stats_month",
}


def pack(action: ShowStats | HandleBroadcast) -> str:
    """Return the callback data of a button, at most 29 bytes."""
    if isinstance(action, ShowStats):
        return f"fig:{action.period}"
    return f"bro:{action.verb}:{action.article_id}"


def parse(data: str | None) -> ShowStats | HandleBroadcast | None:
    """Return what a button asks for, or None for data that no button of these holds. Anyone can forge it."""
    found = _DATA.fullmatch(data or "")
    if found is None:
        return None
    if found["period"]:
        return ShowStats(Period(found["period"]))
    return HandleBroadcast(Brake(found["verb"]), int(found["article"]))


def stats_keyboard(shown: Period | None, words: Words) -> InlineKeyboardMarkup:
    """The periods, all but the one that is shown."""
    buttons = [_button(words.plain(key), ShowStats(period)) for period, key in _PERIODS.items() if period is not shown]
    return InlineKeyboardMarkup([as_read(buttons, words)])


def progress_keyboard(article_id: int, *, held: bool, words: Words) -> InlineKeyboardMarkup:
    """Stop a broadcast, or let one that is stopped go on."""
    verb, key = (Brake.RESUME, "button.broadcast_resume") if held else (Brake.STOP, "button.broadcast_stop")
    return InlineKeyboardMarkup([[_button(words.plain(key), HandleBroadcast(verb, article_id))]])


def _button(label: str, action: ShowStats | HandleBroadcast) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=pack(action))
