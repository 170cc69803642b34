"""The transport over real HTTP: whether a request can have reached Telegram, and no secret anywhere."""

import asyncio
import json
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.delivery.telegram_api import FloodError, ServerError, TelegramApi, encode
from bot.delivery.transport import AiohttpRequest, AnswerLostError, NotSentError, environment_proxy
from bot.emulator import Emulator
from tests.delivery.harness import TOKEN

MESSAGE = encode({"text": "خبر"})


@asynccontextmanager
async def calling(url: str, *, read_timeout: float = 5.0) -> AsyncIterator[TelegramApi]:
    request = AiohttpRequest(read_timeout=read_timeout)
    await request.initialize()
    try:
        yield TelegramApi(request, url, TOKEN)
    finally:
        await request.shutdown()


@asynccontextmanager
async def answering(answer: bytes) -> AsyncIterator[str]:
    """A server that gives every request the same bytes for an answer and hangs up."""

    async def answer_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(answer_one, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def http(body: str, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}".encode()


async def test_a_message_is_accepted(emulator: Emulator) -> None:
    async with calling(emulator.url) as api:
        message_id = await api.send_message(1, MESSAGE)
    (accepted,) = emulator.ledger.accepted
    assert (accepted.chat_id, accepted.message_id, accepted.text) == (1, message_id, "خبر")


async def test_an_answer_in_another_order_is_read_too() -> None:
    async with answering(http('{"result": {"date": 1, "message_id": 77}, "ok": true}')) as url, calling(url) as api:
        assert await api.send_message(1, MESSAGE) == 77


async def test_a_refused_connection_means_not_sent(emulator: Emulator) -> None:
    url = emulator.url
    await emulator.stop()
    async with calling(url) as api:
        with pytest.raises(NotSentError):
            await api.send_message(1, MESSAGE)


async def test_a_dropped_connection_means_that_the_answer_is_lost(emulator: Emulator) -> None:
    emulator.faults.drop_after_accept(method="sendMessage")
    async with calling(emulator.url) as api:
        with pytest.raises(AnswerLostError):
            await api.send_message(1, MESSAGE)
    assert len(emulator.ledger.accepted) == 1  # nothing below us has tried again


async def test_no_answer_in_time_means_that_it_is_lost(emulator: Emulator) -> None:
    emulator.faults.slow(30, method="sendMessage")
    async with calling(emulator.url, read_timeout=0.2) as api:
        with pytest.raises(AnswerLostError):
            await api.send_message(1, MESSAGE)


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"ok":true}', '{"ok":true,"result":true}'])
async def test_an_answer_that_is_not_telegrams_counts_as_lost(body: str) -> None:
    async with answering(http(body)) as url, calling(url) as api:
        with pytest.raises(AnswerLostError):
            await api.send_message(1, MESSAGE)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        ("400 Bad Request", {"description": "Bad Request: chat not found"}, BadRequest),
        ("400 Bad Request", {"parameters": {"migrate_to_chat_id": -1005}}, ChatMigrated),
        ("403 Forbidden", {"description": "Forbidden: bot was blocked by the user"}, Forbidden),
        ("401 Unauthorized", {"description": "Unauthorized"}, InvalidToken),
        ("404 Not Found", {"description": "Not Found"}, InvalidToken),
        ("413 Request Entity Too Large", {}, BadRequest),
        ("429 Too Many Requests", {"parameters": {"retry_after": 35}}, FloodError),
        ("500 Internal Server Error", {"description": "Internal Server Error"}, ServerError),
        ("502 Bad Gateway", None, ServerError),
        ("302 Found\r\nLocation: /elsewhere", None, ServerError),
    ],
)
async def test_a_refusal_is_the_error_that_it_says(
    status: str, body: dict[str, object] | None, error: type[TelegramError]
) -> None:
    text = "<html>" if body is None else json.dumps({"ok": False, **body})
    async with answering(http(text, status)) as url, calling(url) as api:
        with pytest.raises(error) as raised:
            await api.send_message(1, MESSAGE)
    assert type(raised.value) is error


@pytest.mark.parametrize(("parameters", "seconds"), [({"retry_after": 35}, 35), ({}, 1), ({"retry_after": "soon"}, 1)])
async def test_a_flood_wait_says_how_long(parameters: dict[str, object], seconds: int) -> None:
    body = http(json.dumps({"ok": False, "parameters": parameters}), "429 Too Many Requests")
    async with answering(body) as url, calling(url) as api:
        with pytest.raises(FloodError) as raised:
            await api.send_message(1, MESSAGE)
    assert raised.value.retry_after == timedelta(seconds=seconds)


@pytest.mark.parametrize("trouble", ["refused port", "dropped", "slow", "redirect", "error"])
async def test_no_error_and_no_log_line_holds_the_token(
    trouble: str, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = emulator.url
    if trouble == "refused port":
        await emulator.stop()
    elif trouble == "dropped":
        emulator.faults.drop_after_accept()
    elif trouble == "slow":
        emulator.faults.slow(30)
    elif trouble == "error":
        emulator.faults.fail(500, "Internal Server Error")
    async with (
        answering(http("", "302 Found\r\nLocation: /elsewhere")) as redirecting,
        calling(redirecting if trouble == "redirect" else url, read_timeout=0.2) as api,
    ):
        with pytest.raises(TelegramError) as raised:
            await api.send_message(1, MESSAGE)
    error: BaseException = raised.value
    told = "".join(traceback.format_exception(error)) + repr(error) + repr(error.__cause__) + caplog.text
    assert TOKEN not in told
    assert "made-up" not in told


async def test_telegrams_own_bot_class_works_over_it(emulator: Emulator) -> None:
    emulator.add_person(1, "سلمى", started=True)
    bot = Bot(TOKEN, base_url=f"{emulator.url}/bot", request=AiohttpRequest(), get_updates_request=AiohttpRequest())
    async with bot:
        await bot.send_message(1, "خبر")
        await bot.send_document(1, b"%PDF", filename="تقرير.pdf", caption="ملف")
    assert [entry.text for entry in emulator.ledger.accepted] == ["خبر", "ملف"]


async def test_a_transport_that_was_not_initialized_says_so() -> None:
    with pytest.raises(RuntimeError, match="initialized"):
        await TelegramApi(AiohttpRequest(), "http://127.0.0.1:1", TOKEN).get_me()


@pytest.mark.parametrize(
    ("name", "url", "proxy"),
    [
        ("Telegram goes through it", "https://api.telegram.org", "http://proxy.example:3128"),
        ("a server on this machine does not", "http://127.0.0.1:8081", None),
        ("nor does what NO_PROXY names", "https://bot-api.example", None),
    ],
)
def test_the_environments_proxy_is_used(
    name: str, url: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "bot-api.example")
    monkeypatch.setenv("no_proxy", "bot-api.example")
    assert environment_proxy(url) == proxy, name
