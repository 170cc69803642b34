"""A line of a story's body, and what its page says of it."""

from dataclasses import dataclass
from enum import Enum, auto


class Hint(Enum):
    """What the page's markup says of a line; plain text says nothing."""

    NONE = auto()
    PLAIN = auto()
    HEADING = auto()
    BOLD = auto()
    QUOTE = auto()
    ITEM = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the body, clean. `source` names who a blockquote says it is from."""

    text: str
    hint: Hint = Hint.NONE
    source: str | None = None
