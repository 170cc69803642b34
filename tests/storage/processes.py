"""What a second process does in the tests of `storage.database`: `python -m tests.storage.processes TASK URL [N]`."""

import asyncio
import sys

from sqlalchemy import select, update

from storage.database import Database
from storage.tables import sections
from tests.databases import set_up


async def migrate(url: str) -> None:
    """Start as every command does."""
    await set_up(url)


async def count_up(url: str, times: int) -> None:
    """Add one to the first section's position in so many transactions, each of which reads before it writes."""
    database = Database(url)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _ in range(times):
        async with database.write() as connection:
            first = sections.c.id == 1
            position = await connection.scalar(select(sections.c.position).where(first)) or 0
            await connection.execute(update(sections).where(first).values(position=position + 1))
    await database.close()


async def main(task: str, url: str, times: str = "1") -> None:
    if task == "migrate":
        await migrate(url)
    else:
        await count_up(url, int(times))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
