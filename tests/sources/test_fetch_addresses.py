"""Where the guarded fetcher does not go, however the way there is spelt."""

import asyncio
import socket

import pytest
from aiohttp.abc import ResolveResult

from bot.sources import errors
from bot.sources.fetch import Fetcher
from tests.sources.web import Names, Web

LOOPBACK = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.9.9.9",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "0",
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    "localhost",
    "LOCALHOST",
    "127.0.0.1.",
    "%31%32%37.0.0.1",
    "①②⑦.⓪.⓪.①",
    "１２７.0.0.1",
    "127。0。0。1",
    "١٢٧.٠.٠.١",
    "ⓛocalhost",
    "localhost.",
    "loc\nalhost",
    "\t127.0.0.1",
    "127.0.0.1%00",
    "0x7f.0x0.0x0.0x1",
    "0177.0.0.0x1",
    "00000177.1",
    "127.000.000.001",
    "4294967297",
    "0x100000001",
    "xn--127-",
    "100.64.0.1",
    "[::1%25lo]",
    "[::ffff:127.0.0.1%25lo]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[::127.1]",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
    "[::127.0.0.1]",
    "10.0.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "0xa9fea9fe",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fd00::1]",
]


@pytest.mark.parametrize("host", LOOPBACK)
async def test_no_spelling_of_an_inner_address_is_reached(outside: Web, guarded: Fetcher, host: str) -> None:
    outside.serve("/", "secret")

    with pytest.raises((errors.AddressRefusedError, errors.UrlRefusedError, errors.UnreachableError)) as refused:
        await guarded.fetch(outside.url(host=host))

    assert outside.requests == []
    assert str(refused.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f.1", "localhost", "[::ffff:127.0.0.1]", "[::1]"])
async def test_an_inner_address_is_refused_by_name(outside: Web, guarded: Fetcher, host: str) -> None:
    with pytest.raises(errors.AddressRefusedError, match="not on the public internet"):
        await guarded.fetch(outside.url(host=host))


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f.1", "localhost"])
async def test_with_leave_loopback_is_reached(outside: Web, fetcher: Fetcher, host: str) -> None:
    outside.serve("/", "story")

    assert (await fetcher.fetch(outside.url(host=host))).body == b"story"


async def test_a_name_that_leads_inside_is_refused(outside: Web) -> None:
    async with Fetcher(resolver=Names(evil_example=["127.0.0.1"], mapped_example=["::ffff:127.0.0.1"])) as guarded:
        for host in ("evil.example", "mapped.example"):
            with pytest.raises(errors.AddressRefusedError, match=host):
                await guarded.fetch(outside.url(host=host))

    assert outside.requests == []


async def test_a_name_with_a_public_and_an_inner_address_leads_to_the_public_one_alone(
    outside: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Both(Names):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            return [*await super().resolve(host, port, family), *await super().resolve(host, port, family)]

    connected: list[str] = []

    async def refuse_the_public_one(_socket: socket.socket, address: tuple[str, int]) -> None:
        connected.append(address[0])
        raise OSError("unreachable in this test")

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", refuse_the_public_one)
    async with Fetcher(resolver=Both(evil_example=["93.184.216.34", "127.0.0.1"])) as guarded:
        with pytest.raises((errors.UnreachableError, errors.AddressRefusedError)):
            await guarded.fetch(outside.url(host="evil.example"))

    assert (connected, outside.requests) == (["93.184.216.34"], [])


async def test_dns_that_changes_its_answer_gains_nothing(outside: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first answer is public, every later one is loopback: the address that is judged is the one connected to."""
    connected: list[str] = []
    loop = asyncio.get_running_loop()

    async def refuse_the_public_one(_socket: socket.socket, address: tuple[str, int]) -> None:
        connected.append(address[0])
        raise OSError("unreachable in this test")

    monkeypatch.setattr(loop, "sock_connect", refuse_the_public_one)
    async with Fetcher(resolver=Names(evil_example=["93.184.216.34", "127.0.0.1"])) as guarded:
        with pytest.raises(errors.UnreachableError):
            await guarded.fetch(outside.url(host="evil.example"))
        with pytest.raises(errors.AddressRefusedError):
            await guarded.fetch(outside.url(host="evil.example"))

    assert connected == ["93.184.216.34"]


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("http://169.254.169.254/latest/meta-data/", errors.AddressRefusedError),
        ("http://[fe80::1]/", errors.AddressRefusedError),
        ("//0.0.0.0/x", errors.AddressRefusedError),
        ("file:///etc/passwd", errors.UrlRefusedError),
        ("ftp://news.example/", errors.UrlRefusedError),
        ("http://user:secret@news.example/", errors.UrlRefusedError),
        ("http://[::1", errors.UrlRefusedError),
        ("http://[::1]@/", errors.UrlRefusedError),
        ("http://xn--127-/", errors.UrlRefusedError),
        ("javascript:alert(1)", errors.UrlRefusedError),
        ("http://news.example:0/", errors.UrlRefusedError),
        ("http://0.0.0.0:22/", errors.AddressRefusedError),
        ("", errors.BrokenAnswerError),
    ],
)
async def test_a_redirect_is_judged_like_any_other_address(
    outside: Web, fetcher: Fetcher, location: str, error: type[errors.FetchError]
) -> None:
    outside.redirect("/", location)

    with pytest.raises(error) as refused:
        await fetcher.fetch(outside.url())
    assert "secret" not in str(refused.value)


async def test_a_redirect_from_outside_to_the_inside_is_refused(outside: Web) -> None:
    """Only the first name is let through, as if it were public; its redirect to loopback is judged anew."""

    class FirstIsPublic(Fetcher):
        def _open_socket(self, info: tuple[object, ...]) -> socket.socket:
            self._allow_private = not outside.requests
            return super()._open_socket(info)

    outside.redirect("/", outside.url("/secret", host="localhost"))
    outside.serve("/secret", "secret")
    async with FirstIsPublic() as guarded:
        with pytest.raises(errors.AddressRefusedError):
            await guarded.fetch(outside.url())
    assert [request.path for request in outside.requests] == ["/"]
