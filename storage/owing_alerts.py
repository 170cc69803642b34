"""Who is owed an alert, and who is spared it.

A chat is owed what its sections bring, and what holds a phrase that it follows; nothing at all unless it has chosen a
section. Alerts that come during its quiet hours, while it has muted the bot, or past its budget for the day would reach
it hours late: their rows are `expired` from the beginning, and its next digest or round-up tells them.

Everything is done by statements that hold for all chats at once. What differs from chat to chat by time (whether it is
night where they are, which date it is there) is the same for all that share a time zone and hours, so it is worked out
once for each combination that exists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    and_,
    case,
    func,
    literal,
    not_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect, phrases, quiet
from storage.article import Article, Urgency
from storage.deliveries import ALERT_PRIORITY, Kind, Priority, State
from storage.localtime import QuietHours, local_date, quiet_now
from storage.phrases import NOTHING, Held
from storage.quiet import Spared
from storage.subscribers import Status as SubscriberStatus
from storage.tables import chat_phrases, deliveries, sections, subscribers, subscriptions

# The edition (storage.digests.Edition) of the message that tells a chat that its budget is spent. It is owed here, in
# one transaction with what is held back.
BUDGET_NOTICE = "budget"


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom an article is for: its sections by id, its urgency, and the phrases that it holds."""

    section_ids: Sequence[int]
    urgency: Urgency
    held: Held = NOTHING


async def owe_alert(
    connection: AsyncConnection,
    article_id: int,
    revision: int,
    audience: Audience,
    *,
    now: datetime,
    ttl: timedelta,
    whoever_was_owed: bool = True,
) -> int:
    """Owe the article to its audience; return how many chats it is to be pushed to.

    One statement for all of them; a chat that is already owed this revision is left alone, and without
    `whoever_was_owed` also one that was owed any other. Further statements count what those with a budget have spent.
    """
    clocks = await _clocks(connection, now)
    chats = _chats(audience, clocks, now).subquery()
    rows = select(
        literal(Kind.ALERT.value),
        chats.c.chat_id,
        literal(article_id),
        literal(revision),
        case((chats.c.spared.is_(None), State.PENDING.value), else_=State.EXPIRED.value),
        chats.c.spared,
        literal(int(ALERT_PRIORITY[audience.urgency])),
        literal(now, deliveries.c.owed_at.type),
        literal(now, deliveries.c.due_at.type),
        literal(now + ttl, deliveries.c.expires_at.type),
    ).where(chats.c.chat_id.is_not(None))  # SQLite takes ON CONFLICT for a join's condition where there is no WHERE
    if not whoever_was_owed:
        known = deliveries.alias("known")
        rows = rows.where(
            ~select(1)
            .where(
                known.c.article_id == article_id, known.c.chat_id == chats.c.chat_id, known.c.kind == Kind.ALERT.value
            )
            .exists()
        )
    columns = (
        "kind", "chat_id", "article_id", "revision", "state", "error", "priority", "owed_at", "due_at", "expires_at",
    )  # fmt: skip
    result = await connection.execute(
        dialect.insert(connection, deliveries).from_select(columns, rows).on_conflict_do_nothing()
    )
    mine = and_(
        deliveries.c.article_id == article_id,
        deliveries.c.revision == revision,
        deliveries.c.kind == Kind.ALERT,
        deliveries.c.owed_at == now,
    )
    if clocks.dates:
        await _spend(connection, mine, clocks, now, ttl)
    if not clocks.spare_anybody:
        return result.rowcount
    spared = await connection.scalar(select(func.count()).where(mine, deliveries.c.state == State.EXPIRED))
    return result.rowcount - (spared or 0)


async def reach(connection: AsyncConnection, article: Article, *, now: datetime) -> int:
    """Return how many chats the article would be pushed to now."""
    ids = await connection.scalars(select(sections.c.id).where(sections.c.name.in_(article.sections)))
    audience = Audience(list(ids), article.urgency, await phrases.held_by(connection, article))
    chats = _chats(audience, await _clocks(connection, now), now).subquery()
    pushed = select(func.count(chats.c.chat_id.distinct())).where(chats.c.spared.is_(None))
    return await connection.scalar(pushed) or 0


@dataclass(frozen=True, slots=True)
class _Clocks:
    """What time it is for those who have chosen hours, a mute or a budget.

    `quiet` are the hours in which it is quiet now; `dates` local dates with the time zones in which it is that date.
    """

    quiet: list[QuietHours]
    dates: dict[str, list[str]]
    somebody_muted: bool

    @property
    def spare_anybody(self) -> bool:
        return bool(self.quiet or self.dates or self.somebody_muted)


