"""The vocabulary that every floor shares: what an article is once it has been read. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.arabic import fold

_SLUG = re.compile(r"[A-Za-z0-9_-]{1,60}", re.ASCII)


class BlockKind(StrEnum):
    """What a block of the body is."""

    PARAGRAPH = "paragraph"
    SUBHEADING = "subheading"


class Urgency(StrEnum):
    """How pressing the newsroom ranks a breaking story, as agencies do: the rarest first.

    It decides the order of sending, the sound, and who wants to hear of it.
    """

    FLASH = "flash"
    URGENT = "urgent"
    NORMAL = "normal"


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph or subheading of the body, as a reader sees it."""

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that somebody said, without their quotation marks.

    They stand in `Article.blocks[block].text[start:end]`, so that they can be shown verbatim.
    `speaker` is the fullest name or office that the article gives, or None where nobody is named.
    """

    text: str
    speaker: str | None
    block: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One article, read.

    `sections` holds canonical names, never empty: an article without a known section is in `FALLBACK_SECTION`.
    `unknown_labels` holds label words that name no known section, for the newsroom to see.
    `published_at` is aware and in UTC, or None where the article gives no date.
    `language` is an ISO 639-1 code. `urgency` is no part of the text: a flagged article is urgent until the newsroom
    ranks it otherwise; it counts only where `breaking`.
    """

    title: str
    sections: tuple[str, ...]
    breaking: bool
    blocks: tuple[Block, ...]
    quotes: tuple[Quote, ...] = ()
    lead: str | None = None
    byline: str | None = None
    published_at: datetime | None = None
    url: str | None = None
    language: str = "ar"
    guid: str | None = None
    categories: tuple[str, ...] = ()
    unknown_labels: tuple[str, ...] = ()
    urgency: Urgency = Urgency.URGENT

    @property
    def subheadings(self) -> tuple[str, ...]:
        return tuple(block.text for block in self.blocks if block.kind is BlockKind.SUBHEADING)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(block.text for block in self.blocks if block.kind is BlockKind.PARAGRAPH)


class Fault(StrEnum):
    """Why an input is no article. Each has a sentence of its own for editors, in `handlers/texts`."""

    EMPTY = "empty"
    BINARY = "binary"
    TOO_LONG = "too_long"
    NO_TITLE = "no_title"
    ENTITIES = "entities"


_FAULTS = {
    Fault.EMPTY: "there is no text in it",
    Fault.BINARY: "it is no text, web page or feed",
    Fault.TOO_LONG: "it is larger than any article or feed",
    Fault.NO_TITLE: "it has no headline; write one on a line of its own above the story",
    Fault.ENTITIES: "it declares XML entities, which are refused; take them out",
}


class UnreadableError(ValueError):
    """An input that is no article; nothing of it is stored. `str()` is a sentence for the operator."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(_FAULTS[fault])
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the newsroom. `slug` is its name in deep links and in the data of buttons.

    It is made of `A-Z a-z 0-9 _ -` and has 60 characters at most: a button's data has room for 64. Raise `ValueError`
    for another one.
    """

    name: str
    slug: str
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _SLUG.fullmatch(self.slug):
            raise ValueError(f"a section's slug is 1 to 60 of A-Z a-z 0-9 _ -, not {self.slug!r}")


FALLBACK_SECTION = "عام"

# What stands in the database at first start; the newsroom may change it there.
DEFAULT_SECTIONS = (
    Section("سياسة", "politics", ("سياسي", "السياسة", "أخبار سياسية", "أخبار السياسة", "شؤون سياسية")),
    Section(
        "أخبار عالمية",
        "world",
        (
            "عالمي",
            "عالمية",
            "العالم",
            "دولي",
            "دولية",
            "أخبار دولية",
            "أخبار العالم",
            "عربي ودولي",
            "خارجيات",
        ),
    ),
    Section(
        "أخبار محلية",
        "local",
        ("محلي", "محلية", "محليات", "المحليات", "أخبار محليه", "أخبار البلد", "الأخبار المحلية"),
    ),
    Section(
        "اقتصاد",
        "economy",
        (
            "اقتصادي",
            "اقتصادية",
            "الاقتصاد",
            "أخبار اقتصادية",
            "مال وأعمال",
            "اقتصاد وأعمال",
            "أسواق",
            "أعمال",
        ),
    ),
    Section(
        "رياضة",
        "sport",
        ("رياضي", "رياضية", "الرياضة", "أخبار رياضية", "أخبار الرياضة", "كرة القدم", "ملاعب"),
    ),
    Section(
        "تكنولوجيا",
        "technology",
        (
            "تكنولوجي",
            "التكنولوجيا",
            "تقنية",
            "التقنية",
            "تقنيات",
            "علوم وتكنولوجيا",
            "علوم وتقنية",
            "تكنولوجيا المعلومات",
        ),
    ),
    Section("صحة", "health", ("صحي", "صحية", "الصحة", "أخبار صحية", "طب", "طب وصحة", "صحة وطب")),
    Section(
        "ثقافة",
        "culture",
        ("ثقافي", "ثقافية", "الثقافة", "ثقافة وفن", "ثقافة وفنون", "فن وثقافة", "أدب", "فنون"),
    ),
    Section("منوعات", "variety", ("منوع", "منوعة", "المنوعات", "متفرقات", "أخبار منوعة", "حول العالم", "غرائب")),
    Section(FALLBACK_SECTION, "general", ("عامة", "أخبار", "أخبار عامة", "الأخبار", "الرئيسية", "غير مصنف")),
)


def section_index(sections: Iterable[Section]) -> Mapping[str, str]:
    """Return folded name or alias → canonical name, the form in which labels are looked up."""
    return {fold(word): section.name for section in sections for word in (section.name, *section.aliases)}
