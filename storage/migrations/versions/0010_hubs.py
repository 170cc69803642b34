"""Subscriptions at WebSub hubs"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "hub_subscriptions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("source_id", _ID, nullable=True),
        sa.Column("hub", sa.String(2000), nullable=False),
        sa.Column("topic", sa.String(2000), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("public_url", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pushed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('wanted', 'asked', 'active', 'denied', 'leaving')",
            name=op.f("ck_hub_subscriptions_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_hub_subscriptions_source_id_sources"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub_subscriptions")),
        sa.UniqueConstraint("source_id", name=op.f("uq_hub_subscriptions_source_id")),
        sa.UniqueConstraint("token", name=op.f("uq_hub_subscriptions_token")),
    )
    op.create_index(op.f("ix_hub_subscriptions_next_try_at"), "hub_subscriptions", ["next_try_at"])


def downgrade() -> None:
    op.drop_table("hub_subscriptions")
