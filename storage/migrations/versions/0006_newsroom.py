"""Roles, the audit log, and drafts that can be held"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_APPEND_ONLY = "the audit log is append-only"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE sources ADD COLUMN release VARCHAR(16) DEFAULT 'at_once' NOT NULL"
        " CONSTRAINT ck_sources_release_known CHECK (release IN ('at_once', 'approval'))"
    )
    # SQLite copies these two: a constraint of theirs changes, and both are small.
    with op.batch_alter_table("admins", copy_from=_admins()) as batch_op:
        batch_op.add_column(sa.Column("name", sa.Text(), nullable=True))
        batch_op.drop_constraint(op.f("ck_admins_role_known"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_admins_role_known"), "role IN ('owner', 'editor', 'reporter', 'analyst')"
        )
    with op.batch_alter_table("drafts", copy_from=_drafts()) as batch_op:
        batch_op.alter_column("author_id", existing_type=sa.BigInteger(), nullable=True)
        batch_op.add_column(sa.Column("source_id", _ID, nullable=True))
        batch_op.add_column(sa.Column("outlet", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("item_key", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("approved_by", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("released_by", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("article_id", _ID, nullable=True))
        batch_op.drop_constraint(op.f("ck_drafts_state_known"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_drafts_state_known"),
            "state IN ('brought', 'open', 'approved', 'scheduled', 'released', 'dropped')",
        )
        batch_op.create_foreign_key(
            op.f("fk_drafts_source_id_sources"), "sources", ["source_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_foreign_key(
            op.f("fk_drafts_article_id_articles"), "articles", ["article_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_unique_constraint(op.f("uq_drafts_source_id_item_key"), ["source_id", "item_key"])
    op.create_index(op.f("ix_drafts_article_id"), "drafts", ["article_id"])
    op.create_index(op.f("ix_drafts_state_due_at"), "drafts", ["state", "due_at"])
    op.create_table(
        "draft_previews",
        sa.Column("draft_id", _ID, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("alert_message_id", sa.BigInteger(), nullable=False),
        sa.Column("card_message_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["drafts.id"], name=op.f("fk_draft_previews_draft_id_drafts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "chat_id", "card_message_id", name=op.f("pk_draft_previews")),
    )
    op.create_table(
        "dialogs",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "user_id", name=op.f("pk_dialogs")),
    )
    op.create_index(op.f("ix_dialogs_user_id"), "dialogs", ["user_id"])
    op.create_table(
        "audit_log",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=True),
        sa.Column("actor_role", sa.String(length=16), nullable=True),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("draft_id", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    for columns in (["at"], ["article_id"], ["draft_id"], ["actor_id", "id"]):
        op.create_index(op.f(f"ix_audit_log_{'_'.join(columns)}"), "audit_log", columns)
    _let_nobody_change("audit_log")


def _let_nobody_change(table: str) -> None:
    if op.get_context().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{_APPEND_ONLY}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
    )


def downgrade() -> None:
    op.drop_table("audit_log")
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_log_is_append_only()")
    op.drop_table("dialogs")
    op.drop_table("draft_previews")
    for index in ("ix_drafts_state_due_at", "ix_drafts_article_id"):
        op.drop_index(index, "drafts")
    # What has no place in the older tables goes: drafts of sources, and people who are no owners.
    op.execute("DELETE FROM drafts WHERE author_id IS NULL")
    op.execute("UPDATE drafts SET state = 'dropped' WHERE state NOT IN ('open', 'released')")
    op.execute("DELETE FROM admins WHERE role <> 'owner'")
    # A copy that SQLite makes has no such constraint to begin with.
    is_altered = op.get_context().dialect.name == "postgresql"
    with op.batch_alter_table("drafts") as batch_op:
        if is_altered:
            batch_op.drop_constraint(op.f("ck_drafts_state_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_drafts_state_known"), "state IN ('open', 'released', 'dropped')")
        batch_op.drop_constraint(op.f("uq_drafts_source_id_item_key"), type_="unique")
        batch_op.drop_constraint(op.f("fk_drafts_article_id_articles"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_drafts_source_id_sources"), type_="foreignkey")
        for column in (
            "article_id",
            "due_at",
            "released_by",
            "approved_by",
            "version",
            "item_key",
            "outlet",
            "source_id",
        ):
            batch_op.drop_column(column)
        batch_op.alter_column("author_id", existing_type=sa.BigInteger(), nullable=False)
    with op.batch_alter_table("admins") as batch_op:
        if is_altered:
            batch_op.drop_constraint(op.f("ck_admins_role_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_admins_role_known"), "role IN ('owner')")
        batch_op.drop_column("name")
    op.execute("ALTER TABLE sources DROP COLUMN release")


def _admins() -> sa.Table:
    return sa.Table(
        "admins",
        sa.MetaData(),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('owner')", name=op.f("ck_admins_role_known")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_admins")),
    )


def _drafts() -> sa.Table:
    return sa.Table(
        "drafts",
        sa.MetaData(),
        sa.Column("id", _ID, nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="open", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open', 'released', 'dropped')", name=op.f("ck_drafts_state_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
