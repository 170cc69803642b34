"""From claims to ready-made messages: an alert is rendered once for all chats that read it alike."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.delivery.telegram_api import encode
from handlers import keyboards, messages, panels
from handlers.roundups import budget_spent, roundup
from handlers.texts import Texts
from storage import articles, deliveries, digests, digests_due, owing, preferences
from storage.database import Database
from storage.deliveries import Claim
from storage.digests import Edition

# Alerts that are being sent at one time, in every language and time zone that their readers use, alone and joined.
_CACHED_ALERTS = 256
# More stories than anyone reads in a digest; the rest is in /latest.
_DIGEST_STORIES = 60


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a chat is told. Each claim is in one of the three groups.

    `told` stand in the message; `later` found no room in it; of `void` there is nothing left to say.
    """

    messages: tuple[bytes, ...] = ()  # as `telegram_api.encode` makes them
    told: tuple[Claim, ...] = ()
    later: tuple[Claim, ...] = ()
    void: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class _Alert:
    """A message for a list of stories: the places in the list of those that it tells, and of those that are gone."""

    message: bytes
    told: tuple[int, ...]
    void: tuple[int, ...]


class Renderer:
    """Turns what one chat is to be told into messages."""

    def __init__(self, database: Database, texts: Texts) -> None:
        self._database = database
        self._texts = texts
        self._alerts: OrderedDict[tuple[object, ...], _Alert] = OrderedDict()
        self._rendering = asyncio.Lock()

    async def __call__(self, parcel: Sequence[Claim]) -> Rendered:
        first = parcel[0]
        if first.kind is deliveries.Kind.DIGEST:
            return await self._digest(first)
        key = (first.language, first.digits, first.timezone, *((claim.article_id, claim.revision) for claim in parcel))
        alert = self._alerts.get(key)
        if alert is None:
            async with self._rendering:
                alert = self._alerts.get(key) or await self._alert(parcel)
                self._alerts[key] = alert
                if len(self._alerts) > _CACHED_ALERTS:
                    self._alerts.popitem(last=False)
        if len(alert.told) == len(parcel):
            return Rendered((alert.message,), tuple(parcel))
        return Rendered(
            (alert.message,),
            told=tuple(parcel[place] for place in alert.told),
            later=tuple(claim for place, claim in enumerate(parcel) if place not in alert.told + alert.void),
            void=tuple(parcel[place] for place in alert.void),
        )

    async def _alert(self, parcel: Sequence[Claim]) -> _Alert:
        async with self._database.read() as connection:
            found = [await articles.get(connection, claim.article_id or 0) for claim in parcel]
        void = tuple(place for place, stored in enumerate(found) if stored is None)
        stories = [(place, stored) for place, stored in enumerate(found) if stored is not None]
        if not stories:
            return _Alert(b"", (), void)
        words = self._texts.of(parcel[0].language, parcel[0].digits)
        zone = ZoneInfo(parcel[0].timezone)
        text, size = messages.joined(
            [messages.alert(story.article, story.published_at, zone, words) for _, story in stories], words
        )
        told = stories[:size]
        keyboard = keyboards.joined_keyboard([(story.id, story.article.url) for _, story in told], words)
        silent = all(messages.is_quiet(story.article) for _, story in told)
        message = _message(text, keyboard.to_dict(), silent=silent)
        return _Alert(message, tuple(place for place, _ in told), void)

    async def _digest(self, claim: Claim) -> Rendered:
        if claim.edition == owing.BUDGET_NOTICE:
            return await self._budget_notice(claim)
        nothing = Rendered(void=(claim,))
        if claim.window_start is None or claim.window_end is None:
            return nothing
        edition = Edition(claim.edition or Edition.EVENING)
        async with self._database.read() as connection:
            headlines = await digests_due.stories(
                connection,
                claim.chat_id,
                edition,
                since=claim.window_start,
                until=claim.window_end,
                limit=_DIGEST_STORIES,
            )
            followed = await preferences.followed(connection, claim.chat_id)
        if not headlines or not followed:
            return nothing
        words = self._texts.of(claim.language, claim.digits)
        names = [section.name for section in followed]
        parts = roundup(edition, headlines, names, ZoneInfo(claim.timezone), words)
        return Rendered(
            tuple(
                _message(part.text, keyboards.summaries_keyboard(part.headlines, words, first=part.first).to_dict())
                for part in parts
            ),
            (claim,),
        )

    async def _budget_notice(self, claim: Claim) -> Rendered:
        async with self._database.read() as connection:
            mine = await preferences.get(connection, claim.chat_id)
            daily = await digests.next_daily(connection, claim.chat_id)
        if mine is None or mine.budget is None:
            return Rendered(void=(claim,))
        words = self._texts.of(claim.language, claim.digits)
        text = budget_spent(mine.budget, keyboards.clock_face(daily.minute) if daily else None, words)
        return Rendered((_message(text, panels.budget_keyboard(mine.budget, words).to_dict(), silent=True),), (claim,))


def _message(text: str, reply_markup: object = None, *, silent: bool = False) -> bytes:
    payload: dict[str, object] = {
        "text": str(text),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if silent:
        payload["disable_notification"] = True
    return encode(payload if reply_markup is None else {**payload, "reply_markup": reply_markup})
