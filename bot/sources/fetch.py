"""The guarded fetcher: the only way out to the web.

Whoever chooses a URL, a redirect or a DNS answer must not reach this machine or its network, fill its memory, or keep
it waiting.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.sources import caching
from bot.sources.addresses import check_url, is_allowed, read_url
from bot.sources.entities import declares_entities
from bot.sources.errors import (
    AddressRefusedError,
    BrokenAnswerError,
    EntitiesRefusedError,
    FetchError,
    StatusError,
    TimedOutError,
    TooManyRedirectsError,
    UnreachableError,
    UrlRefusedError,
)
from bot.sources.inflate import ACCEPTED, inflater

USER_AGENT = "breaking-news-bot/0.1 (reads news feeds; identifies itself, keeps no cookies)"
MAX_REDIRECTS = 5
MAX_BYTES = 5 * 2**20
DEADLINE_S = 30.0
_REDIRECTS = (301, 302, 303, 307, 308)
_REDIRECTS_OF_FORMS = (307, 308)
_CHUNK = 2**16
_WANTED = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/json;q=0.9, "
    "text/html;q=0.8, application/xml;q=0.8, */*;q=0.5"
)
# Validators are sent back as they came; longer ones would not fit into a request's headers.
_MAX_VALIDATOR = 1_000

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `url` is where the redirects ended; `body` is None where nothing has changed since the validators.

    `max_age` is how long the server calls the answer fresh; zero where it does not say. `links` is its Link header.
    """

    url: str
    body: bytes | None
    etag: str | None
    last_modified: str | None
    max_age: timedelta
    links: str = ""


class _RefusedAddressError(OSError):
    pass


class Fetcher:
    """Fetches over HTTP and HTTPS. An async context manager, which closes its connections at the end.

    Only hosts on the public internet are connected to: what is judged is the very address that the socket is about to
    connect to, so it matters neither how an address is spelt, nor what DNS answers the next time. It goes without the
    proxy of the environment, which would connect to whatever it is told.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        max_bytes: int = MAX_BYTES,
        deadline_s: float = DEADLINE_S,
        resolver: AbstractResolver | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`max_bytes` limits the decompressed body, `deadline_s` (seconds) the whole of one `fetch`."""
        self._allow_private = allow_private
        self._max_bytes = max_bytes
        self._deadline_s = deadline_s
        self._resolver = resolver
        self._now = now
        self._opened: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._opened = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=self._resolver or aiohttp.ThreadedResolver(),
                use_dns_cache=False,
                socket_factory=self._open_socket,
                happy_eyeballs_delay=None,
                limit=0,
                limit_per_host=2,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": USER_AGENT, "Accept": _WANTED, "Accept-Encoding": ACCEPTED},
            auto_decompress=False,
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            raise RuntimeError("the fetcher is used outside its context")
        return self._opened

    async def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Return what stands at `url`, unless it has not changed since an answer with these validators.

        Raise a `FetchError`.
        """
        headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        validators = {name: value for name, value in headers.items() if value}
        return await self._follow(url, lambda place: self._get(place, validators))

    async def post_form(self, url: str, fields: Mapping[str, str]) -> None:
        """Post a form to `url`, or to where it is sent on with it. Raise a `FetchError` unless it is taken (2xx)."""
        await self._follow(url, lambda place: self._post(place, fields))

    async def _follow(self, url: str, ask: Callable[[URL], Awaitable[_T | URL]]) -> _T:
        """Ask, and follow redirects, within the deadline."""
        place = check_url(url)
        try:
            async with asyncio.timeout(self._deadline_s):
                for _redirect in range(MAX_REDIRECTS + 1):
                    answer = await ask(place)
                    if not isinstance(answer, URL):
                        return answer
                    place = answer
        except TimeoutError:
            raise TimedOutError(self._deadline_s) from None
        raise TooManyRedirectsError(f"it redirects more than {MAX_REDIRECTS} times")

    async def _get(self, url: URL, validators: dict[str, str]) -> Fetched | URL:
        """Ask once; return the answer, or where it sends us."""
        with _one_sentence_for_each_error(url):
            async with self._session.get(url, headers=validators, allow_redirects=False) as response:
                if response.status in _REDIRECTS:
                    return _target(url, response.headers.get("Location", ""))
                if response.status == 304 and validators:
                    return self._fetched(url, response, None)
                if response.status != 200:
                    raise StatusError(response.status, caching.retry_after(response.headers, now=self._now()))
                return self._fetched(url, response, await self._body(response))

    async def _post(self, url: URL, fields: Mapping[str, str]) -> bool | URL:
        with _one_sentence_for_each_error(url):
            async with self._session.post(url, data=fields, allow_redirects=False) as response:
                if response.status in _REDIRECTS_OF_FORMS:
                    return _target(url, response.headers.get("Location", ""))
                if not 200 <= response.status < 300:
                    raise StatusError(response.status, caching.retry_after(response.headers, now=self._now()))
                return True

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        body = inflater(response.headers.get("Content-Encoding", ""), self._max_bytes)
        async for chunk in response.content.iter_chunked(_CHUNK):
            body.feed(chunk)
        data = body.finish()
        if declares_entities(data):
            raise EntitiesRefusedError
        return data

    def _fetched(self, url: URL, response: aiohttp.ClientResponse, body: bytes | None) -> Fetched:
        headers = response.headers
        return Fetched(
            url=str(url),
            body=body,
            etag=_validator(headers.get("ETag")),
            last_modified=_validator(headers.get("Last-Modified")),
            max_age=caching.max_age(headers),
            links=", ".join(headers.getall("Link", [])),
        )

    def _open_socket(self, info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _name, address = info
        # IPv6 addresses may name an interface: fe80::1%eth0.
        if not is_allowed(str(address[0]).partition("%")[0], private=self._allow_private):
            raise _RefusedAddressError("not on the public internet")
        return socket.socket(family, kind, protocol)


@contextmanager
def _one_sentence_for_each_error(url: URL) -> Iterator[None]:
    host = url.host or ""
    try:
        yield
    except FetchError:
        raise
    except aiohttp.ClientConnectorDNSError:
        raise UnreachableError(f"there is no host {host}") from None
    except aiohttp.ClientConnectorCertificateError:
        raise UnreachableError(f"the certificate of {host} is not to be trusted") from None
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, _RefusedAddressError):
            raise AddressRefusedError(host) from None
        raise UnreachableError(f"{host} cannot be reached") from None
    except (aiohttp.InvalidURL, UnicodeError):
        raise UrlRefusedError("this is no web address; write one such as https://example.com/feed") from None
    except (aiohttp.ClientConnectionError, OSError):
        raise UnreachableError(f"{host} broke the connection") from None
    except (aiohttp.ClientError, ValueError):
        raise BrokenAnswerError(f"{host} does not answer as a web server does") from None


def _target(url: URL, location: str) -> URL:
    if not location:
        raise BrokenAnswerError("it redirects to nowhere")
    try:
        joined = str(url.join(read_url(location)))
    except ValueError:
        raise UrlRefusedError("it redirects to what is no web address") from None
    try:
        return check_url(joined)
    except UrlRefusedError as error:
        raise UrlRefusedError(f"after a redirect: {error}") from None


def _validator(value: str | None) -> str | None:
    return value if value and len(value) <= _MAX_VALIDATOR and value.isprintable() else None
