"""Preferences: quiet hours, mutes, budgets, words, and several digests for one chat"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SUBSCRIBER_COLUMNS = (
    "quiet_from INTEGER CONSTRAINT ck_subscribers_quiet_from_minute CHECK (quiet_from BETWEEN 0 AND 1439)",
    "quiet_until INTEGER CONSTRAINT ck_subscribers_quiet_until_minute CHECK (quiet_until BETWEEN 0 AND 1439)",
    "flash_passes BOOLEAN DEFAULT false NOT NULL",
    "muted_until {moment}",
    "alert_budget INTEGER",
    "budget_date VARCHAR(10)",
    "budget_spent INTEGER DEFAULT '0' NOT NULL",
)
_SUBSCRIPTION_COLUMNS = ("urgent_only BOOLEAN DEFAULT false NOT NULL", "in_digest BOOLEAN DEFAULT true NOT NULL")


def upgrade() -> None:
    # Both databases take a constraint with its column; SQLite would have to rebuild the table for one that comes later.
    moment = "DATETIME" if op.get_context().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    for column in _SUBSCRIBER_COLUMNS:
        op.execute(f"ALTER TABLE subscribers ADD COLUMN {column.format(moment=moment)}")
    for column in _SUBSCRIPTION_COLUMNS:
        op.execute(f"ALTER TABLE subscriptions ADD COLUMN {column}")
    op.execute("ALTER TABLE deliveries ADD COLUMN edition VARCHAR(16)")
    quiet, muted, budget, expired, digest = (
        sa.text(condition)
        for condition in (
            "quiet_from IS NOT NULL",
            "muted_until IS NOT NULL",
            "alert_budget IS NOT NULL",
            "state = 'expired'",
            "kind = 'digest'",
        )
    )
    op.create_index(
        "ix_subscribers_quiet", "subscribers", ["timezone", "quiet_from", "quiet_until"],
        sqlite_where=quiet, postgresql_where=quiet,
    )  # fmt: skip
    op.create_index(
        "ix_subscribers_muted_until", "subscribers", ["muted_until"], sqlite_where=muted, postgresql_where=muted
    )
    op.create_index(
        "ix_subscribers_budget", "subscribers", ["timezone", "chat_id"], sqlite_where=budget, postgresql_where=budget
    )
    op.create_index(
        "ix_deliveries_expired_chat", "deliveries", ["chat_id", "owed_at"],
        sqlite_where=expired, postgresql_where=expired,
    )  # fmt: skip
    op.drop_index("uq_deliveries_digest", "deliveries")
    op.execute(
        "UPDATE deliveries SET edition = coalesce((SELECT CASE WHEN minute < 720 THEN 'morning' ELSE 'evening' END"
        " FROM digests WHERE digests.chat_id = deliveries.chat_id), 'evening') WHERE kind = 'digest'"
    )
    op.create_index(
        "uq_deliveries_digest", "deliveries", ["chat_id", "edition", "local_date"],
        unique=True, sqlite_where=digest, postgresql_where=digest,
    )  # fmt: skip
    _create_phrases()
    _rebuild_digests(
        "chat_id, CASE WHEN minute < 720 THEN 'morning' ELSE 'evening' END, enabled, minute, NULL, next_date,"
        " next_due_at, covered_until",
        sa.Column("edition", sa.String(length=16), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("chat_id", "edition", name=op.f("pk_digests")),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_digests_weekday_of_iso")),
        sa.CheckConstraint(
            "edition IN ('morning', 'evening', 'weekly', 'after_quiet', 'after_mute')",
            name=op.f("ck_digests_edition_known"),
        ),
        names="chat_id, edition, enabled, minute, weekday, next_date, next_due_at, covered_until",
    )


def downgrade() -> None:
    # Of a chat's digests the evening's is kept, or else the morning's.
    op.execute("DELETE FROM digests WHERE edition NOT IN ('morning', 'evening')")
    op.execute(
        "DELETE FROM digests WHERE edition = 'morning' AND chat_id IN"
        " (SELECT chat_id FROM digests WHERE edition = 'evening')"
    )
    names = "chat_id, enabled, minute, next_date, next_due_at, covered_until"
    _rebuild_digests(names, sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_digests")), names=names)
    for table in ("chat_phrases", "phrase_terms", "phrases"):
        op.drop_table(table)
    op.drop_index("uq_deliveries_digest", "deliveries")
    op.execute("DELETE FROM deliveries WHERE kind = 'digest'")
    digest = sa.text("kind = 'digest'")
    op.create_index(
        "uq_deliveries_digest", "deliveries", ["chat_id", "local_date"],
        unique=True, sqlite_where=digest, postgresql_where=digest,
    )  # fmt: skip
    for index, table in (
        ("ix_deliveries_expired_chat", "deliveries"),
        ("ix_subscribers_budget", "subscribers"),
        ("ix_subscribers_muted_until", "subscribers"),
        ("ix_subscribers_quiet", "subscribers"),
    ):
        op.drop_index(index, table)
    op.execute("ALTER TABLE deliveries DROP COLUMN edition")
    for column in _SUBSCRIPTION_COLUMNS:
        op.execute(f"ALTER TABLE subscriptions DROP COLUMN {column.split()[0]}")
    for column in _SUBSCRIBER_COLUMNS:
        op.execute(f"ALTER TABLE subscribers DROP COLUMN {column.split()[0]}")


def _create_phrases() -> None:
    op.create_table(
        "phrases",
        sa.Column("id", _ID, nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrases")),
        sa.UniqueConstraint("text", name=op.f("uq_phrases_text")),
    )
    op.create_table(
        "phrase_terms",
        sa.Column("term", sa.String(length=64), nullable=False),
        sa.Column("phrase_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["phrase_id"], ["phrases.id"], name=op.f("fk_phrase_terms_phrase_id_phrases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("term", "phrase_id", name=op.f("pk_phrase_terms")),
    )
    op.create_index("ix_phrase_terms_phrase_id", "phrase_terms", ["phrase_id"])
    op.create_table(
        "chat_phrases",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("phrase_id", _ID, nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("typed", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["subscribers.chat_id"], name=op.f("fk_chat_phrases_chat_id_subscribers"),
            ondelete="CASCADE", onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["phrase_id"], ["phrases.id"], name=op.f("fk_chat_phrases_phrase_id_phrases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("chat_id", "phrase_id", name=op.f("pk_chat_phrases")),
    )  # fmt: skip
    op.create_index("ix_chat_phrases_phrase_id_chat_id", "chat_phrases", ["phrase_id", "chat_id"])


def _rebuild_digests(values: str, *further: sa.schema.SchemaItem, names: str) -> None:
    """Its key changes, and SQLite cannot alter a key."""
    op.execute("CREATE TABLE digests_kept AS SELECT * FROM digests")
    op.drop_table("digests")
    op.create_table(
        "digests",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("next_date", sa.String(length=10), nullable=False),
        sa.Column("next_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("covered_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("minute BETWEEN 0 AND 1439", name=op.f("ck_digests_minute_of_day")),
        sa.ForeignKeyConstraint(
            ["chat_id"], ["subscribers.chat_id"], name=op.f("fk_digests_chat_id_subscribers"),
            onupdate="CASCADE", ondelete="CASCADE",
        ),
        *further,
    )  # fmt: skip
    op.create_index("ix_digests_next_due_at", "digests", ["next_due_at"])
    op.execute(f"INSERT INTO digests ({names}) SELECT {values} FROM digests_kept")  # noqa: S608 - names of our own
    op.drop_table("digests_kept")
