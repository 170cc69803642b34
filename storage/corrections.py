"""Corrections: an article is made right, and everybody who was told it wrong is owed an edit. One transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import articles, deliveries, dialect, owing_edits, phrases
from storage.article import Article
from storage.articles import Status
from storage.changes import Change, Field
from storage.deliveries import ALERT_PRIORITY, PENDING, Kind, State
from storage.merge import says_the_same
from storage.owing_alerts import Audience, owe_alert
from storage.tables import articles as article_rows
from storage.tables import corrections, subscriptions
from storage.tables import deliveries as rows

# Whoever got an alert longer ago has read it; the newsroom may choose to tell these in a message of its own.
READ_LONG_AGO = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reach:
    """What a correction or retraction of a story would meet: copies in chats, copies still queued, copies in doubt."""

    sent: int
    queued: int
    unknown: int
    read_long_ago: int


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction did: the article's new revision, and how many copies are owed an edit, and a follow-up."""

    revision: int
    edits: int
    follow_ups: int


@dataclass(frozen=True, slots=True)
class Note:
    """What was corrected in one revision."""

    revision: int
    change: Change


async def correct(
    connection: AsyncConnection,
    article_id: int,
    article: Article,
    changes: Sequence[Change],
    *,
    base: int,
    author_id: int,
    now: datetime,
    ttl: timedelta,
    follow_up: bool = False,
    told: Article | None = None,
) -> Corrected | None:
    """Put `article` in the place of revision `base`, and owe every delivered copy an edit that tells the `changes`.

    None, and nothing is done, where the article is no longer at that revision, is retracted or never was.

    Copies that still wait go out corrected, since a copy is rendered from what is right when it is claimed; those that
    are under way are owed their edit when their answer comes (`settling.settle`). Call `Services.recall` after the
    transaction, so that nothing that was claimed before it is sent. Edits of an earlier correction that still wait are
    left out: the later edit says it all. Where the sections changed, whoever follows only the new ones is owed the
    alert for `ttl`, and whoever follows none of them any more is not sent it.

    With `follow_up`, chats that got their copy longer ago than `READ_LONG_AGO` are told besides, in a silent reply.
    `told` is what the story's source tells, where that is what it is corrected by; any other correction is the desk's
    own, which no revision of the source's undoes unasked.
    """
    await dialect.serialize(connection, "store an article")
    # First of all, since it makes those wait who settle copies of this story: see `settling`.
    revision = await connection.scalar(
        update(article_rows)
        .where(
            article_rows.c.id == article_id,
            article_rows.c.revision == base,
            article_rows.c.status != Status.RETRACTED,
        )
        .values(revision=base + 1)
        .returning(article_rows.c.revision)
    )
    if revision is None:
        return None
    await _note_told(connection, article_id, article, told)
    section_ids = await articles.rewrite(connection, article_id, article)
    await connection.execute(
        insert(corrections),
        [
            {
                "article_id": article_id,
                "revision": revision,
                "position": position,
                "field": change.field,
                "wrong": change.wrong,
                "right": change.right,
                "author_id": author_id,
                "made_at": now,
            }
            for position, change in enumerate(changes)
        ],
    )
    changed = {change.field for change in changes}
    if Field.URGENCY in changed:
        await _rank(connection, article_id, article)
    if Field.SECTIONS in changed:
        await _follow_sections(connection, article_id, revision, section_ids, article, now=now, ttl=ttl)
    await _leave_out_earlier(connection, article_id)
    edited = await owing_edits.owe_corrections(connection, article_id, now=now)
    followed = 0
    if follow_up:
        followed = await owing_edits.owe_follow_ups(
            connection, article_id, sent_before=now - READ_LONG_AGO, now=now, expires_at=now + ttl
        )
    if await deliveries.is_held(connection, article_id):
        await deliveries.hold_pending(connection, rows.c.article_id == article_id)
    return Corrected(revision, edited, followed)


