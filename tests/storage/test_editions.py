"""A chat may have several digests: each tells what came since, no story of the day twice, and what it was spared."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import claims, digests, phrases, preferences, settling, subscribers
from storage.articles import Status
from storage.database import Database
from storage.deliveries import Kind
from storage.digest_stories import stories
from storage.digests import Digest, Edition
from storage.localtime import QuietHours
from storage.owing_digests import SOON, owe_due
from storage.subscribers import ImportedSubscriber
from storage.tables import articles as articles_table
from storage.tables import deliveries as table
from tests.databases import START
from tests.storage.builders import TTL, an_article, keep, publish, section_ids, subscribe

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RIYADH = "Asia/Riyadh"
NIGHT = QuietHours(RIYADH, 23 * 60, 7 * 60)


def riyadh(day: int, hour: int, minute: int = 0) -> datetime:
    """A time in March 2026 in Riyadh; the first was a Sunday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - 3 * HOUR


async def told(connection: AsyncConnection, chat_id: int = 1) -> list[tuple[str, list[str]]]:
    """Edition and stories of every digest that the chat was ever owed."""
    rows = await connection.execute(
        select(table.c.edition, table.c.window_start, table.c.window_end)
        .where(table.c.chat_id == chat_id, table.c.kind == Kind.DIGEST, table.c.window_start.is_not(None))
        .order_by(table.c.id)
    )
    return [
        (
            edition,
            [
                one.title
                for one in await stories(connection, chat_id, Edition(edition), since=since, until=until, limit=99)
            ],
        )
        for edition, since, until in rows.all()
    ]


async def turn_on(connection: AsyncConnection, edition: Edition, minute: int, weekday: int | None = None) -> Digest:
    return await digests.turn_on(
        connection, 1, minute=minute, timezone=RIYADH, now=START, edition=edition, weekday=weekday
    )


async def run(connection: AsyncConnection, since: datetime, until: datetime) -> None:
    """Let the clock tick every half hour."""
    moment = since
    while moment <= until:
        await owe_due(connection, now=moment)
        moment += 30 * MINUTE


