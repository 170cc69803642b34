"""Every local date has exactly one occurrence of every minute of the day, whatever its clocks do."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage.localtime import Occurrence, QuietHours, is_zone, local_date, next_occurrence, quiet_end, quiet_now

ARAB_ZONES = (
    "Africa/Algiers", "Africa/Cairo", "Africa/Casablanca", "Africa/Djibouti", "Africa/El_Aaiun", "Africa/Khartoum",
    "Africa/Mogadishu", "Africa/Nouakchott", "Africa/Tripoli", "Africa/Tunis", "Asia/Aden", "Asia/Amman",
    "Asia/Baghdad", "Asia/Bahrain", "Asia/Beirut", "Asia/Damascus", "Asia/Dubai", "Asia/Gaza", "Asia/Hebron",
    "Asia/Kuwait", "Asia/Muscat", "Asia/Qatar", "Asia/Riyadh", "Indian/Comoro",
)  # fmt: skip
FIRST, LAST = date(2020, 1, 1), date(2030, 12, 31)
# Clocks are moved at whole and half hours; the odd minutes stand for any other.
MINUTES = tuple(sorted({*range(0, 24 * 60, 30), 1, 29, 61, 119, 121, 179, 1439}))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "minute", "day", "expected"),
    [
        # Spring forward: the clock shows no 00:30, or no 00:00, on that date.
        ("Africa/Cairo", 30, "2026-04-24", at("2026-04-23T22:30")),
        ("Asia/Beirut", 0, "2026-03-29", at("2026-03-28T22:00")),
        # Fall back: the clock shows the time twice; the first counts.
        ("Africa/Cairo", 23 * 60 + 30, "2026-10-29", at("2026-10-29T20:30")),
        ("Africa/Casablanca", 2 * 60 + 30, "2026-02-15", at("2026-02-15T01:30")),
        # No clock change at all.
        ("Asia/Riyadh", 20 * 60, "2026-03-01", at("2026-03-01T17:00")),
    ],
)
def test_a_time_that_is_skipped_or_comes_twice_happens_once(
    zone: str, minute: int, day: str, expected: datetime
) -> None:
    midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    occurrence = next_occurrence(zone, minute, after=midnight - timedelta(minutes=1))
    assert occurrence == Occurrence(day, expected)
    following = next_occurrence(zone, minute, after=occurrence.at)
    assert following.date == (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    assert following.at - occurrence.at > timedelta(hours=22)


@pytest.mark.parametrize("zone", ARAB_ZONES)
def test_no_transition_from_2020_to_2030_skips_or_repeats_a_date(zone: str) -> None:
    for around in transitions(zone):
        days = [around + timedelta(days=offset) for offset in range(-1, 3)]
        for minute in MINUTES:
            start = midnight_after(zone, days[0] - timedelta(days=1)) - timedelta(hours=2)
            previous = next_occurrence(zone, minute, after=start)
            while previous.date < days[0].isoformat():
                previous = next_occurrence(zone, minute, after=previous.at)
            for day in days[1:]:
                occurrence = next_occurrence(zone, minute, after=previous.at)
                assert occurrence.date == day.isoformat(), (zone, minute, previous)
                assert occurrence.at > previous.at
                assert occurrence.at == expected_moment(zone, day, minute)
                assert occurrence == next_occurrence(zone, minute, after=previous.at, after_date=previous.date)
                previous = occurrence


@pytest.mark.parametrize("zone", ARAB_ZONES)
def test_eleven_years_of_a_digest_at_half_past_midnight_are_one_a_day(zone: str) -> None:
    occurrence = next_occurrence(zone, 30, after=midnight_after(zone, FIRST))
    day = date.fromisoformat(occurrence.date)
    while day < LAST:
        following = next_occurrence(zone, 30, after=occurrence.at)
        day += timedelta(days=1)
        assert following.date == day.isoformat()
        assert following.at > occurrence.at
        occurrence = following


def test_the_table_of_transitions_is_not_empty() -> None:
    changing = {zone: sum(1 for _ in transitions(zone)) for zone in ARAB_ZONES}
    assert changing["Africa/Cairo"] >= 15
    assert changing["Africa/Casablanca"] >= 20
    assert changing["Asia/Gaza"] >= 20
    assert changing["Asia/Damascus"] >= 5
    assert changing["Asia/Riyadh"] == 0


def test_the_moment_itself_is_not_after_itself() -> None:
    noon = next_occurrence("Asia/Riyadh", 12 * 60, after=at("2026-03-01T08:59"))
    assert noon == Occurrence("2026-03-01", at("2026-03-01T09:00"))
    assert next_occurrence("Asia/Riyadh", 12 * 60, after=noon.at).date == "2026-03-02"


def test_a_date_that_was_served_is_not_served_again_when_the_zone_changes() -> None:
    # Served on 2 March in Riyadh at 00:30; in Rabat it is still 1 March, and its 2 March is to come.
    served = next_occurrence("Asia/Riyadh", 30, after=at("2026-03-01T20:00"))
    assert served.date == "2026-03-02"
    assert next_occurrence("Africa/Casablanca", 23 * 60, after=served.at).date == "2026-03-01"
    assert next_occurrence("Africa/Casablanca", 23 * 60, after=served.at, after_date=served.date).date == "2026-03-03"


# Quiet hours: the presets, own ones in and around the hours at which clocks are moved, and some that a gap swallows.
HOURS = (
    (22 * 60, 6 * 60), (23 * 60, 7 * 60), (0, 8 * 60), (23 * 60 + 30, 30), (30, 45), (0, 60), (15, 2 * 60 + 30),
    (2 * 60, 3 * 60), (23 * 60, 23 * 60 + 45), (9 * 60, 17 * 60), (60, 30), (1439, 1),
)  # fmt: skip


@pytest.mark.parametrize("zone", ARAB_ZONES)
def test_quiet_hours_come_once_for_each_local_date_over_every_transition(zone: str) -> None:
    """Around each change of the clocks a night is one stretch, from its hour to its hour or to the next night."""
    minute, half_hour = timedelta(minutes=1), timedelta(minutes=30)
    for day in transitions(zone):
        first, last = day - timedelta(days=1), day + timedelta(days=2)
        begin, end = midnight_after(zone, first), midnight_after(zone, last)
        grid = [begin + half_hour * step for step in range(int((end - begin) / half_hour))]
        for start, until in HOURS:
            hours = QuietHours(zone, start, until)
            dates = [first + timedelta(days=shift) for shift in range(-1, 5)]
            starts = [expected_moment(zone, date, start) for date in dates]
            ends = [expected_moment(zone, date + timedelta(days=until <= start), until) for date in dates]
            nights = [(starts[place], min(ends[place], starts[place + 1])) for place in range(len(dates) - 1)]
            edges = [edge + shift for night in nights for edge in night for shift in (-minute, timedelta())]
            for moment in (*grid, *(edge for edge in edges if begin <= edge < end)):
                now = [night for night in nights if night[0] <= moment < night[1]]
                assert len(now) <= 1
                found = quiet_end(hours, moment)
                assert (found is not None) == bool(now), (hours, moment)
                assert found is None or found in ends
                assert (quiet_now([hours], moment) == [hours]) == bool(now), (hours, moment)


@pytest.mark.parametrize(
    ("hours", "moment", "ends"),
    [
        (QuietHours("Asia/Riyadh", 1380, 420), at("2026-03-01T19:59"), None),
        (QuietHours("Asia/Riyadh", 1380, 420), at("2026-03-01T20:00"), at("2026-03-02T04:00")),
        (QuietHours("Asia/Riyadh", 1380, 420), at("2026-03-02T03:59"), at("2026-03-02T04:00")),
        (QuietHours("Asia/Riyadh", 1380, 420), at("2026-03-02T04:00"), None),
        (QuietHours("Asia/Riyadh", 0, 480), at("2026-03-01T21:00"), at("2026-03-02T05:00")),
        (QuietHours("Asia/Riyadh", 1230, 1250), at("2026-03-01T17:40"), at("2026-03-01T17:50")),
        # Cairo's clocks go from 24:00 back to 23:00: the night has begun, and goes on.
        (QuietHours("Africa/Cairo", 1410, 420), at("2026-10-29T21:10"), at("2026-10-30T05:00")),
        # Cairo's clocks show no time from 00:00 to 01:00: that night has no such hour.
        (QuietHours("Africa/Cairo", 30, 60), at("2026-04-23T22:15"), None),
    ],
)
def test_quiet_hours_have_an_end(hours: QuietHours, moment: datetime, ends: datetime | None) -> None:
    assert quiet_end(hours, moment) == ends
    assert quiet_now([hours], moment) == ([hours] if ends else [])


@pytest.mark.parametrize("zone", ARAB_ZONES)
def test_eleven_years_of_a_weekly_digest_are_one_a_week(zone: str) -> None:
    for weekday, minute in ((4, 1439), (5, 0), (5, 30), (7, 150)):
        occurrence = next_occurrence(zone, minute, after=midnight_after(zone, FIRST), weekday=weekday)
        day = date.fromisoformat(occurrence.date)
        assert day.isoweekday() == weekday
        while day < LAST - timedelta(days=7):
            following = next_occurrence(zone, minute, after=occurrence.at, after_date=occurrence.date, weekday=weekday)
            day += timedelta(days=7)
            assert following == Occurrence(day.isoformat(), expected_moment(zone, day, minute))
            assert following == next_occurrence(zone, minute, after=occurrence.at, weekday=weekday)
            occurrence = following


def test_the_date_is_that_of_the_zone() -> None:
    moment = at("2026-03-01T21:30")
    assert [local_date(zone, moment) for zone in ("Asia/Riyadh", "Africa/Cairo", "America/New_York")] == [
        "2026-03-02", "2026-03-01", "2026-03-01",
    ]  # fmt: skip


@pytest.mark.parametrize("zone", [*ARAB_ZONES, "UTC", "Europe/London", "America/Argentina/Buenos_Aires", "EET"])
def test_a_zone_of_the_iana_database_is_known(zone: str) -> None:
    assert is_zone(zone)


@pytest.mark.parametrize(
    "name",
    ["", " ", "Riyadh", "الرياض", "asia/riyadh", "Asia", "Asia/Riyadh ", "Asia/Riyadh\n", "Asia//Riyadh", "+03:00",
     "../../etc/passwd", "/etc/localtime", "localtime", "Factory", "posixrules",
     "zone.tab", "\x00", "\ud800", "x" * 100_000],
)  # fmt: skip
def test_anything_else_is_no_zone(name: str) -> None:
    assert not is_zone(name)


def transitions(zone: str) -> Iterator[date]:
    """The local dates on which the zone's offset changes, as the standard library knows them."""
    tz = ZoneInfo(zone)
    for number in range((LAST - FIRST).days):
        day = FIRST + timedelta(days=number)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=tz)
        if noon.utcoffset() != (noon + timedelta(days=1)).utcoffset():
            yield day


def midnight_after(zone: str, day: date) -> datetime:
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def expected_moment(zone: str, day: date, minute: int) -> datetime:
    """The first moment at which the zone's clock shows that time, or what it would be had the clock not been moved."""
    tz = ZoneInfo(zone)
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=UTC)
    around = [wall.replace(tzinfo=tz) + timedelta(days=shift) for shift in (-1, 0, 1)]
    moments = [wall - (moment.utcoffset() or timedelta()) for moment in around]
    shown = [moment for moment in moments if moment.astimezone(tz).replace(tzinfo=UTC) == wall]
    return min(shown, default=max(moments))
