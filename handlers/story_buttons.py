"""Buttons of stories and sections, and the one place where their callback data is written and read."""

import re
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MaybeInaccessibleMessage, Message

from handlers.buttons import as_read, checked, in_rows
from handlers.links import web_link
from handlers.texts import Words
from storage.headlines import Headline
from storage.search import Direction, Page, Turn
from storage.sections import SectionRow

_DATA = re.compile(
    r"""
      sec:(?: (?P<every>\*) | (?P<slug>[A-Za-z0-9_-]{1,60}) )
    | sum:(?P<article>[0-9]{1,18})
    | dig:(?: (?P<off>off) | at:(?P<minute>[0-9]{1,4}) )
    | (?P<listing>latest|search):(?P<direction>older|newer):(?P<edge>[0-9]{1,18})
    | txt:(?P<text>[0-9]{1,18}):(?P<page>[0-9]{1,4})
    | shr:(?: (?P<choose>\*) | (?P<shared>[A-Za-z0-9_-]{1,60}) )
    """,
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class ToggleSection:
    """Follow or leave a section; every section where `slug` is None."""

    slug: str | None


@dataclass(frozen=True, slots=True)
class ShowSummary:
    """Send the summary of an article."""

    article_id: int


@dataclass(frozen=True, slots=True)
class SetDigest:
    """Send the digest at `minute` of the local day (0 to 1439), or never where it is None."""

    minute: int | None


@dataclass(frozen=True, slots=True)
class ReadText:
    """Show a page of a story's text, counted from 0."""

    article_id: int
    page: int


class Listing(StrEnum):
    """Lists of stories that have pages."""

    LATEST = "latest"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class TurnPage:
    """Show another page of a list in the place of this one."""

    listing: Listing
    turn: Turn


@dataclass(frozen=True, slots=True)
class ShareSection:
    """Send the link to a section; where `slug` is None, first ask to which."""

    slug: str | None


Action = ToggleSection | ShowSummary | ReadText | SetDigest | TurnPage | ShareSection


def pack(action: Action) -> str:
    """Return the callback data of a button. Raise `ValueError` past the limit."""
    match action:
        case ToggleSection(slug):
            data = f"sec:{slug or '*'}"
        case ShowSummary(article_id):
            data = f"sum:{article_id}"
        case ReadText(article_id, page):
            data = f"txt:{article_id}:{page}"
        case SetDigest(None):
            data = "dig:off"
        case SetDigest(minute):
            data = f"dig:at:{minute}"
        case TurnPage(listing, turn):
            data = f"{listing}:{turn.direction}:{turn.article_id}"
        case ShareSection(slug):
            data = f"shr:{slug or '*'}"
    return checked(data)


def parse(data: str | None) -> Action | None:
    """Return what a button asks for, or None for data that no button of ours holds. Anyone can forge it."""
    found = _DATA.fullmatch(data or "")
    if found is None:
        return None
    if found["every"]:
        return ToggleSection(None)
    if found["slug"]:
        return ToggleSection(found["slug"])
    if found["article"]:
        return ShowSummary(int(found["article"]))
    if found["text"]:
        return ReadText(int(found["text"]), int(found["page"]))
    if found["off"]:
        return SetDigest(None)
    if found["minute"]:
        minute = int(found["minute"])
        return SetDigest(minute) if minute < 24 * 60 else None
    if found["listing"]:
        return TurnPage(Listing(found["listing"]), Turn(Direction(found["direction"]), int(found["edge"])))
    if found["choose"]:
        return ShareSection(None)
    return ShareSection(found["shared"])


def alert_keyboard(article_id: int, url: str | None, words: Words) -> InlineKeyboardMarkup:
    """The two buttons under an alert: its summary, and its page where it has a public one."""
    row = [button(words.plain("button.summary"), ShowSummary(article_id))]
    if link := web_link(url):
        row.append(InlineKeyboardButton(words.plain("button.open"), url=link))
    return InlineKeyboardMarkup([row])


def joined_keyboard(stories: Sequence[tuple[int, str | None]], words: Words) -> InlineKeyboardMarkup:
    """The buttons under alerts that stand in one message, by article id and URL: a row for each, with its number."""
    if len(stories) == 1:
        return alert_keyboard(*stories[0], words)
    rows = []
    for number, (article_id, url) in enumerate(stories, start=1):
        shown = words.number(number)
        row = [button(words.plain("button.summary_of", number=shown), ShowSummary(article_id))]
        if link := web_link(url):
            row.append(InlineKeyboardButton(words.plain("button.open_of", number=shown), url=link))
        rows.append(row)
    return InlineKeyboardMarkup(rows)


def summary_keyboard(article_id: int, url: str | None, words: Words, *, has_text: bool) -> InlineKeyboardMarkup | None:
    """The buttons under a summary: to the whole text, where there is more of it, and to the public page if any."""
    row = [button(words.plain("button.full_text"), ReadText(article_id, 0))] if has_text else []
    if link := web_link(url):
        row.append(InlineKeyboardButton(words.plain("button.open"), url=link))
    return InlineKeyboardMarkup([row]) if row else None


def offers(message: MaybeInaccessibleMessage | None, action: Action) -> bool:
    """Whether a button under `message` is for `action`. Anyone can forge one that no button there is for."""
    markup = message.reply_markup if isinstance(message, Message) else None
    data = pack(action)
    return any(one.callback_data == data for row in (markup.inline_keyboard if markup else ()) for one in row)


def story_keyboard(link: str, words: Words) -> InlineKeyboardMarkup:
    """The button under a story in somebody else's chat: to its summary, in the chat with the bot."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(words.plain("button.summary"), url=link)]])


def page_keyboard(page: Page, listing: Listing, words: Words) -> InlineKeyboardMarkup:
    """A summary button for each line of a page, and what turns the page. A page that is shown is never empty."""
    rows = list(summaries_keyboard(page.headlines, words).inline_keyboard)
    turns = []
    if page.has_newer:
        turns.append(_turn("button.newer", listing, Direction.NEWER, page.headlines[0], words))
    if page.has_older:
        turns.append(_turn("button.older", listing, Direction.OLDER, page.headlines[-1], words))
    return InlineKeyboardMarkup([*rows, as_read(turns, words)] if turns else rows)


def summaries_keyboard(
    headlines: Iterable[Headline], words: Words, *, first: int = 1, without: Container[int] = ()
) -> InlineKeyboardMarkup:
    """One summary button for each line of a list that is numbered from `first` on, in their order, five in a row.

    Stories `without` a summary any more, by id, keep their number and have no button.
    """
    buttons = [
        button(words.number(number), ShowSummary(headline.id))
        for number, headline in enumerate(headlines, start=first)
        if headline.id not in without
    ]
    return InlineKeyboardMarkup(in_rows(buttons, 5))


def sections_keyboard(
    sections: Iterable[SectionRow],
    followed: Collection[int],
    words: Words,
    *,
    digest_offer: int | None = None,
    sharing: bool = False,
    below: Sequence[Sequence[InlineKeyboardButton]] = (),
) -> InlineKeyboardMarkup:
    """Every section as a switch, `followed` ones (by id) ticked, and one switch for all.

    With `digest_offer`, a minute of the day, a button that switches the digest on; with `sharing`, one that leads to
    `share_keyboard`. The rows `below` come last.
    """
    rows = list(sections)
    buttons = [
        button(
            words.plain("button.section_on" if section.id in followed else "button.section_off", section=section.name),
            ToggleSection(section.slug),
        )
        for section in rows
    ]
    keyboard = in_rows(buttons, 2)
    everything = all(section.id in followed for section in rows)
    keyboard.append(
        [
            button(
                words.plain("button.every_section_on" if everything else "button.every_section_off"),
                ToggleSection(None),
            )
        ]
    )
    if digest_offer is not None:
        keyboard.append(
            [button(words.plain("button.digest_offer", time=clock_face(digest_offer)), SetDigest(digest_offer))]
        )
    if sharing:
        keyboard.append([button(words.plain("button.share"), ShareSection(None))])
    return InlineKeyboardMarkup([*keyboard, *below])


def share_keyboard(sections: Iterable[SectionRow]) -> InlineKeyboardMarkup:
    """Every section, to share one."""
    return InlineKeyboardMarkup(in_rows([button(section.name, ShareSection(section.slug)) for section in sections], 2))


def clock_face(minute: int) -> time:
    """Return a minute of the day as the value of a sentence, which shows it in the reader's digits: 20:00."""
    return time(minute // 60, minute % 60)


def _turn(key: str, listing: Listing, direction: Direction, edge: Headline, words: Words) -> InlineKeyboardButton:
    return button(words.plain(key), TurnPage(listing, Turn(direction, edge.id)))


def button(label: str, action: Action) -> InlineKeyboardButton:
    """Return a button for one of these."""
    return InlineKeyboardButton(label, callback_data=pack(action))
