"""Search"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ADD = "INSERT INTO article_search (rowid, words) VALUES (new.position, new.words)"
# A table without content of its own has to be told which words leave it.
_REMOVE = "INSERT INTO article_search (article_search, rowid, words) VALUES ('delete', old.position, old.words)"


def upgrade() -> None:
    op.create_table(
        "article_words",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("article_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("words", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_words_article_id_articles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_article_words")),
        sa.UniqueConstraint("article_id", name=op.f("uq_article_words_article_id")),
    )
    if op.get_context().dialect.name == "postgresql":
        op.create_index("article_search_words", "article_words", ["words"], postgresql_using="gin")
        return
    # The terms hold letters and digits only, so the plain tokenizer splits at spaces and changes nothing.
    op.execute(
        "CREATE VIRTUAL TABLE article_search USING fts5(words, content='article_words', content_rowid='position',"
        " tokenize='ascii', detail='none', columnsize=0)"
    )
    op.execute(f"CREATE TRIGGER article_words_added AFTER INSERT ON article_words BEGIN {_ADD}; END")
    op.execute(f"CREATE TRIGGER article_words_removed AFTER DELETE ON article_words BEGIN {_REMOVE}; END")
    op.execute(f"CREATE TRIGGER article_words_changed AFTER UPDATE ON article_words BEGIN {_REMOVE}; {_ADD}; END")


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TABLE article_search")
    op.drop_table("article_words")
