"""One sentence: who acts in it, who is named, and which of its words introduce what somebody said."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.extract.boundaries import is_audience
from bot.extract.cast import Cast, Person
from bot.extract.lexicon import people, speech
from bot.extract.nouns import Kind, bare, cannot_begin, is_institution, is_office, is_prefixed, kind_of
from bot.extract.phrases import Phrase, PhraseReader
from bot.extract.tokens import QUOTE, Token
from bot.extract.verbs import MEASURED, introduces, verbs_of

_AGREEMENT = {"": (None, None), "m": (False, False), "f": (True, False), "p": (None, True)}
_RELATIVES = frozenset(("الذي", "التي", "الذين", "اللذان", "اللتان", "ما", "مما", "وما"))
# A clause begins behind these.
_CLAUSE_STARTS = frozenset(
    (
        "ان",
        "بان",
        "لكن",
        "ولكن",
        "اما",
        "واما",
        "غير",
        "بينما",
        "فيما",
        "كما",
        "الا",
        "حيث",
        "لان",
        "وان",
        "بيد",
        "على",
        "حين",
    )
)
_LICENSING = frozenset(
    (
        "الكلمات",
        "العبارات",
        "قد",
        "وقد",
        "لقد",
        "كما",
        "الذي",
        "التي",
        "ما",
        "ثم",
        "بينما",
        "فيما",
        "حيث",
        "عندما",
        "بعدما",
        "حسبما",
        "لم",
        "هكذا",
        "الذين",
        "ان",
    )
)
_PREPOSITIONS = frozenset(("في", "من", "عن", "على", "الي", "مع", "بعد", "قبل", "خلال", "لدي", "بين", "ضد", "حول"))
_MAX_AFTER = 3
_MIN_VERB = 3  # letters, with its «ف»
_MAX_TOPIC = 2  # words before a topic: «إلا أن المهندس …»
_RELAY_REACH = 24  # words between «نقلت» and its «عن»
_CLAUSE_REACH = 40  # words; a longer clause has no subject that a reader would still hold in mind
_FILLERS = frozenset(("هكذا", "كما", "بهذه", "بهذا", "الكلمات", "العبارات", "على", "حد", "و", "ما", "هذا"))


@dataclass(frozen=True, slots=True)
class Cue:
    """A place in a sentence that names who speaks. `joined`: it begins with «و», so it speaks of what follows only."""

    at: int
    person: Person | None
    joined: bool = False


class Sentence:
    """One sentence: its subject, and its cues in order."""

    def __init__(self, tokens: Sequence[Token], cast: Cast) -> None:
        self.cues: list[Cue] = []
        self.subject: Person | None = None
        self._tokens = tokens
        self._cast = cast
        self._reader = PhraseReader(tokens)
        self._subjects: list[Person] = []
        self._mentions: list[tuple[int, int, Person, bool]] = []  # start, end, who, governed by a preposition

    def read(self) -> None:
        """Find the cues."""
        at = 0
        while at < len(self._tokens):
            at = self._step(at)

    def named(self, before: int | None = None) -> Person | None:
        """Return whom «ليندبرغ: “…”» names: all that stands before the colon."""
        end = (before if before is not None else len(self._tokens)) - 1
        if end < 1 or self._tokens[end].text != ":" or self.cues:
            return None
        phrase = self._reader.read(0, subject=True)
        if phrase is not None and phrase.end == end:
            return self._cast.meet(phrase)
        return None

    def topic(self) -> Person | None:
        """Return whom the sentence is about: who stands at its beginning, and does something that is no saying."""
        return next(
            (who for start, _, who, governed in self._mentions[:1] if start <= _MAX_TOPIC and not governed), None
        )

    def is_beside(self, quote: int, cue: int) -> bool:
        """Tell whether the cue follows the quote directly."""
        between = self._tokens[quote + 1 : cue]
        return len(between) <= _MAX_AFTER and all(not token.is_word or token.key in _FILLERS for token in between)

    def _step(self, at: int) -> int:
        """Read what begins at a token and return where to go on."""
        token = self._tokens[at]
        if not token.is_word or token.key == QUOTE:
            return at + 1
        key = token.key
        if introduces(key):
            end = self._cue(at)
            if end is not None:
                return end
        if at == 0 and key in ("اما", "واما") and (topic := self._contrasted()) is not None:
            person = self._cast.meet(topic)
            self._note(topic, person)
            self._act(person)
            return topic.end
        if self._begins_clause(at) and (end := self._acting(at)) is not None:
            return end
        return self._mention(at)

    def _contrasted(self) -> Phrase | None:
        """Return whom «أما موسكو فاكتفت …» turns to: all before the word with «ف»."""
        for end, token in enumerate(self._tokens[:_CLAUSE_REACH]):
            if token.key[0] == "ف" and len(token.key) > _MIN_VERB and end > 1:
                return PhraseReader(self._tokens[:end]).read(1, subject=False)
        return None

    def _cue(self, at: int) -> int | None:
        """Read a word that may name who speaks, and return where to go on; None where it does not here."""
        form, joined = self._verb(at)
        if form is not None:
            return self._verb_of_saying(at, form, joined=joined)
        key = self._tokens[at].key
        stem = key[1:] if key[0] in "وف" and len(key) > 3 else key
        if (participle := speech.PARTICIPLES.get(stem)) is not None and self._is_circumstance(at, stem):
            person = self._agreeing(feminine=participle.feminine, plural=participle.plural)
            self.cues.append(Cue(at, person))
            return at + 1
        if key in speech.SAYING_NOUNS and self._is_saying_noun(at):
            feminine, plural = _AGREEMENT[speech.SAYING_NOUNS[key]]
            relayed = self.cues[-1].person if self.cues and key[0] != "ب" else None
            nearest = next((p for p in reversed(self._subjects) if p.agrees(feminine=feminine, plural=plural)), None)
            self.cues.append(Cue(at, relayed or nearest or self._agreeing(feminine=feminine, plural=plural)))
            return at + 1
        if stem in speech.SOURCE_WORDS or (key in MEASURED and self._key(at - 1) == "حد"):
            return self._source(at)
        return None

    def _key(self, at: int) -> str:
        return self._tokens[at].key if 0 <= at < len(self._tokens) else ""

    # Verbs of saying

    def _verb(self, at: int) -> tuple[speech.Form | None, bool]:
        key = self._tokens[at].key
        for form, joined, pronoun in verbs_of(key):
            # «وردت والدته» is no «ورد في …».
            if form.verb in speech.WRITTEN_IN and self._key(at + 1) != "في":
                continue
            if pronoun:
                # With a pronoun the noun is as common: «وصفه», «رده»; a subject must follow.
                phrase = self._subject_phrase(at, form)
                if phrase is None or (phrase.kind is Kind.UNKNOWN and not self._known(phrase)):
                    continue
            elif not joined and key in speech.AMBIGUOUS and not self._licensed(at):
                continue
            return (form, joined) if self._key(at - 1) not in _PREPOSITIONS else (None, False)
        return None, False

    def _licensed(self, at: int) -> bool:
        if at == 0:
            return True
        before = self._tokens[at - 1]
        if not before.is_word or before.quote >= 0 or before.key in _LICENSING:
            return True
        # «الوزير سمير عطا نفى أن …»
        return any(end == at and not governed for _, end, _, governed in self._mentions[-1:])

    def _known(self, phrase: Phrase) -> bool:
        return any(self._cast.knows_name(token.key) for token in phrase.tokens)

    def _subject_phrase(self, at: int, form: speech.Form) -> Phrase | None:
        start = at + 1
        for _ in range(_MAX_AFTER):
            if self._key(start) in speech.BETWEEN or is_audience(self._key(start)):
                start += 1
        phrase = self._reader.read(start, subject=form.verb not in speech.TRANSITIVE)
        if phrase is not None and is_audience(self._key(start - 1)) and phrase.kind is not Kind.PERSON:
            return None  # «قالت لإذاعة محلية»
        return phrase

    def _verb_of_saying(self, at: int, form: speech.Form, *, joined: bool) -> int:
        phrase = self._subject_phrase(at, form)
        end = phrase.end if phrase is not None else at + 1
        if form.verb in speech.RELAYING:
            relayed = self._relayed(at + 1)
            if relayed is not None:
                person, end = relayed
                self.cues.append(Cue(at, person, joined))
                self._cast.mention(person)
                return end
            return end
        if form.verb in speech.WRITTEN_IN:
            return self._written_in(at, joined=joined)
        if phrase is not None and self._is_document(phrase.tokens[0].key):
            found = self._behind_document(phrase.start + 1)
            owner = found[0] if found else self._cast.last_body() or self._cast.last_subject(feminine=None, plural=None)
            self.cues.append(Cue(at, owner, joined))
            return found[1] if found else phrase.start + 1
        outlet = phrase is not None and bare(phrase.tokens[0].key) in people.OUTLETS
        if outlet and form.verb in speech.REPORTING:
            self.cues.append(Cue(at, None, joined))
            return end
        if phrase is not None:
            person = self._cast.meet(phrase, feminine=form.feminine, plural=form.plural)
            self._note(phrase, person)
        else:
            dropped = self._dropped(at, form) if not self._has_unknown_antecedent(at) else None
            if dropped is None:
                self.cues.append(Cue(at, None, joined))
                return end
            person = dropped
        self._act(person)
        self.cues.append(Cue(at, person, joined))
        return end

    def _act(self, person: Person) -> None:
        self.subject = self.subject or person
        self._subjects.append(person)
        self._cast.act(person)

    def _note(self, phrase: Phrase, person: Person, *, governed: bool = False) -> None:
        self._mentions.append((phrase.start, phrase.end, person, governed))
        self._cast.mention(person)

    def _has_unknown_antecedent(self, at: int) -> bool:
        """Tell whether the verb is said of a word that names nobody: «يسمع صوت يقول …»."""
        before, key = self._key(at - 1), self._key(at)
        if at == 0 or key[0] not in "يت" or not self._tokens[at - 1].is_word or self._tokens[at - 1].definite:
            return False
        timed = before in people.STOPS or before in people.MANNERS or before in _LICENSING
        return not timed and not self._cast.knows_name(before) and all(end != at for _, end, *_ in self._mentions[-1:])

    def _dropped(self, at: int, form: speech.Form) -> Person | None:
        """Return the subject of a verb that has none behind it."""
        feminine, plural = form.feminine, form.plural
        agreeing = [
            mention
            for mention in self._mentions[-_CLAUSE_REACH:]
            if mention[0] < at and mention[2].agrees(feminine=feminine, plural=plural)
        ]
        before = self._key(at - 1)
        if before in ("قد", "كان", "كانت"):
            before = self._key(at - 2)
        if before in _RELATIVES and agreeing:
            return agreeing[-1][2]
        clause = at - 1
        while (
            clause > max(0, at - _CLAUSE_REACH)
            and self._tokens[clause].is_word
            and self._tokens[clause].key not in _CLAUSE_STARTS
        ):
            clause -= 1
        for start, _, person, governed in agreeing:
            topic = start <= 2 or (start >= clause and start - clause <= _MAX_AFTER)
            if topic and not governed and (start >= clause or start == 0 or self._key(start - 1) in _CLAUSE_STARTS):
                return person
        return self._cast.last_subject(feminine=feminine, plural=plural)

    # Participles, nouns and sources

    def _is_circumstance(self, at: int, stem: str) -> bool:
        """Tell whether a participle says what the subject did meanwhile: «مؤكدا أن», not «المؤكدة», «نسخة مؤكدة»."""
        if stem.endswith("ا") and stem not in speech.AMBIGUOUS:
            return True
        before = self._tokens[at - 1] if at else None
        return (before is not None and (not before.is_word or before.text in "،,")) or self._key(at + 1) in (
            "ان",
            "انه",
            "انها",
            ":",
            "الي",
        )

    def _agreeing(self, *, feminine: bool | None, plural: bool | None) -> Person | None:
        if self.subject is not None and self.subject.agrees(feminine=feminine, plural=plural):
            return self.subject
        for person in reversed(self._subjects):
            if person.agrees(feminine=feminine, plural=plural):
                return person
        for _, _, person, governed in self._mentions[:_CLAUSE_REACH]:
            if not governed and person.agrees(feminine=feminine, plural=plural):
                return person
        return self._cast.last_subject(feminine=feminine, plural=plural)

    def _is_saying_noun(self, at: int) -> bool:
        if self._key(at) in ("وصفه", "وصفها", "تعبيره", "تعبيرها", "تعبيرهم", "وصفهم", "رايه", "رايها"):
            return self._key(at - 1) in ("حد", "بحسب", "حسب", "وفق")
        return True

    def _relayed(self, start: int) -> tuple[Person, int] | None:
        """Return whom «نقلت … عن …» names."""
        for at in range(start, min(start + _RELAY_REACH, len(self._tokens) - 1)):
            if self._key(at) == "عن":
                phrase = self._reader.read(at + 1, subject=True)
                return (self._cast.meet(phrase), phrase.end) if phrase is not None else None
        return None

    def _written_in(self, at: int, *, joined: bool) -> int:
        if self._key(at + 1) != "في" or bare(self._key(at + 2)) not in speech.DOCUMENTS | {
            bare(k) for k in speech.DOCUMENTS
        }:
            return at + 1
        found = self._behind_document(at + 3)
        person = found[0] if found else self._cast.last_body() or self._cast.last_subject(feminine=None, plural=None)
        self.cues.append(Cue(at, person, joined))
        if person is not None:
            self._act(person)
        return found[1] if found else at + 3

    @staticmethod
    def _is_document(key: str) -> bool:
        return key in speech.DOCUMENTS or bare(key) in speech.DOCUMENTS or key[1:] in speech.DOCUMENTS

    def _behind_document(self, start: int) -> tuple[Person, int] | None:
        """Return whose a statement is: «بيان الوزارة», «بيان صادر عن الوزارة», «تقرير لمنظمة …»."""
        for at in range(start, min(start + _MAX_AFTER + 1, len(self._tokens))):
            if not self._tokens[at].is_word:
                return None
            reader, token = self._unprefixed(at)
            rules = bare(token.key) in ("حكم", "قرار", "قانون")  # «نص الحكم» is the court's
            if not rules and (kind_of(token) is not Kind.UNKNOWN or self._cast.knows_name(token.key)):
                phrase = reader.read(at, subject=True)
                if phrase is not None:
                    return self._cast.meet(phrase), phrase.end
        return None

    def _unprefixed(self, at: int) -> tuple[PhraseReader, Token]:
        """Return the token at `at` without its preposition («للوزارة», «لوزير»), and a reader that sees it so."""
        token = self._tokens[at]
        key, text = token.key, token.text
        if key.startswith("لل"):
            key, text = "ال" + key[2:], "ال" + text[2:]
        elif key[0] in "لب" and (is_institution(key[1:]) or is_office(key[1:]) or self._cast.knows_name(key[1:])):
            key, text = key[1:], text[1:]
        else:
            return self._reader, token
        tokens = list(self._tokens)
        tokens[at] = token._replace(key=key, text=text)
        return PhraseReader(tokens), tokens[at]

    def _source(self, at: int) -> int:
        start = at + 1
        while self._key(start) in ("عن", "ما", "الي"):
            start += 1
        if start >= len(self._tokens) or self._verb(start)[0] is not None:
            return start
        reader, token = self._unprefixed(start)
        key = token.key
        if self._is_document(key):
            found = self._behind_document(start + 1)
        else:
            phrase = reader.read(start, subject=True)
            found = (self._cast.meet(phrase), phrase.end) if phrase is not None else None
        if found is None:
            return at + 1
        person, end = found
        self._mentions.append((start, end, person, True))
        self._cast.mention(person)
        self.cues.append(Cue(at, person))
        return end

    # Subjects of other verbs, and mentions

    def _begins_clause(self, at: int) -> bool:
        return at == 0 or self._tokens[at - 1].text in "،," or self._key(at - 1) in _RELATIVES

    def _acting(self, at: int) -> int | None:
        """Read «ووصل العياري إلى …»: whoever acts may be meant by the next verb without a subject."""
        key = self._tokens[at].key
        word = key[1:] if key[0] in "وف" and len(key) > 3 else key
        written = self._tokens[at].text
        definite = written.startswith(("ال", "وال", "فال")) and word not in speech.VERBS_LIKE_CLITICS
        if definite or is_office(key) or is_institution(key) or key in _CLAUSE_STARTS:
            return None
        if word in people.STOPS and word not in speech.VERBS_LIKE_CLITICS:
            return None
        if word[0] in "بلك" and word not in speech.VERBS_LIKE_CLITICS:
            return None
        start = at + 1
        for _ in range(_MAX_AFTER):
            if self._key(start) in speech.BETWEEN:
                start += 1
        if start >= len(self._tokens):
            return None
        phrase = self._reader.read(start, subject=False)
        if phrase is None or (phrase.kind is Kind.UNKNOWN and not phrase.plural and not self._known(phrase)):
            return None
        feminine = True if word.endswith("ت") or (word[0] == "ت" and len(word) > 3) else None
        person = self._cast.meet(phrase, feminine=feminine)
        if feminine and person.feminine is False:
            return None
        self._note(phrase, person)
        self._act(person)
        return phrase.end

    def _may_name(self, key: str) -> bool:
        knows = self._cast.knows_name
        return key.startswith("لل") or knows(key) or (key[0] in "لب" and (knows(key[1:]) or is_prefixed(key)))

    def _mention(self, at: int) -> int:
        """Read whoever is named here without doing anything, and return where to go on."""
        if kind_of(self._tokens[at]) is Kind.UNKNOWN and not self._may_name(self._tokens[at].key):
            return at + 1
        reader, token = self._unprefixed(at)
        key = token.key
        governed = reader is not self._reader or self._key(at - 1) in _PREPOSITIONS
        if kind_of(token) is Kind.UNKNOWN and not self._cast.knows_name(key):
            return at + 1
        if cannot_begin(token):
            return at + 1
        phrase = reader.read(at, subject=False)
        if phrase is None or (
            phrase.kind is Kind.PERSON and not phrase.name and not phrase.title[0].definite and len(phrase.title) < 2
        ):
            return at + 1
        person = self._cast.meet(phrase)
        self._note(phrase, person, governed=governed)
        return phrase.end