async def test_what_the_morning_has_told_the_evening_does_not_tell_again(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await turn_on(connection, Edition.MORNING, 420)
        await turn_on(connection, Edition.EVENING, 1200)
        await keep(connection, an_article("خبر الليل"), riyadh(2, 1))
        await owe_due(connection, now=riyadh(2, 7))
        await keep(connection, an_article("خبر الظهر"), riyadh(2, 12))
        await owe_due(connection, now=riyadh(2, 20))
        await owe_due(connection, now=riyadh(3, 7))
        await keep(connection, an_article("خبر الظهر التالي"), riyadh(3, 12))
        await owe_due(connection, now=riyadh(3, 20))
        assert await told(connection) == [
            ("morning", ["خبر الليل"]),
            ("evening", ["خبر الظهر"]),
            ("evening", ["خبر الظهر التالي"]),
        ]


async def test_a_weekly_one_comes_on_its_day_and_tells_the_week(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        assert (await turn_on(connection, Edition.WEEKLY, 600, weekday=5)).next_due_at == riyadh(6, 10)
        await turn_on(connection, Edition.EVENING, 1200)
        for day in range(2, 15):
            await keep(connection, an_article(f"خبر اليوم {day}", published_at=riyadh(day, 9)), riyadh(day, 9))
            await run(connection, riyadh(day, 9, 30), riyadh(day, 21))
        weekly = [titles for edition, titles in await told(connection) if edition == "weekly"]
        assert [sorted(titles, key=lambda title: int(title.split()[-1])) for titles in weekly] == [
            [f"خبر اليوم {day}" for day in range(2, 7)],
            [f"خبر اليوم {day}" for day in range(7, 14)],
        ]


async def test_a_section_that_is_left_out_of_the_digest_is_no_reason_for_one(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة", "رياضة")
        await turn_on(connection, Edition.EVENING, 1200)
        await preferences.wish_of_section(connection, 1, "politics", in_digest=False)
        await keep(connection, an_article("خبر السياسة"), riyadh(2, 12))
        assert await owe_due(connection, now=riyadh(2, 20)) == 0
        await keep(connection, an_article("خبر السياسة التالي"), riyadh(3, 12))
        await keep(connection, an_article("خبر الرياضة", "رياضة"), riyadh(3, 12))
        assert await owe_due(connection, now=riyadh(3, 20)) == 1
        assert await told(connection) == [("evening", ["خبر الرياضة"])]


async def test_what_a_chat_was_spared_is_in_its_digest_once_and_what_is_retracted_is_not(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "رياضة")
        await phrases.put(connection, 1, "زلزال", muted=False)
        await turn_on(connection, Edition.EVENING, 1200)
        await preferences.set_quiet(connection, 1, NIGHT, now=START)
        await publish(connection, an_article("زلزال في الليل", "سياسة"), riyadh(2, 2))
        await publish(connection, an_article("مباراة في الليل", "رياضة"), riyadh(2, 3))
        gone = (await publish(connection, an_article("زلزال كاذب", "سياسة"), riyadh(2, 4))).stored
        await connection.execute(
            update(articles_table).where(articles_table.c.id == gone.id).values(status=Status.RETRACTED)
        )
        await owe_due(connection, now=riyadh(2, 20))
        assert await told(connection) == [("evening", ["مباراة في الليل", "زلزال في الليل"])]


async def test_an_alert_past_its_time_to_live_is_in_the_digest(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "رياضة")
        await phrases.put(connection, 1, "زلزال", muted=False)
        await turn_on(connection, Edition.EVENING, 1200)
        await publish(connection, an_article("زلزال", "سياسة"), riyadh(2, 8))
        await settling.expire(connection, now=riyadh(2, 8) + TTL)
        await owe_due(connection, now=riyadh(2, 20))
        assert await told(connection) == [("evening", ["زلزال"])]


async def test_what_exceeds_a_budget_is_in_the_digest(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await preferences.wish_of_section(connection, 1, "politics", in_digest=False)
        await turn_on(connection, Edition.EVENING, 1200)
        await preferences.set_budget(connection, 1, 5)
        for number in range(7):
            await publish(connection, an_article(f"خبر فريد {number}"), riyadh(2, 12, number))
        await owe_due(connection, now=riyadh(2, 20))
        assert await told(connection) == [("evening", ["خبر فريد 6", "خبر فريد 5"])]


async def test_a_story_with_a_muted_word_is_in_no_digest(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await phrases.put(connection, 1, "انتخابات", muted=True)
        await turn_on(connection, Edition.EVENING, 1200)
        await keep(connection, an_article("بدء الانتخابات"), riyadh(2, 12))
        await keep(connection, an_article("زلزال"), riyadh(2, 12))
        await owe_due(connection, now=riyadh(2, 20))
        assert await told(connection) == [("evening", ["زلزال"])]


# What was missed.


async def test_after_quiet_hours_a_round_up_tells_what_was_missed_and_only_then(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await preferences.set_quiet(connection, 1, NIGHT, now=START)
        await publish(connection, an_article("في المساء"), riyadh(1, 22))
        await publish(connection, an_article("في الليل"), riyadh(2, 3))
        await run(connection, riyadh(2, 3), riyadh(2, 6, 30))
        assert await told(connection) == []
        await run(connection, riyadh(2, 7), riyadh(3, 12))
        assert await told(connection) == [("after_quiet", ["في الليل"])]


async def test_what_a_round_up_has_told_the_next_one_does_not_tell_again(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await preferences.set_quiet(connection, 1, NIGHT, now=START)
        for day in (2, 3):
            await publish(connection, an_article(f"ليلة اليوم {day}"), riyadh(day, 3))
            await run(connection, riyadh(day, 3), riyadh(day, 12))
        assert await told(connection) == [("after_quiet", ["ليلة اليوم 2"]), ("after_quiet", ["ليلة اليوم 3"])]


@pytest.mark.parametrize(
    ("minute", "editions"),
    [
        (420, ["morning"]),  # at the moment at which the night ends
        (420 + int(SOON / MINUTE), ["morning"]),
        (421 + int(SOON / MINUTE), ["after_quiet", "morning"]),
    ],
)
async def test_a_digest_that_comes_soon_tells_what_was_missed_in_place_of_a_round_up(
    database: Database, minute: int, editions: list[str]
) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await preferences.set_quiet(connection, 1, NIGHT, now=START)
        await turn_on(connection, Edition.MORNING, minute)
        await publish(connection, an_article("في الليل"), riyadh(2, 3))
        for hour, past in ((6, 59), (7, 0), (7, 1), (9, 59), (10, 0), (10, 1), (10, 2), (12, 0)):
            await owe_due(connection, now=riyadh(2, hour, past))
        assert [edition for edition, _ in await told(connection)] == editions
        assert all(titles == ["في الليل"] for _, titles in await told(connection))


async def test_quiet_hours_that_are_given_up_bring_no_round_up(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await preferences.set_quiet(connection, 1, NIGHT, now=START)
        await publish(connection, an_article("في الليل"), riyadh(2, 3))
        await preferences.set_quiet(connection, 1, None, now=riyadh(2, 4))
        assert await digests.of_chat(connection, 1) == {}
        await run(connection, riyadh(2, 4), riyadh(3, 12))
        assert await told(connection) == []


async def test_each_mute_ends_with_a_round_up_of_its_own(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        for hour in (8, 12):
            await publish(connection, an_article(f"ينتظر {hour}"), riyadh(2, hour) - MINUTE)
            await preferences.mute(connection, 1, riyadh(2, hour + 1), now=riyadh(2, hour))
            await publish(connection, an_article(f"أثناء الكتم {hour}"), riyadh(2, hour, 30))
            assert await owe_due(connection, now=riyadh(2, hour, 59)) == 0
            assert await owe_due(connection, now=riyadh(2, hour + 1)) == 1
            assert await owe_due(connection, now=riyadh(2, hour + 2)) == 0
        assert await told(connection) == [
            ("after_mute", ["أثناء الكتم 8", "ينتظر 8"]),
            ("after_mute", ["أثناء الكتم 12", "ينتظر 12"]),
        ]


async def test_who_ends_a_mute_early_is_told_at_once(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await preferences.mute(connection, 1, riyadh(2, 16), now=riyadh(2, 8))
        await publish(connection, an_article("أثناء الكتم"), riyadh(2, 9))
        await preferences.unmute(connection, 1, now=riyadh(2, 10))
        assert await owe_due(connection, now=riyadh(2, 10)) == 1
        assert await told(connection) == [("after_mute", ["أثناء الكتم"])]


async def test_a_longer_mute_takes_the_first_ones_news_along(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await preferences.mute(connection, 1, riyadh(2, 9), now=riyadh(2, 8))
        await publish(connection, an_article("الأول"), riyadh(2, 8, 30))
        await preferences.mute(connection, 1, riyadh(2, 17), now=riyadh(2, 8, 45))
        await publish(connection, an_article("الثاني"), riyadh(2, 10))
        assert await owe_due(connection, now=riyadh(2, 9)) == 0
        assert await owe_due(connection, now=riyadh(2, 17)) == 1
        assert await told(connection) == [("after_mute", ["الثاني", "الأول"])]


async def test_a_mute_in_which_nothing_came_ends_in_silence(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await preferences.mute(connection, 1, riyadh(2, 9), now=riyadh(2, 8))
        assert await owe_due(connection, now=riyadh(2, 9)) == 0
        assert await told(connection) == []


async def test_a_mute_that_ended_long_ago_while_the_bot_was_down_is_over(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await preferences.mute(connection, 1, riyadh(2, 9), now=riyadh(2, 8))
        await publish(connection, an_article("أثناء الكتم"), riyadh(2, 8, 30))
        assert await owe_due(connection, now=riyadh(2, 9) + digests.GRACE + MINUTE) == 0
        assert await owe_due(connection, now=riyadh(3, 9)) == 0


async def test_nothing_is_told_to_a_chat_that_has_left_its_sections(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await preferences.mute(connection, 1, riyadh(2, 9), now=riyadh(2, 8))
        await publish(connection, an_article("أثناء الكتم"), riyadh(2, 8, 30))
        ids = await section_ids(connection, ["سياسة"])
        await subscribers.choose(connection, 1, ids, chosen=False, now=riyadh(2, 8, 40))
        await owe_due(connection, now=riyadh(2, 9))
        assert not (await claims.claim(connection, limit=9, now=riyadh(2, 9))).claims


# Another time zone.


async def test_hours_move_with_the_chat_to_another_zone(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await preferences.set_quiet(connection, 1, NIGHT, now=START)
        await turn_on(connection, Edition.EVENING, 1200)
        await turn_on(connection, Edition.MORNING, 480)
        await digests.turn_off(connection, 1, Edition.MORNING)
        await preferences.set_timezone(connection, 1, "Africa/Casablanca", now=START)
        mine = await preferences.get(connection, 1)
        assert mine is not None
        assert mine.quiet == QuietHours("Africa/Casablanca", 23 * 60, 7 * 60)
        moved = await digests.of_chat(connection, 1)
        # Morocco keeps to UTC in Ramadan, which it was; START is 18:00 there.
        assert moved[Edition.EVENING] == Digest(True, 1200, START + 2 * HOUR)
        assert not moved[Edition.MORNING].enabled


async def test_who_moves_into_the_night_is_left_in_peace_at_once(database: Database) -> None:
    async with database.write() as connection:
        await subscribe(connection, 1, "سياسة")
        await preferences.set_quiet(connection, 1, NIGHT, now=START)
        assert (await publish(connection, an_article())).owed == 1
        await preferences.set_timezone(connection, 1, "Asia/Tokyo", now=START)  # where it is three in the morning
        (state,) = (await connection.scalars(select(table.c.state))).all()
        assert state == "expired"


async def test_who_is_imported_into_another_zone_has_their_digests_and_quiet_hours_there(database: Database) -> None:
    async with database.write() as connection:
        (politics,) = await section_ids(connection, ["سياسة"])
        for chat_id in (1, 2):
            await subscribe(connection, chat_id, "سياسة")
            await preferences.set_quiet(connection, chat_id, NIGHT, now=START)
            await digests.turn_on(connection, chat_id, minute=1200, timezone=RIYADH, now=START - 2 * HOUR)
        await publish(connection, an_article())
        batch = [
            ImportedSubscriber(1, "ar", "Asia/Tokyo", (politics,)),
            ImportedSubscriber(2, "ar", RIYADH, (politics,)),
        ]
        await subscribers.import_many(connection, batch, now=START)
        evenings = [(await digests.of_chat(connection, chat_id))[Edition.EVENING] for chat_id in (1, 2)]
        # In Tokyo it is three in the morning already.
        assert [digest.next_due_at for digest in evenings] == [START + 17 * HOUR, START - HOUR]
        states = await connection.execute(select(table.c.chat_id, table.c.state).order_by(table.c.chat_id))
        assert [tuple(row) for row in states] == [(1, "expired"), (2, "pending")]
