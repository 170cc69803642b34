"""Claiming: which deliveries go out next, and that nobody else sends them too."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Result, Row, Select, and_, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import articles as stories
from storage import digest_messages, paid, placement, settling
from storage.deliveries import EDITS, PENDING, SENDING, Claim, Claimed, Ended, Kind, Priority, State, Story
from storage.subscribers import Status as SubscriberStatus
from storage.tables import articles, deliveries, pauses, subscribers, subscriptions

# What is still being sent after this long was forgotten: no request lives so long.
LEASE = timedelta(minutes=5)
# Alerts that are told in one message at most.
MOST_JOINED = 5

# One request: a chat, and what else it is about. Alerts to one chat are told together; a message is edited once for
# all that has changed in it; everything else goes alone.
_Key = tuple[int, str, int]
_Parcels = dict[_Key, dict[int, Claim]]


async def is_waiting(connection: AsyncConnection, *, now: datetime) -> bool:
    """Return whether `claim` would find anything. It only reads."""
    return (await connection.execute(_ANY_DUE, {"now": now})).first() is not None


async def claim(
    connection: AsyncConnection, *, limit: int, now: datetime, paid_limit: int = 0, paid_a_day: int = 0
) -> Claimed:
    """Mark deliveries for up to `limit` requests `sending`, the most pressing first, and return them in that order.

    Beyond these, urgent and flash alerts to up to `paid_limit` chats are claimed to be paid for, never more than
    `paid_a_day` on one day (UTC).

    Two processes never get the same row. A chat that has stopped or chosen no section meanwhile gets nothing new, even
    if its delivery became pending again after that; what it has is corrected still. Alerts that wait for a chat whose
    turn it is come along. What has waited past its time to live is ended instead, some at a time. Nothing is claimed
    while the newsroom has paused the sending.
    """
    rows = (await connection.execute(_DUE.limit(limit + paid_limit), {"now": now})).all()
    fresh = [(_key(row), row) for row in rows if not _is_stale(row, now)]
    stale = [row.id for row in rows if _is_stale(row, now)] if len(fresh) < len(rows) else []
    ended = Ended()
    if stale:
        ended = await settling.end(connection, stale) + await settling.expire(connection, now=now)
    parcels: _Parcels = {}
    for key, row in fresh:
        _add(parcels.setdefault(key, {}), row)
    free, further = list(parcels)[:limit], list(parcels)[limit:]
    if further:
        pressing = {key for key, row in fresh if row.kind == Kind.ALERT and row.priority >= Priority.URGENT_ALERT}
        further = [key for key in further if key in pressing]
    granted = await paid.take(connection, wanted=len(further), most=paid_a_day, now=now) if further else 0
    left = len(parcels) - len(free) - granted
    parcels = {key: parcels[key] for key in free + further[:granted]}
    if chats := {chat_id for chat_id, what, _ in parcels if what in (Kind.ALERT, Kind.CORRECTION)}:
        for row in await connection.execute(_DUE_TO_CHATS, {"now": now, "chats": list(chats)}):
            if (key := _key(row)) in parcels and not _is_stale(row, now):
                _add(parcels[key], row)
    left += await _place(connection, parcels)
    if parcels:
        await _mark(connection, parcels, now)
        await _look_up_copies(connection, parcels)
    told = [tuple(parcel.values()) for parcel in parcels.values()]
    return Claimed(
        tuple(told[: len(free)]),
        more=len(rows) == limit + paid_limit or left > 0 or bool(stale),
        paid=tuple(told[len(free) :]),
        ended=ended,
    )


_COLUMNS = (
    deliveries.c.id,
    deliveries.c.kind,
    deliveries.c.chat_id,
    subscribers.c.language,
    subscribers.c.timezone,
    deliveries.c.attempts,
    deliveries.c.refusals,
    deliveries.c.lost_answers,
    deliveries.c.interruptions,
    deliveries.c.article_id,
    deliveries.c.revision,
    deliveries.c.window_start,
    deliveries.c.window_end,
    subscribers.c.digits,
    deliveries.c.edition,
    deliveries.c.announcement_id,
    deliveries.c.target_id,
    deliveries.c.owed_at,
    deliveries.c.expires_at,
    articles.c.revision.label("newest"),
    articles.c.status,
    deliveries.c.priority,
)
_CLAIMED = slice(2, 18)


def _due(query: Select[Any]) -> Select[Any]:
    """Of the deliveries only those that may go out `now`, to chats that still want them, the most pressing first."""
    follows = select(1).where(subscriptions.c.chat_id == deliveries.c.chat_id).exists()
    # Of two edits of one message the later one must arrive later, which nobody can promise while both are under way.
    other = deliveries.alias("other")
    is_edited_now = (
        select(1).where(other.c.state == SENDING, other.c.chat_id == deliveries.c.chat_id, other.c.target_id > 0)
    ).exists()
    may_go = or_(
        and_(deliveries.c.kind.not_in(EDITS), subscribers.c.status == SubscriberStatus.ACTIVE, follows),
        and_(deliveries.c.kind.in_(EDITS), ~is_edited_now),
    )
    return (
        query.join_from(deliveries, subscribers, subscribers.c.chat_id == deliveries.c.chat_id)
        .outerjoin(articles, articles.c.id == deliveries.c.article_id)
        .where(
            deliveries.c.state == PENDING,
            deliveries.c.due_at <= bindparam("now"),
            may_go,
            ~select(pauses.c.id).exists(),  # the sending is not paused
        )
        .order_by(deliveries.c.priority.desc(), deliveries.c.owed_at.desc(), deliveries.c.id.desc())
    )


# Built once: making a statement anew for every claim cost more than a twentieth of the engine's processor time.
_ANY_DUE = _due(select(deliveries.c.id)).limit(1)
_DUE = _due(select(*_COLUMNS)).with_for_update(skip_locked=True, of=deliveries)
_DUE_TO_CHATS = _DUE.where(
    deliveries.c.chat_id.in_(bindparam("chats", expanding=True)), deliveries.c.kind.in_((Kind.ALERT, *EDITS))
)
_TAKE = (
    update(deliveries)
    .where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
    .values(state=State.SENDING, due_at=bindparam("leased_until", type_=deliveries.c.due_at.type))
)


async def _mark(connection: AsyncConnection, parcels: _Parcels, now: datetime) -> None:
    """Put the rows under way, and note which revision those are told who surely have not been told another."""
    claims = [claim for parcel in parcels.values() for claim in parcel.values()]
    await connection.execute(_TAKE, {"ids": [claim.id for claim in claims], "leased_until": now + LEASE})
    told_anew: dict[int, list[int]] = {}
    for parcel in parcels.values():
        for claim in parcel.values():
            if claim.kind is Kind.ALERT and _may_be_told_anew(claim):
                (story,) = claim.stories
                told_anew.setdefault(story.revision, []).append(claim.id)
                story = story._replace(told=story.revision)
                parcel[claim.id] = claim._replace(revision=story.revision, stories=(story,))
    for revision, ids in told_anew.items():
        await connection.execute(update(deliveries).where(deliveries.c.id.in_(ids)).values(revision=revision))


def _may_be_told_anew(claim: Claim) -> bool:
    """Whether the story was revised since it was owed, and no copy can be in the chat yet."""
    (story,) = claim.stories
    return story.told != story.revision and claim.lost_answers + claim.interruptions == 0


async def _look_up_copies(connection: AsyncConnection, parcels: _Parcels) -> None:
    """Find out what stands in the messages that are to be edited."""
    messages = [(chat_id, target_id) for chat_id, what, target_id in parcels if what == Kind.CORRECTION]
    if not messages:
        return
    rows: Result[Any] = await connection.execute(
        select(
            deliveries.c.chat_id,
            deliveries.c.message_id,
            deliveries.c.article_id,
            deliveries.c.revision,
            deliveries.c.sent_at,
            articles.c.revision.label("newest"),
            articles.c.status,
        )
        .join(articles, articles.c.id == deliveries.c.article_id)
        .where(
            # Not as pairs, for which SQLite would go through the whole table.
            deliveries.c.chat_id.in_({chat_id for chat_id, _ in messages}),
            deliveries.c.message_id.in_({target_id for _, target_id in messages}),
            deliveries.c.message_id.is_not(None),
            deliveries.c.kind.in_((Kind.ALERT, Kind.FOLLOW_UP)),
        )
        .order_by(deliveries.c.priority.desc(), deliveries.c.owed_at.desc(), deliveries.c.id.desc())
    )
    found: dict[tuple[int, int], list[Row[Any]]] = {}
    for row in rows:
        found.setdefault((row.chat_id, row.message_id), []).append(row)
    others = [message for message in messages if message not in found]
    of_digests = await digest_messages.find(connection, others) if others else {}
    for chat_id, target_id in messages:
        parcel = parcels[chat_id, Kind.CORRECTION, target_id]
        copies = found.get((chat_id, target_id), [])
        standing = tuple(Story(row.article_id, row.revision, row.newest, _is_retracted(row)) for row in copies)
        sent_at = min((row.sent_at for row in copies if row.sent_at), default=None)
        digest, digest_sent_at = of_digests.get((chat_id, target_id), (None, None))
        for claim in list(parcel.values()):
            parcel[claim.id] = claim._replace(stories=standing, digest=digest, copy_sent_at=sent_at or digest_sent_at)


async def _place(connection: AsyncConnection, parcels: _Parcels) -> int:
    """Say of each alert where in its chat it goes; return how many stay for later: one message is one place."""
    alerts = [delivery_id for key, parcel in parcels.items() if key[1] == Kind.ALERT for delivery_id in parcel]
    if not alerts:
        return 0
    found = await placement.of_alerts(connection, alerts)
    left = 0
    for key, parcel in parcels.items():
        if key[1] != Kind.ALERT:
            continue
        topic = found[next(iter(parcel))][0]
        here = {
            delivery_id: claim if place == (None, None) else claim._replace(thread_id=topic, reply_to=place[1])
            for delivery_id, claim in parcel.items()
            if (place := found[delivery_id])[0] == topic
        }
        left += len(parcel) - len(here)
        parcels[key] = here
    return left


def _is_stale(row: Row[Any], now: datetime) -> bool:
    return row.expires_at is not None and row.expires_at <= now


def _is_retracted(row: Row[Any]) -> bool:
    return bool(row.status == stories.Status.RETRACTED)


def _key(row: Row[Any]) -> _Key:
    if row.kind == Kind.ALERT:
        return row.chat_id, Kind.ALERT, 0
    if row.kind in EDITS:
        return row.chat_id, Kind.CORRECTION, row.target_id
    return row.chat_id, row.kind, row.id


def _add(parcel: dict[int, Claim], row: Row[Any]) -> None:
    if row.id in parcel or len(parcel) >= MOST_JOINED:
        return
    stories: tuple[Story, ...] = ()
    if row.article_id is not None:
        stories = (Story(row.article_id, row.revision, row.newest, _is_retracted(row)),)
    fields: tuple[Any, ...] = (row.id, Kind(row.kind), *tuple(row)[_CLAIMED], stories)
    parcel[row.id] = Claim(*fields)
