"""Corrections, retractions, announcements, and what stops the sending"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OLD_KINDS = ("alert", "digest")
_KINDS = (*_OLD_KINDS, "correction", "follow_up", "retraction", "announcement")
_OLD_STATES = ("pending", "sending", "sent", "failed", "gone", "expired", "unknown")
_STATES = ("pending", "held", *_OLD_STATES[1:])
_OLD_KEY = ("article_id", "revision", "chat_id", "kind")
_KEY = ("article_id", "chat_id", "kind", "revision", "target_id")
_NEW_COLUMNS = ("announcement_id", "target_id")


def upgrade() -> None:
    op.add_column("articles", sa.Column("held", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "corrections",
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("wrong", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _one_of("corrections", "field", ("title", "sections", "urgency", "paragraph", "quote", "speaker")),
        _article("corrections"),
        sa.PrimaryKeyConstraint("article_id", "revision", "position", name="pk_corrections"),
    )
    op.create_table(
        "retractions",
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        _article("retractions"),
        sa.PrimaryKeyConstraint("article_id", name="pk_retractions"),
    )
    op.create_table(
        "announcements",
        sa.Column("id", _ID, nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("section_id", _ID, nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("state", sa.String(length=16), server_default="open", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _one_of("announcements", "state", ("open", "released", "dropped")),
        sa.ForeignKeyConstraint(
            ["section_id"], ["sections.id"], name="fk_announcements_section_id_sections", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_announcements"),
    )
    op.create_table(
        "amendments",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="open", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _one_of("amendments", "kind", ("correction", "retraction")),
        _one_of("amendments", "state", ("open", "released", "dropped")),
        _article("amendments"),
        sa.PrimaryKeyConstraint("id", name="pk_amendments"),
    )
    op.create_index("ix_amendments_article_id", "amendments", ["article_id"])
    op.create_index("ix_amendments_author_id", "amendments", ["author_id"])
    op.create_table(
        "pauses",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("paused_by", sa.BigInteger(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_pauses_only_one")),
        sa.PrimaryKeyConstraint("id", name="pk_pauses"),
    )
    if op.get_context().dialect.name == "sqlite":
        _rebuild(_KINDS, _STATES, _KEY, "chat_id", with_new_columns=True)
        return
    op.add_column("deliveries", sa.Column("announcement_id", sa.BigInteger()))
    op.add_column("deliveries", sa.Column("target_id", sa.BigInteger(), server_default="0", nullable=False))
    op.create_foreign_key(
        "fk_deliveries_announcement_id_announcements",
        "deliveries",
        "announcements",
        ["announcement_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_unique_constraint("uq_deliveries_announcement_id_chat_id", "deliveries", ["announcement_id", "chat_id"])
    _alter(_KINDS, _STATES, _OLD_KEY, _KEY, "chat_id")


def downgrade() -> None:
    op.execute(f"DELETE FROM deliveries WHERE kind NOT IN ({_listed(_OLD_KINDS)})")  # noqa: S608 - our own words
    op.execute("UPDATE deliveries SET state = 'pending' WHERE state = 'held'")
    if op.get_context().dialect.name == "sqlite":
        _rebuild(_OLD_KINDS, _OLD_STATES, _OLD_KEY, "id", with_new_columns=False)
    else:
        _alter(_OLD_KINDS, _OLD_STATES, _KEY, _OLD_KEY, "id")
        for column in _NEW_COLUMNS:
            op.drop_column("deliveries", column)
    for table in ("pauses", "amendments", "announcements", "retractions", "corrections"):
        op.drop_table(table)
    op.drop_column("articles", "held")


def _alter(
    kinds: Iterable[str], states: Iterable[str], old_key: Iterable[str], key: Iterable[str], sending: str
) -> None:
    for column, words in (("kind", kinds), ("state", states)):
        name = f"ck_deliveries_{column}_known"
        op.drop_constraint(name, "deliveries")
        op.create_check_constraint(op.f(name), "deliveries", f"{column} IN ({_listed(words)})")
    op.drop_constraint(f"uq_deliveries_{'_'.join(old_key)}", "deliveries")
    op.create_unique_constraint(f"uq_deliveries_{'_'.join(key)}", "deliveries", list(key))
    op.drop_index("ix_deliveries_sending", "deliveries")
    _index("ix_deliveries_sending", [sending], "state = 'sending'")


def _rebuild(
    kinds: Iterable[str], states: Iterable[str], key: Iterable[str], sending: str, *, with_new_columns: bool
) -> None:
    """Copy the table, since SQLite changes no constraint in place."""
    columns: list[sa.Column[object]] = [
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("article_id", _ID),
        sa.Column("revision", sa.Integer()),
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
    constraints: list[sa.Constraint] = [
        _one_of("deliveries", "kind", kinds),
        _one_of("deliveries", "state", states),
        _article("deliveries"),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint(*key, name=f"uq_deliveries_{'_'.join(key)}"),
    ]
    if with_new_columns:
        columns += [
            sa.Column("announcement_id", _ID),
            sa.Column("target_id", sa.BigInteger(), server_default="0", nullable=False),
        ]
        constraints += [
            sa.ForeignKeyConstraint(
                ["announcement_id"],
                ["announcements.id"],
                name="fk_deliveries_announcement_id_announcements",
                ondelete="CASCADE",
            ),
            sa.UniqueConstraint("announcement_id", "chat_id", name="uq_deliveries_announcement_id_chat_id"),
        ]
    op.create_table("new_deliveries", *columns, *constraints)
    op.execute(f"INSERT INTO new_deliveries ({kept}) SELECT {kept} FROM deliveries")  # noqa: S608 - our own names
    op.drop_table("deliveries")
    op.rename_table("new_deliveries", "deliveries")
    _index("uq_deliveries_digest", ["chat_id", "local_date"], "kind = 'digest'", unique=True)
    _index("ix_deliveries_pending", ["priority", "owed_at", "id"], "state = 'pending'")
    _index("ix_deliveries_sending", [sending], "state = 'sending'")
    _index("ix_deliveries_pending_chat", ["chat_id"], "state = 'pending'")
    _index("ix_deliveries_message", ["chat_id", "message_id"], "message_id IS NOT NULL")


def _index(name: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(
        name, "deliveries", columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def _one_of(table: str, column: str, words: Iterable[str]) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({_listed(words)})", name=op.f(f"ck_{table}_{column}_known"))


def _article(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["article_id"], ["articles.id"], name=f"fk_{table}_article_id_articles", ondelete="CASCADE"
    )


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
