"""Plain text: labels, headline and body, one line each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.extract.assemble import assemble
from bot.extract.body import read_body
from bot.extract.boilerplate import is_boilerplate, is_ending
from bot.extract.bylines import is_byline
from bot.extract.dates import is_date_line, parse_date
from bot.extract.labels import LabelReader, Labels, split_flag
from bot.extract.lines import Line
from bot.extract.normal import clean
from bot.extract.wrapping import unwrap
from storage.arabic import fold
from storage.article import Article, Fault, UnreadableError

MAX_TEXT = 100_000
"""The longest text, in characters, that can be one article."""

_MAX_LABEL_LINES = 6
# A headline is longer only in a flash that is all of the story.
_MAX_TITLE_WORDS = 40
_MAX_TITLE_LENGTH = 300
_MAX_SENTENCE_WORDS = 20


def read_text(text: str, index: Mapping[str, str]) -> Article:
    """Read an article from plain text. `index` comes from `storage.article.section_index`.

    Raises UnreadableError: EMPTY, TOO_LONG beyond `MAX_TEXT` characters, NO_TITLE where no line can be the headline.
    """
    if len(text) > MAX_TEXT:
        raise UnreadableError(Fault.TOO_LONG)
    lines = unwrap(clean(text))
    if not lines:
        raise UnreadableError(Fault.EMPTY)
    head = read_head(lines, LabelReader(index))
    body = read_body([Line(line) for line in lines[head.length :]], head.title)
    body.published_at = body.published_at or head.published_at
    return assemble(head.title, head.labels, body)


class Head(NamedTuple):
    """What stands above a body, and how many lines it takes."""

    labels: Labels
    title: str
    published_at: datetime | None
    length: int


def read_head(lines: Sequence[str], reader: LabelReader) -> Head:
    """Read the labels and the headline with which `lines` begin. Raises UnreadableError(NO_TITLE)."""
    labels, published_at, label_lines = Labels(), None, 0
    for at, line in enumerate(lines):
        key = fold(line)
        following = lines[at + 1] if at + 1 < len(lines) else ""
        if label_lines < _MAX_LABEL_LINES and reader.is_label_line(line, following):
            labels += reader.read_line(line)
            label_lines += 1
        elif is_date_line(line):
            published_at = published_at or parse_date(line)
        elif key and not is_boilerplate(key) and not is_ending(key) and not is_byline(line, key, edge=False):
            title, flagged = split_flag(line)
            if not title:
                labels += Labels(breaking=flagged)
                continue
            check_title(title, alone=at + 1 == len(lines), flagged=flagged or labels.breaking)
            return Head(labels + Labels(breaking=flagged), title, published_at, at + 1)
    raise UnreadableError(Fault.NO_TITLE)


def check_title(title: str, *, alone: bool, flagged: bool) -> None:
    """Raise UnreadableError(NO_TITLE) for a line that is no headline. `alone`: nothing else stands in the text."""
    words = title.split()
    too_long = len(words) > _MAX_TITLE_WORDS or len(title) > _MAX_TITLE_LENGTH
    a_paragraph = len(words) > _MAX_SENTENCE_WORDS and title.endswith(".") and not flagged
    a_word = alone and len(words) < 2 and not flagged
    if too_long or a_paragraph or a_word or not any(char.isalpha() for char in title):
        raise UnreadableError(Fault.NO_TITLE)
