"""How far a story's alert got: while it is sent, and afterwards. It is the database that counts, never a loop."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import pauses, reads
from storage.deliveries import OPEN, Kind, State
from storage.quiet import Spared
from storage.tables import article_sections, articles, deliveries, sections, subscriptions

_SPARED = and_(
    deliveries.c.state == State.EXPIRED, func.coalesce(deliveries.c.error, "").in_([reason.value for reason in Spared])
)


@dataclass(frozen=True, slots=True)
class Counts:
    """Copies by state; every copy is in exactly one of them.

    `spared` are others: those of chats that wished to be left in peace, whose digest tells them of the story.
    """

    by_state: Mapping[State, int]
    spared: int = 0

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def sent(self) -> int:
        return self.by_state.get(State.SENT, 0)

    @property
    def left(self) -> int:
        """Copies that are still to be sent, perhaps only when the broadcast goes on, or under way."""
        return sum(self.by_state.get(state, 0) for state in OPEN)


@dataclass(frozen=True, slots=True)
class Pace:
    """Where a broadcast stands. `rate` is in messages a second, over the last moment; zero where none went out.

    `held` says that the newsroom has stopped this broadcast, `paused` that it has stopped everything.
    """

    title: str
    counts: Counts
    rate: float
    held: bool = False
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """What became of a story. The times of deliveries are None where nothing was delivered.

    `sections` counts, for each of the story's sections, the copies to chats that follow it now; a chat that follows two
    of them is counted in both. `held` says that the newsroom has stopped the broadcast.
    """

    title: str
    published_at: datetime
    received_at: datetime
    counts: Counts
    first_at: datetime | None
    median_at: datetime | None
    last_at: datetime | None
    reads: int
    sections: Mapping[str, Counts]
    held: bool = False


async def pace(connection: AsyncConnection, article_id: int, *, now: datetime, window: timedelta) -> Pace | None:
    """Return how a story's broadcast goes, None where there is no such story; its rate is that of the last `window`."""
    story = (
        await connection.execute(select(articles.c.title, articles.c.held).where(articles.c.id == article_id))
    ).one_or_none()
    if story is None:
        return None
    counts, recent = await _count(connection, article_id, since=now - window)
    paused = await pauses.current(connection) is not None
    return Pace(story.title, counts, recent / window.total_seconds(), held=story.held, paused=paused)


async def report(connection: AsyncConnection, article_id: int) -> Reach | None:
    """Return what became of a story, retracted or not; None where there is none of this number."""
    story = (
        await connection.execute(
            select(articles.c.title, articles.c.published_at, articles.c.received_at, articles.c.held).where(
                articles.c.id == article_id
            )
        )
    ).one_or_none()
    if story is None:
        return None
    counts, _ = await _count(connection, article_id, since=story.received_at)
    delivered = and_(_alerts(article_id), deliveries.c.state == State.SENT)
    first, last = (
        await connection.execute(
            select(func.min(deliveries.c.sent_at), func.max(deliveries.c.sent_at)).where(delivered)
        )
    ).one()
    median = await connection.scalar(
        select(deliveries.c.sent_at)
        .where(delivered)
        .order_by(deliveries.c.sent_at)
        .offset((counts.sent - 1) // 2 if counts.sent else 0)
        .limit(1)
    )
    return Reach(
        title=story.title,
        published_at=story.published_at,
        received_at=story.received_at,
        counts=counts,
        first_at=first,
        median_at=median,
        last_at=last,
        reads=await reads.of_story(connection, article_id),
        sections=await _by_section(connection, article_id),
        held=story.held,
    )


async def _count(connection: AsyncConnection, article_id: int, *, since: datetime) -> tuple[Counts, int]:
    """Return a story's copies, and how many of them were sent since then.

    One look at each of its rows, and no sorting of them: it may have a million, and be counted every few seconds.
    """
    in_state = {state: func.count().filter(deliveries.c.state == state) for state in State}
    spared = func.count().filter(_SPARED)
    recent = func.count().filter(deliveries.c.sent_at > since)
    row = (await connection.execute(select(spared, recent, *in_state.values()).where(_alerts(article_id)))).one()
    by_state = dict(zip(in_state, row[2:], strict=True))
    by_state[State.EXPIRED] -= row[0]
    return Counts({state: number for state, number in by_state.items() if number}, row[0]), row[1]


async def _by_section(connection: AsyncConnection, article_id: int) -> dict[str, Counts]:
    names = await connection.scalars(
        select(sections.c.name)
        .join(article_sections, article_sections.c.section_id == sections.c.id)
        .where(article_sections.c.article_id == article_id)
        .order_by(article_sections.c.position)
    )
    found: dict[str, dict[State, int]] = {name: {} for name in names}
    rows = await connection.execute(
        select(sections.c.name, deliveries.c.state, func.count())
        .select_from(deliveries)
        .join(article_sections, article_sections.c.article_id == deliveries.c.article_id)
        .join(
            subscriptions,
            (subscriptions.c.section_id == article_sections.c.section_id)
            & (subscriptions.c.chat_id == deliveries.c.chat_id),
        )
        .join(sections, sections.c.id == article_sections.c.section_id)
        .where(_alerts(article_id), not_(_SPARED))
        .group_by(sections.c.name, deliveries.c.state)
    )
    for name, state, number in rows:
        found[name][State(state)] = number
    return {name: Counts(by_state) for name, by_state in found.items()}


def _alerts(article_id: int) -> ColumnElement[bool]:
    return and_(deliveries.c.article_id == article_id, deliveries.c.kind == Kind.ALERT)
