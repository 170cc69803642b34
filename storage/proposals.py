"""Corrections that sources propose to the desk, and the messages in which it is shown them.

A proposal is an open correction (`storage.amendments`) that nobody of the newsroom has begun: it waits for its button,
and works once. At most one of a story is open.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import amendments, dialect, serial
from storage.amendments import SOURCE_AUTHOR, Amendment, Kind, State
from storage.article import Article
from storage.articles import Status
from storage.tables import amendments as amendment_rows
from storage.tables import articles, proposal_cards, proposals


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a source proposes: the correction, by whom, what the source tells now.

    `by_hand` says that it would undo something that the desk has changed by hand.
    """

    amendment: Amendment
    outlet: str
    told: Article
    by_hand: bool

    @property
    def article(self) -> Article:
        """The story as it would be."""
        return self.amendment.content.article or self.told


@dataclass(frozen=True, slots=True)
class Card:
    """A message in which a proposal is shown."""

    amendment_id: int
    chat_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Settled:
    """A message whose proposal has ended, and how."""

    card: Card
    article_id: int
    state: State


async def put(
    connection: AsyncConnection,
    article_id: int,
    revision: int,
    article: Article,
    *,
    told: Article,
    by_hand: bool,
    outlet: str,
    now: datetime,
) -> bool:
    """Propose `article` in the place of that revision; return False where that is proposed already.

    An open proposal of the same story gives its place to this one.
    """
    open_one = await open_of(connection, article_id)
    if open_one is None:
        begun: Amendment | None = await amendments.begin(
            connection, Kind.CORRECTION, article_id, revision, author_id=SOURCE_AUTHOR, now=now
        )
    elif (open_one.article, open_one.told, open_one.amendment.revision) == (article, told, revision):
        return False
    else:
        begun = open_one.amendment
    renewed = await amendments.renew(connection, begun, article, revision) if begun else None
    if renewed is None:
        return False
    values = {
        "outlet": outlet,
        "told": serial.dump(told),
        "by_hand": by_hand,
        "version": renewed.content.version,
    }
    await connection.execute(
        dialect.insert(connection, proposals)
        .values(amendment_id=renewed.id, **values)
        .on_conflict_do_update(index_elements=["amendment_id"], set_=values)
    )
    return True


async def get(connection: AsyncConnection, amendment_id: int) -> Proposal | None:
    """Return the proposal that this correction is, open or not; None where it is one of the desk's own."""
    row = (await connection.execute(select(proposals).where(proposals.c.amendment_id == amendment_id))).one_or_none()
    amendment = await amendments.get(connection, amendment_id) if row else None
    if row is None or amendment is None:
        return None
    return Proposal(amendment, row.outlet, serial.load(row.told), row.by_hand)


async def open_of(connection: AsyncConnection, article_id: int) -> Proposal | None:
    """Return what is proposed of a story."""
    amendment_id = await connection.scalar(
        select(proposals.c.amendment_id)
        .join(amendment_rows, amendment_rows.c.id == proposals.c.amendment_id)
        .where(amendment_rows.c.article_id == article_id, amendment_rows.c.state == State.OPEN)
    )
    return await get(connection, amendment_id) if amendment_id is not None else None


async def drop(connection: AsyncConnection, article_id: int) -> None:
    """End what is proposed of a story: nothing is left of it."""
    if proposal := await open_of(connection, article_id):
        await amendments.end(connection, proposal.amendment, State.DROPPED)


async def stale(connection: AsyncConnection) -> tuple[Proposal, ...]:
    """Return the open proposals whose stories have changed since, or were retracted."""
    changed = or_(amendment_rows.c.revision != articles.c.revision, articles.c.status == Status.RETRACTED)
    ids = await connection.scalars(
        select(proposals.c.amendment_id)
        .join(amendment_rows, amendment_rows.c.id == proposals.c.amendment_id)
        .join(articles, articles.c.id == amendment_rows.c.article_id)
        .where(amendment_rows.c.state == State.OPEN, changed)
        .order_by(proposals.c.amendment_id)
    )
    found = [await get(connection, amendment_id) for amendment_id in ids.all()]
    return tuple(proposal for proposal in found if proposal)


async def unshown(connection: AsyncConnection) -> tuple[Proposal, ...]:
    """Return the open proposals that the desk was not shown as they are now."""
    ids = await connection.scalars(
        select(proposals.c.amendment_id)
        .join(amendment_rows, amendment_rows.c.id == proposals.c.amendment_id)
        .where(
            amendment_rows.c.state == State.OPEN,
            or_(proposals.c.shown_version.is_(None), proposals.c.shown_version != proposals.c.version),
        )
        .order_by(proposals.c.amendment_id)
    )
    found = [await get(connection, amendment_id) for amendment_id in ids.all()]
    return tuple(proposal for proposal in found if proposal)


async def note_shown(connection: AsyncConnection, proposal: Proposal) -> None:
    """The desk was shown this version."""
    await connection.execute(
        update(proposals)
        .where(proposals.c.amendment_id == proposal.amendment.id)
        .values(shown_version=proposal.amendment.content.version)
    )


async def add_card(connection: AsyncConnection, card: Card) -> None:
    """Note where a proposal is shown, in the place of an earlier message in that chat."""
    await connection.execute(
        dialect.insert(connection, proposal_cards)
        .values(amendment_id=card.amendment_id, chat_id=card.chat_id, message_id=card.message_id)
        .on_conflict_do_update(index_elements=["amendment_id", "chat_id"], set_={"message_id": card.message_id})
    )


async def cards(connection: AsyncConnection, amendment_id: int) -> tuple[Card, ...]:
    """Return where a proposal is shown."""
    rows = await connection.execute(
        select(proposal_cards).where(proposal_cards.c.amendment_id == amendment_id).order_by(proposal_cards.c.chat_id)
    )
    return tuple(Card(*row) for row in rows)


async def settled_cards(connection: AsyncConnection) -> tuple[Settled, ...]:
    """Return the messages that still show a proposal as open which has ended."""
    rows = await connection.execute(
        select(proposal_cards, amendment_rows.c.state, amendment_rows.c.article_id)
        .join(amendment_rows, amendment_rows.c.id == proposal_cards.c.amendment_id)
        .where(amendment_rows.c.state != State.OPEN)
        .order_by(proposal_cards.c.amendment_id, proposal_cards.c.chat_id)
    )
    return tuple(
        Settled(Card(row.amendment_id, row.chat_id, row.message_id), row.article_id, State(row.state)) for row in rows
    )


async def forget_card(connection: AsyncConnection, amendment_id: int, chat_id: int) -> None:
    """Forget a message, which tells how it ended."""
    await connection.execute(
        delete(proposal_cards).where(proposal_cards.c.amendment_id == amendment_id, proposal_cards.c.chat_id == chat_id)
    )
