"""Noun phrases that name who speaks: «وزيرة الخارجية السويدية آنا بيرغ», «الغرفة الدولية للشحن», «بايدن»."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.extract.lexicon import people, speech
from bot.extract.tokens import QUOTE, Token


class Kind(Enum):
    """What a phrase names."""

    PERSON = auto()  # an office or calling, with or without a name
    INSTITUTION = auto()
    PEOPLE = auto()
    UNKNOWN = auto()  # a bare name, or a word that no list knows


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase, `tokens[start:end]` of its sentence. `feminine` and `plural` are None where its form does not tell."""

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
_MAX_NAME = 4
_CLAUSE_STARTS = frozenset(("ان", "بان", "انه", "انها", "انهم", "بانه", "بانها", "بانهم", "اننا", "لان"))
_PREPOSITIONS = frozenset(("في", "لدي", "من", "عن", "علي"))
_SPOKESMEN = frozenset(("متحدث", "ناطق", "متحدثه", "ناطقه"))
_TITLES = frozenset(("د", "م", "ا", "أ"))


def bare(key: str) -> str:
    """Return a folded word without its article."""
    return key[2:] if key.startswith("ال") and len(key) > 3 else key


def is_office(key: str) -> bool:
    """Tell whether a folded word is somebody's office, masculine or feminine, with or without article."""
    word = bare(key)
    return word in people.OFFICES or (word.endswith("ه") and word[:-1] in people.OFFICES)


def is_institution(key: str) -> bool:
    """Tell whether a folded word is something that speaks as a body."""
    return bare(key) in people.INSTITUTIONS or key in people.PLACES


def kind_of(key: str) -> Kind:
    """Tell what a phrase that begins with this folded word names."""
    if is_office(key):
        return Kind.PERSON
    if is_institution(key):
        return Kind.INSTITUTION
    return Kind.PEOPLE if bare(key) in people.PEOPLE else Kind.UNKNOWN


def _is_feminine(token: Token) -> bool:
    return (
        token.text.rstrip("\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652").endswith(("ة", "ات"))
        or token.key in people.PLACES
    )


def begins_verbally(key: str) -> bool:
    """Tell whether a folded word is a verb of saying beyond doubt."""
    if key in speech.AMBIGUOUS:
        return False
    if key in speech.FINITE:
        return True
    return key in speech.PARTICIPLES and (key.endswith("ا") or speech.PARTICIPLES[key].feminine)


def cannot_begin(token: Token) -> bool:
    """Tell whether no phrase begins with this token."""
    key = token.key
    if not token.is_word or key == QUOTE or key in people.STOPS or begins_verbally(key) or key.isdigit():
        return True
    if key.startswith("لل") or (key.startswith("بال") and len(key) > 5):
        return True
    return key[0] in "لب" and len(key) > 3 and _is_known_noun(key[1:])


