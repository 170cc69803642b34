"""The subscriber's part of WebSub: hubs push what is new in a feed, so that it need not be polled for.

https://www.w3.org/TR/websub/
"""

import asyncio
import hashlib
import hmac
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.sources.errors import EntitiesRefusedError, FetchError
from bot.sources.fetch import Fetched, Fetcher
from bot.sources.ingester import Ingester
from bot.sources.looking import Looker, NotAFeedError
from bot.sources.websub_discovery import find_hub
from handlers.texts import clean
from storage import hubs, sources
from storage.article import UnreadableError
from storage.database import Database
from storage.hubs import State, Subscription
from storage.sources import Source

logger = logging.getLogger(__name__)

PATH = "/websub/"
# What hubs are asked for, and what a lease is taken for where a hub does not say. They decide.
LEASE = timedelta(days=10)
# Hubs that are asked at once.
_MOST_REQUESTS = 8
# Bodies (up to 5 MiB each) that wait to be read. What comes beyond them is pushed again, or polled for.
_MOST_WAITING = 8
_SIGNATURE = re.compile(r"(sha1|sha256|sha384|sha512)=([0-9A-Fa-f]{40,128})")


class Receipt(Enum):
    """What becomes of something that was pushed."""

    TAKEN = auto()
    FORGED = auto()
    BUSY = auto()


@dataclass(frozen=True, slots=True)
class Verification:
    """What a hub asks the callback, as it came. https://www.w3.org/TR/websub/#hub-verifies-intent"""

    mode: str
    topic: str
    challenge: str
    lease_seconds: str
    reason: str


