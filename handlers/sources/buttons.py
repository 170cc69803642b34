"""The buttons of /sources, and the one place where their callback data is written and read."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.buttons import as_read, in_rows
from handlers.texts import Words
from storage.sections import SectionRow
from storage.source_corrections import Corrections
from storage.sources import Release, Source, State

# In minutes. Zero: as the news comes.
INTERVALS = (0, 1, 5, 15, 30, 60, 180)
_DATA = re.compile(r"src:(?P<verb>[a-z]{1,8}):(?P<number>[0-9]{1,18})(?::(?P<argument>[0-9]{1,18}))?", re.ASCII)


class Verb(StrEnum):
    """What can be done. LIST has the number of a page, ADD and EXPORT have none; the others that of a source.

    INTERVAL, SECTIONS and DROP ask first; FIX has minutes as its argument, MAP and UNMAP a section.
    """

    LIST = "list"
    ADD = "add"
    EXPORT = "export"
    SHOW = "show"
    TEST = "test"
    PAUSE = "pause"
    RESUME = "resume"
    INTERVAL = "every"
    FIX = "fix"
    SECTIONS = "secs"
    MAP = "map"
    UNMAP = "unmap"
    AT_ONCE = "atonce"
    APPROVAL = "approval"
    PROPOSE = "propose"
    APPLY = "apply"
    DROP = "drop"
    REMOVE = "remove"


_WITH_ARGUMENT = (Verb.FIX, Verb.MAP, Verb.UNMAP)


@dataclass(frozen=True, slots=True)
class ManageSource:
    """A press of one of these buttons."""

    verb: Verb
    number: int = 0
    argument: int | None = None


def pack(action: ManageSource) -> str:
    """Return the callback data of a button, at most 48 bytes."""
    data = f"src:{action.verb}:{action.number}"
    return data if action.argument is None else f"{data}:{action.argument}"


def parse(data: str | None) -> ManageSource | None:
    """Return what a button asks for, or None for data that no button of these holds. Anyone can forge it."""
    found = _DATA.fullmatch(data or "")
    if found is None or found["verb"] not in Verb.__members__.values():
        return None
    verb = Verb(found["verb"])
    argument = int(found["argument"]) if found["argument"] else None
    if (argument is not None) != (verb in _WITH_ARGUMENT) or (verb is Verb.FIX and argument not in INTERVALS):
        return None
    return ManageSource(verb, int(found["number"]), argument)


def list_keyboard(
    found: Sequence[Source], words: Words, *, page: int, size: int, has_more: bool
) -> InlineKeyboardMarkup:
    """A button for each line of a page, what turns it, and what concerns the whole list."""
    first = page * size + 1
    buttons = [
        _button(words.number(number), ManageSource(Verb.SHOW, source.id))
        for number, source in enumerate(found, start=first)
    ]
    turns = []
    if page:
        turns.append(_button(words.plain("button.list_back"), ManageSource(Verb.LIST, page - 1)))
    if has_more:
        turns.append(_button(words.plain("button.list_on"), ManageSource(Verb.LIST, page + 1)))
    last = [_button(words.plain("button.source_add"), ManageSource(Verb.ADD))]
    if found:
        last.append(_button(words.plain("button.source_export"), ManageSource(Verb.EXPORT)))
    return InlineKeyboardMarkup([*in_rows(buttons, 5), *([as_read(turns, words)] if turns else []), last])


def card_keyboard(source: Source, words: Words) -> InlineKeyboardMarkup:
    """What can be done with one source."""

    def button(key: str, verb: Verb) -> InlineKeyboardButton:
        return _button(words.plain(key), ManageSource(verb, source.id))

    active = source.state is State.ACTIVE
    at_once = source.release is Release.AT_ONCE
    return InlineKeyboardMarkup(
        [
            [
                button("button.source_test", Verb.TEST),
                button("button.source_pause", Verb.PAUSE) if active else button("button.source_resume", Verb.RESUME),
            ],
            [button("button.source_interval", Verb.INTERVAL), button("button.source_sections", Verb.SECTIONS)],
            [
                button("button.source_approval", Verb.APPROVAL)
                if at_once
                else button("button.source_at_once", Verb.AT_ONCE)
            ],
            [
                button("button.source_apply", Verb.APPLY)
                if source.corrections is Corrections.PROPOSED
                else button("button.source_propose", Verb.PROPOSE)
            ],
            [
                button("button.source_remove", Verb.DROP),
                _button(words.plain("button.source_list"), ManageSource(Verb.LIST, 0)),
            ],
        ]
    )


def interval_keyboard(source: Source, words: Words) -> InlineKeyboardMarkup:
    """How often it can be looked at, the present choice ticked."""
    chosen = int(source.fixed_interval / timedelta(minutes=1)) if source.fixed_interval else 0
    buttons = []
    for minutes in INTERVALS:
        key = "button.choice_on" if minutes == chosen else "button.choice_off"
        label = words.plain(key, choice=_every(minutes, words))
        buttons.append(_button(label, ManageSource(Verb.FIX, source.id, minutes)))
    return InlineKeyboardMarkup([buttons[:1], *in_rows(buttons[1:], 3), [_back(source, words)]])


def mapping_keyboard(source: Source, sections: Iterable[SectionRow], words: Words) -> InlineKeyboardMarkup:
    """Every section as a switch, those that its stories go to ticked."""
    buttons = []
    for section in sections:
        on = section.name in source.sections
        buttons.append(
            _button(
                words.plain("button.section_on" if on else "button.section_off", section=section.name),
                ManageSource(Verb.UNMAP if on else Verb.MAP, source.id, section.id),
            )
        )
    return InlineKeyboardMarkup([*in_rows(buttons, 2), [_back(source, words)]])


def remove_keyboard(source: Source, words: Words) -> InlineKeyboardMarkup:
    """Remove it, or rather not."""
    return InlineKeyboardMarkup(
        [
            [_button(words.plain("button.source_remove_now"), ManageSource(Verb.REMOVE, source.id))],
            [_back(source, words)],
        ]
    )


def _every(minutes: int, words: Words) -> str:
    if minutes == 0:
        return words.plain("source.as_news_comes")
    return words.plain_span(timedelta(minutes=minutes))


def _back(source: Source, words: Words) -> InlineKeyboardButton:
    return _button(words.plain("button.back"), ManageSource(Verb.SHOW, source.id))


def _button(label: str, action: ManageSource) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=pack(action))
