"""Local times that survive clock changes. Pure.

Every local date has exactly one occurrence of every minute of the day here: a time that the clocks skip is moved
forward by the gap, and of a time that occurs twice the first counts ("compatible" in RFC 5545 and Temporal).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from whenever import Date, Instant, PlainDateTime


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A minute of the day on one local date (ISO 8601), and the moment in UTC that it is."""

    date: str
    at: datetime


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Minutes of the local day (0 to 1439) in a time zone: 1380 and 420 are from 23:00 until 07:00 next morning.

    They begin once for each local date, and end on that date or the next one. Where the clocks are set back meanwhile
    they go on; where the clocks skip all of them, that date has none.
    """

    zone: str
    start: int
    until: int


_DAY = 24 * 60
# A clock that was not moved within this long of a moment shows each of that night's times once.
_STEADY = timedelta(hours=50)


def next_occurrence(
    zone: str, minute: int, *, after: datetime, after_date: str | None = None, weekday: int | None = None
) -> Occurrence:
    """Return the first occurrence of `minute` (0 to 1439) in `zone` that is later than `after`.

    With `after_date`, on a later local date than that one too, so that no date is served twice however the zone's
    clock was moved. With `weekday` (1 is Monday, 7 is Sunday), on such a date only.
    """
    date = Instant(after).to_tz(zone).date()
    if after_date is not None:
        date = max(date, Date.parse_iso(after_date).add(days=1))
    if weekday is not None:
        date = date.add(days=(weekday - date.day_of_week().value) % 7)
    while (at := _moment(zone, date, minute)) <= after:
        date = date.add(days=1 if weekday is None else 7)
    return Occurrence(date.format_iso(), at)


def quiet_end(hours: QuietHours, at: datetime) -> datetime | None:
    """Return when the quiet hours end in which `at` is, or None where it is in none."""
    today = Instant(at).to_tz(hours.zone).date()
    for date in (today, today.subtract(days=1)):
        last = date if hours.until > hours.start else date.add(days=1)
        begin, end = _moment(hours.zone, date, hours.start), _moment(hours.zone, last, hours.until)
        if begin <= at < end:
            return end
    return None


def quiet_now(choices: Iterable[QuietHours], at: datetime) -> list[QuietHours]:
    """Return those in which `at` is. Of many in one zone each takes about a microsecond."""
    clocks: dict[str, int | None] = {}
    found = []
    for hours in choices:
        if hours.zone not in clocks:
            clocks[hours.zone] = _steady_minute(hours.zone, at)
        minute = clocks[hours.zone]
        if minute is None:
            quiet = quiet_end(hours, at) is not None
        else:
            quiet = (minute - hours.start) % _DAY < (hours.until - hours.start) % _DAY
        if quiet:
            found.append(hours)
    return found


def local_date(zone: str, at: datetime) -> str:
    """Return the date (ISO 8601) that it is in `zone`."""
    return at.astimezone(ZoneInfo(zone)).date().isoformat()


def is_zone(name: str) -> bool:
    """Whether `name` is a time zone of the IANA database, spelt as there: `Asia/Riyadh`."""
    return name in zones()


@cache
def zones() -> frozenset[str]:
    """Return the names of all time zones."""
    # Asking for one zone at a time would also find other spellings, which other libraries refuse.
    return frozenset(available_timezones() - {"localtime", "Factory"})  # the machine's own zone, and none at all


def _steady_minute(zone: str, at: datetime) -> int | None:
    """Return the minute of the day in `zone`, or None where its clock is moved around then."""
    tz = ZoneInfo(zone)
    if (at - _STEADY).astimezone(tz).utcoffset() != (at + _STEADY).astimezone(tz).utcoffset():
        return None
    local = at.astimezone(tz)
    return local.hour * 60 + local.minute


def _moment(zone: str, date: Date, minute: int) -> datetime:
    local = PlainDateTime(date.year, date.month, date.day, minute // 60, minute % 60)
    return local.assume_tz(zone, disambiguation="compatible").to_instant().to_stdlib().astimezone(UTC)
