"""Noun phrases that name who speaks: «وزيرة الخارجية السويدية آنا بيرغ», «الغرفة الدولية للشحن», «بايدن»."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from bot.extract.boundaries import agrees, ends_cleanly, ends_name, is_audience, joins, stops
from bot.extract.lexicon import people, speech
from bot.extract.nouns import (
    Kind,
    bare,
    cannot_begin,
    is_feminine,
    is_institution,
    is_office,
    is_relation,
    kind_of,
)
from bot.extract.tokens import Token


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase, `tokens[start:end]` of its sentence. `feminine` and `plural` may be unknown."""

    kind: Kind
    start: int
    end: int
    title: tuple[Token, ...]
    name: tuple[Token, ...]
    feminine: bool | None
    plural: bool | None

    @property
    def tokens(self) -> tuple[Token, ...]:
        return self.title + self.name


_MAX_TOKENS = 14
_PREPOSITIONS = frozenset(("في", "لدي", "من", "عن", "على"))
_ABBREVIATED_TITLES = frozenset(("د", "م", "ا", "أ"))


class PhraseReader:
    """Reads one phrase at a time out of a sentence."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens

    def read(self, start: int, *, subject: bool) -> Phrase | None:
        """Read the phrase that begins at `start`, or None where none does.

        `subject`: it stands behind a verb of saying, where no object can follow before the clause that was said.
        """
        tokens = self._tokens
        if start >= len(tokens):
            return None
        if tokens[start].text in _ABBREVIATED_TITLES and start + 2 < len(tokens) and tokens[start + 1].text in "./":
            named = self._name(start + 2, subject=subject) if not cannot_begin(tokens[start + 2]) else None
            return named and self._with_apposition(replace(named, kind=Kind.PERSON, start=start))
        if tokens[start].key in people.QUANTITIES and (phrase := self._quantity(start)) is not None:
            return phrase
        if cannot_begin(tokens[start]):
            return None
        kind = kind_of(tokens[start])
        if kind is Kind.PERSON:
            phrase = self._person(start, subject=subject)
        elif kind is Kind.UNKNOWN:
            phrase = self._name(start, subject=subject)
        else:
            phrase = self._body(start, kind)
        return self._with_apposition(phrase)

    def _key(self, at: int) -> str:
        return self._tokens[at].key if at < len(self._tokens) else ""

    # Offices

    def _person(self, start: int, *, subject: bool) -> Phrase:
        tokens = self._tokens
        head = tokens[start]
        at = start + 1
        name_at: int | None = None
        # A construct («وزير …») wants the thing it governs; «الوزير» and «زميلها» have all they need.
        state = _Step.COMPLETE if head.definite or is_relation(head.text, head.key) else _Step.GOVERNS
        before_place: int | None = None
        attached = _masculine(head.key) in people.WITH_PREPOSITION
        works = subject or attached
        while at < len(tokens) and at - start < _MAX_TOKENS:
            if name_at is not None:
                if ends_name(self._tokens, name_at, at, subject=subject):
                    break
            elif self._key(at) in _PREPOSITIONS and before_place is None and works and self._names_a_place(at + 1):
                before_place, state = at, _Step.COMPLETE
            else:
                state = self._office_word(start, at, governs=state is _Step.GOVERNS, subject=subject)
                if state is _Step.END:
                    break
                if state is _Step.NAME:
                    name_at = at
            at += 1
        if before_place is not None:
            # «مسؤول في وزارة الدفاع»: where he works is part of it even without a name.
            works_there = attached and (name_at is not None or is_institution(self._key(before_place + 1)))
            if not works_there and (name_at is None or not ends_cleanly(self._tokens, at)):
                at, name_at = before_place, None
        title_end = name_at if name_at is not None else at
        title, name = tuple(tokens[start:title_end]), tuple(tokens[title_end:at])
        return Phrase(Kind.PERSON, start, at, title, name, is_feminine(head), plural=False)

    def _office_word(self, start: int, at: int, *, governs: bool, subject: bool) -> "_Step":
        """Tell what the word at `at` is to the office that begins at `start`. `governs`: it is wanted."""
        head, token = self._tokens[start], self._tokens[at]
        key = token.key
        if key == "باسم":
            return _Step.GOVERNS
        if key in ("باسمه", "باسمها", "باسمهم"):
            return _Step.COMPLETE
        if joins(self._tokens, at, head) or key in ("بلا", "حدود") or (subject and key in ("له", "لها")):
            return _Step.COMPLETE
        if stops(self._tokens, at, governed=governs):
            return _Step.END
        if token.definite:
            fits = not head.definite or at > start + 1 or agrees(head, token)
            plural_object = key.endswith(("ين", "ون")) and not governs and not subject
            return _Step.COMPLETE if fits and not plural_object else _Step.END
        if key.startswith("لل") or (key[0] == "ل" and key[1:] in people.GOVERNING):
            if is_audience(key):
                return _Step.END
            return _Step.COMPLETE if key.startswith("لل") else _Step.GOVERNS
        if key[0] == "ب" and len(key) > 3 and key[1:] in people.GOVERNING:
            return _Step.GOVERNS
        if key in people.QUALIFIERS or key in people.PLACES:
            return _Step.COMPLETE
        noun = key in people.GOVERNING or key in people.INSTITUTIONS or is_office(key)
        if governs:
            return _Step.GOVERNS if noun else _Step.COMPLETE
        return _Step.GOVERNS if noun and key not in people.NAMES_LIKE_OFFICES else _Step.NAME

    def _names_a_place(self, at: int) -> bool:
        """Tell whether behind a preposition stands where somebody works, and so the office goes on."""
        key = bare(self._key(at))
        return (
            key in people.GOVERNING
            or key in people.INSTITUTIONS
            or (key != self._key(at) and key not in speech.DOCUMENTS)
        )

    # Names

    def _name(self, start: int, *, subject: bool) -> Phrase:
        tokens = self._tokens
        head = tokens[start]
        at = start + 1
        if not head.definite:
            while (
                at < len(tokens)
                and at - start < _MAX_TOKENS
                and not ends_name(self._tokens, start, at, subject=subject)
            ):
                at += 1
            return Phrase(Kind.UNKNOWN, start, at, (), tuple(tokens[start:at]), is_feminine(head) or None, plural=None)
        # «الفصائل المحلية», but not «الكرملين إجراء …».
        while at < len(tokens) and not stops(self._tokens, at) and tokens[at].definite and agrees(head, tokens[at]):
            at += 1
        end = self._calling_end(at) if subject else at
        title, name = tuple(tokens[start:at]), tuple(tokens[at:end])
        plural = True if head.key.endswith(("ون", "ين")) else None
        return Phrase(Kind.PERSON if name else Kind.UNKNOWN, start, end, title, name, is_feminine(head) or None, plural)

    def _calling_end(self, at: int) -> int:
        """Return where the name behind a calling that no list knows ends («المضيفة إيناس طويل إن …»), or `at`."""
        end = at
        while end < len(self._tokens) and not ends_name(self._tokens, at, end, subject=True):
            first = self._tokens[at]
            if end == at and (first.definite or cannot_begin(first) or kind_of(first) is not Kind.UNKNOWN):
                return at
            end += 1
        return end if end > at and ends_cleanly(self._tokens, end) else at

    # Bodies and people

    def _quantity(self, start: int) -> Phrase | None:
        """Read «مئات الموظفين», «عدد من السكان», «إحدى الراكبات»."""
        at = start + 2 if self._key(start + 1) == "من" else start + 1
        if at >= len(self._tokens) or stops(self._tokens, at, governed=True):
            return None
        body = self._body(at, Kind.PEOPLE)
        one = self._key(start) in _ONE
        people_named = kind_of(self._tokens[at]) in (Kind.PEOPLE, Kind.PERSON) or self._key(at).endswith(("ين", "ات"))
        if not people_named:
            return None
        feminine = self._key(start) == "احدي" if one else None
        return replace(
            body, start=start, title=tuple(self._tokens[start : body.end]), feminine=feminine, plural=not one
        )

    def _body(self, start: int, kind: Kind) -> Phrase:
        tokens = self._tokens
        head = tokens[start]
        at = start + 1
        governs = not head.definite and kind is not Kind.PEOPLE and head.key not in people.PLACES
        while at < len(tokens) and at - start < _MAX_TOKENS:
            token = tokens[at]
            key = token.key
            if joins(self._tokens, at, head) or key in ("بلا", "حدود"):
                governs = False
            elif stops(self._tokens, at, governed=governs):
                break
            elif token.definite:
                if not agrees(head, token) and not governs and ((head.definite and at == start + 1) or is_office(key)):
                    break
                governs = False
            elif key.startswith("لل"):
                if is_audience(key):
                    break
                governs = False
            elif key[0] == "ل" and len(key) > 3 and not is_audience(key) and (governs or key[1:] in _FIELDS):
                governs = key[1:] in people.GOVERNING or key[1:] in _FIELDS
            elif governs:
                governs = key in people.GOVERNING or key in people.INSTITUTIONS or key in _FIELDS
            elif key in people.QUALIFIERS or (kind is Kind.PEOPLE and at == start + 1 and not head.definite):
                governs = False
            else:
                break
            at += 1
        feminine = None if kind is Kind.PEOPLE or head.key in people.PLACES else is_feminine(head)
        return Phrase(kind, start, at, tuple(tokens[start:at]), (), feminine, plural=kind is Kind.PEOPLE)

    def _with_apposition(self, phrase: Phrase) -> Phrase:
        """Add what stands between commas: «الرئيس الأمريكي، جو بايدن، إن», «كريم الشاذلي، المتحدث باسم الهيئة، إن»."""
        tokens = self._tokens
        at = phrase.end
        if at + 2 >= len(tokens) or tokens[at].text not in "،,(" or phrase.kind is Kind.PEOPLE:
            return phrase
        if (phrase.title and phrase.name) or cannot_begin(tokens[at + 1]):
            return phrase
        kind = kind_of(tokens[at + 1])
        if phrase.kind is Kind.PERSON and not phrase.name and kind is Kind.UNKNOWN and not tokens[at + 1].definite:
            added = self._name(at + 1, subject=True)
        elif phrase.name and not phrase.title and kind is Kind.PERSON:
            added = self._person(at + 1, subject=False)
        else:
            return phrase
        end = added.end
        if end < len(tokens) and not (ends_cleanly(self._tokens, end) or tokens[end].text == ")"):
            return phrase
        feminine = added.feminine if phrase.feminine is None else phrase.feminine
        title, name = phrase.title or added.title, phrase.name or added.name
        return Phrase(Kind.PERSON, phrase.start, end, title, name, feminine, plural=False)


def _masculine(key: str) -> str:
    return bare(key).removesuffix("ه")


class _Step(Enum):
    """What a word is to the office before it."""

    GOVERNS = auto()  # part of it, and wants a noun behind it
    COMPLETE = auto()  # part of it, which may end here
    NAME = auto()  # the first word of a name
    END = auto()  # no part of the phrase


_ONE = frozenset(("احد", "احدي"))
# What a body is for: «الاتحاد الدولي لكرة اليد».
_FIELDS = frozenset(
    (
        "كره",
        "شوون",
        "حقوق",
        "حمايه",
        "مكافحه",
        "دعم",
        "رعايه",
        "اداره",
        "تنميه",
        "حفظ",
        "علوم",
        "ابحاث",
        "دراسات",
        "العاب",
    )
)
