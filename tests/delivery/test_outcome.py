"""What each answer of Telegram's means for a delivery."""

from datetime import timedelta

import pytest
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, TelegramError

from bot.delivery import outcome
from bot.delivery.outcome import SERVER_ERROR_ATTEMPTS, Decision
from bot.delivery.telegram_api import FloodError, ServerError
from bot.delivery.transport import AnswerLostError, NotSentError
from storage.deliveries import Claim, Kind, Outcome, State
from storage.digest_messages import DigestMessage
from tests.databases import START

ALERT = Claim(
    id=7,
    kind=Kind.ALERT,
    chat_id=1,
    language="ar",
    timezone="Asia/Riyadh",
    attempts=0,
    refusals=0,
    lost_answers=0,
    interruptions=0,
    article_id=3,
    revision=1,
    window_start=None,
    window_end=None,
)
LOST = AnswerLostError("no answer")


def after(seconds: float, **fields: object) -> Outcome:
    due = Outcome(7, State.PENDING, START, due_at=START + timedelta(seconds=seconds), attempts=1)
    return due._replace(**fields)  # type: ignore[arg-type]  # names of Outcome's fields


def ended(state: State, **fields: object) -> Outcome:
    return Outcome(7, state, START, attempts=1)._replace(**fields)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(
    ("name", "claim", "error", "expected"),
    [
        (
            "no connection: surely not sent, no try is spent",
            ALERT,
            NotSentError("no connection"),
            Decision(1, after(0, attempts=0), cut_off=True),
        ),
        (
            "the token is refused: not this delivery's fault",
            ALERT,
            InvalidToken("Unauthorized"),
            Decision(1, after(0, attempts=0), cut_off=True),
        ),
        (
            "a flood wait",
            ALERT,
            FloodError(timedelta(seconds=17)),
            Decision(1, after(17), halt=timedelta(seconds=17)),
        ),
        ("the chat has moved", ALERT, ChatMigrated(-100), Decision(1, after(0), migrate_to=-100)),
        ("first refusal", ALERT, Forbidden("bot was blocked by the user"), Decision(1, after(3, refusals=1))),
        (
            "second refusal",
            ALERT._replace(attempts=1, refusals=1),
            Forbidden("bot was blocked by the user"),
            Decision(1, after(10, attempts=2, refusals=2)),
        ),
        (
            "third refusal: the chat is gone",
            ALERT._replace(attempts=2, refusals=2),
            Forbidden("bot was blocked by the user"),
            Decision(1, ended(State.GONE, attempts=3, refusals=3), chat_gone=True),
        ),
        (
            "no such chat is a refusal",
            ALERT,
            BadRequest("Bad Request: chat not found"),
            Decision(1, after(3, refusals=1)),
        ),
        (
            "no rights is a refusal",
            ALERT,
            BadRequest("Bad Request: not enough rights to send text messages to the chat"),
            Decision(1, after(3, refusals=1)),
        ),
        (
            "a bad message is not tried again",
            ALERT,
            BadRequest("can't parse entities"),
            Decision(1, ended(State.FAILED)),
        ),
        ("an error nobody knows", ALERT, Conflict("terminated by other getUpdates"), Decision(1, ended(State.FAILED))),
        ("first lost answer", ALERT, LOST, Decision(1, after(2, lost_answers=1))),
        (
            "second lost answer",
            ALERT._replace(attempts=1, lost_answers=1),
            LOST,
            Decision(1, ended(State.UNKNOWN, attempts=2, lost_answers=2)),
        ),
        (
            "lost answer after an interruption: there may be two copies already",
            ALERT._replace(attempts=1, interruptions=1),
            LOST,
            Decision(1, ended(State.UNKNOWN, attempts=2, lost_answers=1)),
        ),
        (
            "lost answer after another one and an interruption",
            ALERT._replace(attempts=2, lost_answers=1, interruptions=1),
            LOST,
            Decision(1, ended(State.UNKNOWN, attempts=3, lost_answers=2)),
        ),
        (
            "a digest is worth no second copy",
            ALERT._replace(kind=Kind.DIGEST),
            LOST,
            Decision(1, ended(State.UNKNOWN, lost_answers=1)),
        ),
        (
            "refused after a lost answer: a copy may be there",
            ALERT._replace(attempts=1, lost_answers=1),
            BadRequest("can't parse entities"),
            Decision(1, ended(State.UNKNOWN, attempts=2, lost_answers=1)),
        ),
        (
            "the chat is gone, perhaps with a copy that went there before an interruption",
            ALERT._replace(attempts=3, refusals=2, interruptions=1),
            Forbidden("bot was blocked by the user"),
            Decision(1, ended(State.UNKNOWN, attempts=4, refusals=3), chat_gone=True),
        ),
        (
            "an edit is made by every answer that says so: what was lost of it stays in no chat",
            ALERT._replace(kind=Kind.CORRECTION, attempts=1, lost_answers=1),
            BadRequest("can't parse entities"),
            Decision(1, ended(State.FAILED, attempts=2, lost_answers=1)),
        ),
        ("first server error", ALERT, ServerError("Bad Gateway"), Decision(1, after(1))),
        (
            "fourth server error",
            ALERT._replace(attempts=3),
            ServerError("Bad Gateway"),
            Decision(1, after(8, attempts=4)),
        ),
        (
            "a late server error",
            ALERT._replace(attempts=SERVER_ERROR_ATTEMPTS - 2),
            ServerError("Bad Gateway"),
            Decision(1, after(60, attempts=SERVER_ERROR_ATTEMPTS - 1)),
        ),
        (
            "the last server error",
            ALERT._replace(attempts=SERVER_ERROR_ATTEMPTS - 1),
            ServerError("Bad Gateway"),
            Decision(1, ended(State.FAILED, attempts=SERVER_ERROR_ATTEMPTS)),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_error_is_sorted_by_what_it_means(name: str, claim: Claim, error: TelegramError, expected: Decision) -> None:
    decision = outcome.failed(claim, error, START)
    assert decision.outcome.error == f"{type(error).__name__}: {error.message}"
    assert decision._replace(outcome=decision.outcome._replace(error=None)) == expected, name


GONE = [
    BadRequest(f"Bad Request: {words}")
    for words in ("message to edit not found", "message to delete not found", "MESSAGE_ID_INVALID")
]


@pytest.mark.parametrize(
    ("name", "kind", "attempts", "lost_answers", "error", "expected"),
    [
        (
            "it says that already",
            Kind.CORRECTION, 1, 1,
            BadRequest("Bad Request: Message is not modified: specified new message content"),
            Decision(1, ended(State.SENT, attempts=2, lost_answers=1)),
        ),
        *(
            (
                f"nothing is there any more, and a correction is said to nobody: {gone.message}",
                Kind.CORRECTION, 0, 0,
                gone,
                Decision(1, ended(State.EXPIRED, error=f"BadRequest: {gone.message}")),
            )
            for gone in GONE
        ),
        *(
            (
                f"nothing is there any more, which is what a retraction wishes: {gone.message}",
                Kind.RETRACTION, 0, 0,
                gone,
                Decision(1, ended(State.SENT, error=f"BadRequest: {gone.message}")),
            )
            for gone in GONE
        ),
        (
            "the chat has moved, and its messages have other numbers there",
            Kind.CORRECTION, 0, 0,
            ChatMigrated(-100),
            Decision(1, ended(State.FAILED, error="ChatMigrated: Group migrated to supergroup. New chat id: -100")),
        ),
        (
            "a lost answer costs a try, however often",
            Kind.RETRACTION, 4, 3,
            LOST,
            Decision(1, after(2, attempts=5, lost_answers=4, error="AnswerLostError: no answer")),
        ),
        (
            "the last try but one is lost",
            Kind.CORRECTION, SERVER_ERROR_ATTEMPTS - 2, 0,
            LOST,
            Decision(
                1,
                after(2, attempts=SERVER_ERROR_ATTEMPTS - 1, lost_answers=1, error="AnswerLostError: no answer"),
            ),
        ),
        (
            "the last try is lost",
            Kind.CORRECTION, SERVER_ERROR_ATTEMPTS - 1, 0,
            LOST,
            Decision(
                1,
                ended(
                    State.UNKNOWN,
                    attempts=SERVER_ERROR_ATTEMPTS,
                    lost_answers=1,
                    error="AnswerLostError: no answer",
                ),
            ),
        ),
        (
            "no connection means the same as for a message",
            Kind.CORRECTION, 0, 0,
            NotSentError("no connection"),
            Decision(1, after(0, attempts=0, error="NotSentError: no connection"), cut_off=True),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_failed_edit_is_sorted_by_what_stands_in_the_chat(
    name: str, kind: Kind, attempts: int, lost_answers: int, error: TelegramError, expected: Decision
) -> None:
    claim = ALERT._replace(kind=kind, attempts=attempts, lost_answers=lost_answers)
    assert outcome.failed(claim, error, START) == expected, name


@pytest.mark.parametrize(
    ("error", "is_so"),
    [
        (BadRequest("Bad Request: Message can't be deleted for everyone"), True),
        (BadRequest("Bad Request: message to delete not found"), False),
        (Forbidden("message can't be deleted"), False),
    ],
)
def test_what_cannot_be_deleted_may_be_edited(error: TelegramError, is_so: bool) -> None:
    assert outcome.is_undeletable(error) is is_so


def test_a_sent_message_stands_in_its_topic_and_a_digest_is_known_by_its_messages() -> None:
    messages = (DigestMessage(1, "evening", 1, 2, (3, 4), 55),)
    decision = outcome.sent(ALERT._replace(thread_id=12), 55, START, messages)
    assert decision == Decision(1, ended(State.SENT, message_id=55, thread_id=12, digest=messages))


def test_an_accepted_message_is_sent() -> None:
    assert outcome.sent(ALERT, 55, START) == Decision(1, ended(State.SENT, message_id=55))


def test_what_is_given_up_and_may_be_there_is_unknown() -> None:
    for claim, state in ((ALERT, State.EXPIRED), (ALERT._replace(lost_answers=1), State.UNKNOWN)):
        assert outcome.dropped(claim, State.EXPIRED, "nothing left to say", START).outcome.state is state


def test_waiting_for_the_chat_is_no_try() -> None:
    assert outcome.postponed([ALERT], 5, START) == [Decision(1, after(5, attempts=0))]


def test_what_is_not_said_any_more_is_no_try() -> None:
    dropped = outcome.dropped(ALERT, State.EXPIRED, "nothing left to say", START)
    assert dropped == Decision(1, ended(State.EXPIRED, attempts=0, error="nothing left to say"))
