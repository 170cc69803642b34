"""What becomes of what a source changes in its story: an update, a proposal to the desk, or a correction."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import articles, audit, corrections, proposals, source_corrections
from storage.amendments import SOURCE_AUTHOR
from storage.article import Article
from storage.articles import Status, StoredArticle
from storage.audit import Act
from storage.changes import Change
from storage.deliveries import OPEN, Kind
from storage.deliveries import State as Delivery
from storage.merge import Merged, merge, says_the_same
from storage.proposals import Proposal
from storage.sightings import Outlet
from storage.tables import articles as article_rows
from storage.tables import deliveries

_ARROW = " → "


class Taken(StrEnum):
    """updated: put in the old text's place, and nobody is told. proposed: the desk decides. applied: a correction."""

    UPDATED = "updated"
    PROPOSED = "proposed"
    APPLIED = "applied"


async def take(
    connection: AsyncConnection, article_id: int, new: Article, outlet: Outlet, *, now: datetime
) -> Taken | None:
    """Take what the story's own source tells now; None where nothing is left to be done.

    What was wrong in a story that somebody was alerted of is proposed to the desk, or applied as a correction where the
    source's corrections are; call `Services.recall` after the transaction then. What the desk has changed by hand is
    never undone without being proposed. Everything else (a story that nobody was told, paragraphs that are added) is
    put in the old text's place.
    """
    standing = await articles.get(connection, article_id)
    if standing is None:
        return None
    merged = await _compare(connection, standing, new)
    if not merged.changes or not (merged.by_hand or await _is_told(connection, article_id)):
        await proposals.drop(connection, article_id)
        await _update(connection, standing, merged, new)
        return Taken.UPDATED
    detail = f"{outlet.name}: {described(merged.changes)}"
    if not merged.by_hand and await source_corrections.applies(connection, outlet.source_id):
        await corrections.correct(
            connection,
            article_id,
            merged.article,
            merged.changes,
            base=standing.revision,
            author_id=SOURCE_AUTHOR,
            now=now,
            ttl=timedelta(),  # its sections stay, so nobody is newly owed the alert
            told=new,
        )
        await proposals.drop(connection, article_id)
        await audit.record(connection, None, Act.SOURCE_CORRECT, article_id=article_id, detail=detail, now=now)
        return Taken.APPLIED
    is_new = await proposals.put(
        connection,
        article_id,
        standing.revision,
        merged.article,
        told=new,
        by_hand=merged.by_hand,
        outlet=outlet.name,
        now=now,
    )
    if not is_new:
        return None
    await audit.record(connection, None, Act.SOURCE_PROPOSE, article_id=article_id, detail=detail, now=now)
    return Taken.PROPOSED


async def compare_again(connection: AsyncConnection, proposal: Proposal, *, now: datetime) -> None:
    """Let an open proposal be one for the story as it stands now, or end it where nothing is left of it."""
    standing = await articles.get(connection, proposal.amendment.article_id)
    merged = await _compare(connection, standing, proposal.told) if standing else None
    if standing is None or merged is None or not merged.changes:
        await proposals.drop(connection, proposal.amendment.article_id)
        return
    await proposals.put(
        connection,
        standing.id,
        standing.revision,
        merged.article,
        told=proposal.told,
        by_hand=merged.by_hand,
        outlet=proposal.outlet,
        now=now,
    )


def described(changes: tuple[Change, ...]) -> str:
    """Return what was corrected, for the audit log."""
    return "; ".join(f"{change.field}: {change.wrong}{_ARROW}{change.right}" for change in changes)


async def _compare(connection: AsyncConnection, standing: StoredArticle, new: Article) -> Merged:
    before = await articles.told_by_source(connection, standing.id)
    return merge(standing.article, before or standing.article, new)


async def _is_told(connection: AsyncConnection, article_id: int) -> bool:
    """Whether somebody was alerted of the story, or is about to be."""
    copy = select(deliveries.c.id).where(
        deliveries.c.article_id == article_id,
        deliveries.c.kind == Kind.ALERT,
        deliveries.c.state.in_((*OPEN, Delivery.SENT, Delivery.UNKNOWN)),
    )
    return await connection.scalar(copy.limit(1)) is not None


async def _update(connection: AsyncConnection, standing: StoredArticle, merged: Merged, new: Article) -> None:
    await connection.execute(
        update(article_rows)
        .where(article_rows.c.id == standing.id, article_rows.c.status != Status.RETRACTED)
        .values(revision=standing.revision + 1)
    )
    await articles.note_told(connection, standing.id, None if says_the_same(merged.article, new) else new)
    await articles.rewrite(connection, standing.id, merged.article)
