"""The outbox: what is owed to whom, and how each debt was paid.

pending → sending → sent | failed | gone | expired | unknown. A row is `sending` from before its request until after
its answer, so that after a crash only these rows are in doubt. `unknown` is a send whose answer was lost and that must
not be tried again, since the chat might get a third copy. `expired` is left to a digest or needless: it has waited too
long, the chat wished to be left in peace (`storage.owing_alerts`), the story was retracted; `error` says which. `held`
is what was pending when the newsroom stopped the story's broadcast.

Corrections and retractions change a message that was sent (`target_id`). They can be repeated without harm, so a lost
answer never makes one `unknown`.

The order of sending is by priority, then the newest first, then the row that was written last. A correction stands
where its story stands: it has the priority and the time of the alert that it corrects, but was written later. So it
goes before the copies of that story which are still queued, and after everything that is newer or more urgent. A
retraction is owed from the moment on at which it was decided, with the priority of its story: what is false goes
before all that waited already, and only newer or more urgent alerts go before it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import dialect
from storage.article import Urgency
from storage.digest_messages import DigestMessage
from storage.tables import articles, deliveries


class Kind(StrEnum):
    """What is delivered. A follow-up is a message that tells of a correction, in reply to the copy that it corrects."""

    ALERT = "alert"
    DIGEST = "digest"
    CORRECTION = "correction"
    FOLLOW_UP = "follow_up"
    RETRACTION = "retraction"
    ANNOUNCEMENT = "announcement"

    @property
    def is_edit(self) -> bool:
        """Whether it changes a message that was sent, instead of sending one."""
        return self in EDITS


EDITS = (Kind.CORRECTION, Kind.RETRACTION)


class Priority(IntEnum):
    """The order of sending; larger goes first."""

    ANNOUNCEMENT = 0
    DIGEST = 10
    NORMAL_ALERT = 30
    URGENT_ALERT = 31
    FLASH_ALERT = 32


class State(StrEnum):
    """Where a debt stands; see the module's docstring."""

    PENDING = "pending"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    GONE = "gone"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


Ended = Counter[tuple[Kind, State]]
"""How many deliveries of which kind have ended in which state."""

OPEN = (State.PENDING, State.HELD, State.SENDING)
ALERT_PRIORITY = {
    Urgency.NORMAL: Priority.NORMAL_ALERT,
    Urgency.URGENT: Priority.URGENT_ALERT,
    Urgency.FLASH: Priority.FLASH_ALERT,
}
# Written into the statements, since the partial indexes serve only there.
PENDING = dialect.inline(State.PENDING)
SENDING = dialect.inline(State.SENDING)


class Story(NamedTuple):
    """A story as a chat is told it: the revision that it was told first, and the one that is right now."""

    article_id: int
    told: int
    revision: int
    retracted: bool = False


