"""How sources look in Telegram: the list, one of them, what would come in, and what the newsroom is told. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from markupsafe import Markup, escape

from handlers.split import shorten
from handlers.texts import Words, clean
from storage.article import Article
from storage.source_corrections import Corrections
from storage.sources import Health, Kind, Release, Source, State

_SHOWN_STORIES = 5
_LONGEST_TITLE = 120
_LONGEST_ERROR = 200
_MARKS = {Health.WELL: "🟢", Health.SILENT: "🔇", Health.FAILING: "⚠️", Health.GONE: "⛔"}
_PAUSED = "⏸"
_HEALTH = {
    Health.WELL: "source.is_well",
    Health.SILENT: "source.is_silent",
    Health.FAILING: "source.is_failing",
    Health.GONE: "source.is_gone",
}
_KINDS = {Kind.FEED: "source.feed", Kind.WORDPRESS: "source.wordpress", Kind.PAGE: "source.page"}


def health_notice(source: Source, words: Words, *, now: datetime) -> Markup:
    """Return the sentence that tells how a source is now, as Telegram HTML."""
    match source.health(now):
        case Health.FAILING:
            return words.say("source.failing", name=source.name, url=source.url, error=source.last_error or "")
        case Health.GONE:
            return words.say("source.gone", name=source.name, url=source.url)
        case Health.SILENT:
            return words.say("source.silent", name=source.name, url=source.url)
        case Health.WELL:
            key = "source.speaks_again" if source.told is Health.SILENT else "source.well"
            return words.say(key, name=source.name)


def listed(found: Sequence[Source], words: Words, *, first: int, total: int, now: datetime) -> Markup:
    """Return one page of the list; `first` is the number of its first line."""
    if not total:
        return words.say("sources.none")
    lines = [
        words.say(
            "sources.line",
            number=number,
            mark=_mark(source, now),
            name=_name(source),
            health=_state(source, words, now),
        )
        for number, source in enumerate(found, start=first)
    ]
    return Markup("\n\n").join((words.say("sources.title", number=total), Markup("\n").join(lines)))


def card(source: Source, words: Words, *, brought: int, now: datetime, zone: tzinfo) -> Markup:
    """Return everything about one source; `brought` is how many stories came from it in the last seven days."""
    lines = [
        words.say("source.title", name=_name(source)),
        words.say("source.url", url=source.url),
        words.say("source.kind", kind=words.say(_KINDS[source.kind])),
        Markup(),
        words.say("source.state", mark=_mark(source, now), health=_state(source, words, now)),
    ]
    if source.answered_at:
        lines.append(words.say("source.answered", time=words.when(source.answered_at, now, zone)))
    else:
        lines.append(words.say("source.never_answered"))
    if source.last_error:
        error = shorten(clean(source.last_error), _LONGEST_ERROR)
        lines.append(words.say("source.error", number=source.failures, error=error))
    lines += [_output(source, words), words.say("source.brought", number=brought), Markup(), _interval(source, words)]
    if source.sections:
        lines.append(words.say("source.sections", sections=words.listing(source.sections)))
    else:
        lines.append(words.say("source.no_sections"))
    at_once = source.release is Release.AT_ONCE
    lines.append(words.say("source.goes_at_once" if at_once else "source.waits_for_approval"))
    applied = source.corrections is Corrections.APPLIED
    lines.append(words.say("source.corrections_applied" if applied else "source.corrections_proposed"))
    return Markup("\n").join(lines)


def trial(name: str, found: Sequence[Article], words: Words, *, now: datetime, zone: tzinfo) -> Markup:
    """Return what would come in from a source, the newest first."""
    if not found:
        return words.say("source.brings_nothing", name=name)
    lines = [
        words.say("source.would_bring", name=name, number=len(found)),
        Markup(),
        *(_story(article, words, now=now, zone=zone) for article in found[:_SHOWN_STORIES]),
        Markup(),
        words.say("source.only_flagged"),
    ]
    return Markup("\n").join(lines)


def _story(article: Article, words: Words, *, now: datetime, zone: tzinfo) -> Markup:
    date = article.published_at
    return words.say(
        "source.story_breaking" if article.breaking else "source.story",
        title=escape(shorten(clean(article.title), _LONGEST_TITLE)),  # no isolate: it gives the line its direction
        sections=words.listing(article.sections),
        time=words.when(date, now, zone) if date else words.say("source.no_date"),
    )


def _name(source: Source) -> str:
    return shorten(clean(source.name), _LONGEST_TITLE)


def _mark(source: Source, now: datetime) -> str:
    return _PAUSED if source.state is State.PAUSED else _MARKS[source.health(now)]


def _state(source: Source, words: Words, now: datetime) -> Markup:
    return words.say("source.is_paused" if source.state is State.PAUSED else _HEALTH[source.health(now)])


def _output(source: Source, words: Words) -> Markup:
    if source.a_day is None:
        return words.say("source.a_day_unknown")
    if source.a_day < 1:
        return words.say("source.less_than_one_a_day")
    return words.say("source.a_day", number=round(source.a_day))


def _interval(source: Source, words: Words) -> Markup:
    if source.fixed_interval:
        return words.say("source.fixed", interval=escape(words.plain_span(source.fixed_interval)))
    return words.say("source.follows_news", interval=escape(words.plain_span(_whole_minutes(source.interval))))


def _whole_minutes(interval: timedelta) -> timedelta:
    return timedelta(minutes=max(1, round(interval / timedelta(minutes=1))))
