"""Telegram's webhook: takes updates that Telegram posts, answers at once, and lets them be handled afterwards."""

import asyncio
import hmac
import json
import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from telegram import Update, WebhookInfo
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.updates import PatientBot
from bot.web.server import read_body
from bot.web.together import Together
from storage import updates
from storage.database import Database

logger = logging.getLogger(__name__)

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
# A message holds 4,096 letters; the largest updates have some tens of kilobytes.
MOST_BYTES = 2**20
# An error that Telegram had in delivering counts for so long, unless something has arrived since.
_ERROR_COUNTS = timedelta(minutes=5)
# After so many seconds without an answer to `check_webhook`, nobody knows whether updates would come.
STALE_S = 180.0
_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0
# How often the database is asked before an update is left where it is stored, from where it is taken up again.
_TRIES = 5


class WebhookRefusedError(ValueError):
    """Telegram does not take the webhook's address. `str()` is its reason."""


class Webhook:
    """Puts updates that Telegram posts into a queue: each once, also if it comes again after a new start.

    Every process stores what is posted to it. The one that leads handles it, whichever of them it was posted to.
    """

    def __init__(
        self,
        bot: PatientBot,
        database: Database,
        queue: asyncio.Queue[object],
        *,
        public_url: str,
        secret: str,
        kinds: Sequence[str],
        now: Callable[[], datetime],
        leads: Callable[[], bool] = lambda: True,
    ) -> None:
        """`public_url` is the server's root as Telegram reaches it; `kinds` are the update types that are asked for.

        Where `leads` says no, nothing is begun any more.
        """
        self._bot = bot
        self._database = database
        self._queue = queue
        self._url = public_url + PATH
        self._secret = secret
        self._kinds = kinds
        self._now = now
        self._leads = leads
        self._bot_id = int(bot.token.partition(":")[0])  # known before Telegram has been asked
        self._store = Together(self._store_all)
        self._take_to_handle = Together(self._take_all)
        self._is_open = False
        self._queued = set[int]()
        self._arrived_at: datetime | None = None
        self._looked_at = time.monotonic()
        self._trouble: str | None = None

    def routes(self) -> list[web.RouteDef]:
        """Return the one route. Before `open` and after `close`, what comes is stored and nothing more."""
        return [web.post(PATH, self._take)]

    async def open(self) -> None:
        """Tell Telegram where to post, and take up what an earlier process had taken and not begun.

        Tries again while Telegram cannot be reached. Raise `WebhookRefusedError`.
        """
        self._is_open = True
        await self.take_up()
        pause = _PAUSE_S
        while True:
            try:
                await self._set()
            except BadRequest as error:
                raise WebhookRefusedError(error.message) from None
            except TelegramError as error:
                logger.warning("the webhook is not set yet, next try in %.0f s: %s", pause, error.message)
            else:
                break
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_S)
        self._looked_at = time.monotonic()

    def close(self) -> None:
        """Queue nothing more. The webhook stays set: what comes now is for whoever leads next."""
        self._is_open = False

    async def take_up(self) -> None:
        """Queue what is stored and not begun: posted to a process that stands by, or left by an earlier one."""
        async with self._database.read() as connection:
            left = await updates.waiting(connection, self._bot_id, besides=self._queued)
        if left and self._is_open:
            logger.info("%d updates are taken up that another process has stored, or an earlier one", len(left))
        for body in left:
            self._enqueue(json.loads(body))

    def _enqueue(self, data: dict[str, Any]) -> None:
        # Not twice: it may be seen as stored before whoever stored it gets here.
        if self._is_open and data["update_id"] not in self._queued:
            self._queued.add(data["update_id"])
            self._queue.put_nowait(self._bot.read_update(data))

    async def begin(self, update: Update) -> bool:
        """Whether the update is to be handled by this process now."""
        try:
            for _attempt in range(_TRIES):
                if not self._leads():
                    return False  # whoever leads now does
                try:
                    return await self._take_to_handle(update.update_id)
                except (SQLAlchemyError, OSError) as error:
                    logger.error("the database does not answer, an update waits: %s", str(error).partition("\n")[0])
                await asyncio.sleep(_PAUSE_S)
            return False
        finally:
            self._queued.discard(update.update_id)

    @property
    def silence_s(self) -> float:
        """The seconds since Telegram last said how the posting goes."""
        return time.monotonic() - self._looked_at

    def problem(self) -> str | None:
        """Return what is wrong if updates do not arrive, otherwise None."""
        if self.silence_s > STALE_S:
            return "Telegram does not answer"
        return self._trouble

    async def check_webhook(self) -> None:
        """Ask Telegram whether it posts here, and how that goes. A webhook that was removed is set again."""
        try:
            info = await self._bot.get_webhook_info()
            trouble = self._judge(info)
            if info.url != self._url:
                await self._set()
        except RetryAfter:
            return
        except TelegramError as error:
            logger.warning("Telegram does not say how the webhook goes: %s", error.message)
            return
        if trouble and trouble != self._trouble:
            logger.error("%s", trouble)
        self._trouble = trouble
        self._looked_at = time.monotonic()

    def _judge(self, info: WebhookInfo) -> str | None:
        if info.url != self._url:
            return "somebody removed the webhook or set another; it is set again"
        failed_at = info.last_error_date
        if failed_at is None or self._now() - failed_at > _ERROR_COUNTS:
            return None
        if self._arrived_at is not None and self._arrived_at > failed_at:
            return None
        return f"Telegram cannot post updates: {info.last_error_message}"

    async def _set(self) -> None:
        await self._bot.set_webhook(self._url, secret_token=self._secret, allowed_updates=self._kinds)

    async def _take(self, request: web.Request) -> web.Response:
        """Answer only when the update is stored: what is not answered with 200 comes again."""
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(errors="replace"), self._secret.encode()):
            raise web.HTTPForbidden(text="wrong secret")
        data, body = _decode(await read_body(request, limit=MOST_BYTES))
        try:
            is_new = await self._store((data["update_id"], body))
        except (SQLAlchemyError, OSError) as error:
            logger.error("the database does not answer, an update is refused: %s", str(error).partition("\n")[0])
            raise web.HTTPServiceUnavailable(text="not now") from None
        self._arrived_at = self._now()
        if is_new:
            self._enqueue(data)
        return web.Response()

    async def _store_all(self, posted: Sequence[tuple[int, str]]) -> list[bool]:
        """Say of each update whether it is new; of one that is posted twice the first is."""
        bodies = dict(reversed(posted))
        async with self._database.write() as connection:
            new = set(await updates.receive(connection, self._bot_id, bodies, now=self._now()))
        return [_is_taken_out(new, number) for number, _body in posted]

    async def _take_all(self, numbers: Sequence[int]) -> list[bool]:
        """Say of each update whether it is to be handled now; of one that is asked for twice the first is."""
        async with self._database.write() as connection:
            taken = set(await updates.begin(connection, self._bot_id, numbers))
        return [_is_taken_out(taken, number) for number in numbers]


def _is_taken_out(numbers: set[int], number: int) -> bool:
    """Whether it was among them; it is not any more."""
    if number not in numbers:
        return False
    numbers.remove(number)
    return True


def _decode(data: bytes) -> tuple[dict[str, Any], str]:
    """Return the update and its text. Raise HTTPBadRequest for what is none."""
    try:
        body = data.decode()
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest(text="this is no JSON") from None
    number = found.get("update_id") if isinstance(found, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**63:
        raise web.HTTPBadRequest(text="this is no update")
    return found, body
