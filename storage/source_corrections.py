"""What becomes of what a source changes in its stories, as the newsroom has chosen."""

from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import sources


class Corrections(StrEnum):
    """What becomes of what a source changes in a story that was alerted. proposed: the desk decides. applied: every
    copy is corrected at once, unless that would undo something that the desk has corrected by hand.
    """

    PROPOSED = "proposed"
    APPLIED = "applied"


async def choose(connection: AsyncConnection, source_id: int, corrections: Corrections) -> None:
    """Say what becomes of what a source changes from now on in its stories that were alerted."""
    await connection.execute(update(sources).where(sources.c.id == source_id).values(corrections=corrections))


async def applies(connection: AsyncConnection, source_id: int | None) -> bool:
    """Whether what this source changes is applied; an outlet that is no source only proposes."""
    found = await connection.scalar(select(sources.c.corrections).where(sources.c.id == source_id))
    return bool(found == Corrections.APPLIED)
