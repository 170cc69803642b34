"""The key quotes of a story, and who said each."""

from collections.abc import Iterator, Mapping, Sequence

from bot.extract.attribution import Attributor
from bot.extract.quoted_names import is_name
from bot.extract.quotes import MIN_QUOTE_WORDS, Span, find_spans, is_long_enough, word_count
from storage.arabic import fold
from storage.article import Block, BlockKind, Quote


def key_quotes(blocks: Sequence[Block], sources: Mapping[int, str | None]) -> Iterator[Quote]:
    """Yield a story's key quotes in order, the same words only once.

    `sources` holds the blocks that are blockquotes, and whom the page names for each.
    """
    places: list[tuple[int, Span]] = []
    by_block: dict[int, list[tuple[int, Span]]] = {}
    for at, block in enumerate(blocks):
        if block.kind is BlockKind.SUBHEADING:
            continue
        for span in _key_spans(block.text, whole=at in sources):
            by_block.setdefault(at, []).append((len(places), span))
            places.append((at, span))
    if not places:
        return
    speakers = Attributor(sources).attribute(blocks, by_block, len(places))
    seen: dict[str, tuple[int, Span, str | None]] = {}
    for (at, span), speaker in zip(places, speakers, strict=True):
        key = fold(blocks[at].text[span.start : span.end])
        if key not in seen:
            seen[key] = (at, span, speaker)
        elif seen[key][2] is None:
            seen[key] = (*seen[key][:2], speaker)
    for at, span, speaker in seen.values():
        yield Quote(blocks[at].text[span.start : span.end], speaker, at, span.start, span.end)


def _key_spans(text: str, *, whole: bool) -> list[Span]:
    spans = [
        span for span in find_spans(text) if is_long_enough(text, span.start, span.end) and not is_name(text, span)
    ]
    if not whole or (len(spans) == 1 and spans[0].end - spans[0].start > len(text) - _MARKS_LENGTH):
        return spans
    return [Span(0, 0, len(text), len(text))] if word_count(text) >= MIN_QUOTE_WORDS else []


# Marks, a full stop and spaces around words that fill a blockquote.
_MARKS_LENGTH = 8
