"""Who acts in a sentence and who is named in it: whom a verb without a subject of its own may mean."""

from bisect import bisect
from collections.abc import Sequence
from itertools import pairwise

from bot.extract.cast import Cast, Person
from bot.extract.describing import is_adjective
from bot.extract.lexicon import clauses, names, people, places, saying, speech
from bot.extract.noun_phrase import Phrase
from bot.extract.nouns import (
    Kind,
    bare,
    cannot_begin,
    is_accusative_office,
    is_institution,
    is_office,
    is_past,
    is_possessed,
    is_prefixed,
    is_relation,
    kind_of,
    says,
)
from bot.extract.phrases import PhraseReader
from bot.extract.tokens import Token

PAUSES = "،,؛–—-"
_FRONTING = clauses.PREPOSITIONS | clauses.LOCAL
# A clause begins behind these.
OPENING = clauses.RELATIVES | clauses.TURNS | frozenset(PAUSES)
_MIN_VERB = 3  # letters, with its «ف»
_MIN_FRONTED = 2
_EIGHTH = 5  # letters of a verb of the eighth form
_MAX_FRONTED = 10  # words before a verb that stands behind a place or time
CLAUSE_REACH = 40  # words; a longer clause has no subject that a reader would still hold in mind
_MAX_BETWEEN = 3  # words between a verb and its subject
MOTHER = "ام"
ABU = "ابو"  # it begins a name: «أبو حسن الذي يملك بستانا …»

# Where it starts and ends, who, and whether a preposition governs it.
Mention = tuple[int, int, Person, bool]


