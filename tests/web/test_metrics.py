"""What Prometheus is told of a running bot, read by Prometheus's own parser."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from bot.delivery.budget import SendBudget
from bot.emulator import Emulator
from bot.metrics import Metrics
from bot.web.health import Vitals
from bot.web.scrape import Scrape
from bot.web.server import serving
from storage import sources
from storage.database import Database
from storage.publishing import publish
from storage.sources import Kind
from tests.databases import Clock
from tests.storage.builders import an_article, subscribe
from tests.web.conftest import READER
from tests.whole.programs import bot, command

PATIENCE = 15.0
FLASH = "عاجل سياسة\n\nإغلاق جسر الميناء أمام الشاحنات\n\nأعلنت البلدية إغلاق الجسر أسبوعا.\n"


class Scraped:
    """One scrape: the value of each sample by its name and labels."""

    def __init__(self, text: str) -> None:
        self.families = {family.name: family for family in text_string_to_metric_families(text)}

    def value(self, name: str, **labels: str) -> float:
        (found,) = (
            sample.value
            for family in self.families.values()
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )
        return float(found)


async def scrape(port: int) -> Scraped:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as response:
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("text/plain; version=")
        return Scraped(await response.text())


async def test_a_bot_that_has_worked_tells_what_it_did(
    emulator: Emulator, listening: dict[str, str], port: int, tmp_path: Path
) -> None:
    async with bot(listening, tmp_path):
        await emulator.say(READER, "/start")
        welcome = await emulator.wait_for(READER, lambda message: bool(message.buttons), timeout=PATIENCE)
        await (await emulator.press(READER, welcome.message_id, text="سياسة")).answered(PATIENCE)
        emulator.faults.fail(429, "Too Many Requests", retry_after=1, method="sendMessage", times=1)
        assert (await command("ingest", "-", settings=listening, folder=tmp_path, given=FLASH.encode())).code == 0
        await emulator.wait_for(READER, "جسر الميناء", timeout=PATIENCE)
        scraped = await scrape(port)

    assert scraped.value("newsbot_ready") == 1
    assert scraped.value("newsbot_database_up") == 1
    assert scraped.value("newsbot_problem", part="updates") == 0
    assert scraped.value("newsbot_telegram_request_seconds_count", ended="429") == 1
    assert scraped.value("newsbot_telegram_request_seconds_count", ended="200") >= 5
    assert scraped.value("newsbot_deliveries_total", kind="alert", outcome="sent") == 1
    assert scraped.value("newsbot_delivery_seconds_count") == 1
    assert 0.5 < scraped.value("newsbot_delivery_seconds_sum") < PATIENCE
    assert scraped.value("newsbot_update_seconds_count", kind="message") == 1
    assert scraped.value("newsbot_update_seconds_count", kind="callback_query") == 1
    assert scraped.value("newsbot_database_seconds_count", mode="write") >= 5
    assert scraped.value("newsbot_database_seconds_count", mode="read") >= 1
    assert 0 < scraped.value("newsbot_send_rate", lane="free") <= 30
    assert 0 <= scraped.value("newsbot_updates_silence_seconds") < 30
    assert scraped.value("newsbot_log_records_total", level="warning") >= 1
    assert scraped.value("process_open_fds") > 3


# What follows is looked at from inside.


@pytest.fixture
async def inside(database: Database, clock: Clock, port: int) -> Any:
    registry = CollectorRegistry()
    metrics, vitals = Metrics(registry), Vitals(database)
    vitals.started()
    budget = SendBudget(30, clock=lambda: 1000.0, paid_rate=500)
    scraping = Scrape(registry, metrics, database, vitals, budget, paid=True, now=clock)
    async with serving(("127.0.0.1", port), scraping.routes()):
        yield metrics, vitals, budget


async def test_what_is_owed_is_told_by_kind_and_how_long_the_oldest_alert_waits(
    inside: object, database: Database, clock: Clock, port: int
) -> None:
    scraped = await scrape(port)
    assert (scraped.value("newsbot_owed", kind="alert"), scraped.value("newsbot_oldest_owed_alert_seconds")) == (0, 0)
    async with database.write() as connection:
        for reader in (7, 8):
            await subscribe(connection, reader, "سياسة", now=clock())
        await publish(connection, an_article(), now=clock(), ttl=clock.now - clock.now.replace(hour=0))
    clock.advance(seconds=90)

    scraped = await scrape(port)
    assert (scraped.value("newsbot_owed", kind="alert"), scraped.value("newsbot_oldest_owed_alert_seconds")) == (2, 90)
    assert scraped.value("newsbot_owed", kind="digest") == 0


async def test_sources_are_told_by_their_health(inside: object, database: Database, clock: Clock, port: int) -> None:
    async with database.write() as connection:
        for number in (1, 2, 3):
            await sources.add(connection, f"https://{number}.example/", kind=Kind.FEED, name="الأولى", now=clock())
        await connection.exec_driver_sql("UPDATE sources SET failures = 9 WHERE id = 1")
        await connection.exec_driver_sql("UPDATE sources SET state = 'gone' WHERE id = 2")

    scraped = await scrape(port)
    found = {health: scraped.value("newsbot_sources", health=health) for health in sources.Health}
    assert found == {"well": 1, "failing": 1, "gone": 1, "silent": 0}


async def test_a_database_that_does_not_answer_leaves_no_old_numbers(
    inside: object, database: Database, port: int
) -> None:
    assert (await scrape(port)).value("newsbot_database_up") == 1
    async with database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE sources RENAME TO away")

    scraped = await scrape(port)
    assert scraped.value("newsbot_database_up") == 0
    assert scraped.families["newsbot_owed"].samples == []
    oldest = scraped.value("newsbot_oldest_owed_alert_seconds")
    assert oldest != oldest  # not a number


async def test_a_part_that_is_not_well_is_named(inside: tuple[Metrics, Vitals, SendBudget], port: int) -> None:
    _metrics, vitals, _budget = inside
    vitals.add("updates", lambda: "no updates")

    scraped = await scrape(port)
    assert (scraped.value("newsbot_ready"), scraped.value("newsbot_problem", part="updates")) == (0, 1)


async def test_the_budget_is_told_for_each_lane(inside: tuple[Metrics, Vitals, SendBudget], port: int) -> None:
    _metrics, _vitals, budget = inside
    budget.halt(7, 60.0)

    scraped = await scrape(port)
    assert scraped.value("newsbot_send_wait_seconds", lane="free") == 60
    assert scraped.value("newsbot_send_budget_left", lane="free") == 0
    assert scraped.value("newsbot_send_rate", lane="free") == 24
    assert scraped.value("newsbot_send_rate", lane="paid") == 400
