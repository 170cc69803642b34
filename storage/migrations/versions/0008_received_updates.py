"""Updates that came by webhook"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "received_updates",
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("bot_id", "update_id", name=op.f("pk_received_updates")),
    )
    op.create_index(op.f("ix_received_updates_received_at"), "received_updates", ["received_at"])
    waiting = sa.text("body IS NOT NULL")
    op.create_index(
        "ix_received_updates_waiting",
        "received_updates",
        ["bot_id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    op.drop_table("received_updates")
