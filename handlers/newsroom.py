"""The door of the newsroom."""

import logging

from handlers.context import Context
from handlers.readers import Reader, is_admin

logger = logging.getLogger(__name__)


async def admitted(reader: Reader, context: Context, act: str) -> bool:
    """Whether this person may do `act`. An attempt from outside is logged: who tried what, never their text."""
    if await is_admin(reader, context):
        return True
    logger.warning("refused %s to user %s", act, reader.user.id if reader.user else None)
    return False
