"""What a source corrects in its stories: proposed to the desk, or applied"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # Both databases take a constraint with its column; SQLite would have to rebuild the table for one that comes later.
    op.execute(
        "ALTER TABLE sources ADD COLUMN corrections VARCHAR(16) DEFAULT 'proposed' NOT NULL"
        " CONSTRAINT ck_sources_corrections_known CHECK (corrections IN ('proposed', 'applied'))"
    )
    op.add_column("articles", sa.Column("told", sa.Text(), nullable=True))
    op.add_column("drafts", sa.Column("told", sa.Text(), nullable=True))
    op.create_table(
        "proposals",
        sa.Column("amendment_id", _ID, autoincrement=False, nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shown_version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["amendment_id"], ["amendments.id"], name=op.f("fk_proposals_amendment_id_amendments"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("amendment_id", name=op.f("pk_proposals")),
    )
    op.create_table(
        "proposal_cards",
        sa.Column("amendment_id", _ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["amendment_id"],
            ["amendments.id"],
            name=op.f("fk_proposal_cards_amendment_id_amendments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("amendment_id", "chat_id", name=op.f("pk_proposal_cards")),
    )


def downgrade() -> None:
    op.drop_table("proposal_cards")
    op.drop_table("proposals")
    for table, column in (("drafts", "told"), ("articles", "told"), ("sources", "corrections")):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
