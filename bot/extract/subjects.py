"""The subject of a verb of saying: what behind it can be one, and whom it means."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from bot.extract.actors import CLAUSE_REACH, Actors, Mention
from bot.extract.boundaries import is_audience
from bot.extract.cast import Person
from bot.extract.documents import is_document
from bot.extract.lexicon import clauses, networks, people, places, saying, speech
from bot.extract.noun_phrase import Phrase
from bot.extract.nouns import Kind, bare, is_feminine, is_possessed
from bot.extract.objects import says_nothing
from bot.extract.stretch import before_verb, noun_end, split, widened
from bot.extract.tellers import holder
from bot.extract.tokens import MEMORY, ON, Token

_MAX_AFTER_QUOTE = 2  # tokens from a quote to its verb
_MAX_BETWEEN = 3  # words between a verb and its subject
_DAMMA = "\u064f"  # «وكُتب بالطباشير»
_MIN_STEM = 3  # letters of «روسيا» in «الروسي»


def subject_phrase(actors: Actors, at: int, form: saying.Form) -> Phrase | None:
    """Return the phrase behind a verb of saying that can be its subject: «قال أمس للصحفيين وزير الدفاع»."""
    start = at + 1
    for _ in range(_MAX_BETWEEN):
        start += _stands_between(actors.key(start))
    if actors.key(start) == "ل" and " " in actors.key(start + 1):
        start += 2  # «وأوضح لـ“سبوتنيك عربي” المحلل العسكري …»
    if actors.key(start) == "عن" and start + 1 < len(actors.tokens) and is_possessed(actors.tokens[start + 1]):
        start += 2  # «وعبرت عن فخرها الرباعة الأردنية»
    phrase = actors.reader.read(start, subject=form.verb not in speech.TRANSITIVE)
    if phrase is not None and is_audience(actors.key(start - 1)) and phrase.kind is not Kind.PERSON:
        return None  # «قالت لإذاعة محلية»
    if phrase is None:
        return None
    if len(phrase.tokens) == 1 and phrase.tokens[0].definite and actors.cast.is_surname(phrase.tokens[0].key):
        return phrase  # «وروت الغامدي لحظة الاكتشاف»
    said = form.verb in speech.ONLY_WORDS
    said = said and any(token.quote >= 0 for token in actors.tokens[max(0, at - _MAX_AFTER_QUOTE) : at])
    return widened(actors.tokens, phrase, form.verb, said=said)


def fronted(actors: Actors, at: int, form: saying.Form) -> Person | None:
    """Return whom the clause names up to its verb, though no list knows the words: «غير أن سامسونغ قالت …»."""
    joined = actors.key(at)[0] == "و" and actors.key(at)[1:] in saying.FINITE  # «ضحك الرجل وقال»
    start = None if joined else before_verb(actors.tokens, at)
    if start is None:
        return None
    phrase = actors.reader.nominative(start).turned(start).read(start, subject=True)
    if phrase is None or says_nothing(phrase, form) or bare(phrase.tokens[0].key) in people.OBJECTS:
        return None
    if is_document(phrase.tokens[0].key) or phrase.end > at:
        return None
    if phrase.end < at and noun_end(actors.tokens, start + 1, at) == at:
        phrase = split(actors.tokens, phrase, at)
    person = actors.cast.meet(phrase, feminine=form.feminine, plural=form.plural)
    if not person.agrees(feminine=form.feminine, plural=form.plural):
        return None
    actors.note(phrase, person)
    return person


def unspoken(actors: Actors, at: int, form: saying.Form) -> Person | None:
    """Return whom a verb means that has no subject behind it, and no known one right before it."""
    if form.verb in speech.WRITING and (_DAMMA in actors.tokens[at].text or _is_on_a_thing(actors, at)):
        return holder(actors)
    if form.verb in speech.WRITING and actors.key(at + 1) in speech.ON_IT:
        return actors.subject  # «… في تدوينة كتب فيها: “…”»
    if tells_of_antecedent(actors, at):
        feminine, plural = form.feminine, form.plural
        here = actors.subject if actors.subject and actors.subject.agrees(feminine=feminine, plural=plural) else None
        return here or actors.cast.last_subject(feminine=feminine, plural=plural)
    if form.verb in speech.ANSWERING and actors.key(at)[-1] == "ه" and not actors.acted:
        last = actors.cast.last_subject(feminine=form.feminine, plural=form.plural)
        return actors.cast.latter(feminine=form.feminine) or last  # «فأجابه: …»
    named = fronted(actors, at, form) or shown(actors, at, form) or _voice(actors, at)
    return named or (None if _has_unknown_antecedent(actors, at) else _dropped(actors, at, form))


def tells_of_antecedent(actors: Actors, at: int) -> bool:
    """Tell whether a verb with a pronoun says the words behind it of the noun before: «الفصول التي يراها “…”»."""
    behind = at + 1 + (actors.key(at + 1) in ("ب", "بانه", "بانها"))
    said = behind < len(actors.tokens) and actors.tokens[behind].quote >= 0
    return (
        said
        and actors.key(at - 1) in _ANTECEDENT_PRONOUNS
        and actors.key(at).endswith(_ANTECEDENT_PRONOUNS[actors.key(at - 1)])
    )


_ANTECEDENT_PRONOUNS = {"الذي": "ه", "التي": "ها"}


def _stands_between(key: str) -> bool:
    return key in speech.BETWEEN or key in clauses.SAME or is_audience(key)


def known_by_another_name(actors: Actors, phrase: Phrase, form: saying.Form) -> Person | None:
    """Return whom «المتحدث ذاته», «نفس المصدر» mean: whoever spoke last, under another name."""
    stressed = actors.key(phrase.end) in clauses.EMPHATICS or actors.key(phrase.start - 1) in clauses.SAME
    if any(token.key[-1:].isdigit() for token in phrase.title):  # «صاحب الـ27 عاما»
        return actors.cast.last_subject(feminine=form.feminine, plural=form.plural)
    if phrase.name or not phrase.title[0].definite:
        return None
    if len(phrase.title) == 1 and bare(phrase.title[0].key) in people.LATTER:
        return actors.cast.latter(feminine=form.feminine)  # «والتقى الوزير السفيرة. وقالت الأخيرة …»
    if any(bare(token.key) in people.ANYBODY for token in phrase.title):  # «المزارع السبعيني»
        person = actors.cast.last_subject(feminine=form.feminine, plural=form.plural)
        anybody = person is not None and (person.name or not person.title[0].definite)
        return person if anybody else None
    if len(phrase.title) == 1 and _is_from_a_place(phrase.title[0]) and not actors.knows(phrase):
        person = actors.cast.last_subject(feminine=form.feminine, plural=form.plural)
        return person if person is not None and person.name else None  # «وأضاف الروسي: …»
    generic = len(phrase.title) == 1 and bare(phrase.title[0].key) in people.SPEAKERS
    last = actors.cast.last_subject(feminine=form.feminine, plural=form.plural)
    if stressed or (generic and not actors.cast.knows_office(phrase)):
        return last
    # «قال جو بايدن … وأضاف الرئيس السابق»: who had no office so far goes on by it.
    goes_on = form.verb in speech.CONTINUING and phrase.kind is Kind.PERSON and not actors.cast.knows_office(phrase)
    if not goes_on or last is None or not last.name:
        return None
    # «المديرة سيندي ماكين … وأضافت المسؤولة الأممية»
    return last if not last.title or bare(phrase.title[0].key) in people.SPEAKERS else None


@lru_cache(maxsize=MEMORY)
def _is_from_a_place_key(key: str) -> bool:
    stem = bare(key).removesuffix("يه").removesuffix("ي")
    named = (bare(place) for place in places.PLACES | places.CITIES)
    return len(stem) >= _MIN_STEM and any(one.startswith(stem) and len(one) <= len(stem) + _MIN_STEM for one in named)


def _is_from_a_place(token: Token) -> bool:
    """Tell whether a word says where somebody is from: «الروسي», «البلجيكية»."""
    return token.definite and token.text.endswith(("ي", "ية")) and _is_from_a_place_key(token.key)


def shown(actors: Actors, at: int, form: saying.Form) -> Person | None:
    """Return whose words «مقطع منسوب إلى ممرضة تقول فيه …» tell of."""
    return actors.last_named(at, form) if actors.key(at + 1) in speech.ON_IT else None


def _voice(actors: Actors, at: int) -> Person | None:
    """Return whom «سمع صوت يقول …» names: a word for somebody whom nobody knows, right before the verb."""
    at -= actors.key(at - 1) in clauses.BEING  # «يسمع أحدهم وهو يهتف»
    token = actors.tokens[at - 1] if at else None
    if token is None or token.key not in people.VOICES:
        return None
    return actors.cast.meet(Phrase(Kind.PERSON, at - 1, at, (token,), (), is_feminine(token), plural=False))


def _dropped(actors: Actors, at: int, form: saying.Form) -> Person | None:
    """Return the subject of a verb that has none behind it."""
    feminine, plural = form.feminine, form.plural
    agreeing = [
        mention
        for mention in actors.mentions[-CLAUSE_REACH:]
        if mention[0] < at and mention[2].agrees(feminine=feminine, plural=plural)
    ]
    before = actors.key(at - 1)
    if before in ("قد", "فقد") or before in clauses.AUXILIARIES:
        before = actors.key(at - 2)
    if before == "ان" and agreeing and agreeing[-1][1] == at - 1:
        return agreeing[-1][2]  # «سبق للمتحدث أن أكد …»
    if before in clauses.TWO_OR_MORE and not agreeing:
        return None  # «هما حازم عوض وديما سلامة، اللذان قالا …»
    if before in clauses.RELATIVES and agreeing:
        right_before = [who for _, end, who, _ in agreeing if end == at - 1]
        return (right_before or [agreeing[-1][2]])[0]
    if form.plural and not agreeing and (both := _both(actors, at)) is not None:
        return both
    if (antecedent := _antecedent(actors, at, agreeing)) is not None:
        return antecedent
    clause = at - 1
    while (
        clause > max(0, at - CLAUSE_REACH)
        and actors.tokens[clause].is_word
        and actors.tokens[clause].key not in clauses.CLAUSE_STARTS
    ):
        clause -= 1
    for start, _, person, governed in agreeing:
        topic = start <= 2 or (start >= clause and start - clause <= _MAX_BETWEEN)
        if topic and not governed and (start >= clause or start == 0 or actors.key(start - 1) in clauses.CLAUSE_STARTS):
            return person
    return actors.cast.last_subject(feminine=feminine, plural=plural)


def _both(actors: Actors, at: int) -> Person | None:
    """Return the two whom «والتقى الكعبي والإدريسي وقالا» names together."""
    before = [mention for mention in actors.mentions[-CLAUSE_REACH:] if mention[1] <= at]
    for (start, end, one, _), (second, last, other, _) in pairwise(before):
        if end == second and actors.key(second)[0] == "و" and one is not other and one.name and other.name:
            tokens = tuple(actors.tokens[start:last])
            return actors.cast.meet(Phrase(Kind.PEOPLE, start, last, tokens, (), one.feminine, plural=True))
    return None


def _antecedent(actors: Actors, at: int, agreeing: Sequence[Mention]) -> Person | None:
    """Return whom «واتجهت الأنظار إلى أم صالح، التي وقفت وقالت» tells of, where nobody else acts."""
    pronouns = [i for i in range(max(0, at - CLAUSE_REACH), at) if actors.key(i) in _ANTECEDENT_PRONOUNS]
    if not pronouns or actors.acted or not actors.begins_clause(pronouns[-1]):
        return None
    named = [who for _, end, who, _ in agreeing if end <= pronouns[-1] and who.kind is Kind.PERSON and who.name]
    return named[-1] if named else None


def _has_unknown_antecedent(actors: Actors, at: int) -> bool:
    """Tell whether the verb is said of a word that names nobody: «يسمع صوت يقول …»."""
    before, key = actors.key(at - 1), actors.key(at)
    before = before[1:] if before[:1] in ("و", "ف") and before[1:] in clauses.AUXILIARIES else before
    if before in clauses.AUXILIARIES:
        return False  # «ومضى يقول»
    if at == 0 or key[0] not in "يت" or not actors.tokens[at - 1].is_word or actors.tokens[at - 1].definite:
        return False
    if is_possessed(actors.tokens[at - 1]):
        return False  # «وعن أصعب لحظاته يقول»
    plain = before[1:] if before[:1] == "و" else before  # «وهو يشير»
    timed = before in people.STOPS or plain in people.STOPS or before in people.MANNERS or before in clauses.LICENSING
    return not timed and not actors.cast.knows_name(before) and all(end != at for _, end, *_ in actors.mentions[-1:])


def _is_on_a_thing(actors: Actors, at: int) -> bool:
    """Tell whether words are written on something, maybe by nobody named: «كتب عليها», «كتب على الجدار»."""
    if actors.key(at + 1) in speech.UPON_IT:
        return True
    thing = actors.tokens[at + 2] if actors.key(at + 1) == ON and at + 2 < len(actors.tokens) else None
    return thing is not None and (thing.key in speech.WALLS or (thing.definite and bare(thing.key) not in _PLATFORMS))


_PLATFORMS = networks.NETWORKS | people.OUTLETS
