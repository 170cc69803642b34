"""The subject of a verb of saying: what behind it can be one, and whom it means."""

from bot.extract.actors import Actors
from bot.extract.boundaries import is_audience
from bot.extract.cast import Person
from bot.extract.lexicon import clauses, people, saying, speech
from bot.extract.noun_phrase import Phrase, is_outlet
from bot.extract.nouns import Kind, bare, is_possessed

_MAX_BETWEEN = 3  # words between a verb and its subject


def subject_phrase(actors: Actors, at: int, form: saying.Form) -> Phrase | None:
    """Return the phrase behind a verb of saying that can be its subject: «قال أمس للصحفيين وزير الدفاع»."""
    start = at + 1
    for _ in range(_MAX_BETWEEN):
        start += _stands_between(actors.key(start))
    if actors.key(start) == "عن" and start + 1 < len(actors.tokens) and is_possessed(actors.tokens[start + 1]):
        start += 2  # «وعبرت عن فخرها الرباعة الأردنية»
    phrase = actors.reader.read(start, subject=form.verb not in speech.TRANSITIVE)
    if phrase is not None and is_audience(actors.key(start - 1)) and phrase.kind is not Kind.PERSON:
        return None  # «قالت لإذاعة محلية»
    return phrase


def _stands_between(key: str) -> bool:
    return key in speech.BETWEEN or key in clauses.SAME or is_audience(key)


def says_nothing(phrase: Phrase, form: saying.Form) -> bool:
    """Tell whether a subject is no speaker: what somebody found («نتائج التحقيق»), or who only reports."""
    reports = is_outlet(phrase) and form.verb in speech.REPORTING
    return reports or bare(phrase.tokens[0].key) in people.FINDINGS


def is_object(actors: Actors, phrase: Phrase, form: saying.Form) -> bool:
    """Tell whether what stands behind a verb is spoken of or to: «وصف الخطة», «…، وطالبت الحكومة بـ…»."""
    subject = actors.subject
    if form.verb in speech.ADDRESSING and subject is not None and not phrase.name:
        return subject.agrees(feminine=form.feminine, plural=form.plural)
    if phrase.kind is Kind.UNKNOWN and not actors.is_person(phrase):
        goes_on = subject is not None and subject.agrees(feminine=form.feminine, plural=form.plural)
        if goes_on and form.verb in speech.TRANSITIVE:
            return True  # «فأبدت الجمعية خيبتها، ووصفت كلفة الاقتراض بأنها …»
        known = actors.cast.last_subject(feminine=form.feminine, plural=form.plural)
        if known is not None and form.verb in speech.RECALLING:
            return True  # «وتستعيد لحظة التحقيق الأولى: …»
    if form.verb in speech.ADDRESSING and bare(phrase.tokens[0].key) in people.AUDIENCES:
        return True  # «وخاطب الحضور قائلا»
    return form.verb in speech.TRANSITIVE and _is_spoken_of(phrase, form)


def _is_spoken_of(phrase: Phrase, form: saying.Form) -> bool:
    """Tell whether what stands behind a verb is spoken of: «وصف الخطة», «وصفت القرار»."""
    if bare(phrase.tokens[0].key) in people.OBJECTS:
        return True
    known = phrase.feminine is not None and phrase.kind is not Kind.PEOPLE and not form.plural
    return known and form.feminine is not None and phrase.feminine is not form.feminine


def known_by_another_name(actors: Actors, phrase: Phrase, form: saying.Form) -> Person | None:
    """Return whom «المتحدث ذاته», «نفس المصدر» mean: whoever spoke last, under another name."""
    stressed = actors.key(phrase.end) in clauses.EMPHATICS or actors.key(phrase.start - 1) in clauses.SAME
    if phrase.name or not phrase.title[0].definite:
        return None
    if bare(phrase.title[0].key) in people.ANYBODY:
        person = actors.cast.last_subject(feminine=form.feminine, plural=form.plural)
        return person if person is not None and person.name else None
    generic = len(phrase.title) == 1 and bare(phrase.title[0].key) in people.SPEAKERS
    if not stressed and (not generic or actors.cast.knows_office(phrase)):
        return None
    return actors.cast.last_subject(feminine=form.feminine, plural=form.plural)


def writer_on(actors: Actors, at: int, form: saying.Form) -> Person | None:
    """Return whose words «رفع المتظاهرون لافتات كتب عليها …», «مقطع منسوب إلى ممرضة تقول فيه …» tell of."""
    if actors.key(at + 1) not in speech.ON_IT:
        return None
    return actors.subject if form.verb in speech.WRITING else actors.last_named(at, form)
