from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.emulator import Emulator
from tests.emulator.client import Client
from tests.emulator.conftest import READER

OTHER = 909


class Receiver:
    """A webhook's receiving end: what came, and how it answers next."""

    def __init__(self) -> None:
        self.received: asyncio.Queue[tuple[dict[str, Any], str | None]] = asyncio.Queue()
        self.statuses: list[int] = []
        self.answer: dict[str, Any] | None = None
        self.url = ""
        # By chat: what is posted of it is taken only then. `holds` is set once something waits for that.
        self.held: dict[int, asyncio.Event] = {}
        self.holds = asyncio.Event()

    async def handle(self, request: web.Request) -> web.Response:
        if let := self.held.get((await request.json())["message"]["chat"]["id"]):
            self.holds.set()
            await let.wait()
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
            self.received.put_nowait((await request.json(), secret))
        return web.json_response(self.answer, status=status)

    async def next(self) -> tuple[dict[str, Any], str | None]:
        async with asyncio.timeout(10):
            return await self.received.get()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_updates_are_posted_with_the_secret(client: Client, emulator: Emulator, receiver: Receiver) -> None:
    await emulator.say(READER, "قبل")
    await client.ok("setWebhook", url=receiver.url, secret_token="s3cret")
    await emulator.say(READER, "بعد")
    arrived = [await receiver.next(), await receiver.next()]
    assert [(update["message"]["text"], secret) for update, secret in arrived] == [("قبل", "s3cret"), ("بعد", "s3cret")]


async def test_a_failed_delivery_is_repeated_and_reported(
    client: Client, emulator: Emulator, receiver: Receiver
) -> None:
    receiver.statuses = [500, 503]
    await client.ok("setWebhook", url=receiver.url)
    await emulator.say(READER, "عاجل")
    update, secret = await receiver.next()
    assert (update["message"]["text"], secret) == ("عاجل", None)
    info = await client.ok("getWebhookInfo")
    assert info["url"] == receiver.url
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"


async def test_a_method_in_the_answer_is_carried_out(client: Client, emulator: Emulator, receiver: Receiver) -> None:
    receiver.answer = {"method": "sendMessage", "chat_id": READER, "text": "أهلًا"}
    await client.ok("setWebhook", url=receiver.url)
    await emulator.say(READER, "/start")
    assert (await emulator.wait_for(READER, "أهلًا")).from_bot


async def test_different_chats_wait_for_none_of_each_other_and_each_is_told_in_order(
    client: Client, emulator: Emulator, receiver: Receiver
) -> None:
    emulator.add_person(OTHER, "سامر")
    await client.ok("setWebhook", url=receiver.url)
    receiver.held[READER] = asyncio.Event()
    for text in ("أول", "ثان"):
        await emulator.say(READER, text)
    await emulator.say(OTHER, "غيره")

    assert (await receiver.next())[0]["message"]["text"] == "غيره"
    receiver.held.pop(READER).set()
    assert [(await receiver.next())[0]["message"]["text"] for _ in range(2)] == ["أول", "ثان"]


async def test_no_more_is_posted_at_once_than_was_asked_for(
    client: Client, emulator: Emulator, receiver: Receiver
) -> None:
    emulator.add_person(OTHER, "سامر")
    await client.ok("setWebhook", url=receiver.url, max_connections=1)
    receiver.held[READER] = asyncio.Event()
    await emulator.say(READER, "أول")
    await receiver.holds.wait()
    await emulator.say(OTHER, "غيره")
    assert emulator.pending_updates == 2
    receiver.held.pop(READER).set()

    assert [(await receiver.next())[0]["message"]["text"] for _ in range(2)] == ["أول", "غيره"]


@pytest.mark.parametrize("answer", [{"method": "sendMessage", "chat_id": 999, "text": "x"}, {"method": 7}, [], None])
async def test_an_answer_that_makes_no_sense_is_passed_over(
    client: Client, emulator: Emulator, receiver: Receiver, answer: Any
) -> None:
    receiver.answer = answer
    await client.ok("setWebhook", url=receiver.url)
    await emulator.say(READER, "أول")
    await emulator.say(READER, "ثان")
    assert [(await receiver.next())[0]["message"]["text"] for _ in range(2)] == ["أول", "ثان"]


async def test_a_webhook_that_nobody_serves_is_reported(client: Client, emulator: Emulator) -> None:
    unused = Emulator("1:a")
    await unused.start()
    await unused.stop()
    await client.ok("setWebhook", url=unused.url)
    await emulator.say(READER, "عاجل")
    async with asyncio.timeout(5):
        while "last_error_message" not in (info := await client.ok("getWebhookInfo")):
            pass
    assert info["last_error_message"] == "Connection refused"


async def test_polling_and_webhook_exclude_each_other(client: Client, emulator: Emulator, receiver: Receiver) -> None:
    poll = asyncio.create_task(client.call("getUpdates", timeout=50))
    await emulator.wait_until_polled()
    await client.ok("setWebhook", url=receiver.url)
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"
    assert await client.refusal("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    await client.ok("deleteWebhook")
    await emulator.say(READER, "عاجل")
    assert len(await client.ok("getUpdates")) == 1


async def test_pending_updates_can_be_dropped(client: Client, emulator: Emulator) -> None:
    await emulator.say(READER, "عاجل")
    assert (await client.ok("getWebhookInfo"))["pending_update_count"] == 1
    await client.ok("deleteWebhook", drop_pending_updates=True)
    assert emulator.pending_updates == 0


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"url": "ftp://127.0.0.1/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://example.com/hook"},
            "bad webhook: this server delivers to 127.0.0.1, ::1 and localhost only",
        ),
        ({"url": "http://127.0.0.1/", "secret_token": "ü"}, "secret token contains illegal characters"),
    ],
)
async def test_a_wrong_webhook_is_refused(client: Client, params: dict[str, str], description: str) -> None:
    assert await client.refusal("setWebhook", **params) == f"Bad Request: {description}"


async def test_a_webhook_goes_on_after_a_restart(client: Client, emulator: Emulator, receiver: Receiver) -> None:
    await client.ok("setWebhook", url=receiver.url)
    await emulator.stop()
    await emulator.say(READER, "عاجل")
    await emulator.start()
    assert (await receiver.next())[0]["message"]["text"] == "عاجل"


async def test_stopping_ends_a_webhook_that_waits_to_repeat(
    client: Client, emulator: Emulator, receiver: Receiver
) -> None:
    receiver.statuses = [500] * 100
    await client.ok("setWebhook", url=receiver.url)
    await emulator.say(READER, "عاجل")
    async with asyncio.timeout(5):
        await emulator.stop()
    assert receiver.received.empty()
