"""A three-way merge: what a source has changed in its story, put together with what the desk has changed. Pure.

A source tells a story again and again, and the desk may have corrected it meanwhile. So three texts are compared: what
stands, what the source told before, and what it tells now. What only one of the two has changed is taken from that one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from storage.article import Article, Block, Quote
from storage.changes import Change, Field, differing
from storage.identity import gist

# Of the words of the longer paragraph, this much must stand in the other one, or they are two paragraphs.
_SAME_PARAGRAPH = 0.3
# So many paragraphs further on it is looked for.
_NEAR = 20


@dataclass(frozen=True, slots=True)
class Merged:
    """A story as its source would have it.

    `article` keeps what the desk alone has changed. `changes` are what that corrects in what stands: nothing where only
    paragraphs were added, or spaces, marks and dates changed, since nothing was wrong then. `by_hand` says that it
    would undo something that the desk has changed.
    """

    article: Article
    changes: tuple[Change, ...]
    by_hand: bool


def merge(standing: Article, told: Article, new: Article) -> Merged:
    """Return the story with what its source has changed from `told` to `new`.

    Its sections, its date and its urgency stay as the newsroom has set them.
    """
    title, title_by_hand = _merge_field(standing.title, told.title, new.title)
    lead, lead_by_hand = _merge_field(standing.lead, told.lead, new.lead)
    blocks, quotes, text_by_hand = _merge_text(standing, told, new)
    article = replace(
        standing,
        title=title or standing.title,
        lead=lead,
        blocks=blocks,
        quotes=quotes,
        byline=new.byline,
        url=new.url or standing.url,
        guid=new.guid or standing.guid,
        language=new.language,
    )
    return Merged(article, changes(standing, article), title_by_hand or lead_by_hand or text_by_hand)


def changes(old: Article, new: Article) -> tuple[Change, ...]:
    """Return what `new`, which may have other paragraphs, corrects in `old`."""
    found = []
    if not _same(old.title, new.title):
        found.append(Change(Field.TITLE, old.title, new.title))
    speakers = {gist(quote.text): quote.speaker for quote in old.quotes}
    for quote in new.quotes:
        before = speakers.get(gist(quote.text), quote.speaker)
        if not _same(before, quote.speaker):
            found.append(Change(Field.SPEAKER, before or "", quote.speaker or ""))
    mine, theirs = [block.text for block in old.blocks], [block.text for block in new.blocks]
    for tag, i1, i2, j1, j2 in _opcodes(list(map(gist, mine)), list(map(gist, theirs))):
        if tag != "equal":
            found += _paragraphs(mine[i1:i2], theirs[j1:j2])
    if old.lead and not _same(old.lead, new.lead) and gist(old.lead) not in map(gist, mine):
        found.append(Change(Field.PARAGRAPH, *differing(old.lead, new.lead or "")))
    return tuple(found)


def says_the_same(one: Article, other: Article) -> bool:
    """Whether two articles hold the same title, text and quotes, to the letter."""
    return (one.title, one.lead, one.blocks, one.quotes) == (other.title, other.lead, other.blocks, other.quotes)


def _merge_field(standing: str | None, told: str | None, new: str | None) -> tuple[str | None, bool]:
    """Return what is right of one field, and whether the desk had changed what is put in its place."""
    if _same(told, new) or _same(standing, new):
        return standing, False
    return new, not _same(standing, told)


def _merge_text(standing: Article, told: Article, new: Article) -> tuple[tuple[Block, ...], tuple[Quote, ...], bool]:
    """Put the source's paragraphs, with their quotes, among those that it has left as they were."""
    if len(standing.blocks) != len(told.blocks):  # so nobody knows which paragraph is which
        return new.blocks, new.quotes, True
    ours, before, after = _keys(standing.blocks), _keys(told.blocks), _keys(new.blocks)
    blocks, quotes, by_hand = list[Block](), list[Quote](), False
    for tag, i1, i2, j1, j2 in _opcodes(before, after):
        if tag == "equal" or ours[i1:i2] == after[j1:j2]:
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                kept, renamed = _quotes(standing, told, new, i, j)
                blocks.append(standing.blocks[i])
                quotes += kept
                by_hand |= renamed
        else:
            blocks += new.blocks[j1:j2]
            quotes += [quote for quote in new.quotes if j1 <= quote.block < j2]
            by_hand |= ours[i1:i2] != before[i1:i2]
    return tuple(blocks), tuple(quotes), by_hand


def _quotes(standing: Article, told: Article, new: Article, i: int, j: int) -> tuple[list[Quote], bool]:
    """Return the quotes of paragraph `i`, which stays and is `j` now, with the speakers that the source has changed."""
    before = {gist(quote.text): quote.speaker for quote in told.quotes if quote.block == i}
    after = {gist(quote.text): quote.speaker for quote in new.quotes if quote.block == j}
    kept, by_hand = list[Quote](), False
    for quote in standing.quotes:
        if quote.block != i:
            continue
        speaker, key = quote.speaker, gist(quote.text)
        if key in before and key in after:
            speaker, renamed = _merge_field(speaker, before[key], after[key])
            by_hand |= renamed
        kept.append(replace(quote, block=j, speaker=speaker))
    return kept, by_hand


def _paragraphs(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """Return what was wrong in paragraphs that others stand in the place of."""
    found, left = list[Change](), list(new)
    for text in old:
        if not gist(text):
            continue
        nearest = max(left[:_NEAR], key=lambda other: _likeness(text, other), default="")
        if _likeness(text, nearest) < _SAME_PARAGRAPH:
            found.append(Change(Field.PARAGRAPH, text, ""))
            continue
        left = left[left.index(nearest) + 1 :]  # paragraphs keep their order
        found.append(Change(Field.PARAGRAPH, *differing(text, nearest)))
    return found


def _likeness(one: str, other: str) -> float:
    first, second = set(gist(one).split()), set(gist(other).split())
    return len(first & second) / max(len(first), len(second), 1)


def _keys(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    return [(block.kind, gist(block.text)) for block in blocks]


def _opcodes(one: Sequence[object], other: Sequence[object]) -> Sequence[tuple[str, int, int, int, int]]:
    # With `autojunk`, which bounds what a text of one line again and again can cost.
    return SequenceMatcher(None, one, other).get_opcodes()


def _same(one: str | None, other: str | None) -> bool:
    return gist(one or "") == gist(other or "")
