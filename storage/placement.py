"""Where in its chat an alert goes: into the topic of its section, and below what that was told of its story.

A reply never leads into another topic: Telegram would refuse it, or take it there.
"""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.articles import Status
from storage.tables import article_sections, articles, deliveries, subscriptions

# The topic of the first of the article's sections that the chat follows.
_TOPIC = (
    select(subscriptions.c.thread_id)
    .join(article_sections, article_sections.c.section_id == subscriptions.c.section_id)
    .where(subscriptions.c.chat_id == deliveries.c.chat_id, article_sections.c.article_id == deliveries.c.article_id)
    .order_by(article_sections.c.position)
    .limit(1)
    .correlate(deliveries)  # also where it stands inside another subquery
    .scalar_subquery()
)
_this, _other, _told = articles.alias("this"), articles.alias("other"), deliveries.alias("told")
# As a list of articles rather than a join: SQLite would go through all that the chat was ever sent.
_STORY = (
    select(_other.c.id)
    .join(_this, _this.c.story_id == _other.c.story_id)
    .where(_this.c.id == deliveries.c.article_id, _other.c.id != _this.c.id, _other.c.status != Status.RETRACTED)
    .correlate(deliveries)
)
_LAST_TOLD = (
    select(_told.c.message_id)
    .where(
        _told.c.chat_id == deliveries.c.chat_id,
        _told.c.article_id.in_(_STORY),
        _told.c.message_id.is_not(None),
        _told.c.thread_id.is_not_distinct_from(_TOPIC),
    )
    .order_by(_told.c.sent_at.desc())
    .limit(1)
    .correlate(deliveries)
    .scalar_subquery()
)
_PLACES = select(deliveries.c.id, _TOPIC, _LAST_TOLD).where(deliveries.c.id.in_(bindparam("ids", expanding=True)))


async def of_alerts(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, tuple[int | None, int | None]]:
    """Return of each of these deliveries its topic, if any, and the last message about its story there, if any.

    Ask it of what was chosen to be sent only: it would take too long for every row that is due.
    """
    rows = await connection.execute(_PLACES, {"ids": ids})
    return {row[0]: (row[1], row[2]) for row in rows}
