"""Very many subscribers, most of whom never write a word."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import insert

from storage import sections, subscribers
from storage.article import DEFAULT_SECTIONS
from storage.database import Database
from storage.localtime import local_date
from storage.subscribers import ImportedSubscriber
from storage.tables import digests

_BATCH = 5_000
_ZONE = "Asia/Riyadh"
# Of the readers: who follow two sections, and who get a digest, in the middle of the soak.
_TWO, _DIGESTS = 0.1, 0.05


class Readers:
    """Chats 1, 2, … `followers` are those that get nothing but alerts, by the section that they follow."""

    def __init__(self, count: int, random: Random) -> None:
        self.count = count
        self.sections = [section.name for section in DEFAULT_SECTIONS]
        self.with_digest = set(random.sample(range(1, count + 1), round(count * _DIGESTS)))
        self.silent = set(range(1, count + 1)) - self.with_digest
        self._choices = {
            chat_id: random.sample(self.sections, 2 if random.random() < _TWO else 1) for chat_id in range(1, count + 1)
        }
        self.followers: dict[str, set[int]] = defaultdict(set)
        for chat_id, chosen in self._choices.items():
            for name in chosen if chat_id in self.silent else ():
                self.followers[name].add(chat_id)

    async def subscribe(self, database: Database, seconds: float) -> None:
        """Put them into the database, whose soak takes so many seconds."""
        now = datetime.now(UTC)
        due = now + timedelta(seconds=seconds * 0.4)
        async with database.write() as connection:
            ids = {row.name: row.id for row in await sections.every(connection)}
            rows = [
                ImportedSubscriber(chat_id, "ar", _ZONE, tuple(ids[name] for name in chosen))
                for chat_id, chosen in self._choices.items()
            ]
            for start in range(0, len(rows), _BATCH):
                await subscribers.import_many(connection, rows[start : start + _BATCH], now=now)
            await connection.execute(
                insert(digests),
                [
                    {
                        "chat_id": chat_id,
                        "edition": "evening",
                        "enabled": True,
                        "minute": 1200,
                        "next_date": local_date(_ZONE, now),
                        "next_due_at": due,
                    }
                    for chat_id in sorted(self.with_digest)
                ],
            )
