"""The buttons of a correction or retraction, and the one place where their callback data is written and read."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from handlers.amended import URGENCIES
from handlers.buttons import in_rows, ticked
from handlers.split import shorten
from handlers.texts import Words, clean
from storage.amendments import Amendment
from storage.article import Article, Urgency
from storage.changes import paragraphs
from storage.sections import SectionRow

# Telegram shows at most 100 buttons under a message; nobody looks for a paragraph among more than these.
MOST_CHOICES = 60
_LABEL = 40
_DATA = re.compile(
    r"amd:(?P<verb>[a-z_]{1,12}):(?P<amendment>[0-9]{1,18}):(?P<version>[0-9]{1,9})(?::(?P<number>[0-9]{1,18}))?",
    re.ASCII,
)


class Verb(StrEnum):
    """What can be done. Those that choose something come with its number."""

    FIELDS = "fields"  # back to what can be corrected
    TITLE = "title"
    SECTIONS = "sections"
    SECTION = "section"  # a section, by its id
    URGENCIES = "urgencies"
    URGENCY = "urgency"  # a rank, by its place
    PARAGRAPHS = "paragraphs"
    PARAGRAPH = "paragraph"  # by its place in the list
    QUOTES = "quotes"
    QUOTE = "quote"
    SPEAKERS = "speakers"
    SPEAKER = "speaker"
    NOBODY = "nobody"  # the quote's speaker is not known
    REASON = "reason"  # one of the usual ones, by its place
    PREVIEW = "preview"
    FOLLOW_UP = "follow_up"
    CONFIRM = "confirm"
    DROP = "drop"
    PROGRESS = "progress"


NUMBERED = (Verb.SECTION, Verb.URGENCY, Verb.PARAGRAPH, Verb.QUOTE, Verb.SPEAKER, Verb.NOBODY, Verb.REASON)
RANKS = tuple(Urgency)


@dataclass(frozen=True, slots=True)
class HandleAmendment:
    """Do something with a correction or retraction, of which the button showed `version`."""

    verb: Verb
    amendment_id: int
    version: int
    number: int = 0


def pack(action: HandleAmendment) -> str:
    """Return the callback data of a button. It always keeps to Telegram's 64 bytes."""
    data = f"amd:{action.verb}:{action.amendment_id}:{action.version}"
    return f"{data}:{action.number}" if action.verb in NUMBERED else data


def parse(data: str | None) -> HandleAmendment | None:
    """Return what a button asks for, or None for data that no button of ours holds. Anyone can forge it."""
    found = _DATA.fullmatch(data or "")
    if found is None or found["verb"] not in Verb.__members__.values():
        return None
    verb = Verb(found["verb"])
    if (verb in NUMBERED) != (found["number"] is not None):
        return None
    return HandleAmendment(verb, int(found["amendment"]), int(found["version"]), int(found["number"] or 0))


def fields_keyboard(amendment: Amendment, article: Article, words: Words) -> InlineKeyboardMarkup:
    """What can be corrected in the story."""
    wanted = [("button.fix_title", Verb.TITLE), ("button.fix_sections", Verb.SECTIONS)]
    if article.breaking:
        wanted.append(("button.fix_urgency", Verb.URGENCIES))
    if paragraphs(article):
        wanted.append(("button.fix_paragraph", Verb.PARAGRAPHS))
    if article.quotes:
        wanted += [("button.fix_quote", Verb.QUOTES), ("button.fix_speaker", Verb.SPEAKERS)]
    rows = in_rows([_button(words.plain(key), amendment, verb) for key, verb in wanted], 2)
    if amendment.content.article is not None:
        rows.append([_button(words.plain("button.fix_preview"), amendment, Verb.PREVIEW)])
    return InlineKeyboardMarkup([*rows, [_button(words.plain("button.drop"), amendment, Verb.DROP)]])


def sections_keyboard(
    amendment: Amendment, article: Article, sections: Iterable[SectionRow], words: Words
) -> InlineKeyboardMarkup:
    """Every section as a switch, those of the story ticked."""
    rows = in_rows(
        [_button(ticked(row.name, row.name in article.sections), amendment, Verb.SECTION, row.id) for row in sections],
        2,
    )
    return InlineKeyboardMarkup([*rows, [_button(words.plain("button.fix_preview"), amendment, Verb.PREVIEW)]])


