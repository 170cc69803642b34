"""Whole messages, as the functions render them that render what is sent: long ones and short ones. Pure.

The story is the demo's; what surrounds it is made up. A function that renders a message belongs on this page.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup
from telegram import InlineKeyboardMarkup

from bot import extract
from bot.demo import play
from bot.proofs import desk
from handlers import alarms, amended, messages, panels, roundups, story_buttons
from handlers.amended import Told
from handlers.texts import Words
from storage.alarms import Alarm
from storage.article import DEFAULT_SECTIONS, Article, Urgency, section_index
from storage.changes import Change, Field
from storage.digests import Edition
from storage.headlines import Headline

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Riyadh")
_URL = "https://example.com/news/12"
# More stories than one message of a digest holds.
_MANY = 60
_CHANGES = (
    Change(Field.TITLE, "نستعد للأسوأ", "نستعد للأفضل"),
    Change(Field.SECTIONS, "سياسة", "أخبار عالمية"),
    Change(Field.URGENCY, Urgency.FLASH, Urgency.URGENT),
    Change(Field.PARAGRAPH, "الخميس", "الجمعة"),
    Change(Field.QUOTE, "علاقة مثمرة", "علاقة مستقرة"),
)
_SPEAKERS = (
    Change(Field.SPEAKER, "الكرملين", "البيت الأبيض"),
    Change(Field.SPEAKER, "", "جين ساكي"),
    Change(Field.SPEAKER, "الكرملين", ""),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """What is sent at once, perhaps in several messages, and the buttons under the last of them."""

    name: str
    texts: tuple[Markup, ...]
    keyboard: InlineKeyboardMarkup | None = None


def samples(words: Words) -> Iterator[Sample]:
    """Yield one sample after the other, in every language the same ones."""
    (read,) = extract.read(play.article(), section_index(DEFAULT_SECTIONS)).articles
    story = replace(read, url=_URL)
    yield from _alerts(story, words)
    yield from _amended(story, words)
    yield from _summaries(story, words)
    yield from _lists(story, words)
    yield from _digests(story, words)
    for alarm in Alarm:
        yield Sample(
            f"alarm-{alarm}", (alarms.notice(alarm, words, reason="timed out"), alarms.all_clear(alarm, words))
        )
    for name, text, keyboard in desk.samples(story, words, now=NOW, zone=ZONE):
        yield Sample(name, (text,), keyboard)


def _short(story: Article) -> Article:
    """The story without anything but its title."""
    return replace(story, blocks=(), quotes=(), lead=None, url=None)


def _alerts(story: Article, words: Words) -> Iterator[Sample]:
    alerts = []
    for urgency in Urgency:
        ranked = replace(story, urgency=urgency)
        alerts.append(messages.alert(ranked, NOW, ZONE, words))
        yield Sample(f"alert-{urgency}", (alerts[-1],), story_buttons.alert_keyboard(12, ranked.url, words))
    yield Sample(
        "alert-short", (messages.alert(_short(story), NOW, ZONE, words),), story_buttons.alert_keyboard(12, None, words)
    )
    text, count = messages.joined(alerts, words)
    yield Sample("alerts-joined", (text,), story_buttons.joined_keyboard([(12, _URL)] * count, words))


def _amended(story: Article, words: Words) -> Iterator[Sample]:
    buttons = story_buttons.alert_keyboard(12, _URL, words)
    yield Sample("corrected", (amended.alert(Told(story, NOW, _CHANGES[:1]), ZONE, words),), buttons)
    corrected = [Told(story, NOW, _CHANGES), Told(_short(story), NOW)]
    both = story_buttons.joined_keyboard([(12, _URL), (13, None)], words)
    yield Sample("corrected-joined", (amended.rewritten(corrected, ZONE, words),), both)
    yield Sample("correction-in-a-reply", (amended.follow_up(story, _SPEAKERS, words),))
    yield Sample("retracted", (amended.notice(words.plain("retract.reason_unconfirmed"), words),))


def _summaries(story: Article, words: Words) -> Iterator[Sample]:
    buttons = story_buttons.summary_keyboard(12, _URL, words, has_text=True)
    also_by = ("الوكالة الأولى", "Example News")
    yield Sample("summary", tuple(messages.summary(story, NOW, ZONE, words, also_by=also_by)), buttons)
    many = replace(
        story, quotes=tuple(replace(quote, text=f"{quote.text} {n}") for n in range(6) for quote in story.quotes)
    )
    yield Sample("summary-long", tuple(messages.summary(many, NOW, ZONE, words)), buttons)
    yield Sample("summary-short", tuple(messages.summary(_short(story), NOW, ZONE, words)))
    yield Sample("full-text", tuple(messages.full_text(story, NOW, ZONE, words)))


def _lists(story: Article, words: Words) -> Iterator[Sample]:
    headlines = _headlines(story, 5)
    buttons = story_buttons.summaries_keyboard(headlines, words)
    yield Sample("latest", tuple(messages.latest(headlines, NOW, ZONE, words)), buttons)
    yield Sample("found", tuple(messages.found("واشنطن", headlines[:1], NOW, ZONE, words)))
    yield Sample("announcement", (messages.announcement("تتوقف الخدمة للصيانة.\n\nالجمعة 02:00–03:00.", words),))


def _digests(story: Article, words: Words) -> Iterator[Sample]:
    followed = ("أخبار عالمية", "رياضة")
    for edition, count in (
        (Edition.EVENING, 4),
        (Edition.WEEKLY, 3),
        (Edition.AFTER_QUIET, 1),
        (Edition.MORNING, _MANY),
    ):
        parts = roundups.roundup(edition, _headlines(story, count), followed, ZONE, words)
        buttons = story_buttons.summaries_keyboard(parts[-1].headlines, words, first=parts[-1].first)
        yield Sample(f"digest-{edition}", tuple(part.text for part in parts), buttons)
    headlines, reasons = _headlines(story, 4), {2: words.plain("retract.reason_false")}
    part = roundups.mended(Edition.EVENING, headlines, reasons, followed, ZONE, words, first=1, total=4)
    buttons = story_buttons.summaries_keyboard(part.headlines, words, without=reasons)
    yield Sample("digest-retracted", (part.text,), buttons)
    for name, time in (("budget-spent", None), ("budget-spent-digest", story_buttons.clock_face(20 * 60))):
        yield Sample(name, (roundups.budget_spent(5, time, words),), panels.budget_keyboard(5, words))


def _headlines(story: Article, count: int) -> list[Headline]:
    sections = ("أخبار عالمية", "رياضة", "اقتصاد")
    ages = (timedelta(), timedelta(minutes=2), timedelta(hours=3), timedelta(hours=20), timedelta(days=3))
    return [
        Headline(n + 1, story.title, n % 2 == 0, NOW - ages[n % len(ages)], (sections[n % len(sections)],))
        for n in range(count)
    ]
