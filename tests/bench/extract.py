"""How fast articles are read, beside the libraries that do a part of it alone on the same input."""

import io
import multiprocessing
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import cycle, islice
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import NamedTuple

import feedparser
import trafilatura

from bot.extract import read
from bot.extract.decode import decode
from storage.article import DEFAULT_SECTIONS, section_index
from tests.databases import START
from tests.sources.feeds import Item, rss

_ARTICLES = Path(__file__).parents[1] / "articles"
_ITEMS = 50
_AIM_TEXT_MS = 1.0
_AIM_PAGE = 1.3
_INDEX = section_index(DEFAULT_SECTIONS)


class _Kind(NamedTuple):
    """One line of the table, and what stands below it: how it is read here, and what the library does alone."""

    name: str
    inputs: Callable[[], Sequence[bytes]]
    alone: Callable[[bytes], object] | None
    articles_each: int = 1


def run(quick: bool) -> None:
    """Print for texts, pages and feeds how many articles are read a second, how long one takes, and the peak memory."""
    rounds = 5 if quick else 40
    print("extraction: milliseconds of processor time, median over all inputs and rounds, each read in turn")
    print("peak: resident memory of a process that does nothing else, and how much of it came with the reading")
    print(f"{'':34}{'articles/s':>11}{'ms an input':>12}{'ratio':>7}{'peak MiB':>10}{'of reading':>11}")
    for kind in _KINDS:
        _measure(kind, rounds)
    print(f"aims: a text under {_AIM_TEXT_MS:g} ms, a page under {_AIM_PAGE:g} times trafilatura alone", flush=True)


def _measure(kind: _Kind, rounds: int) -> None:
    inputs = kind.inputs()
    ours: list[float] = []
    alone: list[float] = []
    for _ in range(rounds):
        for data in inputs:
            ours.append(_time(_read, data))
            if kind.alone:
                alone.append(_time(kind.alone, data))
    print(_line(f"{kind.name}, {len(inputs)} inputs", ours, kind.articles_each, None, _peak(kind, ours=True)))
    if kind.alone:
        name = kind.alone.__name__.strip("_").replace("_", " ")
        peak = _peak(kind, ours=False)
        print(_line(f"  {name}", alone, kind.articles_each, sum(ours) / sum(alone), peak), flush=True)


def _line(name: str, times: Sequence[float], articles_each: int, ratio: float | None, peak: "_Peak") -> str:
    shown = f"{ratio:.2f}" if ratio else ""
    a_second = len(times) * articles_each / sum(times)
    memory = f"{peak.all_mib:>10.0f}{peak.reading_mib:>11.1f}"
    return f"{name:34}{a_second:>11,.0f}{median(times) * 1_000:>12.2f}{shown:>7}{memory}"


def _time(job: Callable[[bytes], object], data: bytes) -> float:
    begin = time.process_time()
    job(data)
    return time.process_time() - begin


def _read(data: bytes) -> object:
    return read(data, _INDEX)


def _trafilatura_alone(data: bytes) -> object:
    return trafilatura.extract(decode(data))


def _feedparser_alone(data: bytes) -> object:
    return feedparser.parse(io.BytesIO(data), resolve_relative_uris=False, sanitize_html=False)


class _Peak(NamedTuple):
    all_mib: float
    reading_mib: float


def _peak(kind: _Kind, *, ours: bool) -> _Peak:
    """The most memory that a process takes which reads every input once."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_report_peak, args=(sender, _KINDS.index(kind), ours))
    process.start()
    before, after = receiver.recv()
    process.join()
    return _Peak(after, after - before)


def _report_peak(sender: "Connection[tuple[float, float], None]", number: int, ours: bool) -> None:
    kind = _KINDS[number]
    job = _read if ours or not kind.alone else kind.alone
    inputs = kind.inputs()
    before = _peak_mib()
    for data in inputs:
        job(data)
    sender.send((before, _peak_mib()))


def _peak_mib() -> float:
    """The most memory of this program so far; what Linux counts for a process begins before it became this program."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line[:6] == "VmHWM:") / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # bytes on a Mac


