"""Alembic's entry: works on the connection that `storage.database` hands over, inside its transaction."""

from typing import Literal

from alembic import context

from storage.migrations import is_compared
from storage.tables import UtcDateTime, metadata


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """A migration must not change when the code does, so it names SQLAlchemy's own types only."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    render_item=render_item,
    include_object=is_compared,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
