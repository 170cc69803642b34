"""The server's manners: whom it refuses, whom it cuts off, and that it goes on."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web

from bot.web import server
from bot.web.server import CannotListenError, json_answer, read_body, serving
from tests.web.client import connected

LIMIT = 1_000
HEAD = b"POST /echo HTTP/1.1\r\nHost: x\r\n"


async def echo(request: web.Request) -> web.Response:
    body = await read_body(request, limit=LIMIT)
    return json_answer({"bytes": len(body)})


async def fail(_request: web.Request) -> web.Response:
    raise RuntimeError("a mistake of ours")


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with serving(("127.0.0.1", 0), [web.post("/echo", echo), web.get("/fail", fail)]) as port:
        yield port


async def call(
    port: int, method: str, path: str, *, data: object = None, headers: Mapping[str, str] | None = None
) -> tuple[int, str, dict[str, str]]:
    url = f"http://127.0.0.1:{port}{path}"
    async with aiohttp.ClientSession() as session, session.request(method, url, data=data, headers=headers) as response:
        return response.status, await response.text(), dict(response.headers)


async def is_well(port: int) -> bool:
    return (await call(port, "POST", "/echo", data=b"abc"))[:2] == (200, '{"bytes": 3}')


@pytest.mark.parametrize(("size", "status"), [(0, 200), (LIMIT, 200), (LIMIT + 1, 413), (5 * 2**20, 413)])
async def test_a_body_has_a_limit(port: int, size: int, status: int) -> None:
    assert (await call(port, "POST", "/echo", data=BytesIO(b"x" * size)))[0] == status
    assert await is_well(port)


async def test_a_body_that_does_not_say_how_long_it_is_has_the_same_limit(port: int) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * 400

    assert (await call(port, "POST", "/echo", data=chunks()))[0] == 413
    assert await is_well(port)


async def test_a_compressed_body_is_refused_unread(port: int) -> None:
    assert (await call(port, "POST", "/echo", data=b"x" * 10, headers={"Content-Encoding": "gzip"}))[0] == 415


async def test_a_body_that_takes_too_long_is_cut_off(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "BODY_S", 0.05)
    async with connected(port) as stranger:
        await stranger.send(HEAD + b"Content-Length: 10\r\n\r\nabc")

        assert (await stranger.rest()).startswith(b"HTTP/1.1 408 ")
    assert await is_well(port)


@pytest.mark.parametrize("said", [b"", b"PO", HEAD, HEAD + b"X-A: "])
async def test_whoever_never_finishes_a_head_is_cut_off(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "IDLE_S", 0.05)
    async with serving(("127.0.0.1", 0), [web.post("/echo", echo)]) as port, connected(port) as stranger:
        await stranger.send(said)

        assert await stranger.rest() == b""
        assert await is_well(port)


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_refused_without_a_word_in_the_log(
    port: int, said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with connected(port) as stranger:
        await stranger.send(said)

        assert (await stranger.rest()).split(b" ")[1] == b"400"
    assert await is_well(port)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_mistake_of_ours_is_logged_and_not_shown(port: int, caplog: pytest.LogCaptureFixture) -> None:
    status, text, _headers = await call(port, "GET", "/fail?secret=1")

    assert status == 500
    assert "mistake" not in text
    assert "a mistake of ours" in caplog.text
    assert "secret" not in caplog.text
    assert await is_well(port)


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/", 404), ("GET", "/echo", 405), ("POST", "/x", 404)])
async def test_what_is_not_there_is_said_to_be_so(port: int, method: str, path: str, status: int) -> None:
    found, _text, headers = await call(port, method, path)

    assert found == status
    assert headers["Server"] == "breaking-news-bot"
    assert ("Allow" in headers) == (status == 405)


async def test_a_taken_port_is_a_clear_error(port: int) -> None:
    with pytest.raises(CannotListenError, match="in use"):
        async with serving(("127.0.0.1", port), []):
            pass


async def test_what_is_being_answered_is_finished_at_the_end() -> None:
    entered, go = asyncio.Event(), asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        entered.set()
        await go.wait()
        return web.Response(text="done")

    async with serving(("127.0.0.1", 0), [web.get("/slow", slow)]) as port:
        asking = asyncio.create_task(call(port, "GET", "/slow"))
        await entered.wait()
        asyncio.get_running_loop().call_later(0.05, go.set)
    assert (await asking)[:2] == (200, "done")
