"""Every table. `migrations/` must agree with what stands here; a test compares them.

States, kinds and roles are words rather than numbers, so that an operator can read the rows. All times are UTC.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only where the key is INTEGER, which holds 64 bits there.
_Id = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC, also where the database keeps no time zone (SQLite)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without zone must not reach the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _one_of(column: str, *words: str) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(word) for word in words)})", name=f"{column}_known")


def _either(column: str, *words: str) -> CheckConstraint:
    """As `_one_of`, for a table that takes many rows at once: SQLite makes a list anew for each row's IN."""
    return CheckConstraint(" OR ".join(f"{column} = {word!r}" for word in words), name=f"{column}_known")


sections = Table(
    "sections",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("slug", String(64), nullable=False, unique=True),
    Column("position", Integer, nullable=False),
)

# Folded (storage.arabic.fold) words that name a section, its own name included.
section_aliases = Table(
    "section_aliases",
    metadata,
    Column("alias", String(64), nullable=False),
    Column("section_id", ForeignKey("sections.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("word", String(64), nullable=False),
    PrimaryKeyConstraint("alias"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("status", String(16), nullable=False, server_default="published"),
    Column("breaking", Boolean, nullable=False),
    Column("urgency", String(16), nullable=False, server_default="urgent"),
    Column("title", Text, nullable=False),
    Column("lead", Text),
    Column("byline", Text),
    Column("url", Text),
    Column("guid", Text),
    Column("language", String(8), nullable=False),
    Column("title_words", Text, nullable=False),  # storage.likeness.title_words
    Column("published_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("held", Boolean, nullable=False, server_default=false()),  # the newsroom has stopped its broadcast
    # The number of the first article of a running story, on each of them; NULL where there is only one. No foreign key:
    # the rest stays one story when the first is gone.
    Column("story_id", BigInteger, index=True),
    # What its source last told, as JSON (storage.serial), where the desk has changed something of it by hand.
    Column("told", Text),
    _one_of("status", "published", "kept", "retracted"),
    _one_of("urgency", "flash", "urgent", "normal"),
    Index(None, "published_at"),
)

# Where articles come from by themselves.
sources = Table(
    "sources",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("url", String(2000), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    # active: polled. paused: not, by the newsroom's wish. gone: not, since the server says that it is gone for good.
    Column("state", String(16), nullable=False, server_default="active"),
    Column("added_at", UtcDateTime, nullable=False),
    Column("next_poll_at", UtcDateTime, nullable=False),
    Column("interval_s", Integer, nullable=False),
    Column("filled_at", UtcDateTime),  # when its first poll was through; what stood there then alerts nobody
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", String(64)),
    # at_once: what it brings goes out by itself. approval: it waits for an editor as a draft.
    Column("release", String(16), nullable=False, server_default="at_once"),
    # What it changes in a story that was alerted: proposed to the desk, or applied, as a correction.
    Column("corrections", String(16), nullable=False, server_default="proposed"),
    Column("seen_links", Text),  # of a page that lists stories: those that were there, a JSON list of digests
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Column("last_error", Text),
    Column("answered_at", UtcDateTime),  # when a poll last went well
    Column("fixed_interval_s", Integer),  # the newsroom's wish; without it the pace follows the news
    Column("a_day", Float),  # stories that it publishes a day, as far as its dates tell
    Column("silent_from", UtcDateTime),  # if it publishes nothing before, it has fallen silent
    # What the newsroom was last told of its health, so that it hears of each change once. Silence stands beside it,
    # since SQLite would rebuild the table for another word in its constraint.
    Column("told", String(16), nullable=False, server_default="well"),
    Column("told_silent", Boolean, nullable=False, server_default=false()),
    _one_of("kind", "feed", "wordpress", "page"),
    _one_of("state", "active", "paused", "gone"),
    _one_of("told", "well", "failing", "gone"),
    _one_of("release", "at_once", "approval"),
    _one_of("corrections", "proposed", "applied"),
    Index(None, "next_poll_at"),
)

# The sections of what a source brings without naming any.
source_sections = Table(
    "source_sections",
    metadata,
    Column("source_id", ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("section_id", ForeignKey("sections.id", ondelete="CASCADE"), nullable=False, index=True),
    PrimaryKeyConstraint("source_id", "section_id"),
)

# Where an article has been seen: at its origin, whose text is stored, and wherever else the story was reported. Its
# keys are digests (storage.identity), by which it is known again.
sightings = Table(
    "sightings",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("source_id", ForeignKey("sources.id", ondelete="SET NULL"), index=True),
    Column("outlet", Text),  # the source's name, or the host of the address
    Column("origin", Boolean, nullable=False),
    Column("words_key", String(64), nullable=False, index=True),
    Column("title_key", String(64), nullable=False, index=True),
    Column("url_key", String(64), index=True),
    Column("guid_key", String(64), index=True),
    Column("published_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

article_sections = Table(
    "article_sections",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("section_id", ForeignKey("sections.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    PrimaryKeyConstraint("article_id", "section_id"),
)

article_blocks = Table(
    "article_blocks",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    PrimaryKeyConstraint("article_id", "position"),
    _one_of("kind", "paragraph", "subheading"),
)

# Where a quote stands: characters [starts, ends) of the block at position `block`.
article_quotes = Table(
    "article_quotes",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("speaker", Text),
    Column("block", Integer, nullable=False),
    Column("starts", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
    PrimaryKeyConstraint("article_id", "position"),
)

# What search looks into. Its key is an article's place in time, and `words` its terms (storage.search_index): a
# tsvector in PostgreSQL; in SQLite text, which triggers keep in step with the FTS5 table `article_search`. That table,
# its shadows, and the triggers stand in the migrations only.
article_words = Table(
    "article_words",
    metadata,
    Column("position", _Id, primary_key=True, autoincrement=False),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("words", Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
    Index("article_search_words", "words", postgresql_using="gin").ddl_if(dialect="postgresql"),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("language", String(8), nullable=False),
    # How numbers and times are written to it: latn 12, arab ١٢ (Unicode's names for numbering systems).
    Column("digits", String(4), nullable=False, server_default="latn"),
    Column("timezone", String(64), nullable=False),
    # active: owed what its sections bring. stopped: left by its own wish. gone: Telegram refuses the chat.
    Column("status", String(16), nullable=False, server_default="active"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    # When alerts are to wait for a round-up: minutes of the local day, both or neither.
    Column("quiet_from", Integer),
    Column("quiet_until", Integer),
    Column("flash_passes", Boolean, nullable=False, server_default=text("false")),  # through the quiet hours
    Column("muted_until", UtcDateTime),
    # Alerts a day; NULL is as many as there are. What was pushed counts for the local date on which it was owed.
    Column("alert_budget", Integer),
    Column("budget_date", String(10)),
    Column("budget_spent", Integer, nullable=False, server_default="0"),
    _one_of("status", "active", "stopped", "gone"),
    _one_of("digits", "latn", "arab"),
    CheckConstraint("quiet_from BETWEEN 0 AND 1439", name="quiet_from_minute"),
    CheckConstraint("quiet_until BETWEEN 0 AND 1439", name="quiet_until_minute"),
    # Which hours and zones there are, among the few chats that have chosen any.
    Index(
        "ix_subscribers_quiet",
        "timezone",
        "quiet_from",
        "quiet_until",
        sqlite_where=text("quiet_from IS NOT NULL"),
        postgresql_where=text("quiet_from IS NOT NULL"),
    ),
    Index(
        "ix_subscribers_muted_until",
        "muted_until",
        sqlite_where=text("muted_until IS NOT NULL"),
        postgresql_where=text("muted_until IS NOT NULL"),
    ),
    Index(
        "ix_subscribers_budget",
        "timezone",
        "chat_id",
        sqlite_where=text("alert_budget IS NOT NULL"),
        postgresql_where=text("alert_budget IS NOT NULL"),
    ),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column(
        "chat_id",
        ForeignKey("subscribers.chat_id", ondelete="CASCADE", onupdate="CASCADE"),
        nullable=False,
    ),
    Column("section_id", ForeignKey("sections.id", ondelete="CASCADE"), nullable=False),
    Column("thread_id", Integer),  # the topic of a forum that its alerts go to; NULL for the chat itself
    Column("urgent_only", Boolean, nullable=False, server_default=text("false")),  # no alert of normal urgency
    Column("in_digest", Boolean, nullable=False, server_default=text("true")),
    PrimaryKeyConstraint("chat_id", "section_id"),
    Index(None, "section_id", "chat_id"),
)

# Groups and channels that the bot was added to. Who added it may choose for the chat from their private chat.
chats = Table(
    "chats",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("added_by", BigInteger, index=True),
    Column("added_at", UtcDateTime, nullable=False),
    _one_of("kind", "group", "supergroup", "channel"),
)

# Words and phrases that somebody follows or mutes, each once, spelt as storage.arabic.fold spells them.
phrases = Table(
    "phrases",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("text", String(200), nullable=False, unique=True),
)

# The terms (storage.stems) under which the first word of a phrase is found in an article.
phrase_terms = Table(
    "phrase_terms",
    metadata,
    Column("term", String(64), nullable=False),
    Column("phrase_id", ForeignKey("phrases.id", ondelete="CASCADE"), nullable=False, index=True),
    PrimaryKeyConstraint("term", "phrase_id"),
)

# Which chat follows which phrase, or wants to hear nothing of it.
chat_phrases = Table(
    "chat_phrases",
    metadata,
    Column(
        "chat_id",
        ForeignKey("subscribers.chat_id", ondelete="CASCADE", onupdate="CASCADE"),
        nullable=False,
    ),
    Column("phrase_id", ForeignKey("phrases.id", ondelete="CASCADE"), nullable=False),
    Column("muted", Boolean, nullable=False),
    Column("typed", String(200), nullable=False),  # as the chat spells it
    PrimaryKeyConstraint("chat_id", "phrase_id"),
    Index(None, "phrase_id", "chat_id"),
)

# The outbox. A row is a debt to one chat, and afterwards the record of how it was paid. It names no subscriber as
# a foreign key, since the record outlives the subscriber.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    # An alert is of an article; a digest of a local date and of what came in [window_start, window_end).
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE")),
    Column("revision", Integer),  # of an alert the one that the chat was told first
    Column("announcement_id", ForeignKey("announcements.id", ondelete="CASCADE")),
    Column("target_id", BigInteger, nullable=False, server_default="0"),  # the message that it changes or answers
    Column("edition", String(16)),  # of a digest (storage.digests.Edition)
    Column("local_date", String(10)),
    Column("window_start", UtcDateTime),
    Column("window_end", UtcDateTime),
    Column("state", String(16), nullable=False, server_default="pending"),
    Column("priority", Integer, nullable=False),  # larger goes first
    Column("owed_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),  # not before
    Column("expires_at", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("refusals", Integer, nullable=False, server_default="0"),  # answers 403
    Column("lost_answers", Integer, nullable=False, server_default="0"),  # sends whose answer never came
    Column("interruptions", Integer, nullable=False, server_default="0"),  # sends under way when a process died
    Column("message_id", BigInteger),
    Column("sent_at", UtcDateTime),
    Column("error", Text),
    Column("thread_id", Integer),  # of a message that was sent: the topic of a forum in which it stands
    # The likeliest first.
    _either("kind", "alert", "digest", "correction", "follow_up", "retraction", "announcement"),
    _either("state", "pending", "held", "sending", "sent", "failed", "gone", "expired", "unknown"),
    UniqueConstraint("article_id", "chat_id", "kind", "revision", "target_id"),
    # NULLs are never equal, so the constraint above does not hold for digests and announcements.
    Index(
        "uq_deliveries_announcement_id_chat_id",
        "announcement_id",
        "chat_id",
        unique=True,
        sqlite_where=text("announcement_id IS NOT NULL"),
        postgresql_where=text("announcement_id IS NOT NULL"),
    ),
    Index(
        "uq_deliveries_digest",
        "chat_id",
        "edition",
        "local_date",
        unique=True,
        sqlite_where=text("kind = 'digest'"),
        postgresql_where=text("kind = 'digest'"),
    ),
    # What is to be sent, read backwards: the highest priority first, and the newest first within it.
    Index(
        "ix_deliveries_pending",
        "priority",
        "owed_at",
        "id",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index(
        "ix_deliveries_sending",
        "chat_id",
        sqlite_where=text("state = 'sending'"),
        postgresql_where=text("state = 'sending'"),
    ),
    # What waits for one chat, to be told together or forgiven.
    Index(
        "ix_deliveries_pending_chat",
        "chat_id",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    # What a chat was spared, for its next digest.
    Index(
        "ix_deliveries_expired_chat",
        "chat_id",
        "owed_at",
        sqlite_where=text("state = 'expired'"),
        postgresql_where=text("state = 'expired'"),
    ),
    Index(
        "ix_deliveries_message",
        "chat_id",
        "message_id",
        sqlite_where=text("message_id IS NOT NULL"),
        postgresql_where=text("message_id IS NOT NULL"),
    ),
    # A chat's copies of a running story, to reply to the last one.
    Index(
        "ix_deliveries_told",
        "chat_id",
        "article_id",
        sqlite_where=text("message_id IS NOT NULL"),
        postgresql_where=text("message_id IS NOT NULL"),
    ),
)

# Messages that tell an editor how a broadcast goes, until it is over.
progress = Table(
    "progress",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("language", String(8), nullable=False),
    Column("message_id", BigInteger),  # none before it is sent
    Column("begun_at", UtcDateTime, nullable=False),
    UniqueConstraint("article_id", "chat_id"),
)

# How often the summary of a story was opened by its button, within one hour. Counts only: who pressed stands nowhere.
story_reads = Table(
    "story_reads",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("hour", UtcDateTime, nullable=False),  # its beginning
    Column("presses", Integer, nullable=False),
    PrimaryKeyConstraint("article_id", "hour"),
    Index(None, "hour"),
)

# How many chats came and went within one hour.
audience_hours = Table(
    "audience_hours",
    metadata,
    Column("hour", UtcDateTime, primary_key=True),  # its beginning
    Column("joined", Integer, nullable=False, server_default="0"),
    Column("stopped", Integer, nullable=False, server_default="0"),
    Column("gone", Integer, nullable=False, server_default="0"),
)

# What the newsroom has corrected in an article: for each change what was wrong and what is right.
corrections = Table(
    "corrections",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("revision", Integer, nullable=False),  # the one that it made
    Column("position", Integer, nullable=False),
    Column("field", String(16), nullable=False),
    Column("wrong", Text, nullable=False),
    Column("right", Text, nullable=False),
    Column("author_id", BigInteger, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("article_id", "revision", "position"),
    _one_of("field", "title", "sections", "urgency", "paragraph", "quote", "speaker"),
)

# Why an article was taken back.
retractions = Table(
    "retractions",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("author_id", BigInteger, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("article_id"),
)

# Messages of the newsroom's own, to everybody or to a part. What is open waits for its button.
announcements = Table(
    "announcements",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("author_id", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("section_id", ForeignKey("sections.id", ondelete="SET NULL")),
    Column("language", String(8)),
    Column("state", String(16), nullable=False, server_default="open"),
    Column("created_at", UtcDateTime, nullable=False),
    _one_of("state", "open", "released", "dropped"),
)

# Corrections and retractions that an editor is at. Kept in rows, so that buttons outlive a restart, and work once.
amendments = Table(
    "amendments",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("revision", Integer, nullable=False),  # of the article, when it was begun
    Column("author_id", BigInteger, nullable=False),
    Column("content", Text, nullable=False),  # storage.amendments writes and reads the JSON
    Column("state", String(16), nullable=False, server_default="open"),
    Column("created_at", UtcDateTime, nullable=False),
    _one_of("kind", "correction", "retraction"),
    _one_of("state", "open", "released", "dropped"),
    Index(None, "author_id"),
)

# Of those, what a source proposes: what it tells now (JSON, storage.serial), and which version the desk was shown.
proposals = Table(
    "proposals",
    metadata,
    Column("amendment_id", ForeignKey("amendments.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("outlet", Text, nullable=False),  # the source's name
    Column("told", Text, nullable=False),
    Column("by_hand", Boolean, nullable=False),  # it would undo what the desk has changed
    Column("version", Integer, nullable=False),
    Column("shown_version", Integer),
)

# The messages in which a proposal is shown, until they tell how it ended.
proposal_cards = Table(
    "proposal_cards",
    metadata,
    Column("amendment_id", ForeignKey("amendments.id", ondelete="CASCADE"), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    PrimaryKeyConstraint("amendment_id", "chat_id"),
)

# One row while the newsroom has stopped everything that goes out, replies excepted.
pauses = Table(
    "pauses",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("paused_by", BigInteger, nullable=False),
    Column("paused_at", UtcDateTime, nullable=False),
    CheckConstraint("id = 1", name="only_one"),
)

# Messages that were let out over the free limit, each of which costs Stars. Counted when they are claimed.
paid_days = Table(
    "paid_days",
    metadata,
    Column("day", String(10), primary_key=True),  # UTC, ISO 8601
    Column("messages", Integer, nullable=False),
)

digests = Table(
    "digests",
    metadata,
    Column(
        "chat_id",
        ForeignKey("subscribers.chat_id", ondelete="CASCADE", onupdate="CASCADE"),
        nullable=False,
    ),
    Column("edition", String(16), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("minute", Integer, nullable=False),  # of the local day: 1200 is 20:00
    Column("weekday", Integer),  # of a weekly one: 1 is Monday, as in ISO 8601
    Column("next_date", String(10), nullable=False),  # the local date (ISO 8601) that next_due_at belongs to
    Column("next_due_at", UtcDateTime, nullable=False),
    Column("covered_until", UtcDateTime),  # what came before was in an earlier digest
    PrimaryKeyConstraint("chat_id", "edition"),
    CheckConstraint("minute BETWEEN 0 AND 1439", name="minute_of_day"),
    CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday_of_iso"),
    _one_of("edition", "morning", "evening", "weekly", "after_quiet", "after_mute"),
    Index(None, "next_due_at"),
)

# The messages of digests that were sent, for some days, each with the numbers of the stories in it («,7,12,»).
digest_messages = Table(
    "digest_messages",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("edition", String(16), nullable=False),
    Column("first", Integer, nullable=False),  # the number of its first line
    Column("total", Integer, nullable=False),  # of the digest's lines
    Column("stories", Text, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    UniqueConstraint("chat_id", "message_id"),
    Index(None, "sent_at"),
)

# Stories that the newsroom has not let out yet. Kept in a row, so that a button works after a restart, and once.
drafts = Table(
    "drafts",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("author_id", BigInteger),  # NULL for what a source brought
    # Of what a source brought, and by what it is known if it comes again.
    Column("source_id", ForeignKey("sources.id", ondelete="SET NULL")),
    Column("outlet", Text),
    Column("item_key", String(64)),
    Column("article", Text, nullable=False),  # storage.drafts writes and reads the JSON
    Column("version", Integer, nullable=False, server_default="1"),  # of what its previews show
    # brought: by a source, and shown to nobody yet. open: waits for an editor. approved: for a second one. scheduled:
    # goes out at due_at, and can be held until then.
    Column("state", String(16), nullable=False, server_default="open"),
    Column("approved_by", BigInteger),
    Column("released_by", BigInteger),
    Column("due_at", UtcDateTime),
    Column("article_id", ForeignKey("articles.id", ondelete="SET NULL"), index=True),  # what it became
    Column("created_at", UtcDateTime, nullable=False),
    Column("told", Text),  # what the source told, as JSON, where somebody has changed what it brought
    _one_of("state", "brought", "open", "approved", "scheduled", "released", "dropped"),
    UniqueConstraint("source_id", "item_key"),
    Index(None, "state", "due_at"),
)

# Where drafts are shown: the alert as subscribers will see it, and below it the message with the buttons.
draft_previews = Table(
    "draft_previews",
    metadata,
    Column("draft_id", ForeignKey("drafts.id", ondelete="CASCADE"), nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("alert_message_id", BigInteger, nullable=False),
    Column("card_message_id", BigInteger, nullable=False),
    Column("language", String(8), nullable=False),  # of whoever looks at it, unless the chat has chosen another
    PrimaryKeyConstraint("draft_id", "chat_id", "card_message_id"),
)

admins = Table(
    "admins",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("role", String(16), nullable=False),
    Column("name", Text),  # as they were called when the bot last saw them
    Column("added_at", UtcDateTime, nullable=False),
    _one_of("role", "owner", "editor", "reporter", "analyst"),
)

# Questions whose answer is the person's next message in the chat.
dialogs = Table(
    "dialogs",
    metadata,
    Column("chat_id", BigInteger, nullable=False),
    Column("user_id", BigInteger, nullable=False, index=True),
    Column("topic", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    PrimaryKeyConstraint("chat_id", "user_id"),
)

# Who did what. Triggers, which stand in the migrations only, let nobody change or delete a row. It names people and
# stories without foreign keys, since it outlives them.
audit_log = Table(
    "audit_log",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("actor_id", BigInteger),  # NULL for the bot itself
    Column("actor_name", Text),  # as they were called then
    Column("actor_role", String(16)),
    Column("act", String(32), nullable=False),
    Column("article_id", BigInteger, index=True),
    Column("draft_id", BigInteger, index=True),
    Column("detail", Text, nullable=False),
    Index(None, "actor_id", "id"),
)

# Which of several processes leads, and when it last said so (storage.leadership).
leaders = Table(
    "leaders",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", String(63), nullable=False),
    Column("renewed_at", UtcDateTime, nullable=False),
    CheckConstraint("id = 1", name="only_one"),
)

# Updates that came by webhook. `body` is there until somebody begins to handle them; the rest of the row remembers that
# they came.
received_updates = Table(
    "received_updates",
    metadata,
    Column("bot_id", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("body", Text),
    PrimaryKeyConstraint("bot_id", "update_id"),
    Index(None, "received_at"),
    Index(
        "ix_received_updates_waiting",
        "bot_id",
        sqlite_where=text("body IS NOT NULL"),
        postgresql_where=text("body IS NOT NULL"),
    ),
)

# Subscriptions at WebSub hubs (storage.hubs). One without a source is being left.
hub_subscriptions = Table(
    "hub_subscriptions",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("source_id", ForeignKey("sources.id", ondelete="SET NULL"), unique=True),
    Column("hub", String(2000), nullable=False),
    Column("topic", String(2000), nullable=False),
    Column("token", String(64), nullable=False, unique=True),
    Column("secret", String(64), nullable=False),
    Column("public_url", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("next_try_at", UtcDateTime, nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("expires_at", UtcDateTime),  # when the hub's lease ends
    Column("pushed_at", UtcDateTime),  # empty until it pushes, and again when it was found to have missed something
    Column("error", Text),
    _one_of("state", "wanted", "asked", "active", "denied", "leaving"),
    Index(None, "next_try_at"),
)

# What the owners were told that needs a person, until it is over (storage.alarms).
alarms = Table(
    "alarms",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("told_at", UtcDateTime, nullable=False),
)
