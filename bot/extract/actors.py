"""Who acts in a sentence and who is named in it: whom a verb without a subject of its own may mean."""

from collections.abc import Sequence

from bot.extract.cast import Cast, Person
from bot.extract.lexicon import people, speech
from bot.extract.nouns import Kind, cannot_begin, is_institution, is_office, is_prefixed, kind_of
from bot.extract.phrases import Phrase, PhraseReader
from bot.extract.tokens import Token

# Behind these a word that looks like a noun is a verb.
LICENSING = frozenset(
    [
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
    ]
)
PREPOSITIONS = frozenset(("في", "من", "عن", "على", "الي", "مع", "بعد", "قبل", "خلال", "لدي", "بين", "ضد", "حول"))
# A clause begins behind these.
_CLAUSE_STARTS = frozenset(
    [
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
    ]
)
_RELATIVES = frozenset(("الذي", "التي", "الذين", "اللذان", "اللتان", "ما", "مما", "وما"))
_MAX_TOPIC = 2  # words before a topic: «إلا أن المهندس …»
_MIN_VERB = 3  # letters, with its «ف»
_CLAUSE_REACH = 40  # words; a longer clause has no subject that a reader would still hold in mind
_MAX_BETWEEN = 3  # words between a verb and its subject


class Actors:
    """The persons of one sentence, in order: who acts, and who is only named."""

    def __init__(self, tokens: Sequence[Token], cast: Cast) -> None:
        self.subject: Person | None = None
        self.acted: list[Person] = []
        self.mentions: list[tuple[int, int, Person, bool]] = []  # start, end, who, governed by a preposition
        self.tokens = tokens
        self.cast = cast
        self.reader = PhraseReader(tokens)

    def key(self, at: int) -> str:
        """Return the folded word at `at`, or "" outside the sentence."""
        return self.tokens[at].key if 0 <= at < len(self.tokens) else ""

    def topic(self) -> Person | None:
        """Return whom the sentence is about: who stands at its beginning, and does something that is no saying."""
        return next(
            (who for start, _, who, governed in self.mentions[:1] if start <= _MAX_TOPIC and not governed), None
        )

    def act(self, person: Person) -> None:
        """Note that `person` is the subject of the clause that was just read."""
        self.subject = self.subject or person
        self.acted.append(person)
        self.cast.act(person)

    def note(self, phrase: Phrase, person: Person, *, governed: bool = False) -> None:
        """Note that `phrase` names `person` here; `governed`: by a preposition."""
        self.mentions.append((phrase.start, phrase.end, person, governed))
        self.cast.mention(person)

    def knows(self, phrase: Phrase) -> bool:
        """Tell whether a word of the phrase is part of a name that has appeared."""
        return any(self.cast.knows_name(token.key) for token in phrase.tokens)

    def contrasted(self) -> Phrase | None:
        """Return whom «أما موسكو فاكتفت …» turns to: all before the word with «ف»."""
        for end, token in enumerate(self.tokens[:_CLAUSE_REACH]):
            if token.key[0] == "ف" and len(token.key) > _MIN_VERB and end > 1:
                return PhraseReader(self.tokens[:end]).read(1, subject=False)
        return None

    def agreeing(self, *, feminine: bool | None, plural: bool | None) -> Person | None:
        """Return whom a participle or noun of this gender and number refers to: the subject before any other."""
        if self.subject is not None and self.subject.agrees(feminine=feminine, plural=plural):
            return self.subject
        for person in reversed(self.acted):
            if person.agrees(feminine=feminine, plural=plural):
                return person
        for _, _, person, governed in self.mentions[:_CLAUSE_REACH]:
            if not governed and person.agrees(feminine=feminine, plural=plural):
                return person
        return self.cast.last_subject(feminine=feminine, plural=plural)

    def dropped(self, at: int, form: speech.Form) -> Person | None:
        """Return the subject of a verb that has none behind it."""
        feminine, plural = form.feminine, form.plural
        agreeing = [
            mention
            for mention in self.mentions[-_CLAUSE_REACH:]
            if mention[0] < at and mention[2].agrees(feminine=feminine, plural=plural)
        ]
        before = self.key(at - 1)
        if before in ("قد", "كان", "كانت"):
            before = self.key(at - 2)
        if before in _RELATIVES and agreeing:
            return agreeing[-1][2]
        clause = at - 1
        while (
            clause > max(0, at - _CLAUSE_REACH)
            and self.tokens[clause].is_word
            and self.tokens[clause].key not in _CLAUSE_STARTS
        ):
            clause -= 1
        for start, _, person, governed in agreeing:
            topic = start <= 2 or (start >= clause and start - clause <= _MAX_BETWEEN)
            if topic and not governed and (start >= clause or start == 0 or self.key(start - 1) in _CLAUSE_STARTS):
                return person
        return self.cast.last_subject(feminine=feminine, plural=plural)

    def has_unknown_antecedent(self, at: int) -> bool:
        """Tell whether the verb is said of a word that names nobody: «يسمع صوت يقول …»."""
        before, key = self.key(at - 1), self.key(at)
        if at == 0 or key[0] not in "يت" or not self.tokens[at - 1].is_word or self.tokens[at - 1].definite:
            return False
        timed = before in people.STOPS or before in people.MANNERS or before in LICENSING
        return not timed and not self.cast.knows_name(before) and all(end != at for _, end, *_ in self.mentions[-1:])

    def begins_clause(self, at: int) -> bool:
        """Tell whether a clause begins with this token."""
        return at == 0 or self.tokens[at - 1].text in "،," or self.key(at - 1) in _RELATIVES

    def acting(self, at: int) -> int | None:
        """Read «ووصل العياري إلى …»: whoever acts may be meant by the next verb without a subject."""
        key = self.tokens[at].key
        word = key[1:] if key[0] in "وف" and len(key) > 3 else key
        written = self.tokens[at].text
        definite = written.startswith(("ال", "وال", "فال")) and word not in speech.VERBS_LIKE_CLITICS
        if definite or is_office(key) or is_institution(key) or key in _CLAUSE_STARTS:
            return None
        if word in people.STOPS and word not in speech.VERBS_LIKE_CLITICS:
            return None
        if word[0] in "بلك" and word not in speech.VERBS_LIKE_CLITICS:
            return None
        start = at + 1
        for _ in range(_MAX_BETWEEN):
            if self.key(start) in speech.BETWEEN:
                start += 1
        if start >= len(self.tokens):
            return None
        phrase = self.reader.read(start, subject=False)
        if phrase is None or (phrase.kind is Kind.UNKNOWN and not phrase.plural and not self.knows(phrase)):
            return None
        feminine = True if word.endswith("ت") or (word[0] == "ت" and len(word) > 3) else None
        person = self.cast.meet(phrase, feminine=feminine)
        if feminine and person.feminine is False:
            return None
        self.note(phrase, person)
        self.act(person)
        return phrase.end

    def unprefixed(self, at: int) -> tuple[PhraseReader, Token]:
        """Return the token at `at` without its preposition («للوزارة», «لوزير»), and a reader that sees it so."""
        token = self.tokens[at]
        key, text = token.key, token.text
        if key.startswith("لل"):
            key, text = "ال" + key[2:], "ال" + text[2:]
        elif key[0] in "لب" and (is_institution(key[1:]) or is_office(key[1:]) or self.cast.knows_name(key[1:])):
            key, text = key[1:], text[1:]
        else:
            return self.reader, token
        tokens = list(self.tokens)
        tokens[at] = token._replace(key=key, text=text)
        return PhraseReader(tokens), tokens[at]

    def mention(self, at: int) -> int:
        """Read whoever is named here without doing anything, and return where to go on."""
        if kind_of(self.tokens[at]) is Kind.UNKNOWN and not self._may_name(self.tokens[at].key):
            return at + 1
        reader, token = self.unprefixed(at)
        key = token.key
        governed = reader is not self.reader or self.key(at - 1) in PREPOSITIONS
        if kind_of(token) is Kind.UNKNOWN and not self.cast.knows_name(key):
            return at + 1
        if cannot_begin(token):
            return at + 1
        phrase = reader.read(at, subject=False)
        if phrase is None or (
            phrase.kind is Kind.PERSON and not phrase.name and not phrase.title[0].definite and len(phrase.title) < 2
        ):
            return at + 1
        person = self.cast.meet(phrase)
        self.note(phrase, person, governed=governed)
        return phrase.end

    def _may_name(self, key: str) -> bool:
        knows = self.cast.knows_name
        return key.startswith("لل") or knows(key) or (key[0] in "لب" and (knows(key[1:]) or is_prefixed(key)))
