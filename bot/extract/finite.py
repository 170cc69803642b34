"""Where a word that can be a verb of saying is one."""

from bot.extract import subjects
from bot.extract.actors import Actors
from bot.extract.lexicon import clauses, names, people, saying, speech
from bot.extract.nouns import Kind, bare, is_event, is_possessed, kind_of
from bot.extract.verbs import verbs_of

_FOLLOWED = "تلا"
_LICENSING = clauses.LICENSING | clauses.TURNS


def verb_at(actors: Actors, at: int, cue: int | None) -> tuple[saying.Form | None, bool]:
    """Return the verb of saying that a word is where it stands, or None; and whether it is joined by «و».

    `cue` is where the last place stands that names who speaks.
    """
    key = actors.key(at)
    for form, joined, pronoun in verbs_of(key):
        # «وردت والدته» is no «ورد في …».
        if form.verb in speech.WRITTEN_IN and actors.key(at + 1) not in speech.INSIDE:
            continue
        if pronoun:
            if form.verb in speech.NEVER_OWNED or _is_relative(actors, at, cue):
                continue
            if _addresses(actors, at, form):
                return form, joined
            # With a pronoun the noun is as common: «وصفه», «رده»; a subject must follow.
            phrase = subjects.subject_phrase(actors, at, form)
            if phrase is None and (form.verb in speech.SAID_IT or form.plural):
                return form, joined  # «“…”، قالتها وأغلقت الباب», «وأبلغوه بأن …»
            if subjects.tells_of_antecedent(actors, at):
                return form, joined
            if phrase is None or (phrase.kind is Kind.UNKNOWN and not actors.knows(phrase)):
                continue
        elif not joined and key in speech.AMBIGUOUS and not _licensed(actors, at):
            continue
        if form.verb == "ابلغ" and key[joined] in "يت" and _is_amount(actors.key(at + 1)):
            continue
        if key[joined:] in speech.LIKE_PREPOSITIONS and _is_preposition(actors, at):
            continue
        if form.verb == _FOLLOWED and actors.key(at - 1) in clauses.RELATIVES:
            continue  # «الجلسة التي تلت»
        if form.verb in speech.WITH_HAMZA and "أ" not in actors.tokens[at].text:
            continue  # «هنا» is no «هنأ»
        if form.verb in speech.POINTED and actors.key(at + 1) in speech.AT_SOMEBODY and _is_passive(actors, at):
            continue
        return (form, joined) if actors.key(at - 1) not in clauses.PREPOSITIONS else (None, False)
    return None, False


def _addresses(actors: Actors, at: int, form: saying.Form) -> bool:
    """Tell whether a verb with a pronoun turns to somebody, with what was said behind it: «ودعتهم إلى “…”»."""
    behind = actors.key(at + 1)
    said = behind in _ADDRESSED_WITH or (behind[:1] == "ب" and len(behind) == 1)
    turns = form.verb in speech.ADDRESSING or form.verb in speech.ANSWERING
    return turns and said and not actors.tokens[at].text.endswith("ة")  # «مازحة»


_ADDRESSED_WITH = clauses.THAT | {"الي", "على", ":"}


def _is_amount(key: str) -> bool:
    """Tell «تبلغ 12 ألفا», «تبلغ نحو ألف», from «تبلغ الوزارة أن …»."""
    return key.isdigit() or key in people.QUANTITIES or key in _ABOUT


_ABOUT = frozenset(("نحو", "حوالي", "قرابه", "زهاء", "اكثر", "اقل", "ما", "قيمتها", "قيمته", "نسبه"))


def _is_relative(actors: Actors, at: int, cue: int | None) -> bool:
    """Tell whether a verb only tells of the noun before it: «وقال الحارس في فيديو نشره النادي: “…”»."""
    before = actors.tokens[at - 1] if at else None
    if before is None or not before.is_word or before.definite or cue is None:
        return False
    return before.key in speech.DOCUMENTS and all(token.quote < 0 for token in actors.tokens[cue:at])


def _licensed(actors: Actors, at: int) -> bool:
    if at == 0:
        return True
    if (with_ := speech.WITH.get(actors.key(at))) is not None and actors.key(at + 1) != with_:
        return False
    before = actors.tokens[at - 1]
    if not before.is_word or before.quote >= 0 or before.key in _LICENSING:
        return True
    if before.key in clauses.RELATIVES or before.key[1:] in clauses.RELATIVES:
        return True  # «ومما جاء فيها: …»
    if actors.fronted and (behind := actors.key(at + 1)) and (behind in people.MANNERS or behind in saying.PARTICIPLES):
        return True  # «وعن سبب غيابه رد مازحا: …»
    if actors.fronted and actors.cast.is_surname(actors.key(at + 1)):
        return True  # «وعن حظوظ فريقه رد القحطاني: …»
    # «الوزير سمير عطا نفى أن …», but not «المؤتمر الصحفي عقب المباراة»
    return actors.key(at) not in speech.LIKE_PREPOSITIONS and any(
        end == at and not governed for _, end, _, governed in actors.mentions[-1:]
    )


def _is_preposition(actors: Actors, at: int) -> bool:
    """Tell «عقب التتويج», «بين الناجين» from «عقب الوزير»: behind it stands what happened, or somebody."""
    token = actors.tokens[at + 1] if at + 1 < len(actors.tokens) else None
    if token is None or not token.is_word:
        return False
    if token.definite and token.key.endswith("ين") and token.key not in names.DEFINITE_NAMES:
        return True
    if kind_of(token) is not Kind.UNKNOWN or actors.cast.knows_name(token.key):
        return False
    return bare(token.key) in people.OBJECTS or is_event(token.key) or is_possessed(token)


def _is_passive(actors: Actors, at: int) -> bool:
    """Tell whether something is pointed at somebody, and nobody named who does: «لم توجه إليها أي تهمة»."""
    phrase = actors.reader.read(at + 2, subject=True)
    return phrase is None or phrase.kind is Kind.UNKNOWN or bare(phrase.tokens[0].key) in people.OBJECTS
