"""HTTP to Telegram on aiohttp, and errors that say whether a request can have reached it.

python-telegram-bot's own transport (httpx) scans all its connections for every request and logs URLs, which hold the
token. What is raised here never names a URL.
"""

import time
import urllib.request
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

# Telegram answers within a second or not soon; a longer wait would hold a place among the requests under way.
CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 20.0
# Shorter than the servers' own, so that a request is not written to a connection that is just being closed.
_KEEPALIVE_S = 15.0
_JSON = {"Content-Type": "application/json"}
# A proxy in the environment is for Telegram, not for a Bot API server on this machine.
_LOOPBACK = ("127.0.0.1", "localhost", "::1")

# As python-telegram-bot spells "seconds, none, or the transport's own default".
_Timeout = DefaultValue[float] | float | DefaultValue[None] | None


class NotSentError(NetworkError):
    """No connection could be made: Telegram cannot have seen the request."""


class AnswerLostError(TimedOut):
    """The request left, and no answer came: Telegram may have carried it out."""


class AiohttpRequest(BaseRequest):
    """A transport for `telegram.Bot`. It opens as many connections as there are requests under way."""

    def __init__(
        self,
        *,
        proxy: str | None = None,
        read_timeout: float = READ_TIMEOUT_S,
        may_send: Callable[[], bool] = lambda: True,
        observe: Callable[[str, float], None] = lambda _ended, _seconds: None,
    ) -> None:
        """`proxy` is an HTTP proxy's URL; see `environment_proxy`. `read_timeout` is in seconds.

        Nothing leaves while `may_send` says no: with one token only one process may speak. `observe` is told how each
        request ended (its HTTP status, `not sent` or `lost`), and its seconds.
        """
        self._observe = observe
        self._may_send = may_send
        self._proxy = proxy
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEPALIVE_S),
                headers={"User-Agent": self.USER_AGENT},
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._timeout(CONNECT_TIMEOUT_S, self._read_timeout),
                proxy=self._proxy,
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: _Timeout = BaseRequest.DEFAULT_NONE,
        write_timeout: _Timeout = BaseRequest.DEFAULT_NONE,
        connect_timeout: _Timeout = BaseRequest.DEFAULT_NONE,
        pool_timeout: _Timeout = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return the status and body of the answer; raise `NotSentError` or `AnswerLostError`.

        Time-outs are in seconds. There is no pool to wait for and no time-out of its own for writing.
        """
        timeout = self._timeout(
            CONNECT_TIMEOUT_S if isinstance(connect_timeout, DefaultValue) else connect_timeout,
            self._read_timeout if isinstance(read_timeout, DefaultValue) else read_timeout,
        )
        return await self._exchange(method, url, _body(request_data), None, timeout)

    async def post_json(self, url: URL, body: bytes) -> tuple[int, bytes]:
        """As `do_request`, for a body that is ready-made."""
        return await self._exchange("POST", url, body, _JSON, None)

    async def _exchange(
        self,
        method: str,
        url: str | URL,
        body: object,
        headers: Mapping[str, str] | None,
        timeout: aiohttp.ClientTimeout | None,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("the transport has not been initialized")
        if not self._may_send():
            raise NotSentError("this process does not lead")
        # A redirect would send the message again, and to somebody else. `from None`: the causes name the URL, and the
        # URL holds the token.
        started, ended = time.monotonic(), "lost"
        try:
            async with self._session.request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=timeout or self._session.timeout,
                allow_redirects=False,
            ) as response:
                answer = await response.read()
                ended = str(response.status)
                return response.status, answer
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError) as error:
            ended = "not sent"
            raise NotSentError(f"no connection to Telegram ({_reason(error)})") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise AnswerLostError(f"no answer from Telegram ({_reason(error)})") from None
        finally:
            self._observe(ended, time.monotonic() - started)

    @staticmethod
    def _timeout(connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=read)


def environment_proxy(url: str) -> str | None:
    """Return the proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name for this URL, or None for a direct connection."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in _LOOPBACK or urllib.request.proxy_bypass(host):
        return None
    return urllib.request.getproxies().get(parts.scheme)


def _body(request_data: RequestData | None) -> object:
    if request_data is None:
        return None
    if not request_data.contains_files:
        return request_data.json_parameters
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, content_type) in (request_data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=content_type)
    return form


def _reason(error: BaseException) -> str:
    cause = getattr(error, "os_error", None) or error
    return type(cause).__name__