def urgencies_keyboard(amendment: Amendment, article: Article, words: Words) -> InlineKeyboardMarkup:
    """The ranks, that of the story ticked."""
    ranks = [
        _button(ticked(words.plain(URGENCIES[rank]), rank is article.urgency), amendment, Verb.URGENCY, place)
        for place, rank in enumerate(RANKS)
    ]
    return InlineKeyboardMarkup([ranks, [_back(amendment, words)]])


def choices_keyboard(amendment: Amendment, verb: Verb, labels: Sequence[str], words: Words) -> InlineKeyboardMarkup:
    """Paragraphs or quotes, to choose one."""
    rows = [
        [_button(shorten(clean(label), _LABEL), amendment, verb, place)]
        for place, label in enumerate(labels[:MOST_CHOICES])
    ]
    return InlineKeyboardMarkup([*rows, [_back(amendment, words)]])


def question_keyboard(amendment: Amendment, words: Words, *, nobody: int | None = None) -> InlineKeyboardMarkup:
    """Under a question; with `nobody`, that the speaker of the quote at this place is not known is an answer too."""
    rows = [[_back(amendment, words)]]
    if nobody is not None:
        rows.insert(0, [_button(words.plain("button.fix_nobody"), amendment, Verb.NOBODY, nobody)])
    return InlineKeyboardMarkup(rows)


def confirm_keyboard(amendment: Amendment, words: Words, *, offers_follow_up: bool) -> InlineKeyboardMarkup:
    """Under the preview of a correction."""
    rows = [[_button(words.plain("button.confirm_correction"), amendment, Verb.CONFIRM)]]
    if offers_follow_up:
        label = ticked(words.plain("button.follow_up"), amendment.content.follow_up)
        rows.append([_button(label, amendment, Verb.FOLLOW_UP)])
    rows.append(
        [
            _button(words.plain("button.fix_more"), amendment, Verb.FIELDS),
            _button(words.plain("button.drop"), amendment, Verb.DROP),
        ]
    )
    return InlineKeyboardMarkup(rows)


def proposal_keyboard(amendment: Amendment, words: Words) -> InlineKeyboardMarkup:
    """Under what a source proposes."""
    return InlineKeyboardMarkup(
        [
            [_button(words.plain("button.apply_proposal"), amendment, Verb.CONFIRM)],
            [
                _button(words.plain("button.fix_preview"), amendment, Verb.PREVIEW),
                _button(words.plain("button.dismiss_proposal"), amendment, Verb.DROP),
            ],
        ]
    )


def reasons_keyboard(amendment: Amendment, reasons: Sequence[str], words: Words) -> InlineKeyboardMarkup:
    """The usual reasons for taking a story back."""
    rows = [[_button(reason, amendment, Verb.REASON, place)] for place, reason in enumerate(reasons)]
    return InlineKeyboardMarkup([*rows, [_button(words.plain("button.drop"), amendment, Verb.DROP)]])


def retract_keyboard(amendment: Amendment, words: Words) -> InlineKeyboardMarkup:
    """Under the preview of a retraction."""
    return InlineKeyboardMarkup(
        [
            [_button(words.plain("button.confirm_retraction"), amendment, Verb.CONFIRM)],
            [_button(words.plain("button.drop"), amendment, Verb.DROP)],
        ]
    )


def progress_keyboard(amendment: Amendment, words: Words) -> InlineKeyboardMarkup:
    """Under what was done: how far it has got."""
    return InlineKeyboardMarkup([[_button(words.plain("button.progress"), amendment, Verb.PROGRESS)]])


def _back(amendment: Amendment, words: Words) -> InlineKeyboardButton:
    return _button(words.plain("button.back"), amendment, Verb.FIELDS)


def _button(label: str, amendment: Amendment, verb: Verb, number: int = 0) -> InlineKeyboardButton:
    action = HandleAmendment(verb, amendment.id, amendment.content.version, number)
    return InlineKeyboardButton(label, callback_data=pack(action))
