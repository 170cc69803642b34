"""When to look at a source next. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(minutes=30)
# A server may ask for more patience than a news bot has.
LONGEST_FRESH = timedelta(hours=1)
LONGEST_BACKOFF = timedelta(hours=6)
LONGEST_RETRY_AFTER = timedelta(days=1)
# How long a source may publish nothing: three times the longest gap that it had lately, within these limits.
_SILENCE = 3
SHORTEST_SILENCE = timedelta(days=1)
LONGEST_SILENCE = timedelta(days=30)
UNKNOWN_SILENCE = timedelta(days=7)  # where too few of its stories have dates
# What is older says nothing of how much it publishes a day.
_RHYTHM = timedelta(days=7)
# The two are in balance at about four looks for each piece of news.
_SOONER, _LATER = 0.6, 1.2
# So that sources that were added together are not asked together for ever.
_SPREAD = 0.1


@dataclass(frozen=True, slots=True)
class Pace:
    """`interval` is the source's rhythm, `wait` the time until the next look."""

    interval: timedelta
    wait: timedelta


@dataclass(frozen=True, slots=True)
class Output:
    """How much a source publishes: stories a day, None where that is not known; and when it will have fallen silent."""

    a_day: float | None
    silent_from: datetime


def output(published: Iterable[datetime | None], *, now: datetime) -> Output:
    """Judge a source by the dates of the stories that it shows, at least one; None stands for a story without."""
    dates = sorted(min(date, now) for date in published if date is not None)
    if len(dates) < 2:
        return Output(None, (dates[-1] if dates else now) + UNKNOWN_SILENCE)
    gaps = [later - earlier for earlier, later in pairwise(dates)]
    patience = min(max(_SILENCE * max(gaps), SHORTEST_SILENCE), LONGEST_SILENCE)
    span = min(max(now - dates[0], SHORTEST), _RHYTHM)
    recent = sum(date >= now - span for date in dates)
    return Output(recent / (span / timedelta(days=1)), dates[-1] + patience)


def after_answer(
    interval: timedelta,
    *,
    news: bool,
    max_age: timedelta,
    jitter: float,
    fixed: timedelta | None = None,
    pushed: bool = False,
) -> Pace:
    """Come sooner where there was news, later where there was none. `jitter` is between -1 and 1.

    What is `pushed` by a hub is looked at as seldom as a quiet source, in case the hub fails. With `fixed`, come that
    often, whatever the news.
    """
    rhythm = min(max(interval * (_SOONER if news else _LATER), SHORTEST), LONGEST)
    wait = fixed or (LONGEST if pushed else rhythm)
    return Pace(rhythm, max(wait * (1 + _SPREAD * jitter), min(max_age, LONGEST_FRESH)))


def after_failure(
    interval: timedelta,
    *,
    failures: int,
    retry_after: timedelta | None,
    jitter: float,
    fixed: timedelta | None = None,
) -> Pace:
    """Back off: double the wait with each failure in a row, of which this was number `failures`, from 1.

    A server that says how long it wants to be left alone is obeyed, up to a day.
    """
    wait = min((fixed or interval) * 2 ** min(failures, 20), LONGEST_BACKOFF) * (1 + _SPREAD * jitter)
    return Pace(interval, max(wait, min(retry_after or timedelta(), LONGEST_RETRY_AFTER)))
