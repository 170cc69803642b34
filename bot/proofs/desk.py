"""The newsroom's messages for the page: the desk's preview, broadcasts, reports, repairs, sources. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from handlers.desk import buttons, card
from handlers.reach import buttons as reach_buttons
from handlers.reach import figures, progress, report, stats
from handlers.reach.buttons import Period
from handlers.repair import buttons as repair_buttons
from handlers.repair import cards
from handlers.sources import buttons as source_buttons
from handlers.sources import cards as source_cards
from handlers.texts import Words
from storage import corrections, drafts, retractions, sources
from storage.amendments import Amendment, Content, Kind
from storage.amendments import State as AmendmentState
from storage.article import FALLBACK_SECTION, Article
from storage.audience import AudienceHour
from storage.changes import Change, Field
from storage.deliveries import State
from storage.drafts import Draft
from storage.intake import Stored
from storage.proposals import Proposal
from storage.publishing import Published
from storage.reach import Counts, Pace, Reach
from storage.sightings import Outlet
from storage.sources import Health, Source
from storage.stats import Activity, Stats
from storage.subscribers import Status

Message = tuple[str, Markup, InlineKeyboardMarkup | None]

_FACTS = card.Facts(
    reach=4200,
    by_section={"أخبار عالمية": 4000, "سياسة": 350},
    rate=30.0,
    window=timedelta(seconds=10),
    author="سلمى",
    approver="سلمى",
)
_SENT, _HALF = (
    {State.SENT: 4150, State.GONE: 48, State.FAILED: 2},
    {State.SENT: 2100, State.PENDING: 2097, State.GONE: 3},
)


def samples(story: Article, words: Words, *, now: datetime, zone: tzinfo) -> Iterator[Message]:
    """Yield name, text and buttons of one message after the other."""
    yield from _drafts(story, words, now, zone)
    yield from _broadcasts(story, words, now, zone)
    yield from _repairs(story, words)
    yield from _sources(story, words, now, zone)


def _drafts(story: Article, words: Words, now: datetime, zone: tzinfo) -> Iterator[Message]:
    open_one = Draft(7, 1, None, replace(story, published_at=now), 1, drafts.State.OPEN, None, None, None, None, now)
    bare = replace(story, breaking=False, sections=(FALLBACK_SECTION,), blocks=(), quotes=story.quotes[:1], lead=None)
    unknown = replace(bare, quotes=(replace(bare.quotes[0], speaker=None),), unknown_labels=("المريخ",))
    variants = {
        "preview": (open_one, _FACTS),
        "preview-of-a-source": (replace(open_one, outlet=Outlet("Example News")), replace(_FACTS, known_id=12)),
        "preview-not-flagged": (replace(open_one, article=unknown), replace(_FACTS, reach=0)),
        "preview-for-two": (open_one, replace(_FACTS, seconders=1)),
        "preview-approved": (
            replace(open_one, state=drafts.State.APPROVED, approved_by=1),
            replace(_FACTS, seconders=0),
        ),
        "preview-scheduled": (replace(open_one, state=drafts.State.SCHEDULED), replace(_FACTS, approver="")),
        "preview-scheduled-by-two": (replace(open_one, state=drafts.State.SCHEDULED), _FACTS),
        "preview-dropped": (replace(open_one, state=drafts.State.DROPPED), _FACTS),
    }
    for name, (draft, facts) in variants.items():
        keyboard = buttons.card_keyboard(draft, words, releases=True, user_id=2)
        yield name, card.card(draft, facts, zone, words), keyboard
    yield "preview-proposed", card.card(open_one, _FACTS, zone, words, proposes=True), None
    yield "published", card.published(story, Published(Stored(12, 1, (1,)), 4200), zone, words), None
    known = Published(Stored(12, 1, (1,), known_since=now), 0)
    yield "published-before", card.published(story, known, zone, words), None


def _broadcasts(story: Article, words: Words, now: datetime, zone: tzinfo) -> Iterator[Message]:
    half, done = Pace(story.title, Counts(_HALF), 29.7), Pace(story.title, Counts(_SENT, spared=12), 0)
    for name, pace in {
        "progress": half,
        "progress-waits": replace(half, rate=0),
        "progress-stopped": replace(half, held=True),
        "progress-paused": replace(half, paused=True),
    }.items():
        keyboard = reach_buttons.progress_keyboard(12, held=pace.held, words=words)
        yield name, progress.describe(12, pace, words), keyboard
    yield "progress-done", progress.describe(12, done, words), None
    first, median, last = (now + timedelta(seconds=seconds) for seconds in (41, 111, 182))
    reach = Reach(
        title=story.title,
        published_at=now,
        received_at=now + timedelta(seconds=40),
        counts=done.counts,
        first_at=first,
        median_at=median,
        last_at=last,
        reads=812,
        sections={"أخبار عالمية": done.counts},
    )
    yield "report", report.describe(12, reach, zone, words), None
    nothing = replace(reach, counts=Counts({}), first_at=None, median_at=None, last_at=None, reads=0, sections={})
    yield "report-of-nothing", report.describe(12, nothing, zone, words), None
    everybody: dict[str, int] = {Status.ACTIVE: 4200, Status.STOPPED: 31, Status.GONE: 48}
    found = Stats(everybody, {"أخبار عالمية": 4000, "رياضة": 350}, 9, dict.fromkeys(State, 3))
    yield "stats", stats.describe(found, words), reach_buttons.stats_keyboard(None, words)
    activity = Activity(4200, found.sections, (AudienceHour(now, 40, 3, 1),), (now,), {now: 812})
    for name, text in zip(("people", "news"), figures.captions(activity, Period.WEEK, now, zone, words), strict=True):
        yield f"figures-{name}", text, None


def _repairs(story: Article, words: Words) -> Iterator[Message]:
    met = corrections.Reach(sent=4150, queued=2, unknown=1, read_long_ago=11)
    yield "correct", cards.choose(12, story, words), None
    yield "correct-preview", cards.correction(met, words), None
    yield "correct-done", cards.corrected(12, corrections.Corrected(2, 4150, 11), words), None
    change = Change(Field.TITLE, story.title, story.title.replace(" ", "  ", 1) + " (2)")
    amendment = Amendment(3, Kind.CORRECTION, 12, 1, AmendmentState.OPEN, Content(story, version=1))
    proposed = Proposal(amendment, "Example News", story, by_hand=True)
    yield (
        "proposal",
        cards.proposal(proposed, [change] * 8, story.title, met, words),
        repair_buttons.proposal_keyboard(amendment, words),
    )
    yield "proposal-applied", words.say("proposal.applied", id=12), None
    yield "proposal-dismissed", words.say("proposal.dismissed", id=12), None
    yield "proposal-over", words.say("proposal.over", command="/audit 12"), None
    reason = words.plain("retract.reason_mistake")
    yield "retract-preview", cards.retraction(12, story, reason, met, words), None
    yield "retract-done", cards.retracted(12, retractions.Retracted(2, 4150), words), None
    rest = ((State.GONE, "blocked", 48), (State.FAILED, "too old", 2))
    yield "repair-progress", cards.progress(retractions.Progress(4000, 100, rest, 1), words), None


def _sources(story: Article, words: Words, now: datetime, zone: tzinfo) -> Iterator[Message]:
    well = Source(
        id=1, url="https://example.com/feed", kind=sources.Kind.FEED, name="Example News", state=sources.State.ACTIVE,
        added_at=now, next_poll_at=now, interval=timedelta(minutes=5), filled_at=now, etag=None, last_modified=None,
        body_hash=None, seen_links=(), failures=0, last_error=None, told=Health.WELL, sections=("سياسة",),
        answered_at=now - timedelta(minutes=2), a_day=14.0,
    )  # fmt: skip
    failing = replace(
        well, failures=sources.FAILING_AFTER, last_error="HTTP 500", sections=(), answered_at=None, a_day=None
    )
    silent, gone = replace(well, silent_from=now, a_day=0.3), replace(well, state=sources.State.GONE)
    asked = replace(
        well, state=sources.State.PAUSED, fixed_interval=timedelta(minutes=2), release=sources.Release.APPROVAL
    )
    every = {"well": well, "failing": failing, "silent": silent, "gone": gone, "paused": asked}
    yield "sources", source_cards.listed(list(every.values()), words, first=1, total=len(every), now=now), None
    yield "sources-none", source_cards.listed([], words, first=1, total=0, now=now), None
    for name, source in every.items():
        text = source_cards.card(source, words, brought=98, now=now, zone=zone)
        yield f"source-{name}", text, source_buttons.card_keyboard(source, words)
    told = {**every, "speaks-again": replace(well, told=Health.SILENT)}
    del told["paused"]
    for name, source in told.items():
        yield f"source-is-{name}", source_cards.health_notice(source, words, now=now), None
    bringing = [replace(story, published_at=now), replace(story, breaking=False)]
    yield "source-test", source_cards.trial(well.name, bringing, words, now=now, zone=zone), None
    yield "source-test-of-nothing", source_cards.trial(well.name, [], words, now=now, zone=zone), None
