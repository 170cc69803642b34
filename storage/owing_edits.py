"""Owing edits: whoever has a copy of a story is owed its correction or its retraction. One statement each."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect, digest_messages
from storage.deliveries import Kind, Priority, State
from storage.digest_messages import DigestMessage
from storage.subscribers import Status as SubscriberStatus
from storage.tables import corrections, deliveries, retractions, subscribers, subscriptions
from storage.tables import digest_messages as message_rows

_COLUMNS = (
    "kind",
    "chat_id",
    "article_id",
    "revision",
    "target_id",
    "state",
    "error",
    "priority",
    "owed_at",
    "due_at",
    "expires_at",
)
_UNREACHABLE = "the chat refuses the bot, or is a group that became a supergroup"


async def owe_corrections(
    connection: AsyncConnection, article_id: int, *, now: datetime, among: Sequence[int] | None = None
) -> int:
    """Owe an edit to each copy that was told a revision which has been corrected since; return how many.

    `among` narrows it to the copies that these deliveries are.
    """
    newest = _newest_correction(article_id)
    copies = of_story(article_id, among)
    owed = _edits(Kind.CORRECTION, copies, newest, deliveries.c.owed_at, now, (Kind.ALERT,))
    return await _owe(connection, owed.where(deliveries.c.revision < newest))


async def owe_retractions(
    connection: AsyncConnection, article_id: int, *, now: datetime, among: Sequence[int] | None = None
) -> int:
    """Owe each copy of a retracted story, and each follow-up to one, its end; return how many.

    For `among` see `owe_corrections`.
    """
    revision, copies = deliveries.c.revision, of_story(article_id, among)
    owed_at = select(retractions.c.made_at).where(retractions.c.article_id == article_id).scalar_subquery()
    kinds = (Kind.ALERT, Kind.FOLLOW_UP)
    return await _owe(connection, _edits(Kind.RETRACTION, copies, revision, owed_at, now, kinds))


async def owe_notices(
    connection: AsyncConnection, article_id: int, *, now: datetime, among: Sequence[DigestMessage] | None = None
) -> int:
    """Owe an edit to each message of a digest in which a retracted story stands, behind all alerts; return how many.

    `among` narrows it to these.
    """
    where = digest_messages.lists(article_id)
    if among is not None:
        where = and_(
            where,
            message_rows.c.chat_id.in_({message.chat_id for message in among}),
            message_rows.c.message_id.in_({message.message_id for message in among}),
        )
    unreachable = or_(subscribers.c.status.is_(None), subscribers.c.status == SubscriberStatus.GONE)
    owed = (
        select(
            literal(Kind.RETRACTION.value),
            message_rows.c.chat_id,
            literal(article_id),
            literal(0),
            message_rows.c.message_id,
            case((unreachable, State.GONE.value), else_=State.PENDING.value),
            case((unreachable, _UNREACHABLE), else_=None),
            literal(int(Priority.DIGEST)),
            literal(now, deliveries.c.owed_at.type),
            literal(now, deliveries.c.due_at.type),
            literal(None, deliveries.c.expires_at.type),
        )
        .outerjoin(subscribers, subscribers.c.chat_id == message_rows.c.chat_id)
        .where(where)
    )
    return await _owe(connection, owed)


async def owe_follow_ups(
    connection: AsyncConnection, article_id: int, *, sent_before: datetime, now: datetime, expires_at: datetime
) -> int:
    """Owe a silent reply to each copy that was sent before then and is owed its correction; return how many."""
    newest = _newest_correction(article_id)
    follows = select(1).where(subscriptions.c.chat_id == deliveries.c.chat_id).exists()
    owed = (
        select(
            literal(Kind.FOLLOW_UP.value),
            deliveries.c.chat_id,
            deliveries.c.article_id,
            newest,
            deliveries.c.message_id,
            literal(State.PENDING.value),
            literal(None),
            deliveries.c.priority,
            deliveries.c.owed_at,
            literal(now, deliveries.c.due_at.type),
            literal(expires_at, deliveries.c.expires_at.type),
        )
        .join(subscribers, subscribers.c.chat_id == deliveries.c.chat_id)
        .where(
            deliveries.c.article_id == article_id,
            deliveries.c.kind == Kind.ALERT,
            deliveries.c.state == State.SENT,
            deliveries.c.message_id.is_not(None),
            deliveries.c.revision < newest,
            deliveries.c.sent_at < sent_before,
            subscribers.c.status == SubscriberStatus.ACTIVE,
            follows,
        )
    )
    return await _owe(connection, owed)


async def withdraw(connection: AsyncConnection, which: ColumnElement[bool]) -> int:
    """End what waits of a retracted story; return how many deliveries that were.

    A copy that may be in its chat, since an answer was lost or a process died, ends as `unknown`.
    """
    may_be_there = and_(deliveries.c.kind == Kind.ALERT, deliveries.c.lost_answers + deliveries.c.interruptions > 0)
    result = await connection.execute(
        update(deliveries)
        .where(
            which,
            deliveries.c.state.in_((State.PENDING, State.HELD)),
            deliveries.c.kind.in_((Kind.ALERT, Kind.CORRECTION, Kind.FOLLOW_UP)),
        )
        .values(
            state=case((may_be_there, State.UNKNOWN.value), else_=State.EXPIRED.value), error="the story was retracted"
        )
    )
    return result.rowcount


def of_story(article_id: int, among: Sequence[int] | None = None) -> ColumnElement[bool]:
    """The condition for the deliveries of a story; with `among`, for those of these."""
    if among is None:
        return deliveries.c.article_id == article_id
    # The sum keeps the databases from going through all deliveries of the story by their index to find these few.
    return and_(deliveries.c.id.in_(among), deliveries.c.article_id + 0 == article_id)


def _newest_correction(article_id: int) -> ColumnElement[int]:
    return (
        select(func.coalesce(func.max(corrections.c.revision), 0))
        .where(corrections.c.article_id == article_id)
        .scalar_subquery()
    )


def _edits(
    kind: Kind,
    copies: ColumnElement[bool],
    revision: ColumnElement[int],
    owed_at: ColumnElement[datetime],
    now: datetime,
    kinds: Sequence[Kind],
) -> Select[tuple[object, ...]]:
    """One edit for each copy. Where the chat cannot be reached, the row says so and is ended from the beginning."""
    unreachable = or_(subscribers.c.status.is_(None), subscribers.c.status == SubscriberStatus.GONE)
    return (
        select(
            literal(kind.value),
            deliveries.c.chat_id,
            deliveries.c.article_id,
            revision,
            deliveries.c.message_id,
            case((unreachable, State.GONE.value), else_=State.PENDING.value),
            case((unreachable, _UNREACHABLE), else_=None),
            deliveries.c.priority,
            owed_at,
            literal(now, deliveries.c.due_at.type),
            literal(None, deliveries.c.expires_at.type),
        )
        .outerjoin(subscribers, subscribers.c.chat_id == deliveries.c.chat_id)
        .where(
            copies,
            deliveries.c.kind.in_(kinds),
            deliveries.c.state == State.SENT,
            deliveries.c.message_id.is_not(None),
        )
    )


async def _owe(connection: AsyncConnection, owed: Select[tuple[object, ...]]) -> int:
    result = await connection.execute(
        dialect.insert(connection, deliveries).from_select(_COLUMNS, owed).on_conflict_do_nothing()
    )
    return result.rowcount
