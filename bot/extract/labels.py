"""Labels, the flag and the headline."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from bot.extract.lexicon import layout
from storage.arabic import fold
from storage.article import FALLBACK_SECTION

_SEPARATORS = re.compile(r"\s*[|/\\•·,،؛;»«›<>›:#()\[\]&]+\s*|\s+[-–—ـ]+\s+")
_MAX_LABEL_WORDS = 4


@dataclass(frozen=True, slots=True)
class Labels:
    """What an article's labels say. `known` is false where no word of them was one."""

    sections: tuple[str, ...] = ()
    breaking: bool = False
    unknown: tuple[str, ...] = ()

    def __add__(self, other: "Labels") -> "Labels":
        return Labels(
            tuple(dict.fromkeys(self.sections + other.sections)),
            self.breaking or other.breaking,
            tuple(dict.fromkeys(self.unknown + other.unknown)),
        )

    @property
    def known(self) -> bool:
        return bool(self.sections) or self.breaking

    @property
    def canonical(self) -> tuple[str, ...]:
        """The sections, the fallback only where there is no other."""
        named = tuple(section for section in self.sections if section != FALLBACK_SECTION)
        return named or (FALLBACK_SECTION,)


def _bare(key: str) -> str:
    """Return a folded label without articles and without the words that pages put before it."""
    words = [word[2:] if word.startswith("ال") and len(word) > 4 else word for word in key.split()]
    if len(words) > 1 and words[0] in _PREFIXES:
        words = words[1:]
    return " ".join(words)


_PREFIXES = layout.LABEL_PREFIXES
_FLAG = ""  # how the index below names the flag; no section can be called so


class _Tables(NamedTuple):
    """The newsroom's labels, in the three forms in which they are looked up: as they stand, bare, run together."""

    exact: dict[str, str]
    bare: dict[str, str]
    glued: dict[str, str]
    lengths: tuple[int, ...]


# A newsroom's sections change once in a while, and articles come by the thousand.
@lru_cache(maxsize=16)
def _tables(sections: tuple[tuple[str, str], ...]) -> _Tables:
    exact = {**dict(sections), **dict.fromkeys(layout.FLAG_LABELS, _FLAG)}
    bare = {_bare(key): name for key, name in reversed(sections)}
    glued = {key.replace(" ", ""): name for key, name in exact.items() if key}
    return _Tables(exact, bare, glued, tuple(sorted({len(key) for key in glued}, reverse=True)))


class LabelReader:
    """Reads label lines and categories against the newsroom's sections."""

    def __init__(self, index: Mapping[str, str]) -> None:
        self._tables = _tables(tuple(index.items()))

    def _lookup(self, key: str) -> str | None:
        name = self._tables.exact.get(key)
        return name if name is not None else self._tables.bare.get(_bare(key))

    def _split_glued(self, key: str) -> tuple[str, ...] | None:
        """Return the names of which `key` is made when its spaces are not believed, or None."""
        run = key.replace(" ", "")
        # Furthest end reached from each start; a label line is short, so this is too.
        paths: dict[int, tuple[str, ...]] = {0: ()}
        furthest = 0
        for start in range(len(run)):
            if start > furthest:
                break
            if start not in paths:
                continue
            for length in self._tables.lengths:
                end = start + length
                if (
                    end <= len(run)
                    and end not in paths
                    and (name := self._tables.glued.get(run[start:end])) is not None
                ):
                    paths[end] = (*paths[start], name)
                    furthest = max(furthest, end)
        return paths.get(len(run))

    def read(self, label: str) -> Labels:
        """Read one label: a category of a page or feed, or a piece of a label line."""
        key = fold(label)
        if not key:
            return Labels()
        name = self._lookup(key)
        names = (name,) if name is not None else self._split_glued(key) if len(key) <= _MAX_LINE else None
        if names is None:
            flagged, rest = _without_flag(key)
            if not flagged:
                return Labels(unknown=(label.strip(),))
            rest_name = self._lookup(rest)
            if rest_name is not None:
                return Labels((rest_name,) if rest_name else (), breaking=True)
            return Labels(breaking=True, unknown=(_strip_flag_word(label),))
        return Labels(tuple(dict.fromkeys(filter(None, names))), breaking=_FLAG in names)

    def read_line(self, line: str) -> Labels:
        """Read a line of labels: several, separated, or run together."""
        whole = self.read(line)
        if whole.known and not whole.unknown:
            return whole
        pieces = _SEPARATORS.split(line)
        if len(pieces) == 1:
            return whole
        labels = Labels()
        for piece in pieces:
            labels += self.read(piece)
        return labels

    def is_label_line(self, line: str, following: str) -> bool:
        """Tell whether `line` holds labels only; an unknown word is one where a headline, `following`, is below."""
        if len(line) > _MAX_LINE or line.count(" ") > _MAX_LINE_WORDS:
            return False
        labels = self.read_line(line)
        if labels.known and not labels.unknown:
            return True
        if any(len(word.split()) > 2 for word in labels.unknown):
            return False
        if labels.known:
            return True
        words = fold(line).split()
        return len(words) <= 2 and not line.rstrip().endswith((":", "؟", "!", ".")) and _may_be_headline(following)


