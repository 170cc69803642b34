"""What the desk decides, and how it changes a story. Pure."""

from dataclasses import replace
from enum import Enum, auto

from storage.article import FALLBACK_SECTION, Article, Quote
from storage.drafts import Draft, State


class Step(Enum):
    """What follows when an editor releases a draft."""

    RELEASE = auto()
    APPROVE = auto()  # the first of two
    OWN_APPROVAL = auto()  # refused: the second must be somebody else
    NEEDS_FLAG = auto()
    UNDER_WAY = auto()
    CLOSED = auto()
    OUTDATED = auto()  # what was pressed shows another version


def next_step(draft: Draft | None, *, version: int, by: int, two_person: bool) -> Step:
    """Return what follows when `by` presses «release» under a preview of `version`."""
    if draft is None or draft.state in (State.RELEASED, State.DROPPED):
        return Step.CLOSED
    if draft.state is State.SCHEDULED:
        return Step.UNDER_WAY
    if draft.version != version:
        return Step.OUTDATED
    if not draft.article.breaking:
        return Step.NEEDS_FLAG
    if not two_person:
        return Step.RELEASE
    if draft.approved_by is None:
        return Step.APPROVE
    return Step.OWN_APPROVAL if draft.approved_by == by else Step.RELEASE


def toggle_section(article: Article, name: str) -> Article:
    """Add the section, or take it out. What has no other is in «عام», which a first real one replaces."""
    if name in article.sections:
        left = tuple(section for section in article.sections if section != name)
        return replace(article, sections=left or (FALLBACK_SECTION,))
    kept = () if article.sections == (FALLBACK_SECTION,) else article.sections
    return replace(article, sections=(*kept, name))


def drop_quote(article: Article, index: int) -> Article:
    """Take out one quote. Its words stay in the text."""
    return replace(article, quotes=article.quotes[:index] + article.quotes[index + 1 :])


def name_speaker(article: Article, index: int, speaker: str) -> Article:
    """Say who said a quote."""
    quotes: list[Quote] = list(article.quotes)
    quotes[index] = replace(quotes[index], speaker=speaker)
    return replace(article, quotes=tuple(quotes))
