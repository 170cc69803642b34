"""What an answer of Telegram's means for a delivery. Pure.

Errors are sorted by what they mean, not by their class: surely not sent, answered, or unknown.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.delivery.telegram_api import FloodError, ServerError
from bot.delivery.transport import AnswerLostError, NotSentError
from storage.deliveries import Claim, Kind, Outcome, State
from storage.digest_messages import DigestMessage

# A chat that refuses is asked again after these waits, in case Telegram was wrong for a moment; then it is gone.
REFUSAL_WAITS = (timedelta(seconds=3), timedelta(seconds=10))
# After a lost answer one more try, so that no chat can have three copies, and only after a while: by then it has shown
# whether Telegram answers at all (see uplink.py).
LOST_ANSWER_WAIT = timedelta(seconds=2)
# Telegram has trouble of its own (HTTP 5xx): doubled with every attempt, up to the limit.
SERVER_ERROR_WAIT = timedelta(seconds=1)
SERVER_ERROR_LONGEST_WAIT = timedelta(seconds=60)
# Longer than any outage, and than an alert is news: what fails so often fails because of what it says.
SERVER_ERROR_ATTEMPTS = 150
# Bad Requests that are refusals too. https://core.telegram.org/bots/api#making-requests gives no list; these are the
# words that Telegram answers with.
_REFUSALS = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "chat_write_forbidden",
    "not enough rights",
    "need administrator rights",
    "have no rights to send",
)
# What an edit that was not needed is answered with, and one of a message that is no longer there.
_UNCHANGED = "message is not modified"
_DELETED = ("message to edit not found", "message to delete not found", "message_id_invalid")
_UNDELETABLE = "message can't be deleted"
# How a delivery ends that has left nothing in its chat.
_NOT_THERE = (State.FAILED, State.GONE, State.EXPIRED)


class Decision(NamedTuple):
    """What is to be done with a claim. The outcome is written first, then the rest."""

    chat_id: int
    outcome: Outcome
    chat_gone: bool = False
    migrate_to: int | None = None
    halt: timedelta | None = None  # Telegram's retry_after
    cut_off: bool = False  # Telegram cannot be used now: not this delivery's fault


def sent(claim: Claim, message_id: int | None, now: datetime, digest: tuple[DigestMessage, ...] = ()) -> Decision:
    """Telegram has accepted the message, or the edit, which makes no new one. It stands in the claim's topic.

    `digest` are the messages of a digest.
    """
    decision = _decide(
        claim, State.SENT, now, message_id=message_id, attempts=claim.attempts + 1, thread_id=claim.thread_id
    )
    return decision._replace(outcome=decision.outcome._replace(digest=digest)) if digest else decision


def postponed(claims: Iterable[Claim], seconds: float, now: datetime) -> list[Decision]:
    """Nothing was sent: the chat may not be written to yet."""
    due_at = now + timedelta(seconds=seconds)
    return [_decide(claim, State.PENDING, now, due_at=due_at) for claim in claims]


def dropped(claim: Claim, state: State, reason: str, now: datetime) -> Decision:
    """Nothing was sent, and nothing will be."""
    return _decide(claim, state, now, error=reason)


def failed(claim: Claim, error: TelegramError, now: datetime) -> Decision:
    """Sort the error by what it means."""
    reason = f"{type(error).__name__}: {error.message}"
    attempted = claim.attempts + 1
    if claim.kind.is_edit and (decision := _edit_failed(claim, error, reason, now)):
        return decision
    match error:
        case NotSentError() | InvalidToken():
            return _decide(claim, State.PENDING, now, due_at=now, error=reason)._replace(cut_off=True)
        case FloodError(retry_after=wait):
            again = _decide(claim, State.PENDING, now, due_at=now + wait, error=reason, attempts=attempted)
            return again._replace(halt=wait)
        case ChatMigrated():
            again = _decide(claim, State.PENDING, now, due_at=now, error=reason, attempts=attempted)
            return again._replace(migrate_to=error.new_chat_id)
        case Forbidden():
            return _refused(claim, reason, now)
        case BadRequest() if any(words in error.message.casefold() for words in _REFUSALS):
            return _refused(claim, reason, now)
        case AnswerLostError():
            return _lost(claim, reason, now)
        case ServerError() if attempted < SERVER_ERROR_ATTEMPTS:
            wait = min(SERVER_ERROR_WAIT * 2.0 ** min(claim.attempts, 10), SERVER_ERROR_LONGEST_WAIT)
            return _decide(claim, State.PENDING, now, due_at=now + wait, error=reason, attempts=attempted)
    return _decide(claim, State.FAILED, now, error=reason, attempts=attempted)


def is_undeletable(error: TelegramError) -> bool:
    """Whether Telegram would not delete a message that it might let us edit."""
    return isinstance(error, BadRequest) and _UNDELETABLE in error.message.casefold()


def _edit_failed(claim: Claim, error: TelegramError, reason: str, now: datetime) -> Decision | None:
    """Sort what means something else for an edit than for a message; None where it means the same.

    An edit can be repeated without harm, so a lost answer costs nothing but another try.
    """
    attempted = claim.attempts + 1
    match error:
        case BadRequest() if _UNCHANGED in error.message.casefold():
            return _decide(claim, State.SENT, now, attempts=attempted)
        case BadRequest() if any(words in error.message.casefold() for words in _DELETED):
            # Nothing false stands there any more; a retraction has nothing else to wish for.
            state = State.SENT if claim.kind is Kind.RETRACTION else State.EXPIRED
            return _decide(claim, state, now, error=reason, attempts=attempted)
        case ChatMigrated():
            return _decide(claim, State.FAILED, now, error=reason, attempts=attempted)
        case AnswerLostError() if attempted < SERVER_ERROR_ATTEMPTS:
            lost = claim.lost_answers + 1
            due_at = now + LOST_ANSWER_WAIT
            return _decide(
                claim, State.PENDING, now, due_at=due_at, error=reason, attempts=attempted, lost_answers=lost
            )
    return None


def _refused(claim: Claim, reason: str, now: datetime) -> Decision:
    attempts, refusals = claim.attempts + 1, claim.refusals + 1
    if claim.refusals >= len(REFUSAL_WAITS):
        gone = _decide(claim, State.GONE, now, error=reason, attempts=attempts, refusals=refusals)
        return gone._replace(chat_gone=True)
    due_at = now + REFUSAL_WAITS[claim.refusals]
    return _decide(claim, State.PENDING, now, due_at=due_at, error=reason, attempts=attempts, refusals=refusals)


def _lost(claim: Claim, reason: str, now: datetime) -> Decision:
    attempts, lost = claim.attempts + 1, claim.lost_answers + 1
    if claim.kind is Kind.ALERT and claim.lost_answers + claim.interruptions == 0:
        due_at = now + LOST_ANSWER_WAIT
        return _decide(claim, State.PENDING, now, due_at=due_at, error=reason, attempts=attempts, lost_answers=lost)
    return _decide(claim, State.UNKNOWN, now, error=reason, attempts=attempts, lost_answers=lost)


def _decide(
    claim: Claim,
    state: State,
    now: datetime,
    *,
    due_at: datetime | None = None,
    message_id: int | None = None,
    error: str | None = None,
    attempts: int | None = None,
    refusals: int | None = None,
    lost_answers: int | None = None,
    thread_id: int | None = None,
) -> Decision:
    # What ends this try says nothing of an earlier one, whose copy may be in the chat.
    may_be_there = claim.lost_answers + claim.interruptions > 0 and not claim.kind.is_edit
    return Decision(
        claim.chat_id,
        Outcome(
            claim.id,
            State.UNKNOWN if may_be_there and state in _NOT_THERE else state,
            now,
            due_at=due_at,
            message_id=message_id,
            error=error,
            attempts=claim.attempts if attempts is None else attempts,
            refusals=claim.refusals if refusals is None else refusals,
            lost_answers=claim.lost_answers if lost_answers is None else lost_answers,
            thread_id=thread_id,
        ),
    )
