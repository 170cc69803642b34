"""From claims to ready-made messages: whatever is the same for many chats is rendered once for all of them."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.digest_messages import digest_message, mended_digest
from bot.delivery.rendered import Rendered, ready_made
from handlers import amended, messages, story_buttons
from handlers.amended import Told
from handlers.texts import Texts
from storage import announcements, articles, corrections, retractions
from storage.articles import StoredArticle
from storage.database import Database
from storage.deliveries import Claim, Kind, Story

# Messages that are being sent at one time, in every language and time zone that their readers use, alone and joined.
_CACHED = 256


@dataclass(frozen=True, slots=True)
class _Text:
    """A message for a list of stories: the places in the list of those that it tells, and of those that are gone."""

    message: bytes
    told: tuple[int, ...] = ()
    void: tuple[int, ...] = ()


class Renderer:
    """Turns what one chat is to be told into messages."""

    def __init__(self, database: Database, texts: Texts) -> None:
        self._database = database
        self._texts = texts
        self._cache: OrderedDict[tuple[object, ...], _Text] = OrderedDict()
        self._rendering = asyncio.Lock()

    async def __call__(self, parcel: Sequence[Claim]) -> Rendered:
        first = parcel[0]
        match first.kind:
            case Kind.DIGEST:
                return await digest_message(self._database, self._texts, first)
            case Kind.ANNOUNCEMENT:
                return await self._announcement(parcel)
            case Kind.FOLLOW_UP:
                return await self._follow_up(parcel)
            case Kind.CORRECTION | Kind.RETRACTION:
                return await self._edit(parcel)
        return await self._alert(parcel)

    async def _alert(self, parcel: Sequence[Claim]) -> Rendered:
        first, stories = parcel[0], [claim.stories[0] for claim in parcel]
        key = (Kind.ALERT, first.language, first.digits, first.timezone, *stories)
        alert = await self._once(key, lambda: self._render_alert(first, stories))
        if len(alert.told) == len(parcel):
            return Rendered((alert.message,), tuple(parcel))
        return Rendered(
            (alert.message,),
            told=tuple(parcel[place] for place in alert.told),
            later=tuple(claim for place, claim in enumerate(parcel) if place not in alert.told + alert.void),
            void=tuple(parcel[place] for place in alert.void),
        )

    async def _render_alert(self, reader: Claim, stories: Sequence[Story]) -> _Text:
        found = await self._read(stories)
        void = tuple(place for place, story in enumerate(found) if story is None)
        left = [(place, *story) for place, story in enumerate(found) if story is not None]
        if not left:
            return _Text(b"", void=void)
        words, zone = self._texts.of(reader.language, reader.digits), ZoneInfo(reader.timezone)
        text, size = messages.joined([amended.alert(told, zone, words) for _, _, told in left], words)
        keyboard = story_buttons.joined_keyboard(
            [(stored.id, stored.article.url) for _, stored, _ in left[:size]], words
        )
        silent = all(messages.is_quiet(stored.article) for _, stored, _ in left[:size])
        message = ready_made(text, keyboard.to_dict(), silent=silent)
        return _Text(message, tuple(place for place, _, _ in left[:size]), void)

    async def _edit(self, parcel: Sequence[Claim]) -> Rendered:
        """Return the whole message anew, with what stands of its stories."""
        first = parcel[0]
        if first.digest:
            return await mended_digest(self._database, self._texts, parcel, first.digest)
        standing = tuple(story for story in first.stories if not story.retracted)
        if not first.stories:
            return Rendered(void=tuple(parcel))
        if not standing:
            article_id = first.stories[0].article_id
            notice = await self._once(
                (Kind.RETRACTION, first.language, first.digits, article_id),
                lambda: self._render_notice(first, article_id),
            )
            return Rendered((notice.message,), tuple(parcel), withdrawn=True)
        key = (Kind.CORRECTION, first.language, first.digits, first.timezone, *standing)
        text = await self._once(key, lambda: self._render_edit(first, standing))
        # Where a story was retracted since the claim was made, its retraction is owed, and edits the message again.
        return Rendered((text.message,), tuple(parcel)) if text.message else Rendered(later=tuple(parcel))

    async def _render_edit(self, reader: Claim, stories: Sequence[Story]) -> _Text:
        left = [story for story in await self._read(stories) if story is not None]
        if not left:
            return _Text(b"")
        words, zone = self._texts.of(reader.language, reader.digits), ZoneInfo(reader.timezone)
        text = amended.rewritten([told for _, told in left], zone, words)
        keyboard = story_buttons.joined_keyboard([(stored.id, stored.article.url) for stored, _ in left], words)
        return _Text(ready_made(text, keyboard.to_dict()))

    async def _render_notice(self, reader: Claim, article_id: int) -> _Text:
        async with self._database.read() as connection:
            reason = await retractions.reason_of(connection, article_id)
        return _Text(ready_made(amended.notice(reason or "", self._texts.of(reader.language, reader.digits))))

    async def _follow_up(self, parcel: Sequence[Claim]) -> Rendered:
        first = parcel[0]
        (story,) = first.stories
        text = await self._once(
            (Kind.FOLLOW_UP, first.language, first.digits, story), lambda: self._render_follow_up(first, story)
        )
        return Rendered((text.message,), tuple(parcel)) if text.message else Rendered(void=tuple(parcel))

    async def _render_follow_up(self, reader: Claim, story: Story) -> _Text:
        async with self._database.read() as connection:
            stored = await articles.get(connection, story.article_id)
            # Its revision is the one that the correction made.
            notes = await corrections.notes(connection, [story.article_id], after=story.told - 1)
        if stored is None:
            return _Text(b"")
        changes = [note.change for note in notes[story.article_id]]
        return _Text(
            ready_made(
                amended.follow_up(stored.article, changes, self._texts.of(reader.language, reader.digits)), silent=True
            )
        )

    async def _announcement(self, parcel: Sequence[Claim]) -> Rendered:
        first = parcel[0]
        text = await self._once(
            (Kind.ANNOUNCEMENT, first.language, first.digits, first.announcement_id),
            lambda: self._render_announcement(first),
        )
        return Rendered((text.message,), tuple(parcel)) if text.message else Rendered(void=tuple(parcel))

    async def _render_announcement(self, reader: Claim) -> _Text:
        async with self._database.read() as connection:
            found = await announcements.get(connection, reader.announcement_id or 0)
        if found is None:
            return _Text(b"")
        return _Text(ready_made(messages.announcement(found.text, self._texts.of(reader.language, reader.digits))))

    async def _read(self, stories: Sequence[Story]) -> list[tuple[StoredArticle, Told] | None]:
        """Read each story with what was corrected since the chat was told it; None where it is gone."""
        async with self._database.read() as connection:
            return [await _read_story(connection, story) for story in stories]

    async def _once(self, key: tuple[object, ...], render: Callable[[], Awaitable[_Text]]) -> _Text:
        text = self._cache.get(key)
        if text is None:
            async with self._rendering:
                text = self._cache.get(key) or await render()
                self._cache[key] = text
                if len(self._cache) > _CACHED:
                    self._cache.popitem(last=False)
        return text


async def _read_story(connection: AsyncConnection, story: Story) -> tuple[StoredArticle, Told] | None:
    stored = await articles.get(connection, story.article_id)
    if stored is None:
        return None
    notes = await corrections.notes(connection, [story.article_id], after=story.told)
    changes = tuple(note.change for note in notes[story.article_id])
    return stored, Told(stored.article, stored.published_at, changes)
