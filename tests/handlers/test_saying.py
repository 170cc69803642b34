"""Values in sentences: they stand in their place, in the reader's digits, and times are said as people say them."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from markupsafe import Markup

from handlers.texts import ARABIC_INDIC, FSI, LANGUAGES, PDI, Texts, Words, clean, isolate


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Reuters", f"{FSI}Reuters{PDI}"),
        ("<b>&", f"{FSI}&lt;b&gt;&amp;{PDI}"),
        (f"a{PDI}{PDI}\u202eb", f"{FSI}ab{PDI}"),  # closing our isolate from inside would let it leak
        ("one\ntwo\x00\x1b three", f"{FSI}one two three{PDI}"),
        (12, "12"),
        (-12, f"{FSI}-12{PDI}"),
        (Markup("<i>ours</i>"), "<i>ours</i>"),
    ],
)
def test_values_cannot_change_markup_or_direction(value: object, shown: str) -> None:
    assert isolate(value) == shown


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  خبر\t\n عاجل ", "خبر عاجل"),
        ("\u200fخبر\u202e \u2066عاجل\ufeff", "خبر عاجل"),
        ("a\ud800b\u2028c", "ab c"),
        ("\u200b", ""),
    ],
)
def test_clean_leaves_one_plain_line(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_commands_stand_in_isolates_in_arabic_only(texts: Texts) -> None:
    assert f"{FSI}/digest 21:30{PDI}" in texts.of("ar").say("digest.bad_time")
    assert FSI not in texts.of("en").say("digest.bad_time")
    assert texts.of("ar").say("latest.title").count(FSI) == 0  # closing tags are no commands


@pytest.mark.parametrize(
    ("language", "moment", "short", "clock", "place"),
    [
        ("ar", "الثلاثاء 24 نوفمبر، 20:00", "24 نوفمبر، 20:00", "20:00", "الرياض"),
        ("en", "Tuesday 24 November, 20:00", "24 November, 20:00", "20:00", "Riyadh"),
    ],
)
def test_times_are_said_as_people_say_them(
    texts: Texts, language: str, moment: str, short: str, clock: str, place: str
) -> None:
    words, zone = texts.of(language), ZoneInfo("Asia/Riyadh")
    when = datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert words.moment(when, zone) == moment
    assert words.short_moment(when, zone) == f"{FSI}{short}{PDI}"
    assert words.clock(when, zone) == f"{FSI}{clock}{PDI}"
    assert words.place("Asia/Riyadh") == place


NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "arabic", "arabic_indic", "english"),
    [
        (NOW, "الآن", "الآن", "just now"),
        (datetime(2026, 11, 24, 17, 5, tzinfo=UTC), "الآن", "الآن", "just now"),  # of a clock that is ahead
        (datetime(2026, 11, 24, 16, 59, tzinfo=UTC), "قبل دقيقة", "قبل دقيقة", "a minute ago"),
        (datetime(2026, 11, 24, 16, 58, tzinfo=UTC), "قبل دقيقتين", "قبل دقيقتين", "2 minutes ago"),
        (datetime(2026, 11, 24, 16, 55, tzinfo=UTC), "قبل 5 دقائق", "قبل ٥ دقائق", "5 minutes ago"),
        (datetime(2026, 11, 24, 16, 1, tzinfo=UTC), "قبل 59 دقيقة", "قبل ٥٩ دقيقة", "59 minutes ago"),
        (datetime(2026, 11, 24, 16, 0, tzinfo=UTC), "اليوم 19:00", "اليوم ١٩:٠٠", "today 19:00"),
        (datetime(2026, 11, 23, 21, 0, tzinfo=UTC), "اليوم 00:00", "اليوم ٠٠:٠٠", "today 00:00"),
        (datetime(2026, 11, 23, 19, 40, tzinfo=UTC), "أمس 22:40", "أمس ٢٢:٤٠", "yesterday 22:40"),
        (
            datetime(2026, 11, 22, 19, 40, tzinfo=UTC),
            "22 نوفمبر، 22:40",
            "٢٢ نوفمبر، ٢٢:٤٠",
            "22 November, 22:40",
        ),
    ],
)
def test_how_long_ago_is_said_as_people_say_it(
    texts: Texts, at: datetime, arabic: str, arabic_indic: str, english: str
) -> None:
    zone = ZoneInfo("Asia/Riyadh")
    said = [texts.of(*spoken).when(at, NOW, zone) for spoken in (("ar",), ("ar", ARABIC_INDIC), ("en", ARABIC_INDIC))]
    assert said == [f"{FSI}{text}{PDI}" for text in (arabic, arabic_indic, english)]


@pytest.mark.parametrize(
    ("span", "arabic", "english"),
    [
        (timedelta(milliseconds=200), "أقل من ثانية", "0 seconds"),
        (timedelta(seconds=-3), "أقل من ثانية", "0 seconds"),
        (timedelta(seconds=1.4), "ثانية", "1 second"),
        (timedelta(seconds=99), "99 ثانية", "99 seconds"),
        (timedelta(seconds=60), "دقيقة", "1 minute"),
        (timedelta(minutes=60), "ساعة", "1 hour"),
        (timedelta(seconds=100), "دقيقتين", "2 minutes"),
        (timedelta(minutes=99), "99 دقيقة", "99 minutes"),
        (timedelta(minutes=180), "3 ساعات", "3 hours"),
        (timedelta(hours=30), "30 ساعة", "30 hours"),
    ],
)
def test_lengths_of_time_are_told_in_one_unit(texts: Texts, span: timedelta, arabic: str, english: str) -> None:
    assert [texts.of(language).plain_span(span) for language in LANGUAGES] == [arabic, english]


def test_what_the_bot_counts_stands_in_the_readers_digits_and_what_others_wrote_as_they_wrote_it(texts: Texts) -> None:
    words = texts.of("ar", ARABIC_INDIC)
    assert words.number(12345) == "١٢٬٣٤٥"
    assert (words.percent(50), texts.of("ar").percent(50)) == ("٥٠٪", "50%")
    assert words.say("headline.line", number=12, title="خبر 24", time=time(9, 5)) == (
        f"١٢. {FSI}خبر 24{PDI} ({FSI}٠٩:٠٥{PDI})"
    )
    assert words.plain("button.time_off", time=time(21, 30)) == "٢١:٣٠"
    assert words.moment(NOW, ZoneInfo("Asia/Riyadh")) == "الثلاثاء ٢٤ نوفمبر، ٢٠:٠٠"
    assert f"{FSI}/digest 21:30{PDI}" in words.say("digest.bad_time")  # it is to be typed


@pytest.mark.parametrize(
    ("code", "language"),
    [("ar", "ar"), ("ar-EG", "ar"), ("AR_eg", "ar"), ("en-GB", "en"), ("fr", "ar"), ("", "ar"), (None, "ar")],
)
def test_language_follows_telegrams_tag_or_else_the_default(texts: Texts, code: str | None, language: str) -> None:
    assert texts.language(code) == language
    assert texts.of(code).language == language


def test_an_unknown_default_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no texts in 'xx'; possible are ar and en"):
        Texts.load("xx")


def test_an_unknown_key_is_an_error_and_never_shown(texts: Texts) -> None:
    words: Words = texts.of("ar")
    with pytest.raises(KeyError):
        words.say("no.such_key")
    with pytest.raises(KeyError):
        words.count("no.such_key", 3)
    with pytest.raises(KeyError):
        words.say("article.time")
