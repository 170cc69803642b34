"""Updates that Telegram posts: each acts once, and what Telegram never sent does nothing."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from random import SystemRandom

import aiohttp
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from telegram import Update

from bot.config import Settings
from bot.emulator import Emulator
from bot.updates import PatientBot
from bot.web import server
from bot.web import webhook as module
from bot.web.server import serving
from bot.web.webhook import MOST_BYTES, PATH, SECRET_HEADER, Webhook, WebhookRefusedError
from storage import updates
from storage.database import Database
from tests.databases import Clock
from tests.web.client import connected
from tests.web.conftest import READER
from tests.whole.programs import TOKEN, bot, command

PATIENCE = 15.0
SECRET = Settings(bot_token=SecretStr(TOKEN)).webhook_token
KINDS = ("message",)
FIELDS = ("message", "callback_query", "chat", "from", "id", "date", "text", "entities", "type", "data")


def start_of(update_id: int, *, language: str = "ar") -> dict[str, object]:
    """What Telegram posts when the reader sends /start."""
    person = {"id": READER, "is_bot": False, "first_name": "ليلى", "language_code": language}
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": 1_772_388_000,
            "chat": {"id": READER, "type": "private", "first_name": "ليلى"},
            "from": person,
            "text": "/start",
            "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
        },
    }


def drawn(strategy: st.SearchStrategy[bytes], count: int) -> list[bytes]:
    """Examples of the strategy, always the same ones; others where the tests are run to find something new."""
    found: list[bytes] = []

    @seed(1 if settings.get_current_profile_name() == "default" else SystemRandom().getrandbits(64))
    @settings(max_examples=count, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(example: bytes) -> None:
        found.append(example)

    collect()
    return found


async def post(port: int, body: object, *, secret: str | None = SECRET) -> int:
    """Post as Telegram does; return the status."""
    data = BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
    headers = {SECRET_HEADER: secret} if secret is not None else {}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{port}{PATH}", data=data, headers=headers) as response,
    ):
        return response.status


async def welcomes(emulator: Emulator) -> list[str]:
    """Let everything that was posted be handled; return the welcomes that the reader got."""
    asked = await emulator.say(READER, "/help")
    await emulator.wait_for(READER, "/stop", after=asked.message_id, timeout=PATIENCE)
    return [message.text for message in emulator.messages(READER) if message.from_bot and message.buttons]


async def test_people_are_answered_without_being_polled_for(
    emulator: Emulator, hooked: dict[str, str], tmp_path: Path
) -> None:
    async with bot(hooked, tmp_path) as running:
        await emulator.say(READER, "/start")
        welcome = await emulator.wait_for(READER, lambda message: bool(message.buttons), timeout=PATIENCE)
        await (await emulator.press(READER, welcome.message_id, text="سياسة")).answered(PATIENCE)

        assert await running.stop() == 0
    assert "Traceback" not in "".join(running.log)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
async def test_an_update_that_comes_five_times_around_a_restart_acts_once(
    end: signal.Signals, emulator: Emulator, hooked: dict[str, str], port: int, tmp_path: Path
) -> None:
    async with bot(hooked, tmp_path) as first:
        assert await welcomes(emulator) == []  # only who has written to the bot can be answered
        assert await asyncio.gather(*(post(port, start_of(7)) for _ in range(3))) == [200, 200, 200]
        assert len(await welcomes(emulator)) == 1
        await first.stop(end)

    async with bot(hooked, tmp_path):
        assert [await post(port, start_of(7)) for _ in range(2)] == [200, 200]
        assert len(await welcomes(emulator)) == 1
        assert await post(port, start_of(8)) == 200
        assert len(await welcomes(emulator)) == 2


async def test_what_telegram_did_not_send_is_refused_and_the_bot_goes_on(
    emulator: Emulator, hooked: dict[str, str], port: int, tmp_path: Path
) -> None:
    async with bot(hooked, tmp_path) as running:
        assert await post(port, start_of(7), secret="wrong") == 403
        assert await post(port, start_of(7), secret=SECRET[:-1]) == 403
        assert await post(port, start_of(7), secret="") == 403
        assert await post(port, start_of(7), secret=None) == 403
        for size in (MOST_BYTES + 1, 5 * 2**20):
            assert await post(port, b"x" * size) == 413
        for broken in (b"", b"{", b"[" * 100_000, b"\xff\xfe", b"null", b"[1]", b'{"message": {}}'):
            assert await post(port, broken) == 400
        for number in ("7", -1, 2**63, 1.5, True, None):
            assert await post(port, {"update_id": number}) == 400

        assert len(await welcomes(emulator)) == 0
        assert await running.stop() == 0
    assert "Traceback" not in "".join(running.log)


async def test_a_bot_that_polls_removes_the_webhook(emulator: Emulator, hooked: dict[str, str], tmp_path: Path) -> None:
    async with bot(hooked, tmp_path):
        await welcomes(emulator)
    polls = {**hooked, "UPDATES": "polling"}
    async with bot(polls, tmp_path):
        assert len(await welcomes(emulator)) == 0


async def test_an_address_that_telegram_does_not_take_is_refused_in_one_line(
    hooked: dict[str, str], tmp_path: Path
) -> None:
    refused = await command("run", settings={**hooked, "PUBLIC_URL": "https://news.example"}, folder=tmp_path)

    assert refused.code == 1
    assert refused.err.splitlines()[-1].startswith("PUBLIC_URL: Telegram does not take this webhook: ")
    assert "Traceback" not in refused.err


async def test_a_taken_port_is_refused_in_one_line(hooked: dict[str, str], port: int, tmp_path: Path) -> None:
    async with serving(("127.0.0.1", port), []):
        refused = await command("run", settings=hooked, folder=tmp_path)

    assert refused.code == 1
    assert (
        refused.err
        == "LISTEN_ADDRESS: cannot be listened on: Address already in use; choose another port, or stop what uses it\n"
    )


# What follows is looked at from inside.


class Hook:
    """A webhook of a bot in this process, and what it has put into the queue."""

    def __init__(self, bot: PatientBot, database: Database, public_url: str, clock: Clock) -> None:
        self.bot = bot
        self.queue: asyncio.Queue[object] = asyncio.Queue()
        self.leads = True
        self.webhook = Webhook(
            bot,
            database,
            self.queue,
            public_url=public_url,
            secret=SECRET,
            kinds=KINDS,
            now=clock,
            leads=lambda: self.leads,
        )

    def take(self) -> list[Update]:
        found = []
        while not self.queue.empty():
            update = self.queue.get_nowait()
            assert isinstance(update, Update)
            found.append(update)
        return found

    def queued(self) -> list[int]:
        return [update.update_id for update in self.take()]


@asynccontextmanager
async def hook(emulator: Emulator, database: Database, clock: Clock, port: int) -> AsyncIterator[Hook]:
    async with PatientBot(TOKEN, base_url=f"{emulator.url}/bot") as bot:
        made = Hook(bot, database, f"http://127.0.0.1:{port}", clock)
        async with serving(("127.0.0.1", port), made.webhook.routes()):
            yield made


async def test_what_was_answered_and_not_begun_is_handled_after_the_next_start(
    emulator: Emulator, database: Database, clock: Clock, port: int
) -> None:
    async with hook(emulator, database, clock, port) as dying:
        await dying.webhook.open()
        for number in (9, 7, 8):
            assert await post(port, start_of(number)) == 200
        (first, *_rest) = [dying.queue.get_nowait() for _ in range(3)]
        assert await dying.webhook.begin(first)  # type: ignore[arg-type]  # only updates are put there
    async with hook(emulator, database, clock, port) as next_one:
        await next_one.webhook.open()

        assert next_one.queued() == [7, 8]
        assert await post(port, start_of(9)) == 200
        assert next_one.queued() == []


async def test_what_comes_before_the_start_and_after_the_end_is_stored_for_whoever_leads(
    emulator: Emulator, database: Database, clock: Clock, port: int
) -> None:
    async with hook(emulator, database, clock, port) as closed:
        assert await post(port, start_of(7)) == 200
        assert closed.queued() == []
        await closed.webhook.open()
        assert closed.queued() == [7]
        closed.webhook.close()
        assert await post(port, start_of(8)) == 200
        assert closed.queued() == []
    async with hook(emulator, database, clock, port) as next_one:
        await next_one.webhook.open()

        assert next_one.queued() == [7, 8]


async def test_what_another_process_has_stored_is_taken_up_once(
    emulator: Emulator, database: Database, clock: Clock, port: int
) -> None:
    async with hook(emulator, database, clock, port) as leader:
        await leader.webhook.open()
        assert await post(port, start_of(7)) == 200
        async with database.write() as connection:
            assert await updates.receive(connection, leader.bot.id, {8: json.dumps(start_of(8))}, now=clock())
        await leader.webhook.take_up()
        await leader.webhook.take_up()

        assert [await leader.webhook.begin(update) for update in leader.take()] == [True, True]
        await leader.webhook.take_up()
        assert leader.queued() == []


async def test_who_leads_no_more_leaves_what_it_has_queued_to_the_next_one(
    emulator: Emulator, database: Database, clock: Clock, port: int
) -> None:
    async with hook(emulator, database, clock, port) as deposed:
        await deposed.webhook.open()
        assert await post(port, start_of(7)) == 200
        deposed.leads = False

        assert [await deposed.webhook.begin(update) for update in deposed.take()] == [False]
    async with hook(emulator, database, clock, port) as next_one:
        await next_one.webhook.open()
        assert [await next_one.webhook.begin(update) for update in next_one.take()] == [True]


async def test_a_process_that_stands_by_loses_nothing_that_is_posted_to_it(
    emulator: Emulator, hooked: dict[str, str], postgres_database_url: str, port: int, tmp_path: Path
) -> None:
    leading = {**hooked, "DATABASE_URL": postgres_database_url}
    # Both have one public address, behind which a proxy would choose between them; this one reaches the second.
    leading["LISTEN_ADDRESS"] = "127.0.0.1:0"
    async with bot(leading, tmp_path) as leader, bot({**leading, **_address(port)}, tmp_path) as second:
        await emulator.say(READER, "/start")
        welcome = await emulator.wait_for(READER, lambda message: bool(message.buttons), timeout=PATIENCE)
        assert not any("is running" in line for line in second.log)

        await leader.stop(signal.SIGKILL)
        await emulator.say(READER, "/help")
        await emulator.wait_for(READER, "/stop", after=welcome.message_id, timeout=PATIENCE)
        assert any("is running" in line for line in second.log)


def _address(port: int) -> dict[str, str]:
    return {"LISTEN_ADDRESS": f"127.0.0.1:{port}"}


@pytest.mark.hypothesis
async def test_whatever_is_posted_is_answered_and_what_is_taken_can_be_read(
    emulator: Emulator, sqlite_database: Database, clock: Clock, port: int
) -> None:
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    values = st.recursive(
        leaves, lambda some: st.lists(some, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), some, max_size=4)
    )
    numbered = st.fixed_dictionaries(
        {"update_id": st.integers(0, 2**63 - 1) | leaves}, optional=dict.fromkeys(FIELDS, values)
    )
    bodies = st.binary(max_size=60) | numbered.map(lambda found: json.dumps(found).encode())
    async with hook(emulator, sqlite_database, clock, port) as fuzzed, aiohttp.ClientSession() as session:
        await fuzzed.webhook.open()
        url, headers = f"http://127.0.0.1:{port}{PATH}", {SECRET_HEADER: SECRET}
        # One client and one loop for all examples, so they are drawn beforehand.
        for body in drawn(bodies, 150):
            async with session.post(url, data=body, headers=headers) as response:
                assert response.status in (200, 400), body
        async with sqlite_database.read() as connection:
            stored = await updates.waiting(connection, fuzzed.bot.id)
        assert stored
        assert [fuzzed.bot.read_update(json.loads(body)).update_id for body in stored] == sorted(
            set(fuzzed.queued()), key=int
        )


async def test_a_slow_sender_is_cut_off_and_holds_up_nobody(
    emulator: Emulator, sqlite_database: Database, clock: Clock, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "BODY_S", 0.1)
    async with hook(emulator, sqlite_database, clock, port) as hurried, connected(port) as slow:
        await hurried.webhook.open()
        await slow.send(
            f"POST {PATH} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\nContent-Length: 9\r\n\r\n".encode()
        )
        assert await post(port, start_of(7)) == 200
        assert (await slow.rest()).split(b" ")[1] == b"408"
        assert hurried.queued() == [7]


async def test_an_update_that_cannot_be_stored_is_not_answered_so_that_it_comes_again(
    emulator: Emulator, empty_database: Database, clock: Clock, port: int
) -> None:
    await empty_database.migrate()
    async with hook(emulator, empty_database, clock, port) as broken:
        await broken.webhook.open()
        async with empty_database.write() as connection:
            await connection.exec_driver_sql("ALTER TABLE received_updates RENAME TO away")
        assert await post(port, start_of(7)) == 503
        async with empty_database.write() as connection:
            await connection.exec_driver_sql("ALTER TABLE away RENAME TO received_updates")
        assert await post(port, start_of(7)) == 200
        assert broken.queued() == [7]


async def test_an_update_waits_for_a_database_that_does_not_answer(
    emulator: Emulator, empty_database: Database, clock: Clock, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    await empty_database.migrate()
    monkeypatch.setattr(module, "_PAUSE_S", 0.01)
    async with hook(emulator, empty_database, clock, port) as broken:
        await broken.webhook.open()
        await post(port, start_of(7))
        update = broken.bot.read_update(start_of(7))
        async with empty_database.write() as connection:
            await connection.exec_driver_sql("ALTER TABLE received_updates RENAME TO away")
        assert not await broken.webhook.begin(update)
        async with empty_database.write() as connection:
            await connection.exec_driver_sql("ALTER TABLE away RENAME TO received_updates")
            assert await updates.waiting(connection, broken.bot.id) != ()
        assert await broken.webhook.begin(update)


async def test_a_webhook_that_somebody_removed_is_set_again(
    emulator: Emulator, sqlite_database: Database, clock: Clock, port: int
) -> None:
    async with hook(emulator, sqlite_database, clock, port) as lost:
        await lost.webhook.open()
        await lost.webhook.check_webhook()
        assert lost.webhook.problem() is None
        await lost.bot.delete_webhook()
        await lost.webhook.check_webhook()
        assert "set again" in (lost.webhook.problem() or "")
        await lost.webhook.check_webhook()
        assert lost.webhook.problem() is None
        await emulator.say(READER, "/start")
        async with asyncio.timeout(PATIENCE):
            assert (await lost.queue.get()).message.text == "/start"  # type: ignore[attr-defined]  # only updates


async def test_telegrams_trouble_with_posting_is_told_until_something_arrives(
    emulator: Emulator, sqlite_database: Database, port: int
) -> None:
    clock = Clock()
    async with hook(emulator, sqlite_database, clock, port) as refusing:
        await refusing.webhook.open()
        async with sqlite_database.write() as connection:
            await connection.exec_driver_sql("ALTER TABLE received_updates RENAME TO away")
        await emulator.say(READER, "/start")
        async with asyncio.timeout(PATIENCE):
            while (failed_at := (await refusing.bot.get_webhook_info()).last_error_date) is None:
                pass
        clock.now = failed_at
        await refusing.webhook.check_webhook()
        assert "503" in (refusing.webhook.problem() or "")

        clock.advance(seconds=1)
        async with sqlite_database.write() as connection:
            await connection.exec_driver_sql("ALTER TABLE away RENAME TO received_updates")
        await asyncio.wait_for(refusing.queue.get(), PATIENCE)
        await refusing.webhook.check_webhook()
        assert refusing.webhook.problem() is None


async def test_a_telegram_that_does_not_say_how_it_goes_is_a_problem_after_a_while(
    emulator: Emulator, sqlite_database: Database, clock: Clock, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hook(emulator, sqlite_database, clock, port) as deaf:
        await deaf.webhook.open()
        emulator.faults.down()
        await deaf.webhook.check_webhook()
        assert deaf.webhook.problem() is None
        monkeypatch.setattr(module, "STALE_S", 0.0)
        assert deaf.webhook.problem() == "Telegram does not answer"


async def test_the_webhook_is_set_as_soon_as_telegram_can_be_reached(
    emulator: Emulator, sqlite_database: Database, clock: Clock, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PAUSE_S", 0.01)
    async with hook(emulator, sqlite_database, clock, port) as patient:
        fault = emulator.faults.fail(500, "Internal Server Error", method="setWebhook", times=2)
        await patient.webhook.open()
        assert fault.hits == 2
        assert (await patient.bot.get_webhook_info()).url.endswith(PATH)


async def test_what_telegram_refuses_for_good_is_not_tried_again(
    emulator: Emulator, sqlite_database: Database, clock: Clock
) -> None:
    async with PatientBot(TOKEN, base_url=f"{emulator.url}/bot") as bot:
        refused = Hook(bot, sqlite_database, "https://news.example", clock)
        with pytest.raises(WebhookRefusedError, match="delivers to"):
            await refused.webhook.open()
