"""The guarded fetcher against real servers: what it brings, and where it does not go."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import web

from bot.sources import errors
from bot.sources.entities import declares_entities
from bot.sources.fetch import Fetcher
from tests.sources.web import Names, Web


def gzipped(data: bytes) -> bytes:
    """The same bytes at any time: parallel test processes must agree on the names of their cases."""
    return gzip.compress(data, mtime=0)


async def test_five_redirects_are_followed_and_the_end_is_named(outside: Web, fetcher: Fetcher) -> None:
    for number in range(5):
        outside.redirect(f"/{number}", f"/{number + 1}", status=(301, 302, 303, 307, 308)[number])
    outside.serve("/5", "story")

    answer = await fetcher.fetch(outside.url("/0"))

    assert (answer.body, answer.url) == (b"story", outside.url("/5"))


async def test_a_sixth_redirect_is_not_followed(outside: Web, fetcher: Fetcher) -> None:
    outside.redirect("/", "/")

    with pytest.raises(errors.TooManyRedirectsError):
        await fetcher.fetch(outside.url())
    assert len(outside.requests) == 6


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("", b"story"),
        ("identity", b"story"),
        ("gzip", gzipped(b"story")),
        ("x-gzip", gzipped(b"story")),
        ("GZIP", gzipped(b"sto") + gzipped(b"ry")),
        ("gzip", gzipped(b"story") + b"\0\0padding"),
        ("gzip", gzipped(b"story") + b"\x1f\x8b"[:1]),
        ("deflate", zlib.compress(b"story")),
        ("deflate", zlib.compress(b"story")[2:-4]),
    ],
)
async def test_a_compressed_body_is_decompressed(outside: Web, fetcher: Fetcher, encoding: str, body: bytes) -> None:
    outside.serve("/", body, headers={"Content-Encoding": encoding} if encoding else {})

    assert (await fetcher.fetch(outside.url())).body == b"story"


@pytest.mark.parametrize(
    ("encoding", "body", "error"),
    [
        ("gzip", gzipped(b"x" * 10_000_000), errors.TooLargeError),
        ("deflate", zlib.compress(b"x" * 10_000_000), errors.TooLargeError),
        ("gzip", gzipped(b"") * 3_000, errors.TooLargeError),
        ("", b"x" * 50_001, errors.TooLargeError),
        ("gzip", b"no gzip at all", errors.BrokenAnswerError),
        ("gzip", gzipped(b"story" * 100)[:-20], errors.BrokenAnswerError),
        ("deflate", b"\xff\xff\xff", errors.BrokenAnswerError),
        ("br", b"\x0b\x02\x80story\x03", errors.BrokenAnswerError),
        ("zstd", b"story", errors.BrokenAnswerError),
        ("gzip, gzip", gzipped(gzipped(b"x")), errors.BrokenAnswerError),
    ],
)
async def test_a_bomb_or_a_broken_body_is_refused(
    outside: Web, encoding: str, body: bytes, error: type[errors.FetchError]
) -> None:
    outside.serve("/", body, headers={"Content-Encoding": encoding} if encoding else {})

    async with Fetcher(allow_private=True, max_bytes=50_000) as fetcher:
        with pytest.raises(error):
            await fetcher.fetch(outside.url())


async def test_a_body_without_end_is_stopped_at_the_limit(outside: Web) -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 10_000)
            sent += 10_000

    outside.pages["/"] = endless
    async with Fetcher(allow_private=True, max_bytes=50_000) as fetcher:
        with pytest.raises(errors.TooLargeError, match=r"more than 0\.0476837 MiB"):
            await fetcher.fetch(outside.url())
    assert sent < 50_000_000


async def test_a_body_that_trickles_ends_at_the_deadline(outside: Web) -> None:
    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.01)

    outside.pages["/"] = trickle
    async with Fetcher(allow_private=True, deadline_s=0.2) as fetcher:
        with pytest.raises(errors.TimedOutError, match=r"within 0\.2 seconds"):
            await fetcher.fetch(outside.url())


async def test_redirects_do_not_prolong_the_deadline(outside: Web) -> None:
    async def slow(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.15)
        return web.Response(status=302, headers={"Location": "/"})

    outside.pages["/"] = slow
    async with Fetcher(allow_private=True, deadline_s=0.2) as fetcher:
        with pytest.raises(errors.TimedOutError):
            await fetcher.fetch(outside.url())


BOMB = '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><rss>&lol2;</rss>'


@pytest.mark.parametrize(
    ("data", "declares"),
    [
        (BOMB.encode(), True),
        (BOMB.encode("utf-16"), True),
        (BOMB.encode("utf-16-be"), True),
        (BOMB.encode("utf-32"), True),
        (BOMB.encode("utf-8-sig"), True),
        (b"\n " + BOMB.lower().encode(), True),
        (b'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><rss/>', True),
        (b"<!DOCTYPE rss><rss/>", False),
        (b"<rss><![CDATA[how to write <!ENTITY x>]]></rss>", False),
        (b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0"><html><p>how to write &lt;!ENTITY</p></html>', False),
        (b"<!doctype html><html><code><!ENTITY x></code></html>", False),
        (b'{"content_html": "<!ENTITY x>"}', False),
        (b"", False),
    ],
)
def test_xml_that_declares_entities_is_told_from_what_does_not(data: bytes, declares: bool) -> None:
    assert declares_entities(data) is declares


async def test_xml_that_declares_entities_is_refused(outside: Web, fetcher: Fetcher) -> None:
    outside.serve("/", BOMB)

    with pytest.raises(errors.EntitiesRefusedError, match="entities"):
        await fetcher.fetch(outside.url())


async def test_what_has_not_changed_is_asked_for_with_its_validators(outside: Web, fetcher: Fetcher) -> None:
    stamp = "Sun, 01 Mar 2026 18:00:00 GMT"
    outside.serve("/", "story", headers={"ETag": '"v1"', "Last-Modified": stamp, "Cache-Control": "max-age=600"})
    first = await fetcher.fetch(outside.url())
    outside.serve("/", status=304, headers={"ETag": '"v1"'})

    second = await fetcher.fetch(outside.url(), etag=first.etag, last_modified=first.last_modified)

    assert (first.body, first.etag, first.last_modified, first.max_age) == (
        b"story",
        '"v1"',
        stamp,
        timedelta(minutes=10),
    )
    assert outside.requests[1].headers["If-None-Match"] == '"v1"'
    assert outside.requests[1].headers["If-Modified-Since"] == stamp
    assert second.body is None


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (410, {}, None),
        (404, {}, None),
        (500, {}, None),
        (206, {}, None),
        (304, {}, None),
        (429, {"Retry-After": "120"}, timedelta(minutes=2)),
        (503, {"Retry-After": "soon"}, None),
    ],
)
async def test_an_error_of_the_server_is_told_with_the_wait_it_asks_for(
    outside: Web, fetcher: Fetcher, status: int, headers: dict[str, str], wait: timedelta | None
) -> None:
    outside.serve("/", status=status, headers=headers)

    with pytest.raises(errors.StatusError, match=str(status)) as refused:
        await fetcher.fetch(outside.url())
    assert (refused.value.status, refused.value.retry_after) == (status, wait)


async def test_it_names_itself_and_keeps_no_cookies(outside: Web, fetcher: Fetcher) -> None:
    outside.serve("/", "story", headers={"Set-Cookie": "id=1"})

    await fetcher.fetch(outside.url())
    await fetcher.fetch(outside.url())

    assert "breaking-news-bot" in outside.requests[0].headers["User-Agent"]
    assert "Cookie" not in outside.requests[1].headers


@asynccontextmanager
async def raw_server(answer: bytes) -> AsyncIterator[int]:
    """A server that answers every connection with these bytes, whatever it is asked; gives its port."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nstory",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nstory",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-Y: " + b"z" * 100_000 + b"\r\n\r\nstory",
        b"HTTP/1.1 302 Found\r\nLocation: http://\xff\xfe/\r\n\r\n",
    ],
)
async def test_a_server_that_breaks_http_ends_in_an_error_of_ours(fetcher: Fetcher, answer: bytes) -> None:
    async with raw_server(answer) as port:
        with pytest.raises(errors.FetchError):
            await fetcher.fetch(f"http://127.0.0.1:{port}/")


async def test_a_host_that_does_not_exist_or_listen_is_unreachable(unused_tcp_port: int) -> None:
    async with Fetcher(allow_private=True, resolver=Names()) as fetcher:
        with pytest.raises(errors.UnreachableError, match=r"no host news\.example"):
            await fetcher.fetch("http://news.example/")
        with pytest.raises(errors.UnreachableError, match="cannot be reached"):
            await fetcher.fetch(f"http://127.0.0.1:{unused_tcp_port}/")
