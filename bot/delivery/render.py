"""From a claim to the payloads of its messages: an alert is rendered once for all chats that read it alike."""

import asyncio
from collections import OrderedDict
from zoneinfo import ZoneInfo

from handlers import keyboards, messages
from handlers.texts import Texts
from storage import articles, deliveries, sections, subscribers
from storage.database import Database
from storage.deliveries import Claim

# Alerts that are being sent at one time, in every language and time zone that their readers use.
_CACHED_ALERTS = 256
# More stories than anyone reads in a digest; the rest is in /latest.
_DIGEST_STORIES = 60

Payload = dict[str, object]


class Renderer:
    """Gives the payloads of a claim, without `chat_id`; none where there is nothing left to say.

    https://core.telegram.org/bots/api#sendmessage
    """

    def __init__(self, database: Database, texts: Texts) -> None:
        self._database = database
        self._texts = texts
        self._alerts: OrderedDict[tuple[object, ...], list[Payload]] = OrderedDict()
        self._rendering = asyncio.Lock()

    async def __call__(self, claim: Claim) -> list[Payload]:
        if claim.language is None or claim.timezone is None:
            return []  # the subscriber has left the database
        if claim.kind is deliveries.Kind.DIGEST:
            return await self._digest(claim)
        key = (claim.article_id, claim.revision, claim.language, claim.timezone)
        payloads = self._alerts.get(key)
        if payloads is None:
            async with self._rendering:
                payloads = self._alerts.get(key) or await self._alert(claim)
                self._alerts[key] = payloads
                if len(self._alerts) > _CACHED_ALERTS:
                    self._alerts.popitem(last=False)
        return payloads

    async def _alert(self, claim: Claim) -> list[Payload]:
        async with self._database.read() as connection:
            stored = await articles.get(connection, claim.article_id or 0)
        if stored is None:
            return []
        words = self._texts.of(claim.language)
        text = messages.alert(stored.article, stored.published_at, _zone(claim), words)
        keyboard = keyboards.alert_keyboard(stored.id, stored.article.url, words)
        return [_payload(str(text), keyboard.to_dict())]

    async def _digest(self, claim: Claim) -> list[Payload]:
        if claim.window_start is None or claim.window_end is None:
            return []
        async with self._database.read() as connection:
            headlines = await articles.for_digest(
                connection,
                chat_id=claim.chat_id,
                since=claim.window_start,
                until=claim.window_end,
                limit=_DIGEST_STORIES,
            )
            subscriber = await subscribers.get(connection, claim.chat_id)
            rows = await sections.every(connection)
        if not headlines or subscriber is None:
            return []
        followed = [row.name for row in rows if row.id in subscriber.sections]
        words = self._texts.of(claim.language)
        parts = messages.digest(messages.by_section(headlines, followed), _zone(claim), words)
        payloads = [_payload(str(part)) for part in parts]
        payloads[-1]["reply_markup"] = keyboards.summaries_keyboard(headlines, words).to_dict()
        return payloads


def _zone(claim: Claim) -> ZoneInfo:
    return ZoneInfo(claim.timezone or "UTC")


def _payload(text: str, reply_markup: object = None) -> Payload:
    payload: Payload = {"text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    return payload if reply_markup is None else {**payload, "reply_markup": reply_markup}
