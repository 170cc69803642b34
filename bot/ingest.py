"""One article in: read it, store it, owe it to its subscribers."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import extract
from storage import admins, articles, drafts, progress, publishing, sections
from storage.article import Article, Fault, UnreadableError
from storage.database import Database
from storage.identity import host_of, keys_of, source_scope
from storage.roles import Permission
from storage.sightings import Outlet
from storage.source_changes import Taken


class Verdict(StrEnum):
    """What became of an article."""

    PUSHED = "pushed"
    KEPT = "kept"
    TOO_OLD = "too old"
    LEFT_ALONE = "left alone"
    KNOWN = "known"
    REVISED = "revised"
    CORRECTED = "corrected"  # as its source corrects it
    PROPOSED = "proposed"  # to the desk, as a correction
    WAITING = "waiting"  # for an editor's approval


_TAKEN = {Taken.UPDATED: Verdict.REVISED, Taken.APPLIED: Verdict.CORRECTED, Taken.PROPOSED: Verdict.PROPOSED}


@dataclass(frozen=True, slots=True)
class Ingested:
    """One article's way in. `id` is None where it was left alone; `owed` counts the chats it is owed to."""

    verdict: Verdict
    article: Article
    id: int | None = None
    owed: int = 0
    known_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What the newsroom's settings say about articles that come in by themselves.

    `language` is spoken with those of the newsroom who have chosen none.
    """

    alert_ttl: timedelta
    keep_unflagged: bool
    language: str = "ar"


async def read(database: Database, data: bytes | str, *, url: str | None = None) -> extract.Reading:
    """Read a text, a page or a feed with the sections of the database. Raise `UnreadableError`.

    `url` is where it came from.
    """
    async with database.read() as connection:
        index = await sections.index(connection)
    # In a thread: a long page takes a while, and people wait for answers meanwhile.
    return await asyncio.to_thread(extract.read, data, index, url=url)


async def read_one(database: Database, data: bytes | str) -> Article:
    """Read exactly one article. Raise `UnreadableError`, also for a feed of several."""
    reading = await read(database, data)
    if len(reading.articles) != 1:
        raise UnreadableError(Fault.NO_TITLE)
    return reading.articles[0]


async def ingest(
    database: Database,
    article: Article,
    policy: Policy,
    *,
    now: datetime,
    outlet: Outlet | None = None,
    silently: bool = False,
    needs_approval: bool = False,
) -> Ingested:
    """Store and owe one article, in one transaction.

    One without the flag is left alone, or kept for digests where the policy says so. A flagged one that was published
    longer ago than an alert lives is kept, and pushed to nobody. An article without a date counts as published now.
    `outlet` is who brings it (see `storage.intake.store`); whoever's address it has, if it is not given. What comes
    `silently` is pushed to nobody; what a source brings and `needs_approval` waits as a draft instead of being pushed.
    """
    if outlet is None and (host := host_of(article.url)):
        outlet = Outlet(host)
    too_old = article.published_at is not None and now - article.published_at > policy.alert_ttl
    async with database.write() as connection:
        pushes = article.breaking and not too_old and not silently
        if pushes and needs_approval and outlet and outlet.source_id is not None:
            return await _propose(connection, article, outlet, outlet.source_id, now=now)
        if pushes:
            verdict = Verdict.PUSHED
            published = await publishing.publish(connection, article, now=now, ttl=policy.alert_ttl, outlet=outlet)
            if published.owed and outlet and outlet.source_id is not None:
                await _let_the_desk_follow(connection, published.stored.id, policy, now)
        elif article.breaking or policy.keep_unflagged:
            verdict = Verdict.TOO_OLD if article.breaking and too_old else Verdict.KEPT
            published = await publishing.keep(connection, article, now=now, outlet=outlet)
        else:
            known = await publishing.update(connection, article, now=now, outlet=outlet)
            if known is None:
                return Ingested(Verdict.LEFT_ALONE, article)
            verdict, published = Verdict.KNOWN, known
    stored = published.stored
    if stored.known_since is not None and not stored.raised:
        verdict = _TAKEN[published.taken] if published.taken else Verdict.KNOWN
        return Ingested(verdict, article, stored.id, 0, stored.known_since)
    return Ingested(verdict, article, stored.id, published.owed)


async def _let_the_desk_follow(connection: AsyncConnection, article_id: int, policy: Policy, now: datetime) -> None:
    """Let everyone who could stop it see how the broadcast goes of what nobody has released by hand."""
    for person in await admins.who_may(connection, Permission.RELEASE):
        await progress.follow(connection, article_id, person, language=policy.language, now=now)


async def _propose(
    connection: AsyncConnection, article: Article, outlet: Outlet, source_id: int, *, now: datetime
) -> Ingested:
    """Let a story wait for an editor, unless it is published already: that is brought up to date, as ever."""
    known = await publishing.update(connection, article, now=now, outlet=outlet)
    if known and not await _was_only_kept(connection, known.stored.id):
        verdict = _TAKEN[known.taken] if known.taken else Verdict.KNOWN
        return Ingested(verdict, article, known.stored.id, 0, known.stored.known_since)
    keys = keys_of(article, scope=source_scope(source_id))
    changed = await drafts.bring(connection, article, outlet, item_key=keys.guid or keys.url or keys.words, now=now)
    return Ingested(Verdict.WAITING if changed else Verdict.KNOWN, article)


async def _was_only_kept(connection: AsyncConnection, article_id: int) -> bool:
    """Whether a story is stored because it was not flagged."""
    stored = await articles.get(connection, article_id)
    return stored is not None and stored.status is articles.Status.KEPT and not stored.article.breaking
