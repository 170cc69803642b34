"""Stories that the newsroom has not let out yet: what waits for an editor, for a second one, or for its moment.

brought → open → approved → scheduled → released, or dropped. Only what a source brings is `brought`; `approved` is left
out where one editor is enough. A scheduled draft goes out when its moment comes, and can be held until then; each is
one UPDATE of its row, so of two that meet one wins.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import serial
from storage.article import Article
from storage.sightings import Outlet
from storage.tables import drafts


class State(StrEnum):
    """See the module's docstring."""

    BROUGHT = "brought"
    OPEN = "open"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    RELEASED = "released"
    DROPPED = "dropped"


# Those in which it can be changed and dropped.
WAITING = (State.BROUGHT, State.OPEN, State.APPROVED)
_SCHEDULED = drafts.c.state == State.SCHEDULED


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands.

    `author_id` is None for what a source brought, whose `outlet` is known, as long as nobody has changed it. `version`
    counts the changes of what its previews show. `approved_by` is the first of two editors, `released_by` who
    scheduled it for `due_at`, and `article_id` what it became. `told` is what the source told, where somebody has
    changed what it brought.
    """

    id: int
    author_id: int | None
    outlet: Outlet | None
    article: Article
    version: int
    state: State
    approved_by: int | None
    released_by: int | None
    due_at: datetime | None
    article_id: int | None
    created_at: datetime
    told: Article | None = None

    @property
    def published_at(self) -> datetime:
        """What its alert says when it was published: a story without a date, when the newsroom received it."""
        return min(self.article.published_at or self.created_at, self.created_at)

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING


async def save(connection: AsyncConnection, article: Article, *, author_id: int, now: datetime) -> int:
    """Keep what somebody hands in as an open draft; return its number."""
    values = {"author_id": author_id, "article": serial.dump(article), "state": State.OPEN, "created_at": now}
    return int((await connection.execute(drafts.insert().values(values).returning(drafts.c.id))).scalar_one())


async def bring(connection: AsyncConnection, article: Article, outlet: Outlet, *, item_key: str, now: datetime) -> bool:
    """Keep what a source brings as a draft; return whether that changed anything.

    What it has brought before, by `item_key`, is brought up to date until somebody changes it, lets it out or drops it.
    """
    values = {"outlet": outlet.name, "article": serial.dump(article), "state": State.BROUGHT, "created_at": now}
    known = (
        await connection.execute(
            select(*_COLUMNS).where(drafts.c.source_id == outlet.source_id, drafts.c.item_key == item_key)
        )
    ).one_or_none()
    if known is None:
        await connection.execute(drafts.insert().values(source_id=outlet.source_id, item_key=item_key, **values))
        return True
    draft = _draft(known)
    if not draft.is_waiting or draft.author_id is not None or draft.article == article:
        return False
    # An editor may be about to release what it was: it must be shown anew.
    change = {
        "article": serial.dump(article),
        "version": draft.version + 1,
        "state": State.BROUGHT,
        "approved_by": None,
    }
    return await _change(connection, draft, change) is not None


async def brought(connection: AsyncConnection) -> tuple[Draft, ...]:
    """Return what sources brought and nobody has been shown."""
    rows = await connection.execute(select(*_COLUMNS).where(drafts.c.state == State.BROUGHT).order_by(drafts.c.id))
    return tuple(map(_draft, rows))


async def note_shown(connection: AsyncConnection, draft: Draft) -> None:
    """The editors have been shown this version of what a source brought."""
    await _change(connection, draft, {"state": State.OPEN})


async def get(connection: AsyncConnection, draft_id: int) -> Draft | None:
    """Return the draft of this number."""
    row = (await connection.execute(select(*_COLUMNS).where(drafts.c.id == draft_id))).one_or_none()
    return _draft(row) if row else None


async def revise(connection: AsyncConnection, draft: Draft, article: Article, by: int) -> Draft | None:
    """Change what a waiting draft holds; return it as it is then. An approval was for what it held before,
    and what a source brought is the draft of whoever changes it first.

    None where it has been changed or ended since `draft` was read.
    """
    change = {"article": serial.dump(article), "version": draft.version + 1, "state": State.OPEN, "approved_by": None}
    if draft.outlet and draft.author_id is None:
        change["told"] = serial.dump(draft.article)
    return await _change(connection, draft, {**change, "author_id": draft.author_id or by})


async def approve(connection: AsyncConnection, draft: Draft, by: int) -> Draft | None:
    """Note that the first of two editors releases it; None as in `revise`."""
    return await _change(connection, draft, {"state": State.APPROVED, "approved_by": by})


async def schedule(connection: AsyncConnection, draft: Draft, by: int, due_at: datetime) -> Draft | None:
    """Let a waiting draft go out at `due_at`; None as in `revise`."""
    return await _change(connection, draft, {"state": State.SCHEDULED, "released_by": by, "due_at": due_at})


async def drop(connection: AsyncConnection, draft: Draft) -> Draft | None:
    """End a waiting draft; None as in `revise`."""
    return await _change(connection, draft, {"state": State.DROPPED})


async def hold(connection: AsyncConnection, draft_id: int) -> Draft | None:
    """Make a scheduled draft open again; None where it is none, because it has gone out or was held before."""
    held = {"state": State.OPEN, "approved_by": None, "released_by": None, "due_at": None}
    return await _first(connection, drafts.c.id == draft_id, _SCHEDULED, values=held)


async def due(connection: AsyncConnection, *, now: datetime, window: timedelta) -> tuple[int, ...]:
    """Return the numbers of the drafts whose moment has come, the longest waiting first.

    `window` is the longest that one can have to wait: what waits longer does so because the clock was set back.
    """
    query = select(drafts.c.id).where(_SCHEDULED, _is_due(now, window)).order_by(drafts.c.due_at, drafts.c.id)
    return tuple(await connection.scalars(query))


async def take_due(connection: AsyncConnection, draft_id: int, *, now: datetime, window: timedelta) -> Draft | None:
    """Make a draft `released`, for the caller to publish in this transaction; None where it is not due (any more)."""
    values = {"state": State.RELEASED}
    return await _first(connection, drafts.c.id == draft_id, _SCHEDULED, _is_due(now, window), values=values)


async def next_due_at(connection: AsyncConnection) -> datetime | None:
    """Return when the next draft goes out."""
    due_at: datetime | None = await connection.scalar(
        select(drafts.c.due_at).where(_SCHEDULED).order_by(drafts.c.due_at).limit(1)
    )
    return due_at


async def note_article(connection: AsyncConnection, draft_id: int, article_id: int) -> None:
    """Write down which story a draft became."""
    await connection.execute(update(drafts).where(drafts.c.id == draft_id).values(article_id=article_id))


async def forget_author(connection: AsyncConnection, user_id: int) -> None:
    """Drop what this person wrote and has not gone out, and take back what they let out of others' drafts."""
    unsent = drafts.c.state.in_((*WAITING, State.SCHEDULED))
    await connection.execute(
        update(drafts).where(drafts.c.author_id == user_id, unsent).values(state=State.DROPPED, due_at=None)
    )
    theirs = or_(drafts.c.approved_by == user_id, drafts.c.released_by == user_id)
    held = {"state": State.OPEN, "approved_by": None, "released_by": None, "due_at": None}
    await connection.execute(update(drafts).where(theirs, unsent).values(held))


