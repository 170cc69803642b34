"""Writing down what was decided about deliveries, and about the chats that they went to."""

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.delivery.outcome import Decision
from storage import settling, subscribers, supergroups

logger = logging.getLogger(__name__)


async def record(connection: AsyncConnection, decisions: Sequence[Decision], now: datetime) -> None:
    """Record how deliveries ended; give up the chats that refuse for good, and follow those that moved."""
    await settling.settle(connection, [decision.outcome for decision in decisions])
    gone = {decision.chat_id for decision in decisions if decision.chat_gone}
    if gone:
        await subscribers.stop_many(connection, sorted(gone), status=subscribers.Status.GONE, now=now)
        logger.info("%d chats refuse the bot for good and are owed nothing more", len(gone))
    for old, new in {(d.chat_id, d.migrate_to) for d in decisions if d.migrate_to is not None}:
        await supergroups.follow(connection, old, new)
