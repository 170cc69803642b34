"""Whole articles, with what must come out of them."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot.extract import read
from storage.article import Article
from tests.extract.scoring import Figures, Gold, f1

ROOT = Path(__file__).parent.parent / "articles"


def _inputs(half: str) -> list[Path]:
    return sorted(path for path in (ROOT / half).rglob("*") if path.suffix in (".txt", ".html", ".xml"))


def _readings(path: Path, index: Mapping[str, str]) -> Iterator[tuple[Article, Gold]]:
    gold = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    articles = read(path.read_bytes(), index).articles
    yield from zip(articles, gold if isinstance(gold, list) else [gold], strict=True)


def _figures(half: str, index: Mapping[str, str]) -> Figures:
    figures = Figures()
    for path in _inputs(half):
        for article, gold in _readings(path, index):
            figures.add(article, gold)
    return figures


@pytest.mark.parametrize(
    "path", _inputs("shared") + _inputs("tuned"), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_an_article_is_read_exactly(path: Path, index: Mapping[str, str]) -> None:
    for article, gold in _readings(path, index):
        figures = Figures()
        figures.add(article, gold)
        assert figures.faults == []
        assert figures.headings == [len(gold["subheadings"]), 0, 0]
        assert figures.quotes == [len(gold["quotes"]), 0, 0]
        assert figures.speakers == [len(gold["quotes"]), len(gold["quotes"])]
        accepted = gold.get("body_paragraphs_accept", [gold["body_paragraphs"]])
        assert len(article.paragraphs) in accepted


@pytest.mark.parametrize("half", ["heldout", "heldout2"])
def test_articles_that_were_set_aside_are_read_within_the_aims(half: str, index: Mapping[str, str]) -> None:
    """Headings 0.97, quotes 0.98, speakers 0.92, no fault.

    Each article and its gold stood before anything was read out of it; the failures of the second lot were studied
    since.
    """
    figures = _figures(half, index)
    assert figures.faults == []
    assert f1(figures.headings) >= 0.97
    assert f1(figures.quotes) >= 0.98
    assert figures.speakers[0] / figures.speakers[1] >= 0.92


@pytest.mark.parametrize(
    ("half", "least"),
    [
        ("studied", 0.96),
        ("studied2", 0.98),
        ("studied3", 0.98),
        ("studied4", 0.92),
        ("studied5", 0.91),
        ("heldout3", 0.96),
    ],
)
def test_articles_in_the_manner_of_newsrooms_are_read(half: str, least: float, index: Mapping[str, str]) -> None:
    """Headings 0.97, quotes 0.98, no fault, and no fewer speakers than once.

    Of the first lot, the items a… were written before the rules were read, the items b… when they had been made more
    general: 0.86 and 0.82 of their speakers were right at first sight. Of the second lot 0.87 were (105 of 121), of
    the one set aside third 0.87 (53 of 61). Of the third lot, by others who never saw the rules, 0.93 of the speakers
    of f… were (85 of 91; headings 0.947, quotes 0.995, one flag and one section wrong) and 0.84 of g… (113 of 135;
    headings 0.964, quotes 0.993). The fourth lot is about who speaks alone, in 255 quotes by one more who never saw the
    rules: 217 were right. So were 175 of 209 of the fifth, which another wrote as a reporter would. The failures of all
    were studied since.
    """
    figures = _figures(half, index)
    assert figures.faults == []
    assert f1(figures.headings) >= 0.97
    assert f1(figures.quotes) >= 0.98
    assert figures.speakers[0] / figures.speakers[1] >= least


def test_the_corpus_is_large_and_varied() -> None:
    for half in ("tuned", "heldout", "heldout2"):
        kinds = [path.suffix for path in _inputs(half)]
        assert len(kinds) >= 20
        assert {".txt", ".html", ".xml"} == set(kinds)
