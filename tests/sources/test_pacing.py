"""When a source is looked at next."""

from datetime import datetime, timedelta

import pytest

from bot.sources import pacing
from tests.databases import START

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NONE = timedelta()


@pytest.mark.parametrize(
    ("interval", "news", "max_age", "jitter", "rhythm", "wait"),
    [
        (10 * MINUTE, True, NONE, 0, 6 * MINUTE, 6 * MINUTE),
        (10 * MINUTE, False, NONE, 0, 12 * MINUTE, 12 * MINUTE),
        (MINUTE, True, NONE, 0, MINUTE, MINUTE),
        (29 * MINUTE, False, NONE, 0, 30 * MINUTE, 30 * MINUTE),
        (10 * MINUTE, False, NONE, 1, 12 * MINUTE, 13.2 * MINUTE),
        (10 * MINUTE, False, NONE, -1, 12 * MINUTE, 10.8 * MINUTE),
        # The server's word counts, within reason, and changes the rhythm of none.
        (10 * MINUTE, True, 20 * MINUTE, 0, 6 * MINUTE, 20 * MINUTE),
        (10 * MINUTE, True, 2 * MINUTE, 0, 6 * MINUTE, 6 * MINUTE),
        (10 * MINUTE, True, timedelta(days=365), 0, 6 * MINUTE, HOUR),
    ],
)
def test_news_bring_the_next_look_nearer(
    interval: timedelta, news: bool, max_age: timedelta, jitter: float, rhythm: timedelta, wait: timedelta
) -> None:
    assert pacing.after_answer(interval, news=news, max_age=max_age, jitter=jitter) == pacing.Pace(rhythm, wait)


@pytest.mark.parametrize(
    ("failures", "retry_after", "wait"),
    [
        (1, None, 20 * MINUTE),
        (2, None, 40 * MINUTE),
        (4, None, 160 * MINUTE),
        (9, None, 6 * HOUR),
        (10_000, None, 6 * HOUR),
        (1, 5 * MINUTE, 20 * MINUTE),
        (1, 2 * HOUR, 2 * HOUR),
        (9, 20 * HOUR, 20 * HOUR),
        (1, timedelta(days=300), timedelta(days=1)),
    ],
)
def test_failures_in_a_row_double_the_wait(failures: int, retry_after: timedelta | None, wait: timedelta) -> None:
    pace = pacing.after_failure(10 * MINUTE, failures=failures, retry_after=retry_after, jitter=0)
    assert pace == pacing.Pace(10 * MINUTE, wait)


def test_a_source_settles_at_a_few_looks_for_each_piece_of_news() -> None:
    """It publishes every half hour; whatever it began with, it ends at about four looks an item."""
    interval, since_news, looks, items = timedelta(minutes=30), NONE, 0, 0
    for _ in range(400):
        since_news += interval
        news = since_news >= 30 * MINUTE
        items += news
        looks += 1
        since_news = NONE if news else since_news
        interval = pacing.after_answer(interval, news=news, max_age=NONE, jitter=0).interval
    assert 2 <= looks / items <= 6


def test_a_rhythm_that_the_newsroom_wants_is_kept_and_changes_what_was_learnt_only_beneath_it() -> None:
    answered = pacing.after_answer(10 * MINUTE, news=True, max_age=NONE, jitter=0, fixed=45 * MINUTE)
    assert answered == pacing.Pace(6 * MINUTE, 45 * MINUTE)
    patient = pacing.after_answer(10 * MINUTE, news=True, max_age=HOUR, jitter=0, fixed=MINUTE)
    assert patient.wait == HOUR  # the server's word still counts
    failed = pacing.after_failure(10 * MINUTE, failures=1, retry_after=None, jitter=0, fixed=45 * MINUTE)
    assert failed == pacing.Pace(10 * MINUTE, 90 * MINUTE)


@pytest.mark.parametrize(
    ("ages", "a_day", "silent_after"),
    [
        # A paper: an item every half hour by day, nothing for eight and a half hours of the night.
        ([n * HOUR / 2 for n in range(20)] + [18 * HOUR], 21 / (18 / 24), 25.5 * HOUR),
        # A blog that once waited nine days: three times that, counted from its last word.
        ([2 * DAY, 5 * DAY, 14 * DAY], 2 / 7, 27 * DAY - 2 * DAY),
        # One that appears once a year is given a month.
        ([10 * DAY, 400 * DAY], 0.0, 20 * DAY),
        # It was dead when it was added.
        ([800 * DAY, 801 * DAY], 0.0, 3 * DAY - 800 * DAY),
        # Dates from the future are now; all in one minute are no rhythm to multiply by.
        ([-5 * HOUR, NONE], 2 / (1 / 1440), DAY),
        ([HOUR], None, 7 * DAY - HOUR),
        ([None, None], None, 7 * DAY),
    ],
)
def test_a_source_is_judged_by_the_dates_that_it_shows(
    ages: list[timedelta | None], a_day: float | None, silent_after: timedelta
) -> None:
    dates: list[datetime | None] = [None if age is None else START - age for age in ages]
    found = pacing.output(dates, now=START)
    assert found.a_day == pytest.approx(a_day)
    assert found.silent_from == START + silent_after
