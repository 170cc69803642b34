"""What the desk decides and shows: rules, cards, buttons; tables of cases without Telegram."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup

from bot.emulator.entities import utf16_length
from bot.emulator.html_parser import parse_html
from handlers import story_buttons
from handlers.buttons import MAX_DATA
from handlers.desk import buttons, rules
from handlers.desk.buttons import HandleDraft, Verb
from handlers.desk.card import Facts, card
from handlers.desk.rules import Step
from handlers.texts import LANGUAGES, Texts
from storage.article import Article, Block, BlockKind, Quote, Urgency
from storage.drafts import Draft, State
from storage.sections import SectionRow
from storage.sightings import Outlet
from tests.handlers.conftest import plain

WORDS, ZONE = Texts.load().of("ar"), ZoneInfo("Asia/Riyadh")
EDITOR, SECOND, REPORTER = 7, 8, 9
ARTICLE = Article(
    title="الوزير يعلن خطة الري",
    sections=("سياسة", "اقتصاد"),
    breaking=True,
    blocks=(Block(BlockKind.PARAGRAPH, "أعلن الوزير خطة جديدة."),),
    quotes=(Quote("سنبدأ العمل في مايو", "الوزير", 0, 0, 0), Quote("هذا وعد علينا جميعا", None, 0, 0, 0)),
    published_at=datetime(2026, 11, 24, 17, tzinfo=UTC),
)
FACTS = Facts(reach=1200, by_section={"سياسة": 1000, "اقتصاد": 250}, rate=30, window=timedelta(seconds=10))


def draft(article: Article = ARTICLE, state: State = State.OPEN, **fields: object) -> Draft:
    values = {
        "id": 5,
        "author_id": EDITOR,
        "outlet": None,
        "article": article,
        "version": 2,
        "state": state,
        "approved_by": None,
        "released_by": None,
        "due_at": None,
        "article_id": None,
        "created_at": datetime(2026, 11, 24, 18, tzinfo=UTC),
    }
    return Draft(**{**values, **fields})  # type: ignore[arg-type]  # fields as a test names them


@pytest.mark.parametrize(
    ("given", "version", "by", "two_person", "step"),
    [
        (None, 2, EDITOR, False, Step.CLOSED),
        (draft(state=State.RELEASED), 2, EDITOR, False, Step.CLOSED),
        (draft(state=State.DROPPED), 2, EDITOR, True, Step.CLOSED),
        (draft(state=State.SCHEDULED), 2, EDITOR, False, Step.UNDER_WAY),
        (draft(), 1, EDITOR, False, Step.OUTDATED),
        (draft(), 3, EDITOR, True, Step.OUTDATED),
        (draft(replace(ARTICLE, breaking=False)), 2, EDITOR, False, Step.NEEDS_FLAG),
        (draft(), 2, EDITOR, False, Step.RELEASE),
        (draft(state=State.BROUGHT), 2, EDITOR, False, Step.RELEASE),
        (draft(), 2, EDITOR, True, Step.APPROVE),
        (draft(state=State.APPROVED, approved_by=EDITOR), 2, EDITOR, True, Step.OWN_APPROVAL),
        (draft(state=State.APPROVED, approved_by=EDITOR), 2, SECOND, True, Step.RELEASE),
        (draft(state=State.APPROVED, approved_by=EDITOR), 2, EDITOR, False, Step.RELEASE),
    ],
)
def test_what_follows_a_release(given: Draft | None, version: int, by: int, two_person: bool, step: Step) -> None:
    assert rules.next_step(given, version=version, by=by, two_person=two_person) is step


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        (("سياسة",), "رياضة", ("سياسة", "رياضة")),
        (("سياسة", "رياضة"), "سياسة", ("رياضة",)),
        (("سياسة",), "سياسة", ("عام",)),
        (("عام",), "رياضة", ("رياضة",)),
        (("عام",), "عام", ("عام",)),
        (("سياسة",), "عام", ("سياسة", "عام")),
    ],
)
def test_a_section_is_switched(before: tuple[str, ...], name: str, after: tuple[str, ...]) -> None:
    assert rules.toggle_section(replace(ARTICLE, sections=before), name).sections == after


def test_a_quote_is_dropped_or_given_its_speaker() -> None:
    first, second = ARTICLE.quotes
    assert rules.drop_quote(ARTICLE, 0).quotes == (second,)
    assert rules.name_speaker(ARTICLE, 1, "سلمى").quotes == (first, replace(second, speaker="سلمى"))


@pytest.mark.parametrize(
    ("reach", "text"),
    [
        (1, "نحو ثانية."),
        (36, "نحو ثانيتين."),
        (1200, "نحو 40 ثانية."),
        (1801, "نحو 61 ثانية."),
        (90_000, "نحو 50 دقيقة."),
    ],
)
def test_how_long_sending_takes_is_rounded_up(reach: int, text: str) -> None:
    assert text in plain(parse_html(card(draft(), replace(FACTS, reach=reach), ZONE, WORDS))[0])


def test_the_card_of_a_flagged_story() -> None:
    assert plain(parse_html(card(draft(), FACTS, ZONE, WORDS))[0]) == (
        "👁 هكذا فهمنا الخبر\n\nالوزير يعلن خطة الري\n\nالقسم: سياسة، اقتصاد\n\nلا عناوين فرعية\n\n"
        "اقتباسان\n“سنبدأ العمل في مايو”\n— الوزير\n“هذا وعد علينا جميعا”\n(لم نعرف القائل)\n\n"
        "التاريخ: الثلاثاء 24 نوفمبر، 20:00\n⚠️ ينقصه: قائل أحد الاقتباسات.\n🔴 عاجل: يصل بصوت التنبيه.\n"
        "سيصل إلى 1,200 مشترك.\n• سياسة: 1,000\n• اقتصاد: 250\nيستغرق إرساله إلى الجميع نحو 40 ثانية."
    )


BARE = replace(ARTICLE, sections=("عام",), published_at=None, blocks=(), quotes=(), unknown_labels=("طقس",))


@pytest.mark.parametrize(
    ("shown", "facts", "line"),
    [
        (draft(BARE), FACTS, "⚠️ تصنيفات لا نعرفها: طقس"),
        (
            draft(BARE),
            FACTS,
            "⚠️ ينقصه: التاريخ (فيُعدّ منشورًا الآن)، القسم (فيخرج في «عام»)، نص الخبر تحت عنوانه.",
        ),
        (draft(replace(ARTICLE, urgency=Urgency.FLASH)), FACTS, "🚨 عاجل جدًّا: يسبق غيره، ويخرج فورًا بلا مهلة للتراجع."),
        (draft(replace(ARTICLE, urgency=Urgency.NORMAL)), FACTS, "📰 عادي: يصل بلا صوت، ومن غير كلمة «عاجل»."),
        (draft(replace(ARTICLE, breaking=False)), FACTS, "⚪️ ليست عليه علامة «عاجل»، فلن يُرسل إلى أحد."),
        (draft(replace(ARTICLE, breaking=False)), FACTS, "وإن جعلته عاجلًا وصل إلى 1,200 مشترك."),
        (draft(), replace(FACTS, known_id=3), "⚠️ هذا الخبر عندنا من قبل، ورقمه 3، فلن يُرسل مرة أخرى."),
        (draft(), replace(FACTS, author="سامر"), "قدّمه: سامر"),
        (draft(outlet=Outlet("الوكالة")), FACTS, "المصدر: الوكالة"),
        (draft(), replace(FACTS, seconders=1), "👥 يحتاج نشره إلى محررَين: يوافق أحدهما، ويؤكد الآخر."),
        (
            draft(),
            replace(FACTS, seconders=0),
            "⚠️ ليس في الفريق محرر آخر يؤكده. يضيف مالك البوت محررين بالأمر /team.",
        ),
        (
            draft(state=State.APPROVED, approved_by=EDITOR),
            replace(FACTS, seconders=1, approver="هدى"),
            "👤 وافق عليه هدى، وينتظر تأكيد محرر آخر.",
        ),
        (draft(state=State.SCHEDULED), FACTS, "⏳ يخرج الخبر بعد 10 ثوانٍ. لإيقافه المس «تراجع»."),
        (
            draft(state=State.SCHEDULED, approved_by=EDITOR),
            replace(FACTS, approver="هدى"),
            "⏳ وافق عليه هدى وأكده محرر آخر، ويخرج بعد 10 ثوانٍ. لإيقافه المس «تراجع».",
        ),
        (draft(state=State.DROPPED), FACTS, "أُلغي هذا الخبر، ولم يُرسل إلى أحد."),
    ],
)
def test_a_card_says_what_an_editor_decides_on(shown: Draft, facts: Facts, line: str) -> None:
    assert line in plain(parse_html(card(shown, facts, ZONE, WORDS))[0]).split("\n")


def test_a_reporter_reads_that_the_editors_decide() -> None:
    assert "📨 وصل اقتراحك إلى المحررين" in card(draft(), FACTS, ZONE, WORDS, proposes=True)
    assert "📨" not in card(draft(), FACTS, ZONE, WORDS)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=400), st.integers(1, 40), st.sampled_from(LANGUAGES), st.sampled_from(State))
def test_telegram_takes_every_card(text: str, times: int, language: str, state: State) -> None:
    long = text * times
    quotes = tuple(Quote(long or "كلام", long, 0, 0, 0) for _ in range(times))
    sections = tuple(f"{text}{n}" for n in range(times))
    article = replace(ARTICLE, title=long or "عنوان", quotes=quotes, sections=sections, unknown_labels=sections)
    facts = replace(FACTS, by_section=dict.fromkeys(sections, 7), author=long, approver=long, seconders=0)
    shown, _ = parse_html(card(draft(article, state), facts, ZONE, Texts.load().of(language)))
    assert 0 < utf16_length(shown) <= 4096


def labels(keyboard: InlineKeyboardMarkup | None) -> list[list[str]]:
    return [[button.text for button in row] for row in (keyboard.inline_keyboard if keyboard else ())]


RANKS = ["🚨 عاجل جدًّا", "✅ 🔴 عاجل", "📰 عادي"]
EDITS = ["✏️ العنوان", "🗂 الأقسام", "💬 الاقتباسات"]
REST = ["🧪 اختبار", "إلغاء"]


@pytest.mark.parametrize(
    ("shown", "releases", "user_id", "rows"),
    [
        (draft(), True, EDITOR, [["✅ نشر الآن"], RANKS, EDITS, REST]),
        (draft(), False, REPORTER, [RANKS, EDITS, REST]),
        (draft(replace(ARTICLE, breaking=False)), True, EDITOR, [["🔴 اجعله عاجلًا"], EDITS, REST]),
        (draft(replace(ARTICLE, quotes=())), True, EDITOR, [["✅ نشر الآن"], RANKS, EDITS[:2], REST]),
        (draft(state=State.APPROVED, approved_by=EDITOR), True, EDITOR, [RANKS, EDITS, REST]),
        (draft(state=State.APPROVED, approved_by=EDITOR), True, SECOND, [["✅ تأكيد النشر"], RANKS, EDITS, REST]),
        (draft(state=State.SCHEDULED), True, EDITOR, [["↩️ تراجع"]]),
        (draft(state=State.SCHEDULED), False, REPORTER, []),
        (draft(state=State.RELEASED), True, EDITOR, []),
        (draft(state=State.DROPPED), True, EDITOR, []),
    ],
)
def test_the_buttons_of_a_card(shown: Draft, releases: bool, user_id: int, rows: list[list[str]]) -> None:
    assert labels(buttons.card_keyboard(shown, WORDS, releases=releases, user_id=user_id)) == rows


def test_only_what_releases_says_so() -> None:
    """Whoever looks for the releasing button by its words must find no other."""
    for language in LANGUAGES:
        words = Texts.load().of(language)
        sections = [SectionRow(1, "سياسة", "politics")]
        for state in State:
            shown = draft(state=state, approved_by=SECOND if state is State.APPROVED else None)
            for keyboard in (
                buttons.card_keyboard(shown, words, releases=True, user_id=EDITOR),
                buttons.alert_keyboard(shown, words),
                buttons.sections_keyboard(shown, sections, words),
                buttons.quotes_keyboard(shown, words),
                buttons.quote_keyboard(shown, 0, words),
                buttons.question_keyboard(shown, words),
            ):
                for row in keyboard.inline_keyboard if keyboard else ():
                    for button in row:
                        action = buttons.parse(str(button.callback_data))
                        says_so = any(word in button.text for word in ("نشر", "تأكيد", "إرسال", "اعتماد"))
                        assert says_so == (action is not None and action.verb is Verb.SEND)


def test_the_alert_of_a_preview_has_the_buttons_that_subscribers_see() -> None:
    shown = draft(replace(ARTICLE, url="https://news.example/1"))
    assert labels(buttons.alert_keyboard(shown, WORDS)) == labels(
        story_buttons.alert_keyboard(7, "https://news.example/1", WORDS)
    )


NUMBERED = (Verb.SECTION, Verb.QUOTE, Verb.UNQUOTE, Verb.SPEAKER)


@given(st.sampled_from(Verb), st.integers(0, 10**18 - 1), st.integers(0, 10**9 - 1), st.integers(0, 10**18 - 1))
def test_every_action_survives_its_button(verb: Verb, draft_id: int, version: int, number: int) -> None:
    action = HandleDraft(verb, draft_id, version, number if verb in NUMBERED else None)
    assert len(buttons.pack(action).encode()) <= MAX_DATA
    assert buttons.parse(buttons.pack(action)) == action


@pytest.mark.parametrize(
    "data",
    [
        None, "", "pub:send", "pub:send:1", "pub:steal:1:1", "pub:send:1:2:3", "pub:section:1:1", "pub:quote:1:1:",
        "pub:send:-1:1", "pub:send:١:1", "pub:send:1:1\n", "pub:send:" + "9" * 19 + ":1", "PUB:send:1:1",
    ],
)  # fmt: skip
def test_forged_data_means_nothing(data: str | None) -> None:
    assert buttons.parse(data) is None