async def _clocks(connection: AsyncConnection, now: datetime) -> _Clocks:
    hours = quiet_now(await quiet.choices(connection), now)
    zones = await connection.scalars(
        select(subscribers.c.timezone).where(subscribers.c.alert_budget.is_not(None)).distinct()
    )
    dates: dict[str, list[str]] = {}
    for zone in zones:
        dates.setdefault(local_date(zone, now), []).append(zone)
    muted = await connection.scalar(select(literal(1)).where(subscribers.c.muted_until > now).limit(1))
    return _Clocks(hours, dates, muted is not None)


def _chats(audience: Audience, clocks: _Clocks, now: datetime) -> Select[Any] | CompoundSelect[Any]:
    """Chat, and why it is spared or NULL, of everyone the article is for; a chat may come several times."""
    spared = _spared(audience.urgency, clocks, now).label("spared")
    wants: list[ColumnElement[bool]] = [subscribers.c.status == SubscriberStatus.ACTIVE]
    if audience.held.shown:
        muting = select(chat_phrases.c.chat_id).where(
            chat_phrases.c.phrase_id.in_(audience.held.shown), chat_phrases.c.muted
        )
        wants.append(subscribers.c.chat_id.not_in(muting))
    by_section = (
        select(subscriptions.c.chat_id, spared)
        .join(subscribers, subscribers.c.chat_id == subscriptions.c.chat_id)
        .where(subscriptions.c.section_id.in_(audience.section_ids), *wants)
    )
    if audience.urgency is Urgency.NORMAL:
        by_section = by_section.where(not_(subscriptions.c.urgent_only))
    if not audience.held.anywhere:
        return by_section
    has_section = select(1).where(subscriptions.c.chat_id == chat_phrases.c.chat_id).exists()
    by_phrase = (
        select(chat_phrases.c.chat_id, spared)
        .join(subscribers, subscribers.c.chat_id == chat_phrases.c.chat_id)
        .where(chat_phrases.c.phrase_id.in_(audience.held.anywhere), not_(chat_phrases.c.muted), has_section, *wants)
    )
    return union_all(by_section, by_phrase)


def _spared(urgency: Urgency, clocks: _Clocks, now: datetime) -> ColumnElement[str | None]:
    reasons: list[tuple[ColumnElement[bool], str]] = []
    if clocks.somebody_muted:
        reasons.append((subscribers.c.muted_until > now, Spared.MUTED.value))
    if clocks.quiet:
        sleeps = and_(subscribers.c.quiet_from.is_not(None), quiet.is_in(clocks.quiet))
        if urgency is Urgency.FLASH:
            sleeps = and_(sleeps, not_(subscribers.c.flash_passes))
        reasons.append((sleeps, Spared.QUIET.value))
    if clocks.dates:
        spent = and_(
            subscribers.c.alert_budget.is_not(None),
            subscribers.c.budget_date == _date(clocks),
            subscribers.c.budget_spent >= subscribers.c.alert_budget,
        )
        reasons.append((spent, Spared.OVER_BUDGET.value))
    return case(*reasons, else_=None) if reasons else literal(None, Text)


async def _spend(
    connection: AsyncConnection, mine: ColumnElement[bool], clocks: _Clocks, now: datetime, ttl: timedelta
) -> None:
    """Count the alert for those who have a budget, and tell those whose budget is spent, once a day."""
    date = _date(clocks)
    pushed = (
        select(1)
        .where(mine, deliveries.c.chat_id == subscribers.c.chat_id, deliveries.c.state == State.PENDING)
        .exists()
    )
    await connection.execute(
        update(subscribers)
        .where(subscribers.c.alert_budget.is_not(None), pushed)
        .values(
            budget_spent=case((subscribers.c.budget_date == date, subscribers.c.budget_spent + 1), else_=1),
            budget_date=date,
        )
    )
    moment = deliveries.c.owed_at.type
    # Those with a budget are few beside those who are owed the alert, so they are what is gone through.
    held_back = (
        select(1)
        .where(mine, deliveries.c.chat_id == subscribers.c.chat_id, deliveries.c.error == Spared.OVER_BUDGET)
        .exists()
    )
    told = select(
        literal(Kind.DIGEST.value),
        literal(BUDGET_NOTICE),
        subscribers.c.chat_id,
        date,
        literal(State.PENDING.value),
        literal(int(Priority.DIGEST)),
        literal(now, moment),
        literal(now, moment),
        literal(now + ttl, moment),
    ).where(
        subscribers.c.alert_budget.is_not(None), subscribers.c.budget_spent >= subscribers.c.alert_budget, held_back
    )
    columns = ("kind", "edition", "chat_id", "local_date", "state", "priority", "owed_at", "due_at", "expires_at")
    await connection.execute(dialect.insert(connection, deliveries).from_select(columns, told).on_conflict_do_nothing())


def _date(clocks: _Clocks) -> ColumnElement[str]:
    """The local date of a subscriber who has a budget."""
    (first, _), *others = clocks.dates.items()
    if not others:
        return literal(first)
    return case(*((subscribers.c.timezone.in_(zones), date) for date, zones in others), else_=first)
