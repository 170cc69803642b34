"""The door of the newsroom."""

import logging

from handlers.context import Context
from handlers.readers import Reader, member_of
from storage import admins, audit
from storage.audit import Act
from storage.roles import Permission, may

logger = logging.getLogger(__name__)


async def admitted(reader: Reader, context: Context, attempt: str, permission: Permission) -> bool:
    """Whether this person may do what they attempt («/publish», «pub:send»), at this moment.

    An attempt that is refused is logged: who tried what, never their text. One of somebody who belongs to the newsroom
    stands in the audit log too; strangers could fill that.
    """
    member = await member_of(reader, context)
    if member and may(member.role, permission):
        if reader.user and reader.user.full_name != member.name:
            async with context.services.database.write() as connection:
                await admins.note_name(connection, member.user_id, reader.user.full_name)
        return True
    logger.warning("refused %s to user %s", attempt, reader.user.id if reader.user else None)
    if member:
        async with context.services.database.write() as connection:
            now = context.services.clock()
            await audit.record(connection, member.user_id, Act.REFUSED, detail=attempt, now=now)
    return False