def _is_known_noun(key: str) -> bool:
    return (
        key in people.AUDIENCES
        or is_institution(key)
        or is_office(key)
        or key in speech.DOCUMENTS
        or key in people.OBJECTS
    )


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
        first = start
        if tokens[start].text in _TITLES and start + 2 < len(tokens) and tokens[start + 1].text in "./":
            first = start + 2  # «د. سمير»
        if cannot_begin(tokens[first]):
            return None
        head = tokens[first]
        kind = Kind.PERSON if first != start else kind_of(head.key)
        if kind is Kind.PERSON and first == start:
            phrase = self._person(start, subject=subject)
        elif kind is Kind.UNKNOWN or first != start:
            phrase = self._name(start, first, subject=subject)
        else:
            phrase = self._body(start, kind)
        return self._with_apposition(phrase) if subject else phrase

    def _stops(self, at: int) -> bool:
        """Tell whether at this token every phrase ends."""
        token = self._tokens[at]
        key = token.key
        if not token.is_word or key == QUOTE or (key in people.STOPS and key not in people.NAME_PARTICLES):
            return True
        if begins_verbally(key) or key in people.OBJECTS or key.isdigit():
            return True
        if key[0] == "و" and len(key) > 3 and key not in people.NAMES_LIKE_CLITICS:
            return True
        return key.startswith("بال") and len(key) > 5

    def _ends_cleanly(self, at: int) -> bool:
        """Tell whether what was said, or a pause, follows."""
        if at >= len(self._tokens):
            return True
        token = self._tokens[at]
        return token.key in _CLAUSE_STARTS or token.text in ":،," or token.quote >= 0

    def _person(self, start: int, *, subject: bool) -> Phrase:
        tokens = self._tokens
        head = tokens[start]
        at = start + 1
        name_at: int | None = None
        # A construct («وزير …») wants the thing it governs; «الوزير» has all it needs.
        governs = not head.definite
        rollback: int | None = None
        while at < len(tokens) and at - start < _MAX_TOKENS:
            token = tokens[at]
            key = token.key
            if name_at is not None:
                if self._ends_name(name_at, at, subject=subject):
                    break
            elif key == "باسم" or (key in ("بلا", "حدود")):
                governs = key == "باسم"
            elif key in _PREPOSITIONS and subject and rollback is None and self._governed_place(at + 1):
                rollback, governs = at, False
            elif self._stops(at):
                if not (key.startswith("وال") and not head.definite and tokens[at - 1].definite):
                    break
            elif token.definite:
                if head.definite and at == start + 1 and not _agrees(head, token):
                    break
                if key.endswith(("ين", "ون")) and not governs and not subject:
                    break
                governs = False
            elif key.startswith("لل") or (key[0] == "ل" and key[1:] in people.GOVERNING):
                if key.lstrip("ل") in people.AUDIENCES or bare(key[1:]) in people.AUDIENCES:
                    break
                governs = not key.startswith("لل")
            elif key[0] == "ب" and len(key) > 3 and key[1:] in people.GOVERNING:
                governs = True
            elif governs and key not in people.QUALIFIERS:
                governs = key in people.GOVERNING or is_institution(key) and key not in people.PLACES or is_office(key)
            elif key in people.QUALIFIERS or key in people.PLACES:
                governs = False
            elif (key in people.GOVERNING or is_office(key)) and key not in people.NAMES_LIKE_OFFICES:
                governs = True
            else:
                name_at = at
            at += 1
        if rollback is not None and (name_at is None or not self._ends_cleanly(at)):
            at, name_at = rollback, None
        title_end = name_at if name_at is not None else at
        return Phrase(
            Kind.PERSON,
            start,
            at,
            tuple(tokens[start:title_end]),
            tuple(tokens[title_end:at]),
            _is_feminine(head),
            plural=False,
        )

    def _governed_place(self, at: int) -> bool:
        if at >= len(self._tokens):
            return False
        key = bare(self._tokens[at].key)
        return key in people.GOVERNING or key in people.INSTITUTIONS

    def _ends_name(self, name_at: int, at: int, *, subject: bool) -> bool:
        """Tell whether a name that begins at `name_at` is over before `at`."""
        tokens = self._tokens
        key = tokens[at].key
        if self._stops(at):
            return True
        if key in people.NAME_PARTICLES or tokens[at - 1].key in people.NAME_PARTICLES:
            return False
        words = [token for token in tokens[name_at:at] if token.key not in people.NAME_PARTICLES]
        if len(words) >= 2 and key[0] in "لبكف" and len(key) > 2:
            return True
        if len(words) == 1 and (key.startswith("لل") or (key[0] in "لب" and _is_known_noun(key[1:]))):
            return True
        if len(words) >= _MAX_NAME:
            return True
        # A third word is the object unless the clause that was said begins right behind it.
        return len(words) >= 2 and not (subject and self._ends_cleanly(at + 1))

    def _name(self, start: int, first: int, *, subject: bool) -> Phrase:
        tokens = self._tokens
        head = tokens[first]
        at = first + 1
        while at < len(tokens) and at - first < _MAX_TOKENS:
            token = tokens[at]
            if head.definite:
                # «الفصائل المحلية», but not «الكرملين إجراء …».
                if self._stops(at) or not token.definite or not _agrees(head, token):
                    break
            elif self._ends_name(first, at, subject=subject):
                break
            at += 1
        title, name = (tuple(tokens[first:at]), ()) if head.definite else ((), tuple(tokens[first:at]))
        feminine = True if _is_feminine(head) else None
        plural = True if head.definite and head.key.endswith(("ون", "ين")) else None
        return Phrase(Kind.PERSON if first != start else Kind.UNKNOWN, start, at, title, name, feminine, plural)

    def _body(self, start: int, kind: Kind) -> Phrase:
        tokens = self._tokens
        head = tokens[start]
        at = start + 1
        governs = not head.definite and kind is not Kind.PEOPLE and head.key not in people.PLACES
        while at < len(tokens) and at - start < _MAX_TOKENS:
            token = tokens[at]
            key = token.key
            if self._stops(at):
                if not (key.startswith("وال") and not head.definite and tokens[at - 1].definite):
                    break
                governs = False
            elif token.definite:
                if head.definite and at == start + 1 and not _agrees(head, token):
                    break
                governs = False
            elif key.startswith("لل"):
                if key[2:] in people.AUDIENCES or bare("ال" + key[2:]) in people.AUDIENCES:
                    break
                governs = False
            elif key[0] == "ل" and len(key) > 3 and key[1:] not in people.AUDIENCES and (governs or key[1:] in _FIELDS):
                governs = key[1:] in people.GOVERNING or key[1:] in _FIELDS
            elif governs:
                governs = key in people.GOVERNING or key in people.INSTITUTIONS or key in _FIELDS
            elif key in people.QUALIFIERS or (kind is Kind.PEOPLE and at == start + 1 and not head.definite):
                governs = False
            else:
                break
            at += 1
        feminine: bool | None = _is_feminine(head)
        if kind is Kind.PEOPLE or (head.key in people.PLACES):
            feminine = None
        plural = True if kind is Kind.PEOPLE else False
        return Phrase(kind, start, at, tuple(tokens[start:at]), (), feminine, plural)

    def _with_apposition(self, phrase: Phrase) -> Phrase:
        """Add what stands between commas: «الرئيس الأمريكي، جو بايدن، إن …», «كريم الشاذلي، المتحدث باسم الهيئة، إن …»."""
        tokens = self._tokens
        at = phrase.end
        if (
            at + 2 >= len(tokens)
            or tokens[at].text not in "،,("
            or phrase.kind is Kind.PEOPLE
            or (phrase.title and phrase.name)
        ):
            return phrase
        if cannot_begin(tokens[at + 1]) or tokens[at + 1].key[0] == "و" and len(tokens[at + 1].key) > 3:
            return phrase
        kind = kind_of(tokens[at + 1].key)
        if phrase.kind is Kind.PERSON and not phrase.name and kind is Kind.UNKNOWN and not tokens[at + 1].definite:
            added = self._name(at + 1, at + 1, subject=True)
        elif phrase.name and not phrase.title and kind is Kind.PERSON:
            added = self._person(at + 1, subject=False)
        else:
            return phrase
        end = added.end
        closed = end < len(tokens) and (
            tokens[end].text in "،,)" or self._ends_cleanly(end) or tokens[end].key in people.STOPS
        )
        if not closed:
            return phrase
        feminine = added.feminine if phrase.feminine is None else phrase.feminine
        return Phrase(
            Kind.PERSON,
            phrase.start,
            end,
            phrase.title or added.title,
            phrase.name or added.name,
            feminine,
            plural=False,
        )


# What a body is for: «الاتحاد الدولي لكرة اليد».
_FIELDS = frozenset(
    ("كره", "شوون", "حقوق", "حمايه", "مكافحه", "دعم", "رعايه", "اداره", "تنميه", "حفظ", "علوم", "ابحاث", "دراسات")
)


def _agrees(head: Token, token: Token) -> bool:
    """Tell whether a definite word can be an adjective of a definite head: they agree in gender."""
    plural_thing = head.text.endswith("ات") or bare(head.key) in people.PEOPLE
    if token.key.endswith(("ين", "ون")):
        return head.key.endswith(("ين", "ون"))
    return (
        plural_thing
        or _is_feminine(head) == _is_feminine(token)
        or (kind_of(head.key) is Kind.UNKNOWN and _is_feminine(token))
    )
