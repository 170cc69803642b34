"""In which topic a message stands, and an outbox that takes rows faster

The unique key of announcements held a row for each delivery there is, alerts included; and where a check says IN,
SQLite makes a list anew for each row.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WORDS = {
    "kind": ("alert", "digest", "correction", "follow_up", "retraction", "announcement"),
    "state": ("pending", "held", "sending", "sent", "failed", "gone", "expired", "unknown"),
}
_KEY = ("article_id", "chat_id", "kind", "revision", "target_id")
_ONCE_ANNOUNCED = "uq_deliveries_announcement_id_chat_id"


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        _rebuild(lean=True)
        return
    for column, words in _WORDS.items():
        _check_anew(column, _either(column, words))
    op.drop_constraint(_ONCE_ANNOUNCED, "deliveries")
    _index(_ONCE_ANNOUNCED, ["announcement_id", "chat_id"], "announcement_id IS NOT NULL", unique=True)
    op.add_column("deliveries", sa.Column("thread_id", sa.Integer()))


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        _rebuild(lean=False)
        return
    for column, words in _WORDS.items():
        _check_anew(column, _among(column, words))
    op.drop_index(_ONCE_ANNOUNCED, "deliveries")
    op.create_unique_constraint(_ONCE_ANNOUNCED, "deliveries", ["announcement_id", "chat_id"])
    op.drop_column("deliveries", "thread_id")


def _check_anew(column: str, condition: str) -> None:
    name = f"ck_deliveries_{column}_known"
    op.drop_constraint(name, "deliveries")
    op.create_check_constraint(op.f(name), "deliveries", condition)


def _rebuild(*, lean: bool) -> None:
    """Copy the table, since SQLite changes no constraint in place."""
    columns: list[sa.Column[object]] = [
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("article_id", _ID),
        sa.Column("revision", sa.Integer()),
        sa.Column("announcement_id", _ID),
        sa.Column("target_id", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("edition", sa.String(length=16)),
        sa.Column("local_date", sa.String(length=10)),
        sa.Column("window_start", sa.DateTime(timezone=True)),
        sa.Column("window_end", sa.DateTime(timezone=True)),
        sa.Column("state", sa.String(length=16), server_default="pending", nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("owed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refusals", sa.Integer(), server_default="0", nullable=False),
        sa.Column("lost_answers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("interruptions", sa.Integer(), server_default="0", nullable=False),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.Text()),
    ]
    kept = ", ".join(column.name for column in columns)
    said = _either if lean else _among
    constraints: list[sa.Constraint] = [
        *(
            sa.CheckConstraint(said(column, words), name=op.f(f"ck_deliveries_{column}_known"))
            for column, words in _WORDS.items()
        ),
        _refers_to("article_id", "articles"),
        _refers_to("announcement_id", "announcements"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint(*_KEY, name=f"uq_deliveries_{'_'.join(_KEY)}"),
    ]
    if lean:
        columns.append(sa.Column("thread_id", sa.Integer()))
    else:
        constraints.append(sa.UniqueConstraint("announcement_id", "chat_id", name=_ONCE_ANNOUNCED))
    op.create_table("new_deliveries", *columns, *constraints)
    op.execute(f"INSERT INTO new_deliveries ({kept}) SELECT {kept} FROM deliveries ORDER BY id")  # noqa: S608 - our own
    op.drop_table("deliveries")
    op.rename_table("new_deliveries", "deliveries")
    if lean:
        _index(_ONCE_ANNOUNCED, ["announcement_id", "chat_id"], "announcement_id IS NOT NULL", unique=True)
    _index("uq_deliveries_digest", ["chat_id", "edition", "local_date"], "kind = 'digest'", unique=True)
    _index("ix_deliveries_pending", ["priority", "owed_at", "id"], "state = 'pending'")
    _index("ix_deliveries_sending", ["chat_id"], "state = 'sending'")
    _index("ix_deliveries_pending_chat", ["chat_id"], "state = 'pending'")
    _index("ix_deliveries_expired_chat", ["chat_id", "owed_at"], "state = 'expired'")
    _index("ix_deliveries_message", ["chat_id", "message_id"], "message_id IS NOT NULL")
    _index("ix_deliveries_told", ["chat_id", "article_id"], "message_id IS NOT NULL")


def _index(name: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(
        name, "deliveries", columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def _refers_to(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_deliveries_{column}_{table}"
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name, ondelete="CASCADE")


def _either(column: str, words: Iterable[str]) -> str:
    return " OR ".join(f"{column} = '{word}'" for word in words)


def _among(column: str, words: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"
