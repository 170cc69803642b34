"""Dates as pages and date lines write them."""

import re
from datetime import UTC, datetime, timedelta, timezone

from bot.extract.internet_dates import NoSuchDateError, parse_internet_date
from bot.extract.lexicon import calendar
from storage.arabic import fold

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?")
_NUMERIC = re.compile(r"\b(?:(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}))\b")
_TIME = re.compile(r"\b(\d{1,2}):(\d{2})(?::\d{2})?")
_WORD = re.compile(r"[^\W\d_]+|\d+")
_DIGIT = re.compile(r"\d")
_MAX_DATE_WORDS = 16
_MAX_DATE_LINE = 120
_DIGITS = str.maketrans({chr(start + i): str(i) for start in (0x0660, 0x06F0) for i in range(10)})


def parse_date(text: str) -> datetime | None:
    """Return the moment that `text` names, in UTC, or None. A date without a zone counts as UTC."""
    text = text.translate(_DIGITS).strip()
    try:
        if moment := parse_internet_date(text):
            return moment
    except NoSuchDateError:
        return None
    if found := _ISO.search(text):
        year, month, day, hour, minute, second, zone = found.groups()
        return _moment(year, month, day, hour or 0, minute or 0, second or 0, _zone(zone))
    if found := _NUMERIC.search(text):
        year, month, day = found.group(1, 2, 3) if found.group(1) else found.group(6, 5, 4)
        return _with_time(text, int(year), int(month), int(day))
    words = _WORD.findall(fold(text))
    for at, word in enumerate(words):
        pair = " ".join(words[at : at + 2])
        month_number = calendar.MONTHS.get(pair) or calendar.MONTHS.get(word)
        if month_number is None:
            continue
        after = [number for number in words[at + 1 : at + 5] if number.isdigit()]
        before = [number for number in words[max(0, at - 2) : at] if number.isdigit()]
        years = [number for number in after if len(number) == 4]
        days = before[-1:] or [number for number in after if len(number) <= 2][:1]
        if years and days:
            return _with_time(text, int(years[0]), month_number, int(days[0]))
    return None


def is_date_line(line: str) -> bool:
    """Tell whether a line holds a date and nothing else."""
    if len(line) > _MAX_DATE_LINE:
        return False
    if not _DIGIT.search(line):
        return _is_ago(line)
    words = _WORD.findall(fold(line))
    if len(words) > _MAX_DATE_WORDS:
        return False
    dated = bool(_NUMERIC.search(line.translate(_DIGITS)) or _ISO.search(line.translate(_DIGITS)))
    for at, word in enumerate(words):
        if word in calendar.MONTHS or " ".join(words[at : at + 2]) in calendar.MONTHS or word in calendar.HIJRI_MONTHS:
            dated = True
        elif not (word.isdigit() or word in calendar.DAYS or word in calendar.DATE_WORDS or word in ("z", "t")):
            return _is_ago(line)
    return dated or bool(_TIME.search(line.translate(_DIGITS))) or _is_ago(line)


def _is_ago(line: str) -> bool:
    """Tell whether a line says how long ago: «منذ ساعتين», «قبل 3 أيام»."""
    if not line.startswith(calendar.AGO):
        return False
    words = fold(line).split()[1:]
    units = sum(word in calendar.UNITS for word in words)
    return units == 1 and all(word.isdigit() or word in calendar.UNITS for word in words)


def _with_time(text: str, year: int, month: int, day: int) -> datetime | None:
    hour = minute = 0
    words = set(_WORD.findall(fold(text)))
    if clock := _TIME.search(text):
        hour, minute = int(clock.group(1)), int(clock.group(2))
        if hour < 12 and words & calendar.EVENING:
            hour += 12
        elif hour == 12 and words & calendar.MORNING:
            hour = 0
    offset = next((hours for zone, hours in calendar.ZONES.items() if zone in words), 0)
    return _moment(year, month, day, hour, minute, 0, timezone(timedelta(hours=offset)))


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = timedelta(hours=hours, minutes=minutes)
    if offset >= timedelta(hours=24):
        return UTC
    return timezone(-offset if text[0] == "-" else offset)


def _moment(
    year: str | int,
    month: str | int,
    day: str | int,
    hour: str | int,
    minute: str | int,
    second: str | int,
    zone: timezone,
) -> datetime | None:
    try:
        return datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=zone).astimezone(
            UTC
        )
    except (ValueError, OverflowError):
        return None
