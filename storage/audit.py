"""The audit log: who in the newsroom did what, to which story, and when.

Rows are only ever added: the database itself refuses to change or delete one. A row is written in the transaction of
the act that it tells of, so that neither stands without the other.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import admins, audit_log, drafts

# Characters of `detail` that are kept.
MAX_DETAIL = 1_000


class Act(StrEnum):
    """What was done. `handlers/audit.py` has a sentence for each."""

    PROPOSE = "propose"
    EDIT_TITLE = "edit_title"
    EDIT_SECTIONS = "edit_sections"
    EDIT_URGENCY = "edit_urgency"
    EDIT_QUOTE = "edit_quote"
    FLAG = "flag"
    TEST = "test"
    DROP = "drop"
    APPROVE = "approve"  # the first of two who release a story together
    RELEASE = "release"
    UNDO = "undo"
    PUBLISH = "publish"
    CORRECT = "correct"
    SOURCE_PROPOSE = "source_propose"  # a source, a correction of its story
    SOURCE_CORRECT = "source_correct"  # by itself
    DISMISS = "dismiss"  # what a source had proposed
    RETRACT = "retract"
    PAUSE = "pause"
    RESUME = "resume"
    ANNOUNCE = "announce"
    SOURCE_ADD = "source_add"
    SOURCE_CHANGE = "source_change"
    SOURCE_REMOVE = "source_remove"
    TEAM_OWNER = "team_owner"
    TEAM_EDITOR = "team_editor"
    TEAM_REPORTER = "team_reporter"
    TEAM_ANALYST = "team_analyst"
    TEAM_REMOVE = "team_remove"
    EXPORT = "export"
    REFUSED = "refused"  # a member tried what their role may not


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. Name and role are those that the actor had then; `actor_id` is None for what the bot did by itself."""

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str
    actor_role: str
    act: Act
    article_id: int | None
    draft_id: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are wanted: those of one person, of one story (with its draft), in [since, until)."""

    actor_id: int | None = None
    article_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, the newest first, and whether there are others on either side."""

    entries: tuple[Entry, ...]
    has_newer: bool
    has_older: bool


async def record(
    connection: AsyncConnection,
    actor_id: int | None,
    act: Act,
    *,
    article_id: int | None = None,
    draft_id: int | None = None,
    detail: str = "",
    now: datetime,
) -> None:
    """Write down that `actor_id` did `act`, in the caller's transaction; None for the bot itself or its operator.

    `detail` is data, not a sentence («old title → new title», a reason, a URL); more than `MAX_DETAIL` of it is cut.
    """
    actor = admins.c.user_id == actor_id
    await connection.execute(
        audit_log.insert().values(
            at=now,
            actor_id=actor_id,
            actor_name=select(admins.c.name).where(actor).scalar_subquery(),
            actor_role=select(admins.c.role).where(actor).scalar_subquery(),
            act=act,
            article_id=article_id,
            draft_id=draft_id,
            detail=detail[:MAX_DETAIL],
        )
    )


async def newest(connection: AsyncConnection, wanted: Filter, *, limit: int) -> Page:
    """Return the newest entries."""
    return await _page(connection, wanted, None, limit=limit)


async def older(connection: AsyncConnection, wanted: Filter, than: int, *, limit: int) -> Page:
    """Return the entries right before the one of this id."""
    return await _page(connection, wanted, audit_log.c.id < than, limit=limit)


async def newer(connection: AsyncConnection, wanted: Filter, than: int, *, limit: int) -> Page:
    """Return the entries right after the one of this id."""
    rows = await _rows(connection, wanted, audit_log.c.id > than, newest_first=False, limit=limit + 1)
    entries = rows[:limit][::-1]
    return Page(entries, has_newer=len(rows) > limit, has_older=True)


async def export(connection: AsyncConnection, wanted: Filter) -> AsyncIterator[Entry]:
    """Yield every entry, the oldest first."""
    after, batch = 0, 1_000
    while rows := await _rows(connection, wanted, audit_log.c.id > after, newest_first=False, limit=batch):
        for entry in rows:
            yield entry
        after = rows[-1].id


async def actors(connection: AsyncConnection, *, limit: int) -> tuple[tuple[int, str], ...]:
    """Return the ids of those who did something, the most recent first, and how they are called."""
    # Reading the newest rows finds the people who matter without going through the whole log.
    recent = (
        select(audit_log.c.actor_id, func.coalesce(admins.c.name, audit_log.c.actor_name))
        .outerjoin(admins, admins.c.user_id == audit_log.c.actor_id)
        .where(audit_log.c.actor_id.is_not(None))
        .order_by(audit_log.c.id.desc())
        .limit(1_000)
    )
    names: dict[int, str] = {}
    for actor_id, name in await connection.execute(recent):
        names.setdefault(actor_id, name or "")
    return tuple(names.items())[:limit]


async def _page(connection: AsyncConnection, wanted: Filter, edge: ColumnElement[bool] | None, *, limit: int) -> Page:
    rows = await _rows(connection, wanted, edge, newest_first=True, limit=limit + 1)
    return Page(tuple(rows[:limit]), has_newer=edge is not None, has_older=len(rows) > limit)


async def _rows(
    connection: AsyncConnection,
    wanted: Filter,
    edge: ColumnElement[bool] | None,
    *,
    newest_first: bool,
    limit: int,
) -> tuple[Entry, ...]:
    query = select(audit_log).where(*_conditions(wanted)).limit(limit)
    if edge is not None:
        query = query.where(edge)
    query = query.order_by(audit_log.c.id.desc() if newest_first else audit_log.c.id)
    return tuple(
        Entry(
            id=row.id,
            at=row.at,
            actor_id=row.actor_id,
            actor_name=row.actor_name or "",
            actor_role=row.actor_role or "",
            act=Act(row.act),
            article_id=row.article_id,
            draft_id=row.draft_id,
            detail=row.detail,
        )
        for row in await connection.execute(query)
    )


def _conditions(wanted: Filter) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.actor_id is not None:
        conditions.append(audit_log.c.actor_id == wanted.actor_id)
    if wanted.article_id is not None:
        its_drafts = select(drafts.c.id).where(drafts.c.article_id == wanted.article_id)
        conditions.append(or_(audit_log.c.article_id == wanted.article_id, audit_log.c.draft_id.in_(its_drafts)))
    if wanted.since is not None:
        conditions.append(audit_log.c.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(audit_log.c.at < wanted.until)
    return conditions
