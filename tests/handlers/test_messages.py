"""How an article looks in Telegram, whatever it holds."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from bot.emulator.entities import utf16_length
from bot.emulator.html_parser import parse_html
from handlers import messages
from handlers.roundups import roundup
from handlers.split import MESSAGE_LIMIT, shorten, units
from handlers.texts import FSI, LANGUAGES, PDI, Texts, clean
from storage.article import Article, Block, BlockKind, Quote, Urgency
from storage.digests import Edition
from storage.headlines import Headline

TEXTS = Texts.load()
ARABIC, ENGLISH = TEXTS.of("ar"), TEXTS.of("en")
ZONE = ZoneInfo("Asia/Riyadh")
WHEN = datetime(2026, 11, 24, 17, tzinfo=UTC)
NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)


def paragraph(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, text)


def subheading(text: str) -> Block:
    return Block(BlockKind.SUBHEADING, text)


def quote(text: str, speaker: str | None = None) -> Quote:
    return Quote(text, speaker, block=0, start=0, end=len(text))


def article(**changes: object) -> Article:
    fields: dict[str, object] = {
        "title": "الوزير يعلن خطة الري",
        "sections": ("أخبار محلية", "اقتصاد"),
        "breaking": True,
        "blocks": (paragraph("أعلن الوزير خطة جديدة."), subheading("مياه النيل"), paragraph("وتبدأ في مايو.")),
        "quotes": (quote("سنبدأ العمل في مايو المقبل بلا تأخير", "الوزير"), quote("هذا وعد علينا")),
        "lead": "أعلن الوزير خطة جديدة.",
        "url": "https://example.com/a?b=1&c=2",
        "published_at": WHEN,
    }
    return Article(**{**fields, **changes})  # type: ignore[arg-type]  # each test changes fields by name


def readable(html: str) -> str:
    """What a person reads, without the marks that only steer its direction."""
    return re.sub(f"[{FSI}{PDI}\u200f]", "", parse_html(html)[0])


def test_alert() -> None:
    assert messages.alert(article(), WHEN, ZONE, ARABIC) == (
        f"🔴 <b>عاجل</b> | {FSI}أخبار محلية{PDI}، {FSI}اقتصاد{PDI}\n\n"
        "<b>الوزير يعلن خطة الري</b>\n\n"
        "أعلن الوزير خطة جديدة.\n\n"
        "🕗 الثلاثاء 24 نوفمبر، 20:00\n"
        '🔗 <a href="https://example.com/a?b=1&amp;c=2">المصدر</a>'
    )


@pytest.mark.parametrize(
    ("urgency", "arabic", "english"),
    [
        (Urgency.FLASH, "🚨 عاجل جدًّا | ", "🚨 Flash | "),
        (Urgency.URGENT, "🔴 عاجل | ", "🔴 Breaking | "),
        (Urgency.NORMAL, "📰 قسم ", "📰 Section: "),
    ],
)
def test_the_head_of_an_alert_tells_its_urgency(urgency: Urgency, arabic: str, english: str) -> None:
    for words, head in ((ARABIC, arabic), (ENGLISH, english)):
        assert readable(messages.alert(article(urgency=urgency), WHEN, ZONE, words)).startswith(head)


def test_alert_in_english() -> None:
    assert readable(messages.alert(article(), WHEN, ZONE, ENGLISH)) == (
        "🔴 Breaking | أخبار محلية, اقتصاد\n\nالوزير يعلن خطة الري\n\nأعلن الوزير خطة جديدة.\n\n"
        "🕗 Tuesday 24 November, 20:00\n🔗 Source"
    )


@pytest.mark.parametrize(
    ("changes", "shown", "hidden"),
    [
        ({"breaking": False}, "📰 قسم أخبار محلية", "عاجل"),
        ({"url": None}, "20:00", "المصدر"),
        ({"url": "javascript:alert(1)"}, "20:00", "المصدر"),
        ({"lead": None}, "أعلن الوزير خطة جديدة.", "مايو"),  # then the first paragraph leads
        ({"lead": None, "blocks": ()}, "الوزير يعلن", "أعلن"),
        ({"lead": "الوزير يُعلن خطّة الري"}, "الوزير يعلن خطة الري", "خطّة"),  # no lead that repeats the title
    ],
)
def test_alert_shows_what_there_is(changes: dict[str, object], shown: str, hidden: str) -> None:
    text = readable(messages.alert(article(**changes), WHEN, ZONE, ARABIC))
    assert shown in text
    assert hidden not in text


def test_a_long_lead_is_shortened_at_a_word() -> None:
    text = readable(messages.alert(article(lead="كلمة " * 400), WHEN, ZONE, ARABIC))
    assert "كلمة كلمة…\n" in text


def test_an_alert_is_one_message_even_with_a_title_of_three_thousand_characters() -> None:
    huge = article(title="😀" * 3000, lead="😀" * 3000, sections=("😀" * 3000,) * 50)
    text, _ = parse_html(messages.alert(huge, WHEN, ZONE, ARABIC))
    assert "…" in text
    assert utf16_length(text) <= 4096


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("BBC: انسحاب الوفد", "\u200fBBC: انسحاب الوفد"),  # would otherwise turn the line to the left
        ("«BBC» تنسحب", "\u200f«BBC» تنسحب"),
        ("انسحاب BBC", "انسحاب BBC"),
        ("2026: عام المياه", "2026: عام المياه"),
        ("12345", "12345"),
    ],
)
def test_an_arabic_line_runs_from_the_right_even_if_it_begins_in_latin(title: str, shown: str) -> None:
    assert f"<b>{shown}</b>" in messages.alert(article(title=title), WHEN, ZONE, ARABIC)


def test_an_english_line_is_left_to_run_from_the_left() -> None:
    assert "<b>BBC</b>" in messages.alert(article(title="BBC", language="en"), WHEN, ZONE, ARABIC)


def test_hostile_text_stays_text() -> None:
    hostile = article(
        title="</b><a href='tg://x'>\u202eعنوان\x00\n\nثان",
        lead="&lt;b&gt; \ud83d",
        sections=("<i>",),
        quotes=(quote("<script>", "<b>"),),
        blocks=(subheading("&amp;</blockquote>"),),
        unknown_labels=("</i>\u2069",),
    )
    shown = readable(messages.alert(hostile, WHEN, ZONE, ARABIC))
    assert "</b><a href='tg://x'>عنوان ثان\n" in shown
    assert "&lt;b&gt;" in shown
    whole = readable("".join(messages.summary(hostile, WHEN, ZONE, ARABIC)))
    assert "▫️ &amp;</blockquote>" in whole
    assert "“<script>”\n— <b>" in whole
    assert "القسم: <i>\n" in readable(messages.understood(hostile, 4096, ARABIC))


def test_summary() -> None:
    (text,) = messages.summary(article(), WHEN, ZONE, ARABIC)
    assert text == (
        "<b>الوزير يعلن خطة الري</b>\n\n"
        "أعلن الوزير خطة جديدة.\n\n"
        "<b>محاور الخبر</b>\n▫️ مياه النيل\n\n"
        "<b>أبرز ما قيل</b>\n"
        "<blockquote>“سنبدأ العمل في مايو المقبل بلا تأخير”\n— الوزير</blockquote>\n"
        "<blockquote>“هذا وعد علينا”</blockquote>\n\n"
        "🕗 الثلاثاء 24 نوفمبر، 20:00\n"
        '🔗 <a href="https://example.com/a?b=1&amp;c=2">المصدر</a>'
    )


@pytest.mark.parametrize(
    ("changes", "shown", "hidden"),
    [
        ({"blocks": (), "quotes": ()}, "لا عناوين فرعية فيه ولا اقتباسات", "محاور"),
        ({"blocks": (subheading("\u200f"),), "quotes": ()}, "لا عناوين فرعية فيه ولا اقتباسات", "▫️"),
        ({"quotes": ()}, "محاور الخبر", "أبرز"),
        ({"blocks": ()}, "أبرز ما قيل", "محاور"),
        ({"quotes": (quote("\u200f"), quote("كلام مفيد جدا"))}, "“كلام مفيد جدا”", "“”"),
        ({"quotes": (quote("كلام مفيد جدا", "\u200f"),)}, "“كلام مفيد جدا”", "—"),
    ],
)
def test_summary_shows_what_there_is(changes: dict[str, object], shown: str, hidden: str) -> None:
    text = readable("".join(messages.summary(article(**changes), WHEN, ZONE, ARABIC)))
    assert shown in text
    assert hidden not in text


def test_a_summary_names_the_other_outlets_and_none_without_end() -> None:
    names = ("صحيفة <الفجر>", "\u202eوكالة", *(f"منبر {number}" * 50 for number in range(20)))
    text = readable("".join(messages.summary(article(), WHEN, ZONE, ARABIC, also_by=names)))
    (line,) = [line for line in text.split("\n") if line.startswith("أوردته أيضًا: ")]
    assert line.startswith("أوردته أيضًا: صحيفة <الفجر>، وكالة، منبر 0")
    assert len(line) < 400


def test_a_summary_never_floods_a_chat_and_says_what_it_leaves_out() -> None:
    many = article(
        blocks=tuple(subheading(f"عنوان {n}" * 200) for n in range(500)),
        quotes=tuple(quote(f"كلام طويل {n} " * 200, f"قائل {n}") for n in range(31)),
    )
    parts = messages.summary(many, WHEN, ZONE, ARABIC)
    assert 1 < len(parts) < 8
    assert all(utf16_length(parse_html(part)[0]) <= 4096 for part in parts)
    assert "وفي الخبر 11 اقتباسًا آخر." in parts[-1]


HEADLINES = (
    Headline(1, "BBC: زلزال", True, WHEN, ("منوعات", "أخبار عالمية")),
    Headline(2, "مباراة القمة", False, WHEN, ("رياضة",)),
    Headline(3, "قمة المناخ", False, WHEN, ("أخبار عالمية", "سياسة")),
    Headline(4, "بلا قسم", False, WHEN, ()),
)


def test_a_quote_of_nothing_is_no_line() -> None:
    nothing = article(quotes=(quote("\u200f", "الوزير"), quote("سنبدأ العمل في مايو")))
    (html,) = messages.summary(nothing, WHEN, ZONE, ARABIC)
    assert readable(html).count("“") == 1
    assert "“سنبدأ العمل في مايو”" in readable(html)


def test_a_short_text_is_one_page_with_its_origin() -> None:
    (page,) = messages.full_text(article(), WHEN, ZONE, ARABIC)
    assert page == (
        "<b>الوزير يعلن خطة الري</b>\n\n"
        "أعلن الوزير خطة جديدة.\n\n"
        "<b>مياه النيل</b>\n\n"
        "وتبدأ في مايو.\n\n"
        "🕗 الثلاثاء 24 نوفمبر، 20:00\n"
        '🔗 <a href="https://example.com/a?b=1&amp;c=2">المصدر</a>'
    )


def test_a_long_text_is_paged_and_its_origin_stands_on_the_last_page() -> None:
    sentences = [f"{number:03} {'كلمة ' * 90}".strip() for number in range(12)]
    blocks = (subheading("\u200f"), *map(paragraph, sentences))
    pages = messages.full_text(article(blocks=blocks), WHEN, ZONE, ARABIC)

    assert len(pages) == 3
    for number, page in enumerate(pages, start=1):
        assert page.startswith("<b>الوزير يعلن خطة الري</b>\n\n0")
        assert readable(page).endswith(f"\n\nصفحة {number} من 3")
        assert ("المصدر" in page) is (number == 3)
        assert units(page) <= 2_500 + 300
    told = [line for page in pages for line in page.splitlines() if line in sentences]
    assert told == sentences


def test_an_announcement_stands_as_it_was_written() -> None:
    text = " السطر <الأول> \nالسطر الثاني\n\n\nفقرة أخرى"
    assert messages.announcement(text, ARABIC) == ("📢 <b>إعلان</b>\n\nالسطر &lt;الأول&gt;\nالسطر الثاني\n\nفقرة أخرى")


def test_latest() -> None:
    (text,) = messages.latest(HEADLINES[:2], NOW, ZONE, ARABIC)
    assert text == (
        "<b>أحدث الأخبار</b>\nالمس رقم الخبر لتقرأ ملخصه.\n\n"
        f"1. 🔴 \u200fBBC: زلزال ({FSI}أمس 20:00{PDI})\n\n"
        f"2. مباراة القمة ({FSI}أمس 20:00{PDI})"
    )


@pytest.mark.parametrize("query", ["زلزال", "<b>", "زلزال\u2069\n\u202eب", "نفط " * 100])
def test_what_was_looked_for_can_be_read_back_from_the_list(query: str) -> None:
    (text,) = messages.found(query, HEADLINES, NOW, ZONE, ARABIC)
    shown, entities = parse_html(text)
    (bold,) = (entity for entity in entities if entity.type == "bold")
    units = shown.encode("utf-16-le")
    read = units[2 * bold.offset : 2 * (bold.offset + bold.length)].decode("utf-16-le")
    assert clean(read) == shorten(clean(query), messages.QUERY)


def test_found() -> None:
    (text,) = messages.found("القمة", HEADLINES[1:2], NOW, ZONE, ARABIC)
    assert text == (
        f"🔎 نتائج البحث عن «<b>{FSI}القمة{PDI}</b>»\nالمس رقم الخبر لتقرأ ملخصه.\n\n"
        f"1. مباراة القمة ({FSI}أمس 20:00{PDI})"
    )


def test_a_story_is_in_a_digest_once_under_a_section_that_is_followed() -> None:
    groups = messages.by_section(HEADLINES, {"أخبار عالمية", "سياسة"})
    assert {section: [headline.id for headline in group] for section, group in groups.items()} == {
        "أخبار عالمية": [1, 3],
        "رياضة": [2],
        "عام": [4],
    }


def test_what_was_understood() -> None:
    assert readable(messages.understood(article(), 4096, ARABIC)) == (
        "👁 هكذا فهمنا الخبر\n\nالوزير يعلن خطة الري\n\nالقسم: أخبار محلية، اقتصاد\n\n"
        "عنوان فرعي واحد\n▫️ مياه النيل\n\n"
        "اقتباسان\n“سنبدأ العمل في مايو المقبل بلا تأخير”\n— الوزير\n“هذا وعد علينا”\n(لم نعرف القائل)"
    )


def test_what_was_understood_is_cut_where_its_room_ends() -> None:
    long = article(quotes=tuple(quote(f"كلام {n} " * 60) for n in range(20)))
    text = messages.understood(long, 2000, ARABIC)
    assert readable(text).endswith("\n\n… وبقية التفاصيل في الملخص.")
    assert 1000 < utf16_length(parse_html(text)[0]) <= 2000


# Text that a page could hold: letters of both directions, markup, emoji, controls, combining marks.
HOSTILE = st.text(st.characters(codec="utf-8") | st.sampled_from("<>&\"'/ab \n\u202e\u2066\u2069\u200f\x00😀ابت"))
SOME = st.lists(HOSTILE, max_size=4)
ARTICLES = st.builds(
    Article,
    title=HOSTILE,
    sections=st.lists(HOSTILE, min_size=1, max_size=3).map(tuple),
    breaking=st.booleans(),
    blocks=st.lists(st.builds(Block, st.sampled_from(BlockKind), HOSTILE), max_size=6).map(tuple),
    quotes=st.lists(st.builds(Quote, HOSTILE, HOSTILE | st.none(), st.just(0), st.just(0), st.just(0)), max_size=5).map(
        tuple
    ),
    lead=HOSTILE | st.none(),
    published_at=st.just(WHEN) | st.none(),
    url=HOSTILE.map("https://example.com/{}".format) | HOSTILE | st.none(),
    language=st.sampled_from(("ar", "en")) | HOSTILE,
    unknown_labels=SOME.map(tuple),
)


@pytest.mark.untraced  # tracing would take most of the time, and smaller tests reach every line
@settings(deadline=None, max_examples=60)
@given(ARTICLES, st.sampled_from(LANGUAGES), st.integers(1, 60))
def test_telegram_takes_every_message_of_any_article(some: Article, language: str, times: int) -> None:
    words = TEXTS.of(language)
    longer = replace(some, title=some.title * times)
    headlines = [Headline(1, longer.title, some.breaking, WHEN, some.sections)] * times
    parts: list[Markup] = [
        messages.alert(longer, WHEN, ZONE, words),
        *messages.summary(longer, WHEN, ZONE, words),
        *messages.full_text(longer, WHEN, ZONE, words),
        messages.joined([messages.alert(longer, WHEN, ZONE, words)] * times, words)[0],
        messages.understood(longer, 4096, words),
        *messages.latest(headlines, NOW, ZONE, words),
        *messages.found(longer.title, headlines, NOW, ZONE, words),
        *(part.text for part in roundup(Edition.EVENING, headlines, (), ZONE, words)),
    ]
    for part in parts:
        text, _ = parse_html(part)
        assert 0 < utf16_length(text) <= 4096


def test_alerts_that_find_room_are_joined_and_numbered() -> None:
    words = Texts.load().of("ar")
    text, size = messages.joined([Markup("<b>أول</b>"), Markup("<b>ثان</b>")], words)
    assert size == 2
    assert text == "<b>1.</b> <b>أول</b>\n\n<b>2.</b> <b>ثان</b>"


def test_one_alert_alone_has_no_number() -> None:
    assert messages.joined([Markup("<b>أول</b>")], Texts.load().of("ar")) == (Markup("<b>أول</b>"), 1)


def test_no_more_alerts_are_joined_than_one_message_holds() -> None:
    alerts = [Markup("خ") * 1500] * 4
    text, size = messages.joined(alerts, Texts.load().of("ar"))
    assert size == 2
    assert units(text) <= MESSAGE_LIMIT