class WebSub:
    """Subscribes to what sources name, and takes what is pushed."""

    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        looker: Looker,
        ingester: Ingester,
        *,
        public_url: str,
        now: Callable[[], datetime],
    ) -> None:
        """`public_url` is the root by which hubs reach us."""
        self._database = database
        self._fetcher = fetcher
        self._looker = looker
        self._ingester = ingester
        self._public_url = public_url
        self._now = now
        self._pushed: asyncio.Queue[tuple[int, bytes]] = asyncio.Queue(_MOST_WAITING)
        self._is_reading = False  # not in a process that stands by

    async def heed(self, source: Source, fetched: Fetched, *, missed: bool) -> bool:
        """Note what the source says of its hub; return whether that pushes, so that it need not be looked at often.

        `missed` says that this look has found what was not pushed.
        """
        async with self._database.read() as connection:
            current = await hubs.of_source(connection, source.id)
        named = current.names if current else None
        if (body := fetched.body) is not None:
            found = await asyncio.to_thread(find_hub, fetched.links, body, fetched.url)
            named = (found.url, found.topic) if found else None
        if named != (current.names if current else None):
            async with self._database.write() as connection:
                await hubs.follow(connection, source.id, named, public_url=self._public_url, now=self._now())
            return False
        if current and current.pushed_at and missed:
            async with self._database.write() as connection:
                await hubs.distrust(connection, current.id)
            return False
        return current is not None and current.is_pushing(self._now())

    async def ask_hubs(self) -> None:
        """Ask hubs for what is due: to push, to go on pushing, or to stop."""
        async with self._database.write() as connection:
            await hubs.retire(connection, public_url=self._public_url, now=self._now())
            due = await hubs.claim(connection, limit=_MOST_REQUESTS, now=self._now())
        await asyncio.gather(*(self._ask(subscription) for subscription in due))

    async def verify(self, token: str, asked: Verification) -> str | None:
        """Return what proves to a hub that we want what it asks about; None where we do not.

        Whoever knows the token is the hub, which decides also to deny what it had granted.
        """
        async with self._database.write() as connection:
            found = await hubs.by_token(connection, token)
            if found is None or not asked.topic or asked.topic != found.topic:
                return None
            match asked.mode:
                case "subscribe" if found.state in (State.WANTED, State.ASKED, State.ACTIVE) and asked.challenge:
                    await hubs.confirm(connection, found.id, _lease(asked.lease_seconds), now=self._now())
                case "unsubscribe" if found.state is State.LEAVING and asked.challenge:
                    await hubs.forget(connection, found.id)
                case "denied":
                    await _deny(connection, found, asked.reason)
                    return ""
                case _:
                    return None
        logger.info("the hub of source %s has confirmed: %s", found.source_id, asked.mode)
        return asked.challenge

    async def expected(self, token: str) -> Subscription | None:
        """Return the subscription for which something may be pushed to this callback."""
        async with self._database.read() as connection:
            found = await hubs.by_token(connection, token)
        return found if found and found.source_id is not None and found.state is State.ACTIVE else None

    async def receive(self, subscription: Subscription, body: bytes, signature: str) -> Receipt:
        """Take what was pushed, to be read afterwards, if it is signed with the subscription's secret."""
        source_id = subscription.source_id
        if source_id is None or not is_signed(body, signature, subscription.secret):
            logger.warning("what was pushed for source %s is not signed by its hub, and is left alone", source_id)
            return Receipt.FORGED
        if not self._is_reading:
            return Receipt.BUSY
        try:
            self._pushed.put_nowait((source_id, body))
        except asyncio.QueueFull:
            return Receipt.BUSY
        async with self._database.write() as connection:
            await hubs.note_push(connection, subscription.id, now=self._now())
        return Receipt.TAKEN

    async def run(self) -> None:
        """Read what was pushed. It ends only by being cancelled; what waits then is polled for."""
        self._is_reading = True
        while True:
            source_id, body = await self._pushed.get()
            try:
                await self._bring(source_id, body)
            except (SQLAlchemyError, OSError) as error:
                logger.error(
                    "what was pushed for source %d waits for its next poll, since the database does not answer: %s",
                    source_id,
                    str(error).partition("\n")[0],
                )
            except Exception:
                # One strange body must not end the reading of all that will be pushed.
                logger.exception("what was pushed for source %d cannot be read", source_id)

    async def _bring(self, source_id: int, body: bytes) -> None:
        async with self._database.read() as connection:
            source = await sources.find(connection, str(source_id))
        if source is None or source.state is not sources.State.ACTIVE:
            return
        try:
            results = await self._ingester.take(source, await self._looker.read(source, body))
        except (NotAFeedError, UnreadableError, EntitiesRefusedError) as error:
            logger.warning("what was pushed for source %d (%s) cannot be read: %s", source.id, source.name, error)
        else:
            logger.info("%d stories were pushed for source %d (%s)", len(results), source.id, source.name)

    async def _ask(self, subscription: Subscription) -> None:
        fields = {
            "hub.mode": "unsubscribe" if subscription.state is State.LEAVING else "subscribe",
            "hub.topic": subscription.topic,
            "hub.callback": f"{subscription.public_url}{PATH}{subscription.token}",
            "hub.secret": subscription.secret,
            "hub.lease_seconds": str(int(LEASE.total_seconds())),
        }
        try:
            await self._fetcher.post_form(subscription.hub, fields)
        except FetchError as error:
            logger.warning("the hub of source %s cannot be asked: %s", subscription.source_id, error)
            async with self._database.write() as connection:
                await hubs.note_error(connection, subscription.id, str(error))
        else:
            async with self._database.write() as connection:
                await hubs.note_asked(connection, subscription.id)


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether an X-Hub-Signature is that of the body. https://www.w3.org/TR/websub/#signature-validation"""
    found = _SIGNATURE.fullmatch(signature.strip())
    if not found:
        return False
    expected = hmac.new(secret.encode(), body, getattr(hashlib, found[1])).hexdigest()
    return hmac.compare_digest(expected, found[2].lower())


def _lease(seconds: str) -> timedelta:
    return timedelta(seconds=int(seconds)) if re.fullmatch(r"[0-9]{1,9}", seconds) else LEASE


async def _deny(connection: AsyncConnection, subscription: Subscription, reason: str) -> None:
    if subscription.state is State.LEAVING:
        await hubs.forget(connection, subscription.id)
        return
    words = clean(reason)
    logger.warning("the hub of source %s will not push it: %s", subscription.source_id, words or "it does not say why")
    await hubs.deny(connection, subscription.id, words)
