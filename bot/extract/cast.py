"""Who appears in a story: every phrase that names somebody, joined to those that name the same."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.extract.noun_phrase import Phrase
from bot.extract.nouns import Kind, bare
from bot.extract.tokens import Token


@dataclass(slots=True, eq=False)
class Person:
    """Somebody or some body that can speak. What is not known yet is None or empty; later phrases fill it in."""

    kind: Kind
    title: tuple[Token, ...]
    name: tuple[Token, ...]
    feminine: bool | None
    plural: bool | None
    name_keys: tuple[str, ...] = ()
    office: frozenset[str] = frozenset()
    head: str = ""

    def __post_init__(self) -> None:
        self.rename(self.title, self.name)

    def rename(self, title: tuple[Token, ...], name: tuple[Token, ...]) -> None:
        """Take a fuller title or name."""
        self.title, self.name = title, name
        self.name_keys = _keys(name)
        self.office = frozenset([bare(token.key) for token in title])
        self.head = bare(title[0].key) if title else ""

    @property
    def label(self) -> str:
        """The fullest name, or else the office, as the story spells it."""
        return " ".join(token.text for token in self.name or self.title)

    def agrees(self, *, feminine: bool | None, plural: bool | None) -> bool:
        """Tell whether a verb of this gender and number can be said of them."""
        if plural and self.plural is False:
            return False
        # In the feminine singular a verb goes with any plural of things; in the masculine, not with a plural of people.
        if plural is False and self.plural and not feminine:
            return False
        return feminine is None or self.feminine is None or self.feminine == feminine or bool(plural and self.plural)


class Cast:
    """The persons of one story, in the order in which they appeared, and who was last the subject."""

    def __init__(self) -> None:
        self._people: list[Person] = []
        self._subjects: list[Person] = []
        self._mentioned: list[Person] = []
        self.names: set[str] = set()  # all words of names that have appeared
        # All words of names, and all heads of offices: who shares none with them is new.
        self._name_keys: set[str] = set()
        self._heads: set[str] = set()
        self._surnames: set[str] = set()
        self._has_counterpart = False
        self._introduced: list[Phrase] = []
        self._interviewed: Person | None = None
        self.papers: dict[str, Person] = {}  # whose a paper is, by its bare word: «بلاغ لوزارة الفلاحة»

    def is_surname(self, key: str) -> bool:
        """Tell whether a folded word is the last of a name that has appeared."""
        return key in self._surnames

    def knows_name(self, key: str) -> bool:
        """Tell whether a folded word is part of a name that has appeared."""
        return key in self.names

    def introduce(self, phrase: Phrase) -> None:
        """Remember words that may be the name of somebody: «تجلس هدى سالم أمام خيمتها»."""
        self._introduced.append(phrase)

    def _introduced_as(self, key: str) -> Phrase | None:
        return next((one for one in reversed(self._introduced[-_REACH:]) if key in _keys(one.name)), None)

    def meet(self, phrase: Phrase, *, feminine: bool | None = None, plural: bool | None = None) -> Person:
        """Return whom the phrase names; the verb that goes with it tells more about them than the phrase."""
        told = feminine is not None and phrase.feminine is not feminine
        if told and (phrase.kind is Kind.PERSON or phrase.name):
            phrase = phrase._replace(feminine=feminine)  # «أعلن العمدة», «قال حمزة»
        person = self._find(phrase)
        if person is None and len(phrase.tokens) == 1:
            fuller = self._introduced_as(phrase.tokens[0].key)
            phrase = phrase if fuller is None else fuller
        if person is None:
            person = Person(phrase.kind, phrase.title, phrase.name, phrase.feminine, phrase.plural)
            self._people.append(person)
            self._list(person)
        title, name = person.title, person.name
        if len(phrase.name) > len(name) and (not name or _same_name(_keys(phrase.name), person.name_keys)):
            name = phrase.name
        if len(phrase.title) > len(title) and not (phrase.kind is Kind.UNKNOWN and name):
            title = phrase.title
        if title is not person.title or name is not person.name:
            person.rename(title, name)
            self._list(person)
        if person.kind is Kind.UNKNOWN:
            person.kind = phrase.kind
        if person.feminine is None and person.kind is not Kind.PEOPLE:
            person.feminine = phrase.feminine if phrase.feminine is not None else feminine
        if person.plural is None:
            person.plural = phrase.plural if phrase.plural is not None else plural or None
        return person

    def tells_of(self, person: Person | None, phrase: Phrase) -> bool:
        """Tell whether what stands behind «وهو», «وهي» names nobody else; a name that it tells is taken.

        «سكينة، وهي معلمة متقاعدة», «صاحب المطعم، وهو لاجئ سوري يدعى مازن».
        """
        if phrase.name and person is not None and not person.name:
            person.rename(person.title, phrase.name)
            self._list(person)
            return True
        return not phrase.name

    def _list(self, person: Person) -> None:
        """Enter somebody's words, new ones or fuller ones."""
        self.names.update([key for key in person.name_keys if len(key) > 2])
        self._name_keys.update(person.name_keys)
        self._heads.add(person.head)
        self._has_counterpart = self._has_counterpart or person.head.startswith(_COUNTERPART)
        self._surnames.update(person.name_keys[-1:])

    def knows_office(self, phrase: Phrase) -> bool:
        """Tell whether somebody has appeared whose office the phrase names."""
        head = bare(phrase.title[0].key)
        office = frozenset(bare(token.key) for token in phrase.title)
        return self._last(lambda person: _same_office(person, head, office)) is not None

    def found(self, phrase: Phrase) -> Person | None:
        """Return who has appeared whom the phrase names."""
        return self._find(phrase)

    def _find(self, phrase: Phrase) -> Person | None:
        name = _keys(phrase.name)
        head = bare(phrase.title[0].key) if phrase.title else ""
        new = head not in self._heads and self._name_keys.isdisjoint(name or (phrase.title[0].key,))
        if new and (name or not self._has_counterpart):
            return None
        office = frozenset([bare(token.key) for token in phrase.title])
        if new:
            return self._counterpart(head, office)
        if name:
            found = self._last(lambda person: _same_name(name, person.name_keys))
            if found is None and not office and len(name) > 1:
                # «أنكرت دياز التهمة»: a last name that is known, and the verb's object.
                found = self._last(lambda person: len(person.name) > 1 and person.name_keys[-1] == name[0])
            if found is not None or not office:
                return found
            return self._last(lambda person: not person.name and _same_office(person, head, office))
        if phrase.kind is Kind.UNKNOWN and len(phrase.title) == 1:
            # «الشاذلي» may be the last name of somebody, or a body that no list knows.
            key = phrase.title[0].key
            found = self._last(lambda person: key in person.name_keys[-2:])
            if found is not None:
                return found
        if phrase.kind is Kind.INSTITUTION and len(office) > 1:
            # «المجلس» of before may be another than «مجلس الأمن».
            return self._last(lambda one: head == one.head and len(one.office) > 1 and _same_office(one, head, office))
        return self._last(lambda person: _same_office(person, head, office)) or self._counterpart(head, office)

    def _counterpart(self, head: str, office: frozenset[str]) -> Person | None:
        """Return who was brought in as «نظيرته الألمانية» and is now «الوزيرة الألمانية»."""
        rest = office - {head}
        if not rest:
            return None
        return self._last(lambda one: one.head.startswith(_COUNTERPART) and rest <= one.office and bool(one.name))

    def _last(self, fits: Callable[[Person], bool]) -> Person | None:
        return next((person for person in reversed(self._people[-_CAST_SIZE:]) if fits(person)), None)

    def mention(self, person: Person) -> None:
        """Note that the story has just spoken of `person`."""
        self._mentioned.append(person)

    def act(self, person: Person) -> None:
        """Note that `person` is the subject of the clause that was just read."""
        self._subjects.append(person)

    def last_subject(self, *, feminine: bool | None, plural: bool | None) -> Person | None:
        """Return whom a verb without a subject speaks of: the last subject it agrees with, or the last one named."""
        found = _last_agreeing(self._subjects, feminine, plural)
        if found is None:
            persons = [person for person in self._mentioned[-_REACH:] if person.kind is not Kind.INSTITUTION]
            found = _last_agreeing(persons, feminine, plural)
        return found or self._last_introduced(feminine) or self._only_body(feminine)

    def latter(self, *, feminine: bool | None) -> Person | None:
        """Return who was named last, of those who did not act last."""
        acted = self._subjects[-1] if self._subjects else None
        others = [person for person in self._mentioned[-_REACH:] if person is not acted]
        return _last_agreeing(others, feminine, plural=None)

    def _last_introduced(self, feminine: bool | None) -> Person | None:
        """Return whom the words name that may be a name, where nobody else is left."""
        for phrase in reversed(self._introduced[-_REACH:]):
            if feminine is None or phrase.feminine in (None, feminine):
                return self.meet(phrase)
        return None

    def _only_body(self, feminine: bool | None) -> Person | None:
        """Return the one institution that the story has named, where nobody has acted."""
        bodies = set(self._mentioned[-_REACH:])
        only = next(iter(bodies)) if len(bodies) == 1 else None
        return only if only is not None and feminine is not None and only.feminine is feminine else None

    def protagonist(self) -> Person | None:
        """Return who answers in an interview: the only one whom the story names up to the first answer."""
        if self._interviewed is None:
            named = [person for person in self._people[-_CAST_SIZE:] if person.name]
            self._interviewed = named[0] if len(named) == 1 else None
        return self._interviewed

    def last_body(self) -> Person | None:
        """Return the institution that was last the subject."""
        return next((person for person in reversed(self._subjects[-_REACH:]) if person.kind is Kind.INSTITUTION), None)


_REACH = 30
_COUNTERPART = "نظير"
# More than any story has; it bounds the time that a made-up one takes.
_CAST_SIZE = 200


def _last_agreeing(people: list[Person], feminine: bool | None, plural: bool | None) -> Person | None:
    recent: Iterator[Person] = reversed(people[-_REACH:])
    return next((person for person in recent if person.agrees(feminine=feminine, plural=plural)), None)


def _keys(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    return tuple([token.key for token in tokens])


def _same_name(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Tell whether two names are one, given in full and shortened: «كريم الشاذلي», «الشاذلي»."""
    short, long = sorted((first, second), key=len)
    if not short:
        return False
    if len(short) == 1:
        return short[0] in (long[0], long[-1])
    return short[-1] in long and all(word in long for word in short)


def _same_office(person: Person, head: str, office: frozenset[str]) -> bool:
    """Tell whether an office is a person's, given in full or shortened: «وزيرة الخارجية السويدية», «الوزيرة»."""
    if not head or head != person.head:
        return False
    return office <= person.office or person.office <= office
