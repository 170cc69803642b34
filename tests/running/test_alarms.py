"""The owners are told once when something needs a person, and once when it is over."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot import alarms as module
from bot.alarms import Alarms, disk_probe
from bot.emulator import Emulator
from bot.notifier import notifier
from bot.updates import PatientBot
from handlers.texts import Texts
from storage.alarms import Alarm
from storage.database import Database
from tests.databases import Clock

OWNER, OTHER = 103, 104
TOKEN = "42:alarms"


@dataclass
class Owners:
    """What they were told, and whether they can be reached."""

    told: list[tuple[int, str]] = field(default_factory=list)
    reachable: bool = True

    async def send(self, chat_id: int, html: str) -> bool:
        if self.reachable:
            self.told.append((chat_id, html))
        return self.reachable


@dataclass
class Watched:
    """A bot whose updates may stop."""

    database: Database
    clock: Clock
    owners: Owners = field(default_factory=Owners)
    problem: str | None = None

    def start(self) -> None:
        words = Texts.load("en").of(None)
        probes = {Alarm.UPDATES: lambda: self.problem}
        self.alarms = Alarms(self.database, [OWNER, OTHER], self.owners.send, words, probes, now=self.clock)

    async def look(self, *, minutes: float = 0) -> list[str]:
        """Let time pass and look; return what the first owner is told."""
        self.clock.advance(minutes=minutes)
        self.owners.told.clear()
        await self.alarms.look_for_trouble()
        return [html for chat_id, html in self.owners.told if chat_id == OWNER]


@pytest.fixture
def watched(database: Database, clock: Clock) -> Watched:
    made = Watched(database, clock)
    made.start()
    return made


async def test_what_lasts_is_told_once_to_every_owner_and_that_it_is_over_too(watched: Watched) -> None:
    watched.problem = "no <updates> for 61 s"
    assert await watched.look() == []
    (told,) = await watched.look(minutes=3)
    assert "Nothing that people write reaches the bot" in told
    assert "no &lt;updates&gt; for 61 s" in told
    assert [chat_id for chat_id, _html in watched.owners.told] == [OWNER, OTHER]
    assert await watched.look(minutes=60) == []

    watched.problem = None
    assert await watched.look(minutes=1) == ["✅ Messages reach the bot again."]
    assert await watched.look(minutes=1) == []


async def test_what_passes_by_itself_is_not_told(watched: Watched) -> None:
    for _ in range(5):
        watched.problem = "a hiccup"
        assert await watched.look(minutes=2) == []
        watched.problem = None
        assert await watched.look(minutes=2) == []


async def test_a_restart_tells_nothing_again(watched: Watched) -> None:
    watched.problem = "no updates"
    await watched.look()
    assert len(await watched.look(minutes=3)) == 1
    watched.start()
    assert await watched.look() == []
    assert await watched.look(minutes=3) == []
    watched.problem = None
    watched.start()
    assert len(await watched.look()) == 1


async def test_who_cannot_be_reached_now_is_told_later(watched: Watched) -> None:
    watched.problem = "no updates"
    watched.owners.reachable = False
    await watched.look()
    assert await watched.look(minutes=3) == []
    watched.owners.reachable = True
    assert len(await watched.look(minutes=1)) == 1


async def test_a_database_that_does_not_answer_is_told_once_though_nothing_can_be_written(watched: Watched) -> None:
    await watched.look()
    async with watched.database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE alarms RENAME TO away")
    assert await watched.look() == []
    (told,) = await watched.look(minutes=3)
    assert "The database does not answer" in told
    assert await watched.look(minutes=3) == []
    async with watched.database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE away RENAME TO alarms")
    assert await watched.look() == ["✅ The database answers again; what was owed is being sent."]


def test_a_disk_is_full_when_little_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    probe = disk_probe(tmp_path / "news.db")
    monkeypatch.setattr(module, "LEAST_FREE_BYTES", 0)
    assert probe() is None
    monkeypatch.setattr(module, "LEAST_FREE_BYTES", 2**80)
    assert "MiB free" in (probe() or "")
    assert disk_probe(tmp_path / "nowhere" / "news.db")() == "No such file or directory"


@pytest.fixture
async def bot() -> AsyncIterator[tuple[PatientBot, Emulator]]:
    emulator = Emulator(TOKEN)
    emulator.add_person(OWNER, "المالكة")
    await emulator.start()
    async with PatientBot(TOKEN, base_url=f"{emulator.url}/bot") as made:
        yield made, emulator
    await emulator.stop()


async def test_an_owner_who_never_started_the_bot_is_not_waited_for(bot: tuple[PatientBot, Emulator]) -> None:
    made, emulator = bot
    send = notifier(made, "what is wrong")
    assert await send(OWNER, "x")
    await emulator.say(OWNER, "/start")
    assert await send(OWNER, "<b>تنبيه</b>")
    assert emulator.messages(OWNER)[-1].text == "تنبيه"
    emulator.faults.fail(500, "Internal Server Error", method="sendMessage", times=1)
    assert not await send(OWNER, "x")