class Claim(NamedTuple):
    """A delivery that this process must send now, and everything that is needed to do so.

    `stories` are those of the message: of an alert its own; of an edit all that stand in the message that is edited,
    in their order. `copy_sent_at` is when the message that is edited was sent.
    """

    id: int
    kind: Kind
    chat_id: int
    language: str
    timezone: str
    attempts: int  # requests made so far
    refusals: int
    lost_answers: int
    interruptions: int
    article_id: int | None
    revision: int | None
    window_start: datetime | None
    window_end: datetime | None
    digits: str = "latn"  # how the chat wants numbers written; see storage.tables
    edition: str | None = None  # of a digest
    announcement_id: int | None = None
    target_id: int = 0  # the message that is edited or answered
    owed_at: datetime | None = None
    stories: tuple[Story, ...] = ()
    copy_sent_at: datetime | None = None
    thread_id: int | None = None  # the topic of a forum
    digest: DigestMessage | None = None  # of an edit of a message that is one of a digest's
    reply_to: int | None = None  # the chat's last message about the same running story


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a process must send now, the most pressing first.

    A parcel is one request: alerts that have waited for a chat together, the newest first; what one message is to be
    edited for; or one delivery of another kind.
    """

    parcels: tuple[tuple[Claim, ...], ...]
    more: bool  # other deliveries may be waiting
    paid: tuple[tuple[Claim, ...], ...] = ()  # further parcels, which may pass the free limit
    ended: Ended = field(default_factory=Counter)  # what had waited too long, and will not be sent

    @property
    def claims(self) -> tuple[Claim, ...]:
        return tuple(claim for parcel in self.parcels + self.paid for claim in parcel)


class Outcome(NamedTuple):
    """How a claim ended. With `state` pending it is tried again at `due_at`; the counters hold their new values.

    `digest` are the messages of a digest that was sent.
    """

    id: int
    state: State
    at: datetime
    due_at: datetime | None = None
    message_id: int | None = None
    error: str | None = None
    attempts: int = 0
    refusals: int = 0
    lost_answers: int = 0
    digest: tuple[DigestMessage, ...] = ()
    thread_id: int | None = None  # of what was sent: the topic in which it stands


async def hold(connection: AsyncConnection, article_id: int) -> int:
    """Stop the story's broadcast, corrections of it included; return how many deliveries wait for `resume`.

    Call `Services.recall` after the transaction: what is claimed and not yet sent stops too.
    """
    await connection.execute(update(articles).where(articles.c.id == article_id).values(held=True))
    return await hold_pending(connection, deliveries.c.article_id == article_id)


async def hold_pending(connection: AsyncConnection, which: ColumnElement[bool]) -> int:
    """Hold those of these deliveries that are pending, since their story's broadcast is stopped."""
    result = await connection.execute(
        update(deliveries).where(which, deliveries.c.state == PENDING).values(state=State.HELD)
    )
    return result.rowcount


async def resume(connection: AsyncConnection, article_id: int) -> int:
    """Let the story's broadcast go on; return how many deliveries do. What has become too old expires."""
    await connection.execute(update(articles).where(articles.c.id == article_id).values(held=False))
    result = await connection.execute(
        update(deliveries)
        .where(deliveries.c.article_id == article_id, deliveries.c.state == State.HELD)
        .values(state=State.PENDING)
    )
    return result.rowcount


async def is_held(connection: AsyncConnection, article_id: int) -> bool:
    """Whether the story's broadcast is stopped."""
    return bool(await connection.scalar(select(articles.c.held).where(articles.c.id == article_id)))


async def forgive(
    connection: AsyncConnection,
    chat_ids: Sequence[int],
    reason: str,
    *,
    states: Sequence[State] = (State.PENDING,),
    edits: bool = False,
) -> None:
    """End what the chats are owed. Without `edits`, what they have already is corrected and retracted still.

    A copy that may be in its chat, since an answer was lost or a process died, ends as `unknown`.
    """
    which: ColumnElement[bool] = deliveries.c.chat_id.in_(chat_ids)
    if not edits:
        which = which & deliveries.c.kind.not_in(EDITS)
    may_be_there = and_(
        deliveries.c.kind.not_in(EDITS),
        deliveries.c.lost_answers + deliveries.c.interruptions > 0,
    )
    for state in states:
        await connection.execute(
            update(deliveries)
            .where(which, deliveries.c.state == dialect.inline(state))
            .values(state=case((may_be_there, State.UNKNOWN.value), else_=State.GONE.value), error=reason)
        )


async def article_of_message(connection: AsyncConnection, chat_id: int, message_id: int) -> int | None:
    """Return the article that this message in this chat is about: an alert, or the follow-up to one."""
    return (
        await connection.execute(
            select(deliveries.c.article_id)
            .where(
                deliveries.c.chat_id == chat_id,
                deliveries.c.message_id == message_id,
                deliveries.c.kind.in_((Kind.ALERT, Kind.FOLLOW_UP)),
            )
            .order_by(deliveries.c.id.desc())
            .limit(1)
        )
    ).scalar_one_or_none()


async def count_by_state(connection: AsyncConnection, *, since: datetime) -> dict[State, int]:
    """Return how many deliveries owed since then stand in each state, and whatever is still open of older ones."""
    rows = await connection.execute(
        select(deliveries.c.state, func.count())
        .where(
            or_(
                deliveries.c.owed_at >= since,
                deliveries.c.state.in_(OPEN),
            )
        )
        .group_by(deliveries.c.state)
    )
    return {State(state): count for state, count in rows}