class Actors:
    """The persons of one sentence, in order: who acts, and who is only named."""

    def __init__(self, tokens: Sequence[Token], cast: Cast) -> None:
        self.subject: Person | None = None
        self._turned = False  # behind a word of contrast, until somebody acts
        self.acted: list[Person] = []
        self._acted_at: list[int] = []
        self.here = 0  # where the sentence is being read
        self.mentions: list[Mention] = []
        self.tokens = tokens
        self.cast = cast
        self.reader = PhraseReader(tokens, self.cast)
        first = tokens[0].key
        self.fronted = first in _FRONTING or first[1:] in _FRONTING

    def key(self, at: int) -> str:
        """Return the folded word at `at`, or "" outside the sentence."""
        return self.tokens[at].key if 0 <= at < len(self.tokens) else ""

    def act(self, person: Person) -> None:
        """Note that `person` is the subject of the clause that was just read."""
        self.subject = person if self._turned else self.subject or person
        self._turned = False
        self.acted.append(person)
        self._acted_at.append(self.here)
        self.cast.act(person)

    def subject_before(self, at: int, *, nearest: bool) -> Person | None:
        """Return who acts before a token: in the clause nearest to it, or else in the main one."""
        acted = self.acted[: bisect(self._acted_at, at)]
        return (acted[-1] if nearest or self.subject not in acted else self.subject) if acted else None

    def turn(self) -> None:
        """Note that the sentence turns to another: «…، في حين نفت وزيرة العدل ذلك مؤكدة …»."""
        self._turned = True

    def note(self, phrase: Phrase, person: Person, *, governed: bool = False) -> None:
        """Note that `phrase` names `person` here; `governed`: by a preposition."""
        self.mentions.append((phrase.start, phrase.end, person, governed))
        # «في حلب», «من محطة القطار»: where something happens speaks for nobody.
        if not (governed and person.kind is Kind.INSTITUTION and self._is_local(phrase)):
            self.cast.mention(person)

    def _is_local(self, phrase: Phrase) -> bool:
        return phrase.tokens[0].key in places.PLACES or self.key(phrase.start - 1) in clauses.LOCAL

    def knows(self, phrase: Phrase) -> bool:
        """Tell whether a word of the phrase is part of a name that has appeared."""
        return any(self.cast.knows_name(token.key) for token in phrase.tokens)

    def preceding(self, at: int, form: saying.Form) -> Person | None:
        """Return who stands right before a verb, at the beginning of a clause: «غير أن المحكمة رفضت الدفع»."""
        for start, end, person, governed in self.mentions[-1:]:
            begins = self.begins_clause(start) or self.key(start - 1) in clauses.CLAUSE_STARTS
            # «قال مسؤول يتابع المحادثات إن …», but not «وقفت أرملة أمام بنك بوسط القاهرة تسأل عن …»
            of_him = self.key(at)[0] in "يت" and self.tokens[start].key not in places.PLACES
            if end == at and (begins or of_him) and not governed:
                return person if person.agrees(feminine=form.feminine, plural=form.plural) else None
        return None

    def last_named(self, at: int, form: saying.Form) -> Person | None:
        """Return who was last named in the sentence, also behind a preposition, and agrees with the verb."""
        for start, _, who, _ in reversed(self.mentions[-CLAUSE_REACH:]):
            if start < at and who.kind is Kind.PERSON and who.agrees(feminine=form.feminine, plural=form.plural):
                return who
        return None

    def agreeing(self, *, feminine: bool | None, plural: bool | None) -> Person | None:
        """Return whom a participle or noun of this gender and number refers to: the subject before any other."""
        if self.subject is not None and self.subject.agrees(feminine=feminine, plural=plural):
            return self.subject
        for person in reversed(self.acted):
            if person.agrees(feminine=feminine, plural=plural):
                return person
        for _, _, person, governed in self.mentions[:CLAUSE_REACH]:
            if not governed and person.agrees(feminine=feminine, plural=plural):
                return person
        return self.cast.last_subject(feminine=feminine, plural=plural)

    def begins_clause(self, at: int) -> bool:
        """Tell whether a clause begins with this token."""
        return at == 0 or self.tokens[at - 1].text in PAUSES or self.key(at - 1) in clauses.RELATIVES

    def may_act(self, at: int) -> bool:
        """Tell whether a verb can stand at this token, and somebody who acts behind it."""
        before = self.tokens[at - 1].key if at else ""
        if not before or before in OPENING:
            return True
        return self.fronted and self._is_fronted(at, before)

    def _is_fronted(self, at: int, before: str) -> bool:
        """Tell whether a verb stands behind a place or time with which the sentence begins: «ومن النافذة لوحت …»."""
        if not _MIN_FRONTED <= at <= _MAX_FRONTED or self.subject is not None or before in clauses.PREPOSITIONS:
            return False
        word = self.tokens[at].key
        if len(word) > _MIN_VERB and self._looks_like_verb(word):
            return True
        # «وفي الجانب الآخر قدم المدرب استقالته»
        someone = at + 1 < len(self.tokens) and kind_of(self.tokens[at + 1]) is Kind.PERSON
        return someone and self.tokens[at - 1].definite and kind_of(self.tokens[at]) is Kind.UNKNOWN

    @staticmethod
    def _looks_like_verb(word: str) -> bool:
        if word in people.OBJECTS or word in speech.DOCUMENTS or word.endswith("ات"):
            return False  # «تقرير», «تصريحات»
        return word[0] in "يت" or word.endswith("ت")

    def acting(self, at: int) -> int | None:
        """Read «ووصل العياري إلى …»: whoever acts may be meant by the next verb without a subject."""
        key = self.tokens[at].key
        word = key[1:] if key[0] in "وف" and (len(key) > _MIN_VERB or key[1:] in people.STOPS) else key
        written = self.tokens[at].text
        definite = written.startswith(("ال", "وال", "فال")) and word not in speech.VERBS_LIKE_CLITICS
        if not at and self.fronted:
            return None
        body = kind_of(self.tokens[at]) is not Kind.UNKNOWN and self.key(at + 1) not in people.QUANTITIES
        if definite or body or key in clauses.CLAUSE_STARTS:
            return None  # «تجمع عشرات المودعين» is no body
        if word in people.STOPS and word not in speech.VERBS_LIKE_CLITICS and word not in clauses.VERB_PARTICLES:
            return None
        owned = is_possessed(self.tokens[at]) and (word[:-1] in people.OBJECTS or word[:-1] in speech.DOCUMENTS)
        if owned:
            return None  # «وختم المحافظ، …، مؤتمره الصحافي بالقول …»
        if word[0] in "بلك" and word not in speech.VERBS_LIKE_CLITICS and word not in clauses.VERB_PARTICLES:
            return None
        start = at + 1
        certain = False
        if word in clauses.VERB_PARTICLES:
            at, start, word = start, start + 1, self.key(start)  # «ولم يخف الباحث …»
            certain = True
            if says(word):
                return at  # «فقد رأت الوزيرة أن …»
        for _ in range(_MAX_BETWEEN):
            if self.key(start) in speech.BETWEEN:
                start += 1
        if start >= len(self.tokens):
            return None
        if is_possessed(self.tokens[start]) and self.key(at - 1) in clauses.RELATIVES:
            return None  # «أبيبي تاديسي التي حيت منافستها»
        if (
            self.key(start) in clauses.PREPOSITIONS
            and start + 2 < len(self.tokens)
            and is_possessed(self.tokens[start + 1])
        ):
            start += 2  # «وجلس إلى جانبها زوجها ناصيف»
        if self.key(start).startswith("بال"):
            start += 1  # «وفازت بالسباق الإثيوبية أبيبي تاديسي»
        phrase = self.reader.named_by_origin(start) or self.reader.read(start, subject=False)
        ends_in_root = word in speech.ROOTS_IN_T or (is_past(word) and len(word) == _EIGHTH)  # «التفت القاضي»
        feminine = True if word.endswith("ت") and self._looks_like_verb(word) and not ends_in_root else None
        if phrase is None or (len(phrase.tokens) == 1 and bare(phrase.tokens[0].key) in people.SPOTS):
            return None  # «واعتلت المنصة شابة»
        if phrase.kind is Kind.UNKNOWN and not phrase.plural and not self.is_person(phrase):
            if self._is_named(phrase, certain=certain):
                person = self.cast.meet(phrase._replace(feminine=feminine or (self.key(at)[0] == "ت" or None)))
                self.note(phrase, person)
                self.act(person)
                return phrase.end
            common = any(token.key in people.NO_NAMES for token in phrase.name)
            joined = any(token.key[0] == "و" and token.key not in names.NAMES_LIKE_CLITICS for token in phrase.name)
            if len(phrase.name) > 1 and phrase.name[-1].text[-1] not in "ةاتن" and not (common or joined):
                self.cast.introduce(phrase._replace(feminine=feminine))
            return None
        person = self._anybody(phrase) or self.cast.meet(phrase, feminine=feminine)
        if feminine and person.feminine is False:
            return None
        if key[0] == "ف" and at:
            self.turn()  # «أشاع موقع خبر اعتزالها، فسارعت الفنانة إلى النفي: …»
        self.note(phrase, person)
        self.act(person)
        return phrase.end

    def _anybody(self, phrase: Phrase) -> Person | None:
        """Return whom «ضحك الرجل» means: somebody whom the story has named."""
        if phrase.name or not phrase.title[0].definite or bare(phrase.title[0].key) not in people.ANYBODY:
            return None
        person = self.cast.last_subject(feminine=phrase.feminine, plural=False)
        return person if person is not None and person.name else None

    def _is_named(self, phrase: Phrase, *, certain: bool) -> bool:
        """Tell whether words that no list knows must be somebody, since they do something of their own.

        «لم تخف فوندرا سعادتها»: behind what is surely a verb; «احتضنت أولينا زوجها وهي تردد …»: her, who speaks then.
        """
        if phrase.end >= len(self.tokens) or not phrase.name or any(t.key in people.NO_NAMES for t in phrase.name):
            return False
        owner = is_possessed(self.tokens[phrase.end]) or self.key(phrase.end + 1) in clauses.BEING
        said_then = any(
            token.key in ("وهو", "وهي") and says(self.key(at + 1))
            for at, token in enumerate(self.tokens[phrase.end : phrase.end + _MAX_FRONTED], phrase.end)
        )
        described = self.key(phrase.end) in PAUSES and self.key(phrase.end + 1) in clauses.BEING
        return owner and (certain or said_then or described)  # «التقينا سلوى، وهي أم لأربعة»

    def is_person(self, phrase: Phrase) -> bool:
        """Tell whether a phrase that no list knows is somebody's name: one known, one with an age, «أم هاني»."""
        if self.knows(phrase):
            return True
        age = self.key(phrase.end) in ("(", "،", ",") and self.key(phrase.end + 1)
        if age and len(phrase.name) > 1 and (age.isdigit() or age in names.AGED):
            return True
        keys = [token.key for token in phrase.name]
        return any(word in names.PERSON_PARTICLES and tail not in names.PLACE_TAILS for word, tail in pairwise(keys))

    def mention(self, at: int) -> int:
        """Read whoever is named here without doing anything, and return where to go on."""
        mother = self.tokens[at].key == MOTHER and self.key(at - 1) in _FRONTING  # «عند أم الشهيد», not «… أم لا»
        if self.tokens[at].key in people.STOPS and not mother:
            return at + 1
        if self.tokens[at].key[-1] == "ا" and is_accusative_office(self.tokens[at].key):
            return self._clause_subject(at)
        if is_adjective(self.tokens, at):
            return at + 1
        if self.tokens[at].key == ABU:
            phrase = self.reader.read(at, subject=False)
            if phrase is not None and self.is_person(phrase):
                self.note(phrase, self.cast.meet(phrase))
                return phrase.end
        if kind_of(self.tokens[at]) is Kind.UNKNOWN and not self._may_name(self.tokens[at].key):
            return at + 1
        reader, token = self.reader.unprefixed(at)
        key = token.key
        governed = reader is not self.reader or self.key(at - 1) in clauses.PREPOSITIONS
        if kind_of(token) is Kind.UNKNOWN and not self.cast.knows_name(key):
            return at + 1
        phrase = None if cannot_begin(token) else reader.read(at, subject=False)
        if phrase is None or (
            phrase.kind is Kind.PERSON
            and not (phrase.name or phrase.title[0].definite or len(phrase.title) > 1 or self.key(at - 1) == "الي")
            and not (self.fronted and self.tokens[at - 1].definite and not self.acted)  # «وبين الناجين شاب»
            and not is_relation(phrase.title[0].text, phrase.title[0].key)
        ):
            return at + 1
        before = self.mentions[-1][2] if self.mentions else None
        if self.key(at - 1) in clauses.BEING and self.cast.tells_of(before, phrase):
            return phrase.end
        if len(phrase.tokens) == 1 and phrase.tokens[0].key in people.THINGS_TOO:
            return phrase.end
        person = self.cast.meet(phrase)
        self.note(phrase, person, governed=governed)
        return phrase.end

    def _clause_subject(self, at: int) -> int:
        """Read «بيد أن خبيرا في الشركة فضل عدم ذكر اسمه قال …» at whoever begins the clause."""
        phrase = self.reader.nominative(at).read(at, subject=True) if self.key(at - 1) in ("ان", "لكن") else None
        if phrase is None:
            return at + 1
        self.note(phrase, self.cast.meet(phrase))
        return phrase.end

    def _may_name(self, key: str) -> bool:
        knows = self.cast.knows_name
        joined = key[0] == "و" and (is_office(key[1:]) or is_institution(key[1:]) or knows(key[1:]))
        return joined or key.startswith("لل") or knows(key) or (key[0] in "لب" and (knows(key[1:]) or is_prefixed(key)))
