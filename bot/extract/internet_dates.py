"""Dates as programs write them: ISO 8601, RFC 822 and what servers make of it."""

import re
from datetime import UTC, datetime, timedelta

_DAY = r"(?:[A-Za-z]{2,9}\.?,?\s+)?"
_CLOCK = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?:\s*(?P<half>[AaPp])\.?[Mm]\.?(?!\w))?"
)
_ZONE = r"(?P<zone>(?:GMT|UTC|UT)?\s*[+-]\d{1,2}:?(?:\d{2})?|[A-Za-z]{1,5}(?!\w))"
_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
_TIME = rf"(?:(?:T|,?\s+(?:(?:at|-)\s+)?){_CLOCK}(?:\s*{_ZONE})?)?"
_FORMATS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<year>\d{{4}})-(?P<number>\d{{2}})-(?P<day>\d{{2}}){_TIME}",
        rf"{_DAY}(?P<day>\d{{1,2}})[\s-]+{_MONTH},?[\s-]+(?P<year>\d{{4}}|\d{{2}})(?!\d){_TIME}",
        rf"{_DAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_TIME}",
        rf"{_DAY}{_MONTH}\s+(?P<day>\d{{1,2}})\s+{_CLOCK}(?:\s+{_ZONE})?\s+(?P<year>\d{{4}})",
    )
)
_LONGEST = 80
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Hours ahead of UTC. RFC 822 names those of North America; the rest as the places that use them most mean them. A name
# that is not here, or a single letter, counts as UTC. RFC 2822 4.3
_ZONES = {
    "nst": -3.5, "ast": -4, "adt": -3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "mez": 1,
    "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "eest": 3, "cat": 2, "sast": 2, "eat": 3, "msk": 3, "trt": 3,
    "irst": 3.5, "irdt": 4.5, "gst": 4, "pkt": 5, "hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11,
}  # fmt: skip
_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})?$")


class NoSuchDateError(ValueError):
    """It is written like a date, and there is no such day or hour."""


def parse_internet_date(text: str) -> datetime | None:
    """Return the moment in UTC, None where `text` is written otherwise; without a zone it counts as UTC.

    Raise `NoSuchDateError`.
    """
    text = text.strip()
    if len(text) > _LONGEST or not text.isascii():
        return None
    for pattern in _FORMATS:
        if found := pattern.match(text):
            parts = found.groupdict()
            month = int(parts["number"]) if parts.get("number") else _month(parts["month"])
            return _moment(parts, month) if month is not None else None
    return None


def _month(name: str) -> int | None:
    return _MONTHS.index(name[:3].lower()) + 1 if name[:3].lower() in _MONTHS else None


def _moment(parts: dict[str, str | None], month: int) -> datetime:
    year = int(parts["year"] or 0)
    if len(parts["year"] or "") == 2:
        year += 2000 if year < 50 else 1900  # RFC 2822 4.3
    hour = int(parts["hour"] or 0)
    if parts["half"] and hour <= 12:
        hour = hour % 12 + (12 if parts["half"] in "pP" else 0)
    second = int(parts["second"] or 0)
    second = 59 if second == 60 else second  # a leap second
    try:
        moment = datetime(year, month, int(parts["day"] or 0), hour, int(parts["minute"] or 0), second, tzinfo=UTC)
        return moment - _offset(parts["zone"] or "")
    except (ValueError, OverflowError):
        raise NoSuchDateError(parts) from None


def _offset(zone: str) -> timedelta:
    if found := _OFFSET.search(zone):
        sign, hours, minutes = found.groups()
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        if offset >= timedelta(hours=24):
            return timedelta()
        return -offset if sign == "-" else offset
    return timedelta(hours=_ZONES.get(zone.lower(), 0))
