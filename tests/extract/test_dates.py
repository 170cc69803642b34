"""Dates as pages write them."""

from datetime import UTC, datetime

import pytest

from bot.extract.dates import is_date_line, parse_date


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-08-13T10:20:00+03:00", (2021, 8, 13, 7, 20)),
        ("2021-08-13T10:20:00Z", (2021, 8, 13, 10, 20)),
        ("2021-08-13T10:20:00-0430", (2021, 8, 13, 14, 50)),
        ("2021-08-13", (2021, 8, 13)),
        ("13 أغسطس 2021", (2021, 8, 13)),
        ("الجمعة 13 آب 2021", (2021, 8, 13)),
        ("22 تشرين الأول 2012", (2012, 10, 22)),
        ("22 تشرين الثاني 2012", (2012, 11, 22)),
        ("13 أوت 2021", (2021, 8, 13)),
        ("أغسطس 13، 2021", (2021, 8, 13)),
        ("١٣ أغسطس ٢٠٢١ الساعة ١٠:٢٠", (2021, 8, 13, 10, 20)),
        ("13/8/2021 8:05 مساء", (2021, 8, 13, 20, 5)),
        ("2021/8/13 12:05 ص", (2021, 8, 13, 0, 5)),
        ("13 أغسطس 2021 - 10:20 بتوقيت غرينتش", (2021, 8, 13, 10, 20)),
        ("31/2/2021", None),
        ("2021-08-13T10:20:00+99:00", (2021, 8, 13, 10, 20)),
        ("0001-01-01T00:00:00+03:00", None),
        ("أغسطس", None),
        ("أمس", None),
        ("", None),
    ],
)
def test_a_date_is_read(text: str, moment: tuple[int, ...] | None) -> None:
    assert parse_date(text) == (datetime(*moment, tzinfo=UTC) if moment else None)  # type: ignore[arg-type, misc]  # a prefix


@pytest.mark.parametrize(
    "line",
    ["13 أغسطس 2021", "نشر في: 2021/8/13", "آخر تحديث: 13 آب 2021 الساعة 10:20", "15 شعبان 1443 هـ", "10:30 مساء"],
)
def test_a_line_of_nothing_but_a_date(line: str) -> None:
    assert is_date_line(line)


@pytest.mark.parametrize(
    "line", ["قتل 13 شخصا في 13 أغسطس 2021", "انتخابات 2021", "123 456", "x" * 200 + "1", "1 " * 30]
)
def test_a_line_that_says_more_is_no_date(line: str) -> None:
    assert not is_date_line(line)
