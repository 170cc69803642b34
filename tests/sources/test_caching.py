"""When a server wants to be asked again."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.sources.caching import max_age, retry_after

NOW = datetime(2026, 3, 1, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"Cache-Control": "max-age=300"}, 300),
        ({"Cache-Control": "public, MAX-AGE=300"}, 300),
        ({"Cache-Control": 'max-age="300"'}, 300),
        ({"Cache-Control": "s-maxage=900, max-age=300", "Age": "100"}, 200),
        ({"Cache-Control": "max-age=300", "Age": "400"}, 0),
        ({"Cache-Control": "max-age=300", "Age": "long"}, 300),
        ({"Cache-Control": "s-maxage=900"}, 0),
        ({"Cache-Control": "no-cache, max-age=300"}, 0),
        ({"Cache-Control": "no-store,max-age=300"}, 0),
        ({"Cache-Control": "max-age=-1"}, 0),
        ({"Cache-Control": "max-age=9999999999"}, 366 * 86_400),
        ({"Cache-Control": "max-age=" + "9" * 5_000}, 366 * 86_400),
    ],
)
def test_an_answer_is_fresh_for_as_long_as_it_says(headers: dict[str, str], seconds: int) -> None:
    assert max_age(headers) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        (None, None),
        ("", None),
        ("120", timedelta(minutes=2)),
        ("0", timedelta()),
        ("-5", None),
        ("soon", None),
        ("Sun, 01 Mar 2026 18:05:00 GMT", timedelta(minutes=5)),
        ("Sun, 01 Mar 2026 18:05:00 -0000", timedelta(minutes=5)),
        ("Sun, 01 Mar 2026 17:00:00 GMT", timedelta()),
        ("Fri, 01 Mar 9999 18:00:00 GMT", timedelta(days=366)),
        ("Fri, 99 Mar 2026 18:00:00 GMT", None),
        ("٣", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str | None, wait: timedelta | None) -> None:
    assert retry_after({} if value is None else {"Retry-After": value}, now=NOW) == wait