_MAX_LINE = 100
_MAX_LINE_WORDS = 12


def _may_be_headline(line: str) -> bool:
    return 4 <= len(line.split()) <= 25 and not line.endswith(".")


def _without_flag(key: str) -> tuple[bool, str]:
    """Return whether an unknown label carries the flag, and the label without it.

    «بيئةعاجل» does. «نداء عاجل» does not: there the word is an adjective. Behind a feminine noun it cannot be one.
    """
    flag = layout.FLAG
    if key.startswith(flag) and len(key) > len(flag):
        rest = key[len(flag) :]
        # «عاجلة», «عاجلا», «عاجل_غزة» are other words.
        return (True, rest.strip()) if rest[0] == " " or (rest[0] != "_" and len(rest) > 2) else (False, key)
    if key.endswith(" " + flag):
        rest = key[: -len(flag) - 1]
        return (True, rest) if rest.endswith(("ه", "ات")) else (False, key)
    # «العاجل», «بالعاجل» are the adjective.
    if key.endswith(flag) and len(key) > len(flag) + 3:
        rest = key[: -len(flag)]
        return (True, rest) if not rest.endswith("ال") else (False, key)
    return False, key


_FLAG_LETTERS = r"[\u0640\u064b-\u065f\u0670]*".join("عاجل") + r"[\u0640\u064b-\u065f\u0670]*"
_FLAG_WORD = re.compile(_FLAG_LETTERS)


def _strip_flag_word(label: str) -> str:
    return _FLAG_WORD.sub("", label).strip()


# «عاجل جدا: …», «عاجل وهام | …», «#عاجل_الآن …»
_MORE = rf"(?:الآن|الان|جدا|جداً|وهام|ومهم|{_FLAG_LETTERS})(?!\w)"
_SEP = r"(?:\s*(?:\.{2,}|…|[|:/\\•·!»›>،؛_~*]|ـ+(?=\s)|[-–—−]+)+\s*)"
# Edge marks: symbols such as a red light may stand before the word, and a «خبر» or brackets around it.
_PREFIX = re.compile(
    rf"^(?:[^\w\s«“\"'”]|\s)*(?:(?P<news>(?:خبر|نبأ|أخبار)\s+|(?:هام|مهم)\s+و)?{_FLAG_LETTERS}(?P<fem>[ةه]?)(?P<more>(?:[\s_]+{_MORE})*))(?P<close>[)\]}}*]*)"
    rf"(?P<sep>{_SEP}|(?=\s)|$)(?P<rest>.*)$",
    re.DOTALL,
)
_SUFFIX = re.compile(
    rf"^(?P<rest>.*?\S)(?P<sep>\s*(?:\.{{2,}}|…|[|/\\•·]|\s[-–—−ـ]+\s)\s*|\s+(?=#|[\[(]))(?P<hash>[#\[(]*)(?:خبر\s+)?{_FLAG_LETTERS}[\])]*\s*[.!…]*$",
    re.DOTALL,
)


def split_flag(title: str) -> tuple[str, bool]:
    """Return the title without the flag at its edge, and whether there was one.

    Within a sentence the word is an adjective («اجتماع عاجل», «نداء عاجل») and stays.
    """
    flagged = False
    found = _PREFIX.match(title)
    if found and _is_prefix(found):
        title, flagged = found["rest"].lstrip(" .…|:/\\-–—•·!،*"), True
    found = _SUFFIX.match(title) if _FLAG_WORD.search(title[-24:]) else None
    if found:
        title, flagged = found["rest"].rstrip(" .…|:/\\-–—•·،#(["), True
    return title.strip(), flagged


def _is_prefix(found: re.Match[str]) -> bool:
    rest, separated = found["rest"], bool(found["sep"].strip())
    if found["fem"]:  # «أخبار عاجلة | …»
        return bool(found["news"]) and separated
    if found["news"] or (found["more"] and not found["more"].endswith("الآن")):
        return separated
    if not rest:
        return True
    if separated:
        return True
    hashtag = "#" in found.group()[: found.start("rest") - found.start()]
    first = fold(rest.split(maxsplit=1)[0]) if rest.strip() else ""
    return hashtag or bool(found["close"]) or first not in layout.FLAG_CONTINUED
