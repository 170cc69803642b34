"""What happened in a period, as pictures and as the words under them. Pure.

Days and hours are the newsroom's own. What is kept by the hour of UTC belongs to the local hour in which that begins.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from markupsafe import Markup, escape

from handlers.charts import Changes, Columns, Line, Panel, Picture, Rows
from handlers.reach.buttons import Period
from handlers.texts import Words, clean
from storage.stats import Activity

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_HOURS_A_DAY = 24
_DAYS = {Period.WEEK: 7, Period.MONTH: 30}
_TITLES = {Period.DAY: "figures.day", Period.WEEK: "figures.week", Period.MONTH: "figures.month"}
# More do not fit; the rest is told as one.
_MOST_SECTIONS = 10
_NAMED_SECTIONS = 3
# Every so many hours or days there is room for a label.
_LABELLED_HOURS, _LABELLED_DAYS = 6, 5


@dataclass(frozen=True, slots=True)
class Buckets:
    """Pieces of time, one behind the other: where each begins, and what stands under it; "" for nothing."""

    starts: tuple[datetime, ...]
    labels: tuple[str, ...]

    def sums(self, counted: Iterable[tuple[datetime, int]]) -> tuple[int, ...]:
        """Add up what was counted in each of them; what was before the first one is left out."""
        totals = [0] * len(self.starts)
        for moment, number in counted:
            place = sum(start <= moment for start in self.starts) - 1
            if place >= 0:
                totals[place] += number
        return tuple(totals)


def buckets(period: Period, now: datetime, zone: tzinfo, words: Words) -> Buckets:
    """Return the hours of the last day, or the days of the last week or month; the last one is under way."""
    here = now.astimezone(zone)
    if period is Period.DAY:
        # In UTC, since a local day may have 23 or 25 hours.
        first = now.replace(minute=0, second=0, microsecond=0) - (_HOURS_A_DAY - 1) * _HOUR
        starts = tuple(first + n * _HOUR for n in range(_HOURS_A_DAY))
        hours = [start.astimezone(zone).hour for start in starts]
        return Buckets(starts, tuple(words.hour(hour) if hour % _LABELLED_HOURS == 0 else "" for hour in hours))
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    count = _DAYS[period]
    starts = tuple(midnight - n * _DAY for n in reversed(range(count)))  # local arithmetic: midnights stay midnights
    if period is Period.WEEK:
        return Buckets(starts, tuple(words.weekday(start, zone) for start in starts))
    labelled = [(count - 1 - n) % _LABELLED_DAYS == 0 for n in range(count)]
    return Buckets(
        starts,
        tuple(
            words.day(start, zone) if is_labelled else "" for start, is_labelled in zip(starts, labelled, strict=True)
        ),
    )


def pictures(activity: Activity, period: Period, now: datetime, zone: tzinfo, words: Words) -> tuple[Picture, Picture]:
    """Return what is to be drawn, in the reader's language: the subscribers, and the news."""
    pieces = buckets(period, now, zone, words)
    joined, left = _came_and_went(activity, pieces)
    totals, total = [activity.active], activity.active
    for came, went in zip(reversed(joined), reversed(left), strict=True):
        total -= came - went
        totals.append(total)
    hours = Counter(moment.astimezone(zone).hour for moment in activity.alerts if moment >= pieces.starts[0])
    by_hour = tuple(hours[hour] for hour in range(_HOURS_A_DAY))
    hour_labels = tuple(words.hour(hour) if hour % _LABELLED_HOURS == 0 else "" for hour in range(_HOURS_A_DAY))
    title = _named(period, words)

    def picture(heading: str, *panels: Panel) -> Picture:
        return Picture(f"{heading} – {title}", panels, words.number, words.right_to_left)

    people = picture(
        words.plain("figures.people"),
        _sections(activity.sections, words),
        Line(
            words.plain("figures.total"),
            tuple(reversed(totals)),
            begins=words.plain("figures.begins"),
            ends=words.plain("figures.ends"),
        ),
        Changes(words.plain("figures.joined_and_left"), pieces.labels, joined, left),
    )
    news = picture(
        words.plain("figures.news"),
        Columns(words.plain("figures.alerts"), hour_labels, by_hour),
        Columns(words.plain("figures.reads"), pieces.labels, pieces.sums(activity.reads.items())),
    )
    return people, news


def captions(activity: Activity, period: Period, now: datetime, zone: tzinfo, words: Words) -> tuple[Markup, Markup]:
    """Return what stands under either picture, for those who cannot see it."""
    pieces = buckets(period, now, zone, words)
    joined, left = _came_and_went(activity, pieces)
    title = words.say("figures.title", period=escape(_named(period, words)))

    def number(n: int) -> Markup:
        return escape(words.number(n))

    people = [
        title,
        words.say("stats.active", number=number(activity.active)),
        words.say("figures.changes", joined=number(sum(joined)), left=number(sum(left))),
    ]
    if followed := [(name, chats) for name, chats in _by_size(activity.sections)[:_NAMED_SECTIONS] if chats]:
        named = [words.say("stats.section", section=name, number=number(chats)) for name, chats in followed]
        people.append(words.say("figures.largest", sections=words.listing(named)))
    alerts = [moment for moment in activity.alerts if moment >= pieces.starts[0]]
    news = [title, words.say("figures.alerts_count", number=number(len(alerts)))]
    if alerts:
        ((busiest, _),) = Counter(moment.astimezone(zone).hour for moment in alerts).most_common(1)
        news.append(words.say("figures.busiest_hour", time=time(busiest)))
    news.append(words.say("figures.reads_count", number=number(sum(pieces.sums(activity.reads.items())))))
    return Markup("\n").join(people), Markup("\n").join(news)


def _named(period: Period, words: Words) -> str:
    return words.plain(_TITLES[period], number=_DAYS.get(period, _HOURS_A_DAY))


def _came_and_went(activity: Activity, pieces: Buckets) -> tuple[tuple[int, ...], tuple[int, ...]]:
    joined = pieces.sums((hour.hour, hour.joined) for hour in activity.audience)
    left = pieces.sums((hour.hour, hour.stopped + hour.gone) for hour in activity.audience)
    return joined, left


def _sections(chats: Mapping[str, int], words: Words) -> Rows:
    rows = _by_size(chats)
    if len(rows) > _MOST_SECTIONS:
        rest = sum(number for _, number in rows[_MOST_SECTIONS - 1 :])
        rows = [*rows[: _MOST_SECTIONS - 1], (words.plain("figures.other_sections"), rest)]
    return Rows(
        words.plain("figures.sections"),
        tuple(clean(name) for name, _ in rows),
        tuple(number for _, number in rows),
    )


def _by_size(chats: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    return sorted(chats.items(), key=lambda row: -row[1])
