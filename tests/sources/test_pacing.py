"""When a source is looked at next."""

from datetime import timedelta

import pytest

from bot.sources import pacing

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
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
