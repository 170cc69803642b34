"""HTTP to Telegram on aiohttp, and errors that say whether a request can have reached it.

python-telegram-bot's own transport (httpx) scans all its connections for every request and logs URLs, which hold the
token. What is raised here never names a URL.
"""

from collections.abc import Mapping
from typing import Any, cast

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

# Telegram answers within a second or not soon; a longer wait would hold a place among the requests under way.
CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 20.0
# Shorter than the servers' own, so that a request is not written to a connection that is just being closed.
_KEEPALIVE_S = 15.0

# As python-telegram-bot spells "seconds, none, or the transport's own default".
_Timeout = DefaultValue[float] | float | DefaultValue[None] | None


class NotSentError(NetworkError):
    """No connection could be made: Telegram cannot have seen the request."""


class AnswerLostError(TimedOut):
    """The request left, and no answer came: Telegram may have carried it out."""


class AiohttpRequest(BaseRequest):
    """A transport for `telegram.Bot`. It opens as many connections as there are requests under way."""

    def __init__(self, *, trust_env: bool = True) -> None:
        """With `trust_env`, HTTPS_PROXY and NO_PROXY of the environment are honoured."""
        self._trust_env = trust_env
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return READ_TIMEOUT_S

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEPALIVE_S),
                headers={"User-Agent": self.USER_AGENT},
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=self._trust_env,
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
        if self._session is None:
            raise RuntimeError("the transport has not been initialized")
        timeout = aiohttp.ClientTimeout(
            total=None,
            sock_connect=CONNECT_TIMEOUT_S if isinstance(connect_timeout, DefaultValue) else connect_timeout,
            sock_read=READ_TIMEOUT_S if isinstance(read_timeout, DefaultValue) else read_timeout,
        )
        # `from None`: the causes name the URL, and the URL holds the token.
        try:
            async with self._session.request(method, url, data=_body(request_data), timeout=timeout) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSentError(f"no connection to Telegram ({_reason(error)})") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise AnswerLostError(f"no answer from Telegram ({_reason(error)})") from None


class TelegramApi:
    """The lean way to call a Bot API method: no objects are built from the answer."""

    def __init__(self, request: AiohttpRequest, root: str, token: str) -> None:
        """`root` is the server's address without `/bot`, such as `https://api.telegram.org`."""
        self._request = request
        self._prefix = f"{root}/bot{token}/"

    async def send_message(self, payload: Mapping[str, Any]) -> int:
        """Call sendMessage; return the new message's id. Raises what `telegram.Bot` raises.

        https://core.telegram.org/bots/api#sendmessage
        """
        parameters = [RequestParameter(name, value, None) for name, value in payload.items()]
        answer = await self._request.post(f"{self._prefix}sendMessage", RequestData(parameters))
        return int(cast(dict[str, Any], answer)["message_id"])


def _body(request_data: RequestData | None) -> aiohttp.FormData | Mapping[str, str] | None:
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
