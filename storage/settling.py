"""Settling: how claims ended, what a crash left behind, and what waited too long."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import digest_messages, owing_edits
from storage.articles import Status
from storage.deliveries import EDITS, OPEN, PENDING, SENDING, Ended, Kind, Outcome, Priority, State, hold_pending
from storage.tables import articles, deliveries

# Rows that are ended in one transaction, so that nobody waits for the write lock long.
_BATCH = 5_000
_SETTLE = (
    update(deliveries)
    # Not IN: its parameters cannot stand in a statement for many rows.
    .where(deliveries.c.id == bindparam("claim_id"), or_(*(deliveries.c.state == state for state in OPEN)))
    .values(
        state=bindparam("new_state"),
        due_at=func.coalesce(bindparam("new_due_at", type_=deliveries.c.due_at.type), deliveries.c.due_at),
        message_id=bindparam("new_message_id"),
        sent_at=bindparam("new_sent_at", type_=deliveries.c.sent_at.type),
        error=bindparam("new_error"),
        attempts=bindparam("new_attempts"),
        refusals=bindparam("new_refusals"),
        lost_answers=bindparam("new_lost_answers"),
        thread_id=bindparam("new_thread_id"),
    )
)
_CHANGED_STORIES = (
    select(articles.c.id, articles.c.revision, articles.c.status, articles.c.held)
    .where(
        articles.c.id.in_(select(deliveries.c.article_id).where(deliveries.c.id.in_(bindparam("ids", expanding=True))))
    )
    .order_by(articles.c.id)
    .with_for_update(read=True)
)


async def settle(connection: AsyncConnection, outcomes: Sequence[Outcome]) -> None:
    """Write how claims ended, and let what became of their stories meanwhile have its effect on them.

    A row that something else has ended meanwhile is left as it is. One that `recover` has freed although its request
    was still under way is not: it would be sent again. A copy of a story that was corrected or retracted while it was
    under way is owed an edit at once.
    """
    if not outcomes:
        return
    ids = [outcome.id for outcome in outcomes]
    changed = await _changed_stories(connection, ids)  # before the rows are written: see there
    await connection.execute(
        _SETTLE,
        [
            {
                "claim_id": outcome.id,
                "new_state": outcome.state,
                "new_due_at": outcome.due_at,
                "new_message_id": outcome.message_id,
                "new_sent_at": outcome.at if outcome.state is State.SENT else None,
                "new_error": outcome.error,
                "new_attempts": outcome.attempts,
                "new_refusals": outcome.refusals,
                "new_lost_answers": outcome.lost_answers,
                "new_thread_id": outcome.thread_id,
            }
            for outcome in outcomes
        ],
    )
    now = max(outcome.at for outcome in outcomes)
    await _catch_up(connection, changed, ids, now)
    if sent := [message for outcome in outcomes for message in outcome.digest]:
        for article_id in await digest_messages.note(connection, sent, now=now):
            await owing_edits.owe_notices(connection, article_id, now=now, among=sent)


async def recover(connection: AsyncConnection, *, now: datetime, all_of_them: bool) -> int:
    """Free what a process left in `sending` when it died; return how many rows that were.

    With `all_of_them` every such row, which only the one process that sends may ask for, at its start; otherwise those
    whose lease has run out. A new message whose answer had already been lost once becomes `unknown`: the chat may have
    two copies by now.
    """
    mine: ColumnElement[bool] = deliveries.c.state == SENDING
    if not all_of_them:
        mine = mine & (deliveries.c.due_at <= now)
    may_be_there_twice = and_(deliveries.c.lost_answers > 0, deliveries.c.kind.not_in(EDITS))
    ids = (
        await connection.scalars(
            update(deliveries)
            .where(mine)
            .values(
                state=case((may_be_there_twice, State.UNKNOWN.value), else_=State.PENDING.value),
                attempts=deliveries.c.attempts + 1,
                interruptions=deliveries.c.interruptions + 1,
                due_at=now,
            )
            .returning(deliveries.c.id)
        )
    ).all()
    if ids:
        await _catch_up(connection, await _changed_stories(connection, ids), ids, now)
    return len(ids)


async def expire(connection: AsyncConnection, *, now: datetime) -> Ended:
    """End what waited too long, some thousand at a time; return how many of which kind end in which state.

    An alert past its time to live is in the digest; a digest past its grace is left out. Only the oldest of each
    priority are looked at, so that the time does not grow with what is owed.
    """
    ended = Ended()
    for priority in Priority:
        oldest = (
            select(deliveries.c.id, deliveries.c.expires_at)
            .where(deliveries.c.state == PENDING, deliveries.c.priority == int(priority))
            .order_by(deliveries.c.owed_at, deliveries.c.id)
            .limit(_BATCH)
            .subquery()
        )
        ended += await end(connection, select(oldest.c.id).where(oldest.c.expires_at <= now))
    return ended


async def end(connection: AsyncConnection, ids: Sequence[int] | Select[tuple[int]]) -> Ended:
    """Let deliveries that still wait expire; return how many of which kind end in which state.

    A copy that may be in its chat, since an answer was lost or a process died, was not missed: it ends as `unknown`.
    """
    may_be_there = and_(deliveries.c.lost_answers + deliveries.c.interruptions > 0, deliveries.c.kind.not_in(EDITS))
    rows = await connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(ids), deliveries.c.state == PENDING)
        .values(state=case((may_be_there, State.UNKNOWN.value), else_=State.EXPIRED.value))
        .returning(deliveries.c.kind, deliveries.c.state)
    )
    return Ended((Kind(row.kind), State(row.state)) for row in rows)


async def hasten(connection: AsyncConnection, *, now: datetime) -> int:
    """Let what waits for a later time wait no more, since the clock was set back; return how many rows that were."""
    result = await connection.execute(
        update(deliveries).where(deliveries.c.state == PENDING, deliveries.c.due_at > now).values(due_at=now)
    )
    return result.rowcount


async def _changed_stories(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, tuple[bool, bool]]:
    """Return which stories of these deliveries were changed since they were published, and whether retracted or held.

    In PostgreSQL this waits for a correction or retraction that is just being written, and makes the next one wait:
    without it, that one would not see these rows as sent, and we would not see what it did.
    """
    rows = await connection.execute(_CHANGED_STORIES, {"ids": list(ids)})
    return {
        row.id: (row.status == Status.RETRACTED, row.held)
        for row in rows
        if row.revision > 1 or row.status == Status.RETRACTED or row.held
    }


async def _catch_up(
    connection: AsyncConnection, changed: dict[int, tuple[bool, bool]], ids: Sequence[int], now: datetime
) -> None:
    """Do to these deliveries what was done to their stories while they were under way."""
    for article_id, (retracted, held) in changed.items():
        these = owing_edits.of_story(article_id, ids)
        if retracted:
            await owing_edits.withdraw(connection, these)
            await owing_edits.owe_retractions(connection, article_id, now=now, among=ids)
        else:
            await owing_edits.owe_corrections(connection, article_id, now=now, among=ids)
        if held:
            await hold_pending(connection, these)
