"""When to look at a source next. Pure."""

from dataclasses import dataclass
from datetime import timedelta

SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(minutes=30)
# A server may ask for more patience than a news bot has.
LONGEST_FRESH = timedelta(hours=1)
LONGEST_BACKOFF = timedelta(hours=6)
LONGEST_RETRY_AFTER = timedelta(days=1)
# The two are in balance at about four looks for each piece of news.
_SOONER, _LATER = 0.6, 1.2
# So that sources that were added together are not asked together for ever.
_SPREAD = 0.1


@dataclass(frozen=True, slots=True)
class Pace:
    """`interval` is the source's rhythm, `wait` the time until the next look."""

    interval: timedelta
    wait: timedelta


def after_answer(interval: timedelta, *, news: bool, max_age: timedelta, jitter: float) -> Pace:
    """Come sooner where there was news, later where there was none. `jitter` is between -1 and 1."""
    rhythm = min(max(interval * (_SOONER if news else _LATER), SHORTEST), LONGEST)
    return Pace(rhythm, max(rhythm * (1 + _SPREAD * jitter), min(max_age, LONGEST_FRESH)))


def after_failure(interval: timedelta, *, failures: int, retry_after: timedelta | None, jitter: float) -> Pace:
    """Back off: double the wait with each failure in a row, of which this was number `failures`, from 1.

    A server that says how long it wants to be left alone is obeyed, up to a day.
    """
    wait = min(interval * 2 ** min(failures, 20), LONGEST_BACKOFF) * (1 + _SPREAD * jitter)
    return Pace(interval, max(wait, min(retry_after or timedelta(), LONGEST_RETRY_AFTER)))