def _files(pattern: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(_ARTICLES.glob(pattern))]


_TITLE = "افتتاح الجسر الجديد فوق النهر"
_SENTENCES = (
    "أعلنت وزارة النقل اليوم افتتاح الجسر الجديد فوق النهر بعد ثلاث سنوات من الأعمال المتواصلة.",
    "وقال الوزير سمير عطا في مؤتمر صحفي: «الجسر يختصر الطريق إلى خمس دقائق، وهو حلم قديم لأهل المدينة».",
    "وأضاف أن المشروع كلف نحو مئتي مليون، وأن المرحلة الثانية تبدأ مطلع العام المقبل.",
    "وتابعت مديرة المشروع كلارا منصور أن “العمل لم يتوقف يوما واحدا رغم الظروف الصعبة”.",
    "ويربط الجسر ضفتي المدينة، ويتوقع أن تعبره ثلاثون ألف سيارة كل يوم بحسب البلدية.",
    "وشهد الافتتاح حضور مئات السكان الذين عبروا الجسر سيرا على الأقدام للمرة الأولى.",
)


def _story(length: int) -> Iterator[str]:
    return islice(cycle(_SENTENCES), length)


def _page() -> bytes:
    """A page as outlets make them: menus, a ticker, scripts and other stories around forty paragraphs."""
    menu = "".join(f"<li><a href='/section/{n}'>القسم رقم {n}</a></li>" for n in range(60))
    cards = "".join(
        f"<div class='card'><a href='/story/{n}'><img src='/{n}.jpg'><h3>عنوان قصة أخرى رقم {n} من المدينة</h3></a>"
        f"<span class='date'>2026-03-0{n % 9 + 1}</span></div>"
        for n in range(40)
    )
    story = "".join(f"<p>{sentence}</p>" for sentence in _story(20))
    head = (
        f"<meta charset=utf-8><title>{_TITLE} - صدى النهر</title><meta property=og:site_name content='صدى النهر'>"
        f"<style>{'.a{color:red}' * 1_000}</style><script>var x = {[*range(2_000)]};</script>"
        '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":'
        f'"{_TITLE}","articleSection":"سياسة","datePublished":"2026-03-01T18:00:00+03:00"}}</script>'
    )
    article = f"<h1>{_TITLE}</h1><div class='entry-content'>{story}<h2>سنوات العمل</h2>{story}</div>"
    body = (
        f"<nav><ul>{menu}</ul></nav><marquee>{'عاجل خبر آخر ' * 20}</marquee><main><article>{article}</article>"
        f"<aside>{cards}</aside></main><section class='more'>{cards}</section><footer><ul>{menu}</ul></footer>"
    )
    return f"<!doctype html><html lang=ar dir=rtl><head>{head}</head><body>{body}</body></html>".encode()


def _feed() -> bytes:
    body = "".join(f"<p>{sentence}</p>" for sentence in _story(8))
    return rss(
        Item(
            f"عاجل | خبر رقم {n} من المدينة",
            body,
            guid=f"https://n.example/?p={n}",
            link=f"https://n.example/{n}",
            date=START + timedelta(minutes=n),
        )
        for n in range(_ITEMS)
    ).encode()


_KINDS = (
    _Kind("short texts", lambda: _files("*/articles/*.txt"), None),
    _Kind("a text of 20 paragraphs", lambda: ["\n\n".join([_TITLE, *_story(20)]).encode()], None),
    _Kind("small pages", lambda: _files("*/html/*.html"), _trafilatura_alone),
    _Kind("a whole page", lambda: [_page()], _trafilatura_alone),
    _Kind("small feeds", lambda: _files("*/feeds/*.xml"), _feedparser_alone),
    _Kind(f"a feed of {_ITEMS} stories", lambda: [_feed()], _feedparser_alone, _ITEMS),
)
