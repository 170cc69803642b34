"""Takes one chat what it is to be told, and says how each delivery ended."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from telegram.error import BadRequest, TelegramError

from bot.delivery import outcome
from bot.delivery.budget import CHAT_INTERVAL_S, SendBudget
from bot.delivery.lane import Parcel
from bot.delivery.outcome import Decision
from bot.delivery.rendered import Rendered
from bot.delivery.telegram_api import FloodError, ServerError, TelegramApi
from bot.delivery.transport import AnswerLostError
from bot.delivery.uplink import Uplink
from storage.deliveries import Claim, Outcome, State

logger = logging.getLogger(__name__)

_DATABASE_PAUSE_S = 1.0
# Deleted, or closed to whoever is no admin. Alerts for it go to the chat itself.
_LOST_TOPIC = re.compile(r"message thread not found|TOPIC_(?:CLOSED|DELETED|ID_INVALID)", re.IGNORECASE)
# Telegram lets a bot delete its messages for 48 hours; what is nearly so old may be older when the request arrives.
# https://core.telegram.org/bots/api#deletemessage
_DELETABLE_FOR = timedelta(hours=48) - timedelta(minutes=1)

Render = Callable[[Parcel], Awaitable[Rendered]]
Observe = Callable[[Claim, Outcome], None]


class Courier:
    """Sends messages, and tells the budget and the uplink what the answers ask for."""

    def __init__(
        self,
        api: TelegramApi,
        budget: SendBudget,
        uplink: Uplink,
        render: Render,
        now: Callable[[], datetime],
        observe: Observe,
    ) -> None:
        self._api = api
        self._budget = budget
        self._uplink = uplink
        self._render = render
        self._now = now
        self._observe = observe

    async def deliver(self, parcel: Parcel, *, paid: bool, is_recalled: Callable[[], bool]) -> list[Decision]:
        """Send the parcel, for which the budget has been taken. Raises nothing.

        Nothing is sent where `is_recalled` says so right before the request.
        """
        decisions = await self._tell_safely(parcel, paid, is_recalled)
        claims = {claim.id: claim for claim in parcel}
        for decision in decisions:
            if decision.outcome.state is not State.PENDING:
                self._observe(claims[decision.outcome.id], decision.outcome)
        return decisions

    async def _tell_safely(self, parcel: Parcel, paid: bool, is_recalled: Callable[[], bool]) -> list[Decision]:
        try:
            return await self._tell(parcel, paid, is_recalled)
        except SQLAlchemyError as error:
            logger.error(
                "delivery %d waits a moment, since the database does not answer: %s",
                parcel[0].id,
                str(error).partition("\n")[0],
            )
            return outcome.postponed(parcel, _DATABASE_PAUSE_S, self._now())
        except Exception:
            # A mistake of ours in one delivery must neither stop the others nor leave this one in `sending`.
            logger.exception(
                "delivery %d is given up after a mistake in the bot itself; please report it", parcel[0].id
            )
            return [outcome.dropped(claim, State.FAILED, "internal error", self._now()) for claim in parcel]

    async def _tell(self, parcel: Parcel, paid: bool, is_recalled: Callable[[], bool]) -> list[Decision]:
        """Send the parcel's message; return how each of its deliveries ended."""
        rendered = await self._render(parcel)
        now = self._now()
        if is_recalled():
            return outcome.postponed(parcel, 0, now)
        decisions = [outcome.dropped(claim, State.EXPIRED, "nothing left to say", now) for claim in rendered.void]
        decisions += outcome.postponed(rendered.later, CHAT_INTERVAL_S, now)
        if not rendered.told:
            return decisions
        first, message_id, told = parcel[0], None, rendered.told
        try:
            if first.kind.is_edit:
                await self._edit(first, rendered)
            else:
                message_id, topic = await self._send_first(rendered, paid)
                if topic != first.thread_id:  # it is that of all
                    told = tuple(claim._replace(thread_id=topic) for claim in told)
        except TelegramError as error:
            failed = [outcome.failed(claim, error, self._now()) for claim in rendered.told]
            self._heed(failed[0], error)
            return decisions + failed
        self._uplink.note_success()
        ids = [message_id, *[await self._send_rest(first.chat_id, message) for message in rendered.messages[1:]]]
        digest = tuple(
            replace(part, message_id=number) for part, number in zip(rendered.digest, ids, strict=False) if number
        )
        last = next((number for number in reversed(ids) if number), None)
        return decisions + [outcome.sent(claim, last, self._now(), digest) for claim in told]

    async def _send_first(self, rendered: Rendered, paid: bool) -> tuple[int, int | None]:
        """Send the message in its topic, as a reply to what it follows up or to the chat's last one about its story.

        Return its number, and the topic in which it stands: where that is lost, the message goes to the chat itself.
        """
        first, message = rendered.told[0], rendered.messages[0]
        # A message that tells several stories continues none of them.
        reply_to = (first.target_id or first.reply_to) if len(rendered.told) == 1 else None
        try:
            message_id = await self._api.send_message(
                first.chat_id, message, paid=paid, thread_id=first.thread_id, reply_to=reply_to
            )
        except BadRequest as error:
            if first.thread_id is None or not _LOST_TOPIC.search(error.message):
                raise
            logger.warning(
                "topic %d of chat %d cannot be written to, so the chat itself is: %s",
                first.thread_id,
                first.chat_id,
                error.message,
            )
        else:
            return message_id, first.thread_id
        await asyncio.sleep(self._budget.reserve(first.chat_id))
        return await self._api.send_message(first.chat_id, message, paid=paid), None

    async def _edit(self, claim: Claim, rendered: Rendered) -> None:
        """Put the message in the old one's place; delete that where nothing is left to say and Telegram lets us."""
        sent_at = claim.copy_sent_at
        if rendered.withdrawn and sent_at is not None and self._now() - sent_at < _DELETABLE_FOR:
            try:
                await self._api.delete_message(claim.chat_id, claim.target_id)
            except TelegramError as error:
                if not outcome.is_undeletable(error):
                    raise
                await asyncio.sleep(self._budget.reserve(claim.chat_id))
            else:
                return
        await self._api.edit_message(claim.chat_id, claim.target_id, rendered.messages[0])

    async def _send_rest(self, chat_id: int, message: bytes) -> int | None:
        """Send a further message of what takes several. To begin again would repeat the first ones."""
        while True:
            await asyncio.sleep(self._budget.reserve(chat_id))
            try:
                return await self._api.send_message(chat_id, message)
            except FloodError as error:
                self._budget.halt(chat_id, error.retry_after.total_seconds())
            except TelegramError as error:
                logger.warning("the rest of a long message to %d was not sent: %s", chat_id, error.message)
                return None

    def _heed(self, decision: Decision, error: TelegramError) -> None:
        """Keep the pace that the answer asks for."""
        if decision.cut_off:
            self._uplink.note_trouble(error.message)
        elif isinstance(error, AnswerLostError | ServerError):
            self._uplink.note_doubt(error.message)
        else:
            self._uplink.note_success()
        if decision.halt is not None:
            seconds = decision.halt.total_seconds()
            everything = self._budget.halt(decision.chat_id, seconds)
            logger.warning("Telegram asks to wait %.0f s%s", seconds, "" if everything else " in one chat")
