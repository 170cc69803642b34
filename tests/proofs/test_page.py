"""The page for whoever rereads what the bot says: everything is on it, as it is sent."""

import ast
import re
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from lxml import html
from markupsafe import Markup

import handlers
from bot.demo import play
from bot.emulator.html_parser import parse_html
from bot.extract import read
from bot.proofs import samples as samples_module
from bot.proofs.page import COUNTS, page
from bot.proofs.samples import NOW, ZONE, samples
from handlers import messages
from handlers.split import MESSAGE_LIMIT, units
from handlers.texts import LANGUAGES, Texts
from handlers.texts.catalog import entries
from storage.article import DEFAULT_SECTIONS, Urgency, section_index

# Modules of which every function that renders a message is shown.
RENDERING = (
    "alarms.py",
    "amended.py",
    "desk/card.py",
    "messages.py",
    "reach/figures.py",
    "reach/progress.py",
    "reach/report.py",
    "reach/stats.py",
    "repair/cards.py",
    "roundups.py",
    "sources/cards.py",
)
# What others of these render with, and is in what they render.
PARTS = {"section_name", "headline_line", "understood", "note", "duration", "title_of", "by_state"}


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts.load()


@pytest.fixture(scope="module")
def shown() -> html.HtmlElement:
    return html.document_fromstring(page())


def keys_of(language: str) -> list[str]:
    text = resources.files("handlers.texts").joinpath(f"{language}.po").read_text(encoding="utf-8")
    return re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)


def cell(shown: html.HtmlElement, name: str, language: str) -> html.HtmlElement:
    (found,) = shown.xpath("//article[@id=$name]/div[@lang=$language]", name=name, language=language)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_catalogs_is_on_the_page_once(shown: html.HtmlElement, language: str) -> None:
    names = [article.get("id") for article in shown.xpath("//article")]
    assert len(names) == len(set(names))
    assert set(keys_of(language)) <= set(names)
    assert all(cell(shown, key, language).text_content().strip() for key in keys_of(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_has_plural_forms_is_shown_for_each_count_at_which_they_change(
    shown: html.HtmlElement, texts: Texts, language: str
) -> None:
    for entry in entries():
        if entry.counted:
            said = [line.text_content() for line in cell(shown, entry.key, language)]
            values = {name: Markup("<b>{}</b>").format(name) for name in entry.values}
            forms = [texts.of(language).count(entry.key, n, **values) for n in COUNTS]
            assert said == [f"{n}{parse_html(form)[0]}" for n, form in zip(COUNTS, forms, strict=True)]


def test_the_page_needs_nothing_but_itself_and_runs_nothing(shown: html.HtmlElement) -> None:
    assert shown.xpath("//script | //link | //img | //*[@src] | //*[starts-with(name(@*), 'on')]") == []
    assert "url(" not in "".join(shown.xpath("//style/text()"))
    assert {link.partition("#")[0] for link in shown.xpath("//nav//a/@href")} == {""}
    for link in shown.xpath("//nav//a/@href"):
        assert shown.xpath("//section[@id=$name]", name=link[1:])


def test_arabic_runs_from_right_to_left_and_english_from_left_to_right(shown: html.HtmlElement) -> None:
    ways = {(one.get("lang"), one.get("dir")) for one in shown.xpath("//article/div")}
    assert ways == {("ar", "rtl"), ("en", "ltr")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_telegram_would_take_every_message_that_is_shown(texts: Texts, language: str) -> None:
    for sample in samples(texts.of(language)):
        for text in sample.texts:
            assert 0 < units(parse_html(text)[0]) <= MESSAGE_LIMIT, sample.name


@pytest.mark.parametrize("urgency", Urgency)
def test_an_alert_is_shown_as_it_is_sent(texts: Texts, urgency: Urgency) -> None:
    (story,) = read(play.article(), section_index(DEFAULT_SECTIONS)).articles
    shown = {sample.name: sample for sample in samples(texts.of("ar"))}[f"alert-{urgency}"]
    ranked = replace(story, urgency=urgency, url="https://example.com/news/12")
    assert shown.texts == (messages.alert(ranked, NOW, ZONE, texts.of("ar")),)


def test_every_function_that_renders_a_message_is_shown() -> None:
    folder = Path(handlers.__file__).parent
    rendering = {
        node.name
        for name in RENDERING
        for node in ast.parse((folder / name).read_text()).body
        if isinstance(node, ast.FunctionDef) and node.returns and re.search(r"Markup|Part\b", ast.unparse(node.returns))
        if not node.name.startswith("_") and "query" not in ast.unparse(node.args).partition(":")[0]
    }
    code = "".join(file.read_text() for file in Path(samples_module.__file__).parent.glob("*.py"))
    called = {node.attr for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Attribute)}
    assert rendering - called - PARTS == set()


def test_samples_have_the_same_names_in_every_language(texts: Texts) -> None:
    arabic, english = ([sample.name for sample in samples(texts.of(language))] for language in LANGUAGES)
    assert arabic == english
