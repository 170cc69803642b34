"""The catalogs say everything that the code asks for, in both languages, and say it right."""

import ast
import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from importlib import resources
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from markupsafe import Markup

import handlers
from bot.emulator.html_parser import parse_html
from handlers.texts import ARABIC_INDIC, FSI, LANGUAGES, LATIN, PDI, Texts, Words, clean, isolate

COUNTS = (0, 1, 2, 3, 10, 11, 99, 100, 102)
CODE = sorted(Path(handlers.__file__).parent.rglob("*.py"))
ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")


def catalog(language: str) -> Catalog:
    return read_po(BytesIO(resources.files("handlers.texts").joinpath(f"{language}.po").read_bytes()), locale=language)


CATALOGS = {language: catalog(language) for language in LANGUAGES}


def key_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def entries(language: str) -> dict[str, Message]:
    return {key_of(message): message for message in CATALOGS[language] if message.id}


def strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


KEYS = sorted(entries("ar"))
PLURAL_KEYS = [key for key in KEYS if entries("ar")[key].pluralizable]


def calls() -> Iterator[tuple[str, str, set[str]]]:
    """Every call that asks for a sentence by a literal key: method, key, names of the values."""
    for file in CODE:
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="say" | "count" | "plain" | "plain_count" as method),
                    args=[ast.Constant(value=str(key)), *_],
                    keywords=keywords,
                ):
                    yield method, key, {keyword.arg for keyword in keywords if keyword.arg}


def docstrings(tree: ast.Module) -> set[ast.AST]:
    nodes = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, nodes) and node.body and isinstance(node.body[0], ast.Expr)
    }


