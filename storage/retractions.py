"""Retractions: a story is taken back. What waits stops at once; what is in chats is deleted or says why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect, owing_edits
from storage.articles import Status
from storage.deliveries import OPEN, Kind, State
from storage.tables import articles, deliveries, retractions


@dataclass(frozen=True, slots=True)
class Retracted:
    """What a retraction did: how many deliveries it stopped, and how many copies are to be deleted or edited.

    `digests` are messages of digests in which the story's line gives its place to a notice.
    """

    stopped: int
    owed: int
    digests: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the edits of a story stand.

    `rest` counts the copies that were not reached, by why; `unknown` the alerts of which nobody knows whether a copy
    is in the chat, so that it can be neither edited nor deleted.
    """

    done: int
    left: int
    rest: tuple[tuple[State, str, int], ...]
    unknown: int


async def retract(
    connection: AsyncConnection, article_id: int, reason: str, *, author_id: int, now: datetime
) -> Retracted | None:
    """Take the story back; None where it is no published story (any more).

    In this transaction it leaves lists, searches, digests and summaries, what waits of it is ended, and every copy is
    owed its end. Copies under way are owed it when their answer comes (`settling.settle`). Call `Services.recall` after
    the transaction: then no copy goes out any more.
    """
    await dialect.serialize(connection, "store an article")
    # First of all, since it makes those wait who settle copies of this story: see `settling`.
    result = await connection.execute(
        update(articles)
        .where(articles.c.id == article_id, articles.c.status != Status.RETRACTED)
        .values(status=Status.RETRACTED, held=False)
    )
    if result.rowcount == 0:
        return None
    await connection.execute(
        insert(retractions).values(article_id=article_id, reason=reason, author_id=author_id, made_at=now)
    )
    stopped = await owing_edits.withdraw(connection, deliveries.c.article_id == article_id)
    owed = await owing_edits.owe_retractions(connection, article_id, now=now)
    return Retracted(stopped, owed, await owing_edits.owe_notices(connection, article_id, now=now))


async def reason_of(connection: AsyncConnection, article_id: int) -> str | None:
    """Return why the story was taken back; None where it was not."""
    return await connection.scalar(select(retractions.c.reason).where(retractions.c.article_id == article_id))


async def reasons(connection: AsyncConnection, article_ids: Collection[int]) -> dict[int, str]:
    """Return why those of these stories that were taken back were, by number."""
    rows = await connection.execute(
        select(retractions.c.article_id, retractions.c.reason).where(retractions.c.article_id.in_(article_ids))
    )
    return {row.article_id: row.reason for row in rows}


async def progress(connection: AsyncConnection, article_id: int, kind: Kind = Kind.RETRACTION) -> Progress:
    """Return where a story's retraction stands, or its corrections with `Kind.CORRECTION`.

    A correction that a later one made needless counts nowhere.
    """
    done = left = 0
    rest: list[tuple[State, str, int]] = []
    for word, error, number in await connection.execute(
        select(deliveries.c.state, deliveries.c.error, func.count())
        .where(deliveries.c.article_id == article_id, deliveries.c.kind == kind)
        .group_by(deliveries.c.state, deliveries.c.error)
        .order_by(func.count().desc())
    ):
        state = State(word)
        if state is State.SENT:
            done += number
        elif state in OPEN:
            left += number
        elif state is not State.EXPIRED:
            rest.append((state, error or "", number))
    unknown = await connection.scalar(
        select(func.count()).where(
            deliveries.c.article_id == article_id,
            deliveries.c.kind == Kind.ALERT,
            deliveries.c.state == State.UNKNOWN,
        )
    )
    return Progress(done, left, tuple(rest), unknown or 0)
