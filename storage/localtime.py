"""Local times that survive clock changes. Pure.

Every local date has exactly one occurrence of every minute of the day here: a time that the clocks skip is moved
forward by the gap, and of a time that occurs twice the first counts ("compatible" in RFC 5545 and Temporal).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from zoneinfo import available_timezones

from whenever import Date, Instant, PlainDateTime


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A minute of the day on one local date (ISO 8601), and the moment in UTC that it is."""

    date: str
    at: datetime


def next_occurrence(zone: str, minute: int, *, after: datetime, after_date: str | None = None) -> Occurrence:
    """Return the first occurrence of `minute` (0 to 1439) in `zone` that is later than `after`.

    With `after_date`, on a later local date than that one too, so that no date is served twice however the zone's
    clock was moved.
    """
    date = Instant(after).to_tz(zone).date()
    if after_date is not None:
        date = max(date, Date.parse_iso(after_date).add(days=1))
    while (at := _moment(zone, date, minute)) <= after:
        date = date.add(days=1)
    return Occurrence(date.format_iso(), at)


def is_zone(name: str) -> bool:
    """Whether `name` is a time zone of the IANA database, spelt as there: `Asia/Riyadh`."""
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    # Asking for one zone at a time would also find other spellings, which other libraries refuse.
    return frozenset(available_timezones() - {"localtime"})  # the machine's own zone is no place


def _moment(zone: str, date: Date, minute: int) -> datetime:
    local = PlainDateTime(date.year, date.month, date.day, minute // 60, minute % 60)
    return local.assume_tz(zone, disambiguation="compatible").to_instant().to_stdlib().astimezone(UTC)