def literals() -> Iterator[tuple[str, str]]:
    """Every string in the code of this floor, docstrings apart, with its file."""
    for file in CODE:
        tree = ast.parse(file.read_text())
        skipped = docstrings(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
                yield file.name, node.value


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load()


def test_catalogs_have_the_same_keys_in_the_same_order() -> None:
    assert list(entries("ar")) == list(entries("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_twice(language: str) -> None:
    text = resources.files("handlers.texts").joinpath(f"{language}.po").read_text(encoding="utf-8")
    keys = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_there_in_every_form(language: str) -> None:
    forms = len(Locale(language).plural_form.tags) + 1  # «other» is in no rule
    assert CATALOGS[language].num_plurals == forms
    for key, message in entries(language).items():
        assert not message.fuzzy, key
        assert all(text.strip() for text in strings(message)), key
        assert len(strings(message)) == (forms if message.pluralizable else 1), key


@pytest.mark.parametrize("key", KEYS)
def test_both_languages_take_the_same_values(key: str) -> None:
    arabic, english = (entries(language)[key] for language in ("ar", "en"))
    assert arabic.pluralizable == english.pluralizable
    values = {frozenset(placeholders(text) - {"n"}) for text in (*strings(arabic), *strings(english))}
    assert len(values) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_follow_the_unicode_rules(language: str) -> None:
    order = ("zero", "one", "two", "few", "many", "other") if language == "ar" else ("one", "other")
    words = Texts.load().of(language)
    message = entries(language)["preview.reach"]
    for n in range(1205):
        form = strings(message)[order.index(Locale(language).plural_form(n))]
        assert words.count("preview.reach", n) == form.replace("{n}", f"{n:,}")


def test_every_key_that_the_code_asks_for_exists_with_its_values() -> None:
    known = entries("ar")
    for method, key, values in calls():
        assert key in known, key
        assert known[key].pluralizable == (method in ("count", "plain_count")), key
        assert values == set().union(*map(placeholders, strings(known[key]))) - {"n"}, key


def test_every_key_in_the_catalogs_is_used() -> None:
    assert set(KEYS) - {value for _, value in literals()} == set()


def test_no_sentence_stands_outside_the_catalogs() -> None:
    # Punctuation is no sentence, letters are; and ranking.py holds prefixes to compare words by.
    arabic = {file for file, text in literals() if any(map(str.isalpha, ARABIC.findall(text)))}
    assert arabic <= {"ranking.py"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_telegram_takes_every_sentence(language: str) -> None:
    for message in entries(language).values():
        for text in strings(message):
            parse_html(text.replace("{url}", "https://example.com/"))


def test_only_the_releasing_button_speaks_of_releasing(texts: Texts) -> None:
    releasing = re.compile("نشر|تأكيد|إرسال|اعتماد")
    for language in LANGUAGES:
        labels = {key: message for key, message in entries(language).items() if key.startswith("button.")}
        holding = {key for key, message in labels.items() if releasing.search("".join(strings(message)))}
        assert holding <= {
            "button.publish",
            "button.confirm",
            "button.confirm_correction",
            "button.confirm_retraction",
            "button.send_announcement",
            "button.apply_proposal",
        }
        assert "ملخص" in texts.of(language).plain("button.summary")
    assert "عاجل" in texts.of("ar").plain("button.flag")


ARABIC_COUNTS = {
    "topics.made": (
        "لم يُنشأ أي موضوع.",
        "أُنشئ موضوع واحد تصل إليه أخبار قسمه.",
        "أُنشئ موضوعان، ولكل قسم موضوعه.",
        "أُنشئت 3 مواضيع، ولكل قسم موضوعه.",
        "أُنشئت 10 مواضيع، ولكل قسم موضوعه.",
        "أُنشئ 11 موضوعًا، ولكل قسم موضوعه.",
        "أُنشئ 99 موضوعًا، ولكل قسم موضوعه.",
        "أُنشئ 100 موضوع، ولكل قسم موضوعه.",
        "أُنشئ 102 موضوع، ولكل قسم موضوعه.",
    ),
    "chats.followed": (
        "لن يُنشر فيها شيء.",
        "يُنشر فيها قسم واحد.",
        "يُنشر فيها قسمان.",
        "تُنشر فيها 3 أقسام.",
        "تُنشر فيها 10 أقسام.",
        "يُنشر فيها 11 قسمًا.",
        "يُنشر فيها 99 قسمًا.",
        "يُنشر فيها 100 قسم.",
        "يُنشر فيها 102 قسم.",
    ),
    "time.minutes_ago": (
        "الآن",
        "قبل دقيقة",
        "قبل دقيقتين",
        "قبل 3 دقائق",
        "قبل 10 دقائق",
        "قبل 11 دقيقة",
        "قبل 99 دقيقة",
        "قبل 100 دقيقة",
        "قبل 102 دقيقة",
    ),
    "span.seconds": (
        "أقل من ثانية",
        "ثانية",
        "ثانيتين",
        "3 ثوانٍ",
        "10 ثوانٍ",
        "11 ثانية",
        "99 ثانية",
        "100 ثانية",
        "102 ثانية",
    ),
    "span.minutes": (
        "أقل من دقيقة",
        "دقيقة",
        "دقيقتين",
        "3 دقائق",
        "10 دقائق",
        "11 دقيقة",
        "99 دقيقة",
        "100 دقيقة",
        "102 دقيقة",
    ),
    "span.hours": (
        "أقل من ساعة",
        "ساعة",
        "ساعتين",
        "3 ساعات",
        "10 ساعات",
        "11 ساعة",
        "99 ساعة",
        "100 ساعة",
        "102 ساعة",
    ),
    "sections.followed": (
        "لم يبق لك أي قسم، فلن نرسل إليك شيئًا.",
        "أنت مشترك في قسم واحد.",
        "أنت مشترك في قسمين.",
        "أنت مشترك في 3 أقسام.",
        "أنت مشترك في 10 أقسام.",
        "أنت مشترك في 11 قسمًا.",
        "أنت مشترك في 99 قسمًا.",
        "أنت مشترك في 100 قسم.",
        "أنت مشترك في 102 قسم.",
    ),
    "summary.more_quotes": (
        "لا اقتباسات أخرى في الخبر.",
        "وفي الخبر اقتباس آخر.",
        "وفي الخبر اقتباسان آخران.",
        "وفي الخبر 3 اقتباسات أخرى.",
        "وفي الخبر 10 اقتباسات أخرى.",
        "وفي الخبر 11 اقتباسًا آخر.",
        "وفي الخبر 99 اقتباسًا آخر.",
        "وفي الخبر 100 اقتباس آخر.",
        "وفي الخبر 102 اقتباس آخر.",
    ),
    "digest.title": (
        "🗞 <b>موجز اليوم: لا أخبار</b>",
        "🗞 <b>موجز اليوم: خبر واحد</b>",
        "🗞 <b>موجز اليوم: خبران</b>",
        "🗞 <b>موجز اليوم: 3 أخبار</b>",
        "🗞 <b>موجز اليوم: 10 أخبار</b>",
        "🗞 <b>موجز اليوم: 11 خبرًا</b>",
        "🗞 <b>موجز اليوم: 99 خبرًا</b>",
        "🗞 <b>موجز اليوم: 100 خبر</b>",
        "🗞 <b>موجز اليوم: 102 خبر</b>",
    ),
    "preview.subheadings": (
        "<b>لا عناوين فرعية</b>",
        "<b>عنوان فرعي واحد</b>",
        "<b>عنوانان فرعيان</b>",
        "<b>3 عناوين فرعية</b>",
        "<b>10 عناوين فرعية</b>",
        "<b>11 عنوانًا فرعيًّا</b>",
        "<b>99 عنوانًا فرعيًّا</b>",
        "<b>100 عنوان فرعي</b>",
        "<b>102 عنوان فرعي</b>",
    ),
    "preview.quotes": (
        "<b>لا اقتباسات</b>",
        "<b>اقتباس واحد</b>",
        "<b>اقتباسان</b>",
        "<b>3 اقتباسات</b>",
        "<b>10 اقتباسات</b>",
        "<b>11 اقتباسًا</b>",
        "<b>99 اقتباسًا</b>",
        "<b>100 اقتباس</b>",
        "<b>102 اقتباس</b>",
    ),
    "preview.reach": (
        "ليس لقسمه مشتركون بعد، فلن يصل إلى أحد.",
        "سيصل إلى مشترك واحد.",
        "سيصل إلى مشتركَين.",
        "سيصل إلى 3 مشتركين.",
        "سيصل إلى 10 مشتركين.",
        "سيصل إلى 11 مشتركًا.",
        "سيصل إلى 99 مشتركًا.",
        "سيصل إلى 100 مشترك.",
        "سيصل إلى 102 مشترك.",
    ),
    "preview.would_reach": (
        "وليس لقسمه مشتركون بعد.",
        "وإن جعلته عاجلًا وصل إلى مشترك واحد.",
        "وإن جعلته عاجلًا وصل إلى مشتركَين.",
        "وإن جعلته عاجلًا وصل إلى 3 مشتركين.",
        "وإن جعلته عاجلًا وصل إلى 10 مشتركين.",
        "وإن جعلته عاجلًا وصل إلى 11 مشتركًا.",
        "وإن جعلته عاجلًا وصل إلى 99 مشتركًا.",
        "وإن جعلته عاجلًا وصل إلى 100 مشترك.",
        "وإن جعلته عاجلًا وصل إلى 102 مشترك.",
    ),
    "retract.digests": (
        "ولم يرد في موجز سبق إرساله.",
        "ويحل محله إشعار في موجز واحد سبق إرساله.",
        "ويحل محله إشعار في موجزين سبق إرسالهما.",
        "ويحل محله إشعار في 3 موجزات سبق إرسالها.",
        "ويحل محله إشعار في 10 موجزات سبق إرسالها.",
        "ويحل محله إشعار في 11 موجزًا سبق إرساله.",
        "ويحل محله إشعار في 99 موجزًا سبق إرساله.",
        "ويحل محله إشعار في 100 موجز سبق إرساله.",
        "ويحل محله إشعار في 102 موجز سبق إرساله.",
    ),
    "proposal.more": (
        "وليس غير ذلك.",
        "ومعه تغيير آخر في النص.",
        "ومعه تغييران آخران في النص.",
        "ومعه 3 تغييرات أخرى في النص.",
        "ومعه 10 تغييرات أخرى في النص.",
        "ومعه 11 تغييرًا آخر في النص.",
        "ومعه 99 تغييرًا آخر في النص.",
        "ومعه 100 تغيير آخر في النص.",
        "ومعه 102 تغيير آخر في النص.",
    ),
    "missing.speakers": (
        "لا قائل",
        "قائل أحد الاقتباسات",
        "قائلا اقتباسين",
        "قائلو 3 اقتباسات",
        "قائلو 10 اقتباسات",
        "قائلو 11 اقتباسًا",
        "قائلو 99 اقتباسًا",
        "قائلو 100 اقتباس",
        "قائلو 102 اقتباس",
    ),
    "draft.published": (
        "✅ نُشر الخبر رقم 7، وليس لقسمه مشتركون بعد.\n\n<b>ع</b>",
        "✅ نُشر الخبر رقم 7، وهو في طريقه إلى مشترك واحد.\n\n<b>ع</b>",
        "✅ نُشر الخبر رقم 7، وهو في طريقه إلى مشتركَين.\n\n<b>ع</b>",
        "✅ نُشر الخبر رقم 7، وهو في طريقه إلى 3 مشتركين.\n\n<b>ع</b>",
        "✅ نُشر الخبر رقم 7، وهو في طريقه إلى 10 مشتركين.\n\n<b>ع</b>",
        "✅ نُشر الخبر رقم 7، وهو في طريقه إلى 11 مشتركًا.\n\n<b>ع</b>",
        "✅ نُشر الخبر رقم 7، وهو في طريقه إلى 99 مشتركًا.\n\n<b>ع</b>",
        "✅ نُشر الخبر رقم 7، وهو في طريقه إلى 100 مشترك.\n\n<b>ع</b>",
        "✅ نُشر الخبر رقم 7، وهو في طريقه إلى 102 مشترك.\n\n<b>ع</b>",
    ),
    "settings.words": (
        "لا كلمات",
        "كلمة واحدة",
        "كلمتان",
        "3 كلمات",
        "10 كلمات",
        "11 كلمة",
        "99 كلمة",
        "100 كلمة",
        "102 كلمة",
    ),
    "settings.budget": (
        "لا تنبيهات",
        "تنبيه واحد",
        "تنبيهان",
        "3 تنبيهات",
        "10 تنبيهات",
        "11 تنبيهًا",
        "99 تنبيهًا",
        "100 تنبيه",
        "102 تنبيه",
    ),
    "budget.set": (
        "لا تنبيهات.",
        "تنبيه واحد في اليوم على الأكثر.",
        "تنبيهان في اليوم على الأكثر.",
        "3 تنبيهات في اليوم على الأكثر.",
        "10 تنبيهات في اليوم على الأكثر.",
        "11 تنبيهًا في اليوم على الأكثر.",
        "99 تنبيهًا في اليوم على الأكثر.",
        "100 تنبيه في اليوم على الأكثر.",
        "102 تنبيه في اليوم على الأكثر.",
    ),
    "budget.spent": (
        "لن تصلك تنبيهات أخرى اليوم. ب",
        "وصلك اليوم تنبيه واحد، وهو الحد الذي اخترته. ب",
        "وصلك اليوم تنبيهان، وهما الحد الذي اخترته. ب",
        "وصلتك اليوم 3 تنبيهات، وهو الحد الذي اخترته. ب",
        "وصلتك اليوم 10 تنبيهات، وهو الحد الذي اخترته. ب",
        "وصلك اليوم 11 تنبيهًا، وهو الحد الذي اخترته. ب",
        "وصلك اليوم 99 تنبيهًا، وهو الحد الذي اخترته. ب",
        "وصلك اليوم 100 تنبيه، وهو الحد الذي اخترته. ب",
        "وصلك اليوم 102 تنبيه، وهو الحد الذي اخترته. ب",
    ),
    "words.this_week": (
        "«<b>ك</b>»: لم ترد في أي خبر عاجل هذا الأسبوع.",
        "«<b>ك</b>»: وردت في خبر عاجل واحد هذا الأسبوع.",
        "«<b>ك</b>»: وردت في خبرين عاجلين هذا الأسبوع.",
        "«<b>ك</b>»: وردت في 3 أخبار عاجلة هذا الأسبوع.",
        "«<b>ك</b>»: وردت في 10 أخبار عاجلة هذا الأسبوع.",
        "«<b>ك</b>»: وردت في 11 خبرًا عاجلًا هذا الأسبوع.",
        "«<b>ك</b>»: وردت في 99 خبرًا عاجلًا هذا الأسبوع.",
        "«<b>ك</b>»: وردت في 100 خبر عاجل هذا الأسبوع.",
        "«<b>ك</b>»: وردت في 102 خبر عاجل هذا الأسبوع.",
    ),
    "words.no_phrase": (
        "اكتب كلمة أو أكثر.",
        "اكتب كلمة واحدة.",
        "اكتب كلمة أو كلمتين.",
        "اكتب بعد الأمر كلمة أو عبارة قصيرة، لا تزيد على 3 كلمات.",
        "اكتب بعد الأمر كلمة أو عبارة قصيرة، لا تزيد على 10 كلمات.",
        "اكتب بعد الأمر كلمة أو عبارة قصيرة، لا تزيد على 11 كلمة.",
        "اكتب بعد الأمر كلمة أو عبارة قصيرة، لا تزيد على 99 كلمة.",
        "اكتب بعد الأمر كلمة أو عبارة قصيرة، لا تزيد على 100 كلمة.",
        "اكتب بعد الأمر كلمة أو عبارة قصيرة، لا تزيد على 102 كلمة.",
    ),
    "words.toast_too_many": (
        "لا مكان لكلمة أخرى.",
        "عندك كلمة واحدة، وهي أقصى ما يمكن.",
        "عندك كلمتان، وهما أقصى ما يمكن.",
        "عندك 3 كلمات، وهي أقصى ما يمكن. احذف واحدة أولًا.",
        "عندك 10 كلمات، وهي أقصى ما يمكن. احذف واحدة أولًا.",
        "عندك 11 كلمة، وهي أقصى ما يمكن. احذف واحدة أولًا.",
        "عندك 99 كلمة، وهي أقصى ما يمكن. احذف واحدة أولًا.",
        "عندك 100 كلمة، وهي أقصى ما يمكن. احذف واحدة أولًا.",
        "عندك 102 كلمة، وهي أقصى ما يمكن. احذف واحدة أولًا.",
    ),
    "digest.title_weekly": (
        "🗞 <b>موجز الأسبوع: لا أخبار</b>",
        "🗞 <b>موجز الأسبوع: خبر واحد</b>",
        "🗞 <b>موجز الأسبوع: خبران</b>",
        "🗞 <b>موجز الأسبوع: 3 أخبار</b>",
        "🗞 <b>موجز الأسبوع: 10 أخبار</b>",
        "🗞 <b>موجز الأسبوع: 11 خبرًا</b>",
        "🗞 <b>موجز الأسبوع: 99 خبرًا</b>",
        "🗞 <b>موجز الأسبوع: 100 خبر</b>",
        "🗞 <b>موجز الأسبوع: 102 خبر</b>",
    ),
    "digest.title_missed": (
        "🌙 <b>لم يفتك أي خبر عاجل</b>",
        "🌙 <b>فاتك خبر عاجل واحد</b>",
        "🌙 <b>فاتك خبران عاجلان</b>",
        "🌙 <b>فاتتك 3 أخبار عاجلة</b>",
        "🌙 <b>فاتتك 10 أخبار عاجلة</b>",
        "🌙 <b>فاتك 11 خبرًا عاجلًا</b>",
        "🌙 <b>فاتك 99 خبرًا عاجلًا</b>",
        "🌙 <b>فاتك 100 خبر عاجل</b>",
        "🌙 <b>فاتك 102 خبر عاجل</b>",
    ),
    "correct.edits": (
        "لم تصل إلى المشتركين أي نسخة بعد.",
        "ستُعدَّل نسخة واحدة وصلت إلى مشتركها.",
        "ستُعدَّل نسختان وصلتا إلى المشتركين.",
        "ستُعدَّل 3 نسخ وصلت إلى المشتركين.",
        "ستُعدَّل 10 نسخ وصلت إلى المشتركين.",
        "ستُعدَّل 11 نسخة وصلت إلى المشتركين.",
        "ستُعدَّل 99 نسخة وصلت إلى المشتركين.",
        "ستُعدَّل 100 نسخة وصلت إلى المشتركين.",
        "ستُعدَّل 102 نسخة وصلت إلى المشتركين.",
    ),
    "correct.queued": (
        "لا نسخ تنتظر.",
        "نسخة واحدة ما زالت تنتظر، وستخرج مصحَّحة.",
        "نسختان ما زالتا تنتظران، وستخرجان مصحَّحتين.",
        "3 نسخ ما زالت تنتظر، وستخرج مصحَّحة.",
        "10 نسخ ما زالت تنتظر، وستخرج مصحَّحة.",
        "11 نسخة ما زالت تنتظر، وستخرج مصحَّحة.",
        "99 نسخة ما زالت تنتظر، وستخرج مصحَّحة.",
        "100 نسخة ما زالت تنتظر، وستخرج مصحَّحة.",
        "102 نسخة ما زالت تنتظر، وستخرج مصحَّحة.",
    ),
    "correct.read_long_ago": (
        "لم تصل أي نسخة قبل أكثر من ساعة.",
        "نسخة واحدة وصلت قبل أكثر من ساعة؛ يمكن أن يُنبَّه صاحبها برد صامت.",
        "نسختان وصلتا قبل أكثر من ساعة؛ يمكن أن يُنبَّه صاحباهما برد صامت.",
        "3 نسخ وصلت قبل أكثر من ساعة؛ يمكن أن يُنبَّه أصحابها برد صامت.",
        "10 نسخ وصلت قبل أكثر من ساعة؛ يمكن أن يُنبَّه أصحابها برد صامت.",
        "11 نسخة وصلت قبل أكثر من ساعة؛ يمكن أن يُنبَّه أصحابها برد صامت.",
        "99 نسخة وصلت قبل أكثر من ساعة؛ يمكن أن يُنبَّه أصحابها برد صامت.",
        "100 نسخة وصلت قبل أكثر من ساعة؛ يمكن أن يُنبَّه أصحابها برد صامت.",
        "102 نسخة وصلت قبل أكثر من ساعة؛ يمكن أن يُنبَّه أصحابها برد صامت.",
    ),
    "correct.done": (
        "✅ صُحِّح الخبر رقم 7. لا نسخ وصلت لتُعدَّل.",
        "✅ صُحِّح الخبر رقم 7. تُعدَّل الآن نسخة واحدة وصلت.",
        "✅ صُحِّح الخبر رقم 7. تُعدَّل الآن نسختان وصلتا.",
        "✅ صُحِّح الخبر رقم 7. تُعدَّل الآن 3 نسخ وصلت.",
        "✅ صُحِّح الخبر رقم 7. تُعدَّل الآن 10 نسخ وصلت.",
        "✅ صُحِّح الخبر رقم 7. تُعدَّل الآن 11 نسخة وصلت.",
        "✅ صُحِّح الخبر رقم 7. تُعدَّل الآن 99 نسخة وصلت.",
        "✅ صُحِّح الخبر رقم 7. تُعدَّل الآن 100 نسخة وصلت.",
        "✅ صُحِّح الخبر رقم 7. تُعدَّل الآن 102 نسخة وصلت.",
    ),
    "correct.followed_up": (
        "ولا يُنبَّه أحد برد صامت.",
        "ويُنبَّه مشترك واحد برد صامت.",
        "ويُنبَّه مشتركان برد صامت.",
        "ويُنبَّه 3 مشتركين برد صامت.",
        "ويُنبَّه 10 مشتركين برد صامت.",
        "ويُنبَّه 11 مشتركًا برد صامت.",
        "ويُنبَّه 99 مشتركًا برد صامت.",
        "ويُنبَّه 100 مشترك برد صامت.",
        "ويُنبَّه 102 مشترك برد صامت.",
    ),
    "retract.copies": (
        "لم تصل إلى المشتركين أي نسخة بعد.",
        "ستُحذف نسخة واحدة وصلت، أو يحل السبب محلها إن مضى عليها أكثر من يومين.",
        "ستُحذف نسختان وصلتا، ويحل السبب محل ما مضى عليه منهما أكثر من يومين.",
        "ستُحذف 3 نسخ وصلت، ويحل السبب محل ما مضى عليه منها أكثر من يومين.",
        "ستُحذف 10 نسخ وصلت، ويحل السبب محل ما مضى عليه منها أكثر من يومين.",
        "ستُحذف 11 نسخة وصلت، ويحل السبب محل ما مضى عليه منها أكثر من يومين.",
        "ستُحذف 99 نسخة وصلت، ويحل السبب محل ما مضى عليه منها أكثر من يومين.",
        "ستُحذف 100 نسخة وصلت، ويحل السبب محل ما مضى عليه منها أكثر من يومين.",
        "ستُحذف 102 نسخة وصلت، ويحل السبب محل ما مضى عليه منها أكثر من يومين.",
    ),
    "retract.queued": (
        "لا نسخ تنتظر.",
        "نسخة واحدة تنتظر، ولن تخرج.",
        "نسختان تنتظران، ولن تخرجا.",
        "3 نسخ تنتظر، ولن تخرج.",
        "10 نسخ تنتظر، ولن تخرج.",
        "11 نسخة تنتظر، ولن تخرج.",
        "99 نسخة تنتظر، ولن تخرج.",
        "100 نسخة تنتظر، ولن تخرج.",
        "102 نسخة تنتظر، ولن تخرج.",
    ),
    "retract.done": (
        "⛔️ سُحب الخبر رقم 7، ولن تخرج منه نسخة أخرى. لم تصل منه نسخ لتُزال.",
        "⛔️ سُحب الخبر رقم 7، ولن تخرج منه نسخة أخرى. تُزال الآن نسخة واحدة وصلت.",
        "⛔️ سُحب الخبر رقم 7، ولن تخرج منه نسخة أخرى. تُزال الآن نسختان وصلتا.",
        "⛔️ سُحب الخبر رقم 7، ولن تخرج منه نسخة أخرى. تُزال الآن 3 نسخ وصلت.",
        "⛔️ سُحب الخبر رقم 7، ولن تخرج منه نسخة أخرى. تُزال الآن 10 نسخ وصلت.",
        "⛔️ سُحب الخبر رقم 7، ولن تخرج منه نسخة أخرى. تُزال الآن 11 نسخة وصلت.",
        "⛔️ سُحب الخبر رقم 7، ولن تخرج منه نسخة أخرى. تُزال الآن 99 نسخة وصلت.",
        "⛔️ سُحب الخبر رقم 7، ولن تخرج منه نسخة أخرى. تُزال الآن 100 نسخة وصلت.",
        "⛔️ سُحب الخبر رقم 7، ولن تخرج منه نسخة أخرى. تُزال الآن 102 نسخة وصلت.",
    ),
    "retract.stopped": (
        "ولم تكن رسائل تنتظر.",
        "وأُوقفت رسالة واحدة كانت تنتظر.",
        "وأُوقفت رسالتان كانتا تنتظران.",
        "وأُوقفت 3 رسائل كانت تنتظر.",
        "وأُوقفت 10 رسائل كانت تنتظر.",
        "وأُوقفت 11 رسالة كانت تنتظر.",
        "وأُوقفت 99 رسالة كانت تنتظر.",
        "وأُوقفت 100 رسالة كانت تنتظر.",
        "وأُوقفت 102 رسالة كانت تنتظر.",
    ),
    "repair.unknown": (
        "مصير كل النسخ معروف.",
        "نسخة واحدة لا يُعرف هل وصلت، فلا سبيل إليها.",
        "نسختان لا يُعرف هل وصلتا، فلا سبيل إليهما.",
        "3 نسخ لا يُعرف هل وصلت، فلا سبيل إليها.",
        "10 نسخ لا يُعرف هل وصلت، فلا سبيل إليها.",
        "11 نسخة لا يُعرف هل وصلت، فلا سبيل إليها.",
        "99 نسخة لا يُعرف هل وصلت، فلا سبيل إليها.",
        "100 نسخة لا يُعرف هل وصلت، فلا سبيل إليها.",
        "102 نسخة لا يُعرف هل وصلت، فلا سبيل إليها.",
    ),
    "announce.reach": (
        "لا أحد يصل إليه هذا الإعلان.",
        "سيصل إلى مشترك واحد.",
        "سيصل إلى مشتركَين.",
        "سيصل إلى 3 مشتركين.",
        "سيصل إلى 10 مشتركين.",
        "سيصل إلى 11 مشتركًا.",
        "سيصل إلى 99 مشتركًا.",
        "سيصل إلى 100 مشترك.",
        "سيصل إلى 102 مشترك.",
    ),
    "announce.sent": (
        "📢 لم يكن للإعلان من يصل إليه.",
        "📢 الإعلان في طريقه إلى مشترك واحد.",
        "📢 الإعلان في طريقه إلى مشتركَين.",
        "📢 الإعلان في طريقه إلى 3 مشتركين.",
        "📢 الإعلان في طريقه إلى 10 مشتركين.",
        "📢 الإعلان في طريقه إلى 11 مشتركًا.",
        "📢 الإعلان في طريقه إلى 99 مشتركًا.",
        "📢 الإعلان في طريقه إلى 100 مشترك.",
        "📢 الإعلان في طريقه إلى 102 مشترك.",
    ),
    "repair.rest_gone": (
        "▫️ كل المحادثات تستقبل رسائل البوت.",
        "▫️ محادثة واحدة لم تعد تستقبل رسائل البوت.",
        "▫️ محادثتان لم تعودا تستقبلان رسائل البوت.",
        "▫️ 3 محادثات لم تعد تستقبل رسائل البوت.",
        "▫️ 10 محادثات لم تعد تستقبل رسائل البوت.",
        "▫️ 11 محادثة لم تعد تستقبل رسائل البوت.",
        "▫️ 99 محادثة لم تعد تستقبل رسائل البوت.",
        "▫️ 100 محادثة لم تعد تستقبل رسائل البوت.",
        "▫️ 102 محادثة لم تعد تستقبل رسائل البوت.",
    ),
    "repair.rest_failed": (
        "▫️ لم يمنع تيليغرام تعديل أي رسالة.",
        "▫️ رسالة واحدة لا يسمح تيليغرام بتعديلها.",
        "▫️ رسالتان لا يسمح تيليغرام بتعديلهما.",
        "▫️ 3 رسائل لا يسمح تيليغرام بتعديلها.",
        "▫️ 10 رسائل لا يسمح تيليغرام بتعديلها.",
        "▫️ 11 رسالة لا يسمح تيليغرام بتعديلها.",
        "▫️ 99 رسالة لا يسمح تيليغرام بتعديلها.",
        "▫️ 100 رسالة لا يسمح تيليغرام بتعديلها.",
        "▫️ 102 رسالة لا يسمح تيليغرام بتعديلها.",
    ),
}
VALUES: dict[str, dict[str, object]] = {
    "correct.done": {"id": 7},
    "retract.done": {"id": 7},
    "budget.spent": {"rest": Markup("ب")},
    "words.this_week": {"text": Markup("ك")},
    "draft.published": {"id": 7, "title": Markup("ع")},
}
TO_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.mark.parametrize("digits", [LATIN, ARABIC_INDIC])
@pytest.mark.parametrize("key", PLURAL_KEYS)
def test_arabic_counts_read_right(texts: Texts, key: str, digits: str) -> None:
    said = tuple(texts.of("ar", digits).count(key, n, **VALUES.get(key, {})) for n in COUNTS)
    expected = ARABIC_COUNTS[key]
    assert said == tuple(form.translate(TO_ARABIC_INDIC) if digits == ARABIC_INDIC else form for form in expected)


@pytest.mark.parametrize("key", PLURAL_KEYS)
def test_english_counts_read_right(texts: Texts, key: str) -> None:
    words = texts.of("en")
    singular, plural = strings(entries("en")[key])
    assert singular != plural
    for n in COUNTS:
        expected = (singular if n == 1 else plural).format(n=n, **VALUES.get(key, {}))
        assert words.count(key, n, **VALUES.get(key, {})) == expected


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
