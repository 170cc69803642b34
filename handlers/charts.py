"""What a picture of figures shows. `handlers.drawing` draws it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rows:
    """A bar beside each name."""

    title: str
    labels: tuple[str, ...]
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """A column above each label; a label may be empty."""

    title: str
    labels: tuple[str, ...]
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A course, with its first and last value at its ends, and beneath them what they are."""

    title: str
    values: tuple[int, ...]
    begins: str
    ends: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What came above each label, and what went beneath it."""

    title: str
    labels: tuple[str, ...]
    ups: tuple[int, ...]
    downs: tuple[int, ...]


Panel = Rows | Columns | Line | Changes


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn, one panel below the other. `number` writes a number as the reader does."""

    title: str
    panels: tuple[Panel, ...]
    number: Callable[[int], str]
    right_to_left: bool
