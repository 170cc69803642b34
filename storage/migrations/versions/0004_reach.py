"""Reach: progress, reads, who came and went, and the health of sources"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SOURCE_COLUMNS = ("answered_at", "fixed_interval_s", "a_day", "silent_from", "told_silent")


def upgrade() -> None:
    op.create_table(
        "progress",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("article_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_progress_article_id_articles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress")),
        sa.UniqueConstraint("article_id", "chat_id", name=op.f("uq_progress_article_id_chat_id")),
    )
    op.create_table(
        "story_reads",
        sa.Column("article_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("presses", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_story_reads_article_id_articles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "hour", name=op.f("pk_story_reads")),
    )
    op.create_index(op.f("ix_story_reads_hour"), "story_reads", ["hour"])
    op.create_table(
        "audience_hours",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined", sa.Integer(), server_default="0", nullable=False),
        sa.Column("stopped", sa.Integer(), server_default="0", nullable=False),
        sa.Column("gone", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("hour", name=op.f("pk_audience_hours")),
    )
    op.add_column("sources", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sources", sa.Column("fixed_interval_s", sa.Integer(), nullable=True))
    op.add_column("sources", sa.Column("a_day", sa.Float(), nullable=True))
    op.add_column("sources", sa.Column("silent_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("sources", sa.Column("told_silent", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    for column in _SOURCE_COLUMNS:
        op.drop_column("sources", column)
    for table in ("audience_hours", "story_reads", "progress"):
        op.drop_table(table)