_COLUMNS = (
    drafts.c.id,
    drafts.c.author_id,
    drafts.c.source_id,
    drafts.c.outlet,
    drafts.c.article,
    drafts.c.version,
    drafts.c.state,
    drafts.c.approved_by,
    drafts.c.released_by,
    drafts.c.due_at,
    drafts.c.article_id,
    drafts.c.created_at,
    drafts.c.told,
)


async def _change(connection: AsyncConnection, draft: Draft, values: dict[str, Any]) -> Draft | None:
    """Change a draft that is as it was read."""
    same = (drafts.c.id == draft.id, drafts.c.version == draft.version, drafts.c.state == draft.state)
    return await _first(connection, *same, drafts.c.state.in_(WAITING), values=values)


async def _first(connection: AsyncConnection, *conditions: ColumnElement[bool], values: dict[str, Any]) -> Draft | None:
    changed = update(drafts).where(*conditions).values(values).returning(*_COLUMNS)
    row = (await connection.execute(changed)).one_or_none()
    return _draft(row) if row else None


def _is_due(now: datetime, window: timedelta) -> ColumnElement[bool]:
    return or_(drafts.c.due_at <= now, drafts.c.due_at > now + window)


def _draft(row: Any) -> Draft:
    return Draft(
        id=row.id,
        author_id=row.author_id,
        outlet=Outlet(row.outlet, row.source_id) if row.outlet is not None else None,
        article=serial.load(row.article),
        version=row.version,
        state=State(row.state),
        approved_by=row.approved_by,
        released_by=row.released_by,
        due_at=row.due_at,
        article_id=row.article_id,
        created_at=row.created_at,
        told=serial.load(row.told) if row.told else None,
    )
