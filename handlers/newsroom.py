"""Who may use the newsroom's commands."""

import logging

from telegram import Update

from handlers.context import Context
from storage import admins

logger = logging.getLogger(__name__)


async def is_admin(update: Update, context: Context) -> bool:
    """Whether the person behind `update` belongs to the newsroom."""
    user = update.effective_user
    if user is None:
        return False
    async with context.services.database.read() as connection:
        return await admins.is_admin(connection, user.id)


async def admitted(update: Update, context: Context, act: str) -> bool:
    """As `is_admin`; an attempt from outside is logged, with who tried what and never with their text."""
    if await is_admin(update, context):
        return True
    user = update.effective_user
    logger.warning("refused %s to user %s", act, user.id if user else None)
    return False
