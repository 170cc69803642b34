"""The buttons of a draft, and the one place where their callback data is written and read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.buttons import in_rows, ticked
from handlers.links import web_link
from handlers.split import shorten
from handlers.texts import Words, clean
from storage.article import Article, Urgency
from storage.drafts import Draft, State
from storage.sections import SectionRow

# Quotes that can be chosen by a button; more than that is no key quote.
MOST_QUOTES = 20
_LABEL = 40
_DATA = re.compile(
    r"pub:(?P<verb>[a-z_]{1,12}):(?P<draft>[0-9]{1,18}):(?P<version>[0-9]{1,9})(?::(?P<number>[0-9]{1,18}))?", re.ASCII
)


class Verb(StrEnum):
    """What can be done with a draft."""

    SEND = "send"
    UNDO = "undo"
    FLAG = "flag"
    DROP = "drop"
    TEST = "test"
    SUMMARY = "summary"
    CARD = "card"  # back to the first keyboard
    TITLE = "title"
    SECTIONS = "sections"
    SECTION = "section"  # a section, by its id
    FLASH = "flash"
    URGENT = "urgent"
    NORMAL = "normal"
    QUOTES = "quotes"
    QUOTE = "quote"  # a quote, by its place, and so the next two
    UNQUOTE = "unquote"
    SPEAKER = "speaker"
    KEEP = "keep"  # end the question that was asked


RANKS = {Verb.FLASH: Urgency.FLASH, Verb.URGENT: Urgency.URGENT, Verb.NORMAL: Urgency.NORMAL}
_NUMBERED = (Verb.SECTION, Verb.QUOTE, Verb.UNQUOTE, Verb.SPEAKER)


@dataclass(frozen=True, slots=True)
class HandleDraft:
    """Do something with a draft, of which the button showed `version`."""

    verb: Verb
    draft_id: int
    version: int
    number: int | None = None


def pack(action: HandleDraft) -> str:
    """Return the callback data of a button. It always keeps to Telegram's 64 bytes."""
    data = f"pub:{action.verb}:{action.draft_id}:{action.version}"
    return data if action.number is None else f"{data}:{action.number}"


def parse(data: str | None) -> HandleDraft | None:
    """Return what a button asks for, or None for data that no button of ours holds. Anyone can forge it."""
    found = _DATA.fullmatch(data or "")
    if found is None or found["verb"] not in Verb.__members__.values():
        return None
    verb = Verb(found["verb"])
    if (verb in _NUMBERED) != (found["number"] is not None):
        return None
    number = int(found["number"]) if found["number"] else None
    return HandleDraft(verb, int(found["draft"]), int(found["version"]), number)


def alert_keyboard(draft: Draft, words: Words) -> InlineKeyboardMarkup:
    """The buttons that subscribers will see under the alert; the summary is that of the draft."""
    row = [_button(words.plain("button.summary"), draft, Verb.SUMMARY)]
    if link := web_link(draft.article.url):
        row.append(InlineKeyboardButton(words.plain("button.open"), url=link))
    return InlineKeyboardMarkup([row])


def card_keyboard(draft: Draft, words: Words, *, releases: bool, user_id: int) -> InlineKeyboardMarkup | None:
    """What can be done with a draft now; None where nothing can.

    `releases` says whether whoever looks at it, `user_id`, may release it. Only a label that releases holds «نشر».
    """
    if draft.state is State.SCHEDULED:
        undo = [[_button(words.plain("button.undo"), draft, Verb.UNDO)]]
        return InlineKeyboardMarkup(undo) if releases else None
    if not draft.is_waiting:
        return None
    rows = []
    if not draft.article.breaking:
        rows.append([_button(words.plain("button.flag"), draft, Verb.FLAG)])
    elif releases and draft.approved_by is None:
        rows.append([_button(words.plain("button.publish"), draft, Verb.SEND)])
    elif releases and draft.approved_by != user_id:
        rows.append([_button(words.plain("button.confirm"), draft, Verb.SEND)])
    if draft.article.breaking:
        rows.append(_ranks(draft, words))
    edits = [
        _button(words.plain("button.title"), draft, Verb.TITLE),
        _button(words.plain("button.draft_sections"), draft, Verb.SECTIONS),
    ]
    if draft.article.quotes:
        edits.append(_button(words.plain("button.quotes"), draft, Verb.QUOTES))
    rows.append(edits)
    rows.append(
        [
            _button(words.plain("button.test"), draft, Verb.TEST),
            _button(words.plain("button.drop"), draft, Verb.DROP),
        ]
    )
    return InlineKeyboardMarkup(rows)


def sections_keyboard(draft: Draft, sections: Iterable[SectionRow], words: Words) -> InlineKeyboardMarkup:
    """Every section as a switch, those of the draft ticked."""
    buttons = [
        _button(ticked(section.name, section.name in draft.article.sections), draft, Verb.SECTION, section.id)
        for section in sections
    ]
    return InlineKeyboardMarkup([*in_rows(buttons, 2), [_back(draft, words)]])


def quotes_keyboard(draft: Draft, words: Words) -> InlineKeyboardMarkup:
    """Every quote, to choose one."""
    rows = [
        [_button(shorten(clean(quote.text), _LABEL), draft, Verb.QUOTE, place)]
        for place, quote in enumerate(draft.article.quotes[:MOST_QUOTES])
    ]
    return InlineKeyboardMarkup([*rows, [_back(draft, words)]])


def quote_keyboard(draft: Draft, place: int, words: Words) -> InlineKeyboardMarkup:
    """What can be done with a quote."""
    return InlineKeyboardMarkup(
        [
            [_button(words.plain("button.speaker"), draft, Verb.SPEAKER, place)],
            [_button(words.plain("button.drop_quote"), draft, Verb.UNQUOTE, place)],
            [_back(draft, words)],
        ]
    )


def question_keyboard(draft: Draft, words: Words) -> InlineKeyboardMarkup:
    """Under a question: answer nothing."""
    return InlineKeyboardMarkup([[_button(words.plain("button.keep"), draft, Verb.KEEP)]])


def offered(article: Article, place: int | None) -> bool:
    """Whether there is a quote at this place."""
    return place is not None and place < len(article.quotes)


def _ranks(draft: Draft, words: Words) -> list[InlineKeyboardButton]:
    labels = {
        Verb.FLASH: words.plain("button.flash"),
        Verb.URGENT: words.plain("button.urgent"),
        Verb.NORMAL: words.plain("button.normal"),
    }
    return [_button(ticked(label, draft.article.urgency is RANKS[verb]), draft, verb) for verb, label in labels.items()]


def _back(draft: Draft, words: Words) -> InlineKeyboardButton:
    return _button(words.plain("button.back"), draft, Verb.CARD)


def _button(label: str, draft: Draft, verb: Verb, number: int | None = None) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=pack(HandleDraft(verb, draft.id, draft.version, number)))
