"""Urgency"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Both databases take the constraint with the column; one that comes later would rebuild the table in SQLite.
    op.execute(
        "ALTER TABLE articles ADD COLUMN urgency VARCHAR(16) DEFAULT 'urgent' NOT NULL"
        " CONSTRAINT ck_articles_urgency_known CHECK (urgency IN ('flash', 'urgent', 'normal'))"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE articles DROP COLUMN urgency")
