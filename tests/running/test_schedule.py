"""The scheduler's jobs, on a real scheduler and a real database."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bot import schedule
from storage import digests, preferences, publishing, retention, sections, subscribers
from storage.article import Article
from storage.claims import claim
from storage.database import Database
from storage.deliveries import Kind, State, count_by_state
from storage.localtime import QuietHours
from storage.retention import Policy
from storage.tables import deliveries
from tests.databases import Clock

FOR_EVER = Policy(deliveries=None, articles=None)
STORY = Article(title="عنوان", sections=("رياضة",), breaking=True, blocks=())


async def subscribe(database: Database, clock: Clock) -> None:
    async with database.write() as connection:
        await subscribers.start(connection, 7, language="ar", timezone="Asia/Riyadh", now=clock())
        sport = next(row.id for row in await sections.every(connection) if row.name == "رياضة")
        await subscribers.choose(connection, 7, [sport], chosen=True, now=clock())


async def test_a_digest_that_is_due_is_owed_and_the_dispatcher_woken(sqlite_database: Database, clock: Clock) -> None:
    await subscribe(sqlite_database, clock)
    async with sqlite_database.write() as connection:
        await publishing.keep(connection, STORY, now=clock())
        due = await digests.turn_on(connection, 7, minute=20 * 60, timezone="Asia/Riyadh", now=clock())
    clock.now = due.next_due_at + timedelta(seconds=1)
    woken = asyncio.Event()

    scheduler = schedule.build(sqlite_database, woken.set, clock, keeping=FOR_EVER)
    scheduler.start()
    try:
        await asyncio.wait_for(woken.wait(), 5)
    finally:
        await scheduler.stop()

    async with sqlite_database.write() as connection:
        owed = (await claim(connection, limit=5, now=clock())).claims
    assert [(row.kind, row.chat_id) for row in owed] == [("digest", 7)]


async def test_a_job_that_finds_the_database_gone_says_so_in_one_line(
    sqlite_database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    scheduler = schedule.build(sqlite_database, lambda: None, clock, keeping=FOR_EVER)
    async with sqlite_database.write() as connection:
        await connection.exec_driver_sql("DROP TABLE digests")

    await scheduler_job(scheduler, "owe_digests")

    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "no such table" in caplog.text
    assert "Traceback" not in caplog.text


async def test_an_alert_past_its_time_to_live_is_left_to_the_digest(sqlite_database: Database, clock: Clock) -> None:
    await subscribe(sqlite_database, clock)
    async with sqlite_database.write() as connection:
        await publishing.publish(connection, STORY, now=clock(), ttl=timedelta(hours=2))
    clock.advance(hours=3)
    ended: list[tuple[Kind, State, int]] = []

    await scheduler_job(
        schedule.build(
            sqlite_database, lambda: None, clock, keeping=FOR_EVER, observe_ended=lambda *what: ended.append(what)
        ),
        "tidy_deliveries",
    )

    assert ended == [(Kind.ALERT, State.EXPIRED, 1)]
    async with sqlite_database.read() as connection:
        assert await count_by_state(connection, since=clock() - timedelta(days=1)) == {State.EXPIRED: 1}


async def scheduler_job(scheduler: schedule.Clock, name: str) -> None:
    """Do the job now, as the scheduler would."""
    [job] = [job for job in scheduler.get_jobs() if job.id == name]
    await job.func()


async def test_old_rows_are_forgotten_until_none_is_left(
    sqlite_database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_DELIVERIES_AT_ONCE", 1)
    await subscribe(sqlite_database, clock)
    async with sqlite_database.write() as connection:
        for title in ("خبر أول", "خبر آخر مختلف"):
            story = replace(STORY, title=title)
            await publishing.publish(connection, story, now=clock(), ttl=timedelta(hours=1))
        await connection.execute(update(deliveries).values(state=State.SENT))
    clock.advance(days=91)

    keeping = Policy(deliveries=timedelta(days=90), articles=None)
    await scheduler_job(schedule.build(sqlite_database, lambda: None, clock, keeping=keeping), "forget_old_rows")

    async with sqlite_database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(deliveries)) == 0


async def test_quiet_hours_that_have_begun_end_what_waits_and_cost_nothing_after_that(
    sqlite_database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await subscribe(sqlite_database, clock)
    night = QuietHours("Asia/Riyadh", 20 * 60, 7 * 60)  # it is 21:00 there
    async with sqlite_database.write() as connection:
        await preferences.set_quiet(connection, 7, night, now=clock() - timedelta(hours=2))
        await publishing.publish(connection, STORY, now=clock() - timedelta(hours=2), ttl=timedelta(hours=6))
    ended: list[tuple[Kind, State, int]] = []
    scheduler = schedule.build(
        sqlite_database, lambda: None, clock, keeping=FOR_EVER, observe_ended=lambda *what: ended.append(what)
    )

    await scheduler_job(scheduler, "hush")
    await scheduler_job(scheduler, "hush")

    async with sqlite_database.read() as connection:
        assert await count_by_state(connection, since=clock() - timedelta(hours=3)) == {State.EXPIRED: 1}
    assert ended == [(Kind.ALERT, State.EXPIRED, 1)]
    assert [record.message for record in caplog.records if record.name == schedule.__name__] == [
        "1 alerts would have come in quiet hours and are left to the digest"
    ]


async def test_a_job_that_is_cut_short_has_ended_when_the_clock_has_stopped(sqlite_database: Database) -> None:
    begun, ended = asyncio.Event(), False

    async def job() -> None:
        nonlocal ended
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            async with sqlite_database.read() as connection:
                await connection.execute(select(1))
            ended = True

    clock = schedule.Clock()
    schedule.add(clock, job, 60)
    clock.start()
    await begun.wait()
    await clock.stop()

    assert ended
