"""The catalogs say everything that the code asks for, in both languages, and say it right."""

import ast
import re
import string
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from babel import Locale

import handlers
from bot.emulator.html_parser import parse_html
from handlers.texts import LANGUAGES, Texts
from tests.handlers.catalogs import CATALOGS, entries, strings

CODE = sorted(Path(handlers.__file__).parent.rglob("*.py"))
ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


KEYS = sorted(entries("ar"))


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