async def reach(connection: AsyncConnection, article_id: int, *, now: datetime) -> Reach:
    """Count the copies of a story that a correction or retraction would meet now."""
    by_state = {
        State(state): (number, old)
        for state, number, old in await connection.execute(
            select(
                rows.c.state,
                func.count(),
                func.count().filter(rows.c.sent_at < now - READ_LONG_AGO),
            )
            .where(rows.c.article_id == article_id, rows.c.kind == Kind.ALERT)
            .group_by(rows.c.state)
        )
    }
    sent, read_long_ago = by_state.get(State.SENT, (0, 0))
    return Reach(
        sent=sent,
        queued=sum(by_state.get(state, (0, 0))[0] for state in deliveries.OPEN),
        unknown=by_state.get(State.UNKNOWN, (0, 0))[0],
        read_long_ago=read_long_ago,
    )


async def notes(
    connection: AsyncConnection, article_ids: Collection[int], *, after: int = 0
) -> dict[int, tuple[Note, ...]]:
    """Return what was corrected in these articles in revisions above `after`, the newest first."""
    found: dict[int, tuple[Note, ...]] = dict.fromkeys(article_ids, ())
    for row in await connection.execute(
        select(
            corrections.c.article_id,
            corrections.c.revision,
            corrections.c.field,
            corrections.c.wrong,
            corrections.c.right,
        )
        .where(corrections.c.article_id.in_(article_ids), corrections.c.revision > after)
        .order_by(corrections.c.revision.desc(), corrections.c.position)
    ):
        found[row.article_id] += (Note(row.revision, Change(Field(row.field), row.wrong, row.right)),)
    return found


async def _note_told(connection: AsyncConnection, article_id: int, article: Article, by_source: Article | None) -> None:
    """Keep what the source tells beside what will stand, where that is not the same."""
    if by_source is not None:
        await articles.note_told(connection, article_id, None if says_the_same(article, by_source) else by_source)
    elif await articles.told_by_source(connection, article_id) is None:
        before = await articles.get(connection, article_id)
        await articles.note_told(connection, article_id, before.article if before else None)


async def _rank(connection: AsyncConnection, article_id: int, article: Article) -> None:
    await connection.execute(
        update(rows)
        .where(rows.c.article_id == article_id, rows.c.state == PENDING, rows.c.kind == Kind.ALERT)
        .values(priority=int(ALERT_PRIORITY[article.urgency]))
    )


async def _follow_sections(
    connection: AsyncConnection,
    article_id: int,
    revision: int,
    section_ids: Sequence[int],
    article: Article,
    *,
    now: datetime,
    ttl: timedelta,
) -> None:
    """Owe the alert to who follows the new sections, and not to who follows only those that it has left."""
    mine = and_(rows.c.article_id == article_id, rows.c.kind == Kind.ALERT)
    follows = (
        select(1).where(subscriptions.c.chat_id == rows.c.chat_id, subscriptions.c.section_id.in_(section_ids)).exists()
    )
    surely_not_told = rows.c.lost_answers + rows.c.interruptions == 0
    await connection.execute(
        update(rows)
        .where(mine, rows.c.state == PENDING, surely_not_told, ~follows)
        .values(state=State.GONE, error="the story left the sections that the chat follows")
    )
    published = await connection.scalar(
        select(1).where(
            article_rows.c.id == article_id,
            article_rows.c.status == Status.PUBLISHED,
            article_rows.c.published_at > now - ttl,
        )
    )
    if published is None:
        return
    audience = Audience(section_ids, article.urgency, await phrases.held_by(connection, article))
    await owe_alert(connection, article_id, revision, audience, now=now, ttl=ttl, whoever_was_owed=False)


async def _leave_out_earlier(connection: AsyncConnection, article_id: int) -> None:
    await connection.execute(
        update(rows)
        .where(
            rows.c.article_id == article_id,
            rows.c.kind.in_((Kind.CORRECTION, Kind.FOLLOW_UP)),
            rows.c.state.in_((State.PENDING, State.HELD)),
        )
        .values(state=State.EXPIRED, error="a later correction says it all")
    )
