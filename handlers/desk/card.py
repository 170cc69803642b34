"""What the newsroom is told of a draft, under the alert that subscribers will see: one message, always. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from markupsafe import Markup, escape

from handlers import messages
from handlers.split import MESSAGE_LIMIT, shorten, units
from handlers.texts import Words, clean
from storage.article import FALLBACK_SECTION, Article, Urgency
from storage.drafts import Draft, State
from storage.publishing import Published

_TITLE = 300
_NAME = 64
_LABELS = 8
_RANKS = {
    Urgency.FLASH: "preview.flash",
    Urgency.URGENT: "preview.urgent",
    Urgency.NORMAL: "preview.normal",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What must be known beside the draft.

    `reach` is how many chats the alert goes to, `by_section` the same for each section by name; `rate` is in messages a
    second. `known_id` is the story that this one is already, `author` who handed it in and `approver` the first of two
    editors, as they are called. `seconders` counts the editors who may confirm what another one has released; None
    where nobody has to.
    """

    reach: int
    by_section: Mapping[str, int]
    rate: float
    window: timedelta
    known_id: int | None = None
    author: str = ""
    approver: str = ""
    seconders: int | None = None


def card(draft: Draft, facts: Facts, zone: tzinfo, words: Words, *, proposes: bool = False) -> Markup:
    """Return the message under the alert. `proposes` says that who reads it hands in and does not release."""
    if draft.state is State.SCHEDULED:
        return _paragraphs(_scheduled(facts, words), Markup("<b>{}</b>").format(_title(draft.article)))
    if draft.state is State.DROPPED:
        return words.say("draft.dropped", title=_title(draft.article))
    status = Markup("\n").join(
        line for line in (*_origin(draft, facts, words), *_decision(draft, facts, words, proposes=proposes)) if line
    )
    verdict = Markup("\n").join(_verdict(draft.article, facts, zone, words))
    decision = _paragraphs(verdict, status)
    return _paragraphs(messages.understood(draft.article, MESSAGE_LIMIT - units(decision) - 2, words), decision)


def published(article: Article, done: Published, zone: tzinfo, words: Words) -> Markup:
    """Return what stands in the card's place once the story is out."""
    stored = done.stored
    if stored.known_since is None or stored.raised:
        return words.count("draft.published", done.owed, id=stored.id, title=_title(article))
    time = words.moment(stored.known_since, zone)
    return words.say("draft.known", id=stored.id, time=time, title=_title(article))


def _span(seconds: float, words: Words) -> Markup:
    """Return a length of time in whole seconds, rounded up: nobody is told that something takes no time."""
    return escape(words.plain_span(timedelta(seconds=max(1, math.ceil(seconds)))))


def _scheduled(facts: Facts, words: Words) -> Markup:
    time = _span(facts.window.total_seconds(), words)
    if facts.approver:
        return words.say("draft.scheduled_by_two", time=time, name=shorten(clean(facts.approver), _NAME))
    return words.say("draft.scheduled", time=time)


def _origin(draft: Draft, facts: Facts, words: Words) -> list[Markup]:
    if draft.outlet:
        return [words.say("preview.from_source", name=shorten(clean(draft.outlet.name), _NAME))]
    return [words.say("preview.by", name=shorten(clean(facts.author), _NAME))] if facts.author else []


def _decision(draft: Draft, facts: Facts, words: Words, *, proposes: bool) -> list[Markup]:
    """Return who has to decide."""
    if facts.seconders is None:
        return [words.say("preview.proposed")] if proposes else []
    if draft.state is State.APPROVED:
        lines = [words.say("preview.approved", name=shorten(clean(facts.approver), _NAME))]
    elif proposes:
        return [words.say("preview.proposed")]
    else:
        lines = [words.say("preview.two_person")]
    return lines if facts.seconders else [*lines, words.say("preview.no_second")]


def _verdict(article: Article, facts: Facts, zone: tzinfo, words: Words) -> list[Markup]:
    lines = []
    if article.published_at is not None:
        lines.append(words.say("preview.date", time=words.moment(article.published_at, zone)))
    if article.unknown_labels:
        labels = [shorten(clean(label), _NAME) for label in article.unknown_labels[:_LABELS]]
        lines.append(words.say("preview.unknown_labels", labels=words.listing(labels)))
    if missing := _missing(article, words):
        lines.append(words.say("preview.missing", what=words.listing(missing)))
    if facts.known_id is not None:
        lines.append(words.say("preview.known", id=facts.known_id))
    if not article.breaking:
        return [*lines, words.say("preview.unflagged"), words.count("preview.would_reach", facts.reach)]
    lines += [words.say(_RANKS[article.urgency]), words.count("preview.reach", facts.reach)]
    if len(facts.by_section) > 1:
        lines += [
            words.say("preview.section", section=escape(clean(name)), number=escape(words.number(number)))
            for name, number in facts.by_section.items()
        ]
    if facts.reach:
        lines.append(words.say("preview.duration", time=_span(facts.reach / facts.rate, words)))
    return lines


def _missing(article: Article, words: Words) -> list[Markup]:
    """Return what a reader of the alert or of its summary will miss."""
    missing = []
    if article.published_at is None:
        missing.append(words.say("missing.date"))
    if article.sections == (FALLBACK_SECTION,):
        missing.append(words.say("missing.section"))
    if not article.paragraphs:
        missing.append(words.say("missing.body"))
    if nameless := sum(quote.speaker is None for quote in article.quotes):
        missing.append(words.count("missing.speakers", nameless))
    return missing


def _title(article: Article) -> Markup:
    return escape(shorten(clean(article.title), _TITLE))


def _paragraphs(*parts: Markup) -> Markup:
    return Markup("\n\n").join(part for part in parts if part)
