"""Compares a reading with its gold: what must be exact, and what a reader would accept."""

import re
from dataclasses import dataclass, field
from typing import Any

from storage.arabic import fold
from storage.article import FALLBACK_SECTION, Article

Gold = dict[str, Any]
_MARKS = re.compile("[“”„«»\"'‘’]")


@dataclass
class Figures:
    """Counts over several articles."""

    headings: list[int] = field(default_factory=lambda: [0, 0, 0])  # right, false, missed
    quotes: list[int] = field(default_factory=lambda: [0, 0, 0])
    speakers: list[int] = field(default_factory=lambda: [0, 0])  # right, all
    faults: list[str] = field(default_factory=list)

    def add(self, article: Article, gold: Gold) -> None:
        """Count one article."""
        wanted, got = list(map(_bare, gold["subheadings"])), list(map(_bare, article.subheadings))
        _count(self.headings, wanted, got)
        optional = {_bare(text) for text in gold.get("quotes_optional", ())}
        said = {_bare(quote.text): quote.speaker for quote in article.quotes}
        _count(
            self.quotes,
            [_bare(quote["text"]) for quote in gold["quotes"]],
            [key for key in said if key not in optional],
        )
        for quote in gold["quotes"]:
            if (key := _bare(quote["text"])) in said:
                self.speakers[0] += accepts(quote, said[key])
                self.speakers[1] += 1
        if article.breaking is not gold["breaking"]:
            self.faults.append(f"{gold['title']}: breaking {article.breaking}")
        if list(article.sections) != (gold["sections"] or [FALLBACK_SECTION]):
            self.faults.append(f"{gold['title']}: sections {article.sections}")
        if _bare(article.title) != _bare(gold["title"]):
            self.faults.append(f"{gold['title']}: title {article.title}")
        shown = [article.title, *(block.text for block in article.blocks)]
        self.faults += [f"leak: {text}" for text in gold["must_not_contain"] if any(text in line for line in shown)]


def accepts(quote: Gold, speaker: str | None) -> bool:
    """Tell whether a reader would name this speaker so: an accepted name, or one with its title before it."""
    if speaker is None:
        return quote["speaker"] is None
    key = fold(speaker)
    accepted = [fold(name) for name in quote.get("speaker_accept", ())]
    if key in accepted or quote["speaker"] is None:
        return key in accepted  # a law, or a crowd, may be named or not
    return any(f" {name}" in key and len(key.split()) <= len(name.split()) + 5 for name in accepted[:2])


def f1(counts: list[int]) -> float:
    """Return the harmonic mean of precision and recall."""
    right, false, missed = counts
    return 2 * right / (2 * right + false + missed) if right else 0.0


def _count(counts: list[int], wanted: list[str], got: list[str]) -> None:
    right = len(set(wanted) & set(got))
    counts[0] += right
    counts[1] += len(got) - right
    counts[2] += len(wanted) - right


def _bare(text: str) -> str:
    return fold(_MARKS.sub("", text))
