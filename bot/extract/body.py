"""What each line of a story's body is: subheading, paragraph, by-line, date, caption."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.extract.boilerplate import without_boilerplate, without_inline
from bot.extract.bylines import behind_place, byline_name, is_byline, is_caption, writer_beside
from bot.extract.dates import is_date_line, parse_date
from bot.extract.headings import MAX_HEADING_WORDS, looks_like_heading, settle
from bot.extract.lexicon import people
from bot.extract.lines import Hint, Line
from storage.arabic import fold
from storage.article import Block, BlockKind


@dataclass(slots=True)
class Body:
    """A story's body. `sources` names, by its block, whom the page gives for a blockquote (None: nobody)."""

    blocks: list[Block] = field(default_factory=list)
    byline: str | None = None
    published_at: datetime | None = None
    sources: dict[int, str | None] = field(default_factory=dict)


def read_body(lines: Sequence[Line], title: str) -> Body:
    """Sort the lines below the headline."""
    texts = [line.text for line in lines]
    # What belongs to a page is short, or known by how it begins.
    keys = [fold(text[:_MAX_KEY]) for text in texts]
    entries = [
        _Entry(Line(without_inline(line.text), line.hint, line.source), key, key.split())
        for line, key in without_boilerplate(list(zip(lines, keys, strict=True)), texts, keys)
    ]
    title_key = fold(title)
    entries = [entry for entry in entries if entry.key and entry.key != title_key]
    body = Body()
    entries = _without_furniture(entries, body, title_key)
    shapes = [looks_like_heading(entry.line, entry.words) for entry in entries]
    settle([entry.line for entry in entries], shapes)
    for entry, heading in zip(entries, shapes, strict=True):
        if entry.line.hint is Hint.QUOTE:
            body.sources[len(body.blocks)] = entry.line.source
        body.blocks.append(Block(BlockKind.SUBHEADING if heading else BlockKind.PARAGRAPH, entry.line.text))
    return body


@dataclass(slots=True)
class _Entry:
    line: Line
    key: str  # of a long line only its beginning
    words: list[str]


def _without_furniture(entries: list[_Entry], body: Body, title_key: str) -> list[_Entry]:
    """Take by-lines, dates, datelines and captions out of the body and keep what they say."""
    first = next((i for i, entry in enumerate(entries) if _is_prose(entry)), len(entries))
    known: Counter[str] | None = None
    kept: list[_Entry] = []
    for at, entry in enumerate(entries):
        edge = at < first or at == len(entries) - 1
        text, words = entry.line.text, entry.words
        if len(words) > _MAX_FURNITURE_WORDS or (entry.line.hint is Hint.HEADING and at >= first):
            kept.append(entry)
        elif is_date_line(text):
            body.published_at = body.published_at or parse_date(text)
        elif is_byline(text, entry.key, edge=edge):
            body.byline = body.byline or byline_name(text)
        elif not (is_caption(text, entry.key) or (at < first and _shows_a_picture(words))):
            above = at < first < len(entries)
            name = _writer(text, entry.line.hint) if above else ""
            if name:
                known = known or _topics(entries[at + 1 :], title_key)
                if not any(known[_bare(word)] for word in fold(name).split()):
                    body.byline = body.byline or name
                    continue
            kept.append(entry)
    return kept


def _writer(text: str, hint: Hint) -> str:
    """Return whom a line above the story may name as its writer, or ""."""
    if hint in (Hint.NONE, Hint.BOLD) and (beside := writer_beside(text)) is not None:
        return beside
    if hint is not Hint.NONE:
        return ""
    name = behind_place(text) or text  # «دبي: سامي عبد الرؤوف»
    words = fold(name).split()
    named = 0 < len(words) <= _MAX_NAME_WORDS and people.OBJECTS.isdisjoint(words) and words[0] not in people.STOPS
    return name if named else ""


_MAX_KEY = 200  # characters, more than the words below fill
_MAX_FURNITURE_WORDS = 16
_MAX_NAME_WORDS = 3
_CAPTION_MARKS = frozenset(map(fold, ("خلال", "أثناء", "لدى", "يتحدث", "تتحدث", "يصافح", "تصافح")))


def _topics(entries: Sequence[_Entry], title_key: str) -> Counter[str]:
    """Return the words of title and body: a heading takes up some of them, the name of a writer does not."""
    keys = (fold(entry.line.text) for entry in entries)
    return Counter(_bare(word) for key in (title_key, *keys) for word in key.split())


def _bare(word: str) -> str:
    for prefix in ("وال", "بال", "كال", "فال", "ال", "لل"):
        if word.startswith(prefix) and len(word) > len(prefix) + 2:
            return word[len(prefix) :]
    return word


def _is_prose(entry: _Entry) -> bool:
    return len(entry.words) > MAX_HEADING_WORDS or entry.line.text.rstrip("»”\"' ").endswith(".")


def _shows_a_picture(words: list[str]) -> bool:
    """Tell whether a line between headline and story says what a picture shows."""
    return len(words) >= 4 and not _CAPTION_MARKS.isdisjoint(words)
