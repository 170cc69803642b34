"""Text that a program broke into lines of a fixed width gets its paragraphs back."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.extract.lexicon import layout

_MIN_WIDTH, _MAX_WIDTH = 30, 140  # characters; what mail and old newsrooms' systems break at
_MIN_BREAKS = 3  # lines broken within a sentence, before a text counts as broken by a program
_WIDTHS = 4  # a headline may be wider than the text: so many of the longest lines are tried as the width
_SHORT = 0.6  # of the width: a line as short was ended by its writer
_SENTENCE_ENDS = (".", "؟", "!", "…", ":")
_CLOSING = "»”“\"'’)] "


def unwrap(text: str) -> list[str]:
    """Return the lines of clean `text` that are not empty, each paragraph as one.

    A program breaks a line where the next word would not fit. Only a text in which that explains every break within
    a sentence is taken as broken so; any other keeps its lines.
    """
    blocks = list(_blocks(text.split("\n")))
    several = [block for block in blocks if len(block) > 1]
    # A list of headlines of about one length ends without a full stop.
    ended = sum(_ends_sentence(block[-1]) for block in several)
    width = _width(several) if ended * 2 >= len(several) else None
    return [line for block in blocks for line in (_joined(block, width) if width else block)]


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the runs of lines between empty ones."""
    block: list[str] = []
    for line in lines:
        if line := line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _width(blocks: Sequence[Sequence[str]]) -> int | None:
    """Return the width at which the lines were broken, or None where they were not."""
    pairs = [pair for block in blocks for pair in pairwise(block)]
    if len(pairs) < _MIN_BREAKS:
        return None
    for width in sorted({len(line) for block in blocks for line in block}, reverse=True)[:_WIDTHS]:
        if _MIN_WIDTH <= width <= _MAX_WIDTH and _explains(width, pairs):
            return width
    return None


def _explains(width: int, pairs: Sequence[tuple[str, str]]) -> bool:
    breaks = 0
    for line, following in pairs:
        ended = _ends_sentence(line) or following[0] in layout.BULLETS
        if _is_broken(line, following, width):
            breaks += not ended
        elif not ended and _SHORT * width <= len(line) <= width:
            return False
    return breaks >= _MIN_BREAKS


def _is_broken(line: str, following: str, width: int) -> bool:
    """Tell whether a program that fills lines up to `width` would end `line` where it ends."""
    if following[0] in layout.BULLETS or not len(line) <= width < len(line) + 1 + len(following.split(" ", 1)[0]):
        return False
    # Behind a full stop at the very end of a line, a short line without one is a subheading.
    return not (_ends_sentence(line) and len(following) < _SHORT * width and not _ends_sentence(following))


def _ends_sentence(line: str) -> bool:
    return line.rstrip(_CLOSING).endswith(_SENTENCE_ENDS)


def _joined(block: Sequence[str], width: int) -> Iterator[str]:
    parts = [block[0]]
    for line, following in pairwise(block):
        if not _is_broken(line, following, width):
            yield " ".join(parts)
            parts = []
        parts.append(following)
    yield " ".join(parts)
