"""Running stories, digits, topics, and the chats that the bot was added to"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("articles", sa.Column("story_id", sa.BigInteger()))
    op.create_index("ix_articles_story_id", "articles", ["story_id"])
    # Both databases take the constraint with the column; one that comes later would rebuild the table in SQLite.
    op.execute(
        "ALTER TABLE subscribers ADD COLUMN digits VARCHAR(4) DEFAULT 'latn' NOT NULL"
        " CONSTRAINT ck_subscribers_digits_known CHECK (digits IN ('latn', 'arab'))"
    )
    op.add_column("subscriptions", sa.Column("thread_id", sa.Integer()))
    told = sa.text("message_id IS NOT NULL")
    op.create_index(
        "ix_deliveries_told", "deliveries", ["chat_id", "article_id"], sqlite_where=told, postgresql_where=told
    )
    op.create_table(
        "chats",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("added_by", sa.BigInteger()),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('group', 'supergroup', 'channel')", name=op.f("ck_chats_kind_known")),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_chats")),
    )
    op.create_index("ix_chats_added_by", "chats", ["added_by"])


def downgrade() -> None:
    op.drop_table("chats")
    op.drop_index("ix_deliveries_told", "deliveries")
    op.drop_column("subscriptions", "thread_id")
    op.execute("ALTER TABLE subscribers DROP COLUMN digits")
    op.drop_index("ix_articles_story_id", "articles")
    op.drop_column("articles", "story_id")
