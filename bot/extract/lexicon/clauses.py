"""Small words: where a clause begins, what stands before a verb, what only stresses a noun."""

from bot.extract.lexicon import folded

# Prepositions that a phrase hangs on. «على» stands as it is: folded it would be the name «علي».
_ON = "على"
PREPOSITIONS = folded("في من عن إلى مع بعد قبل خلال لدى بين ضد حول") | {_ON}

# Those that say where.
LOCAL = folded("في من إلى لدى داخل خارج قرب عند") | {"أمام"}

# A clause begins behind these.
CLAUSE_STARTS = folded("أن بأن ألا بألا لكن ولكن أما وأما غير بينما فيما كما إلا حيث لأن وأن بيد حين") | {_ON}

# Behind these a word that looks like a noun is a verb.
LICENSING = folded(
    "الكلمات العبارات قد وقد لقد فقد ولقد كما الذي التي ما ثم بينما فيما حيث عندما بعدما حسبما لم هكذا الذين أن إذ"
)

RELATIVES = folded("الذي التي الذين اللذان اللتان ما مما وما")

TWO_OR_MORE = folded("الذين اللذان اللتان")

# Verbs that only say that another goes on, begins or comes back: «ومضى يقول», «ثم عاد ليؤكد», «وراح يشرح».
# The one who acts is the subject of both.
AUXILIARIES = folded(
    """
    مضى مضت راح راحت أخذ أخذت ظل ظلت بدأ بدأت عاد عادت استمر استمرت جعل جعلت بات باتت زال زالت يزال تزال كان كانت
    كانوا انفك انفكت سارع سارعت لبث لبثت
    """
)

# Between «و» and the verb: «ولم يخف الباحث …», «وقد أعلنت الوزارة …».
VERB_PARTICLES = folded("لم لن لا قد لقد فقد سوف")

# A sentence begins with them, and no name.
NEGATIONS = folded("لا لم لن ليس ليست ما كلا نعم لسنا")

# The story turns to somebody, and the verb follows: «ومن جهته طعن المرشح …».
TURNS = folded("جهته جهتها جهتهم جانبه جانبها جانبهم ناحيته ناحيتها بدوره بدورها المقابل")

# Who somebody is: «سكينة، وهي معلمة متقاعدة».
BEING = folded("وهو وهي وهم")

# What was said follows.
THAT = folded("أن إن أنه أنها أنهم إنه إنها إنهم بأن بأنه بأنها بأنهم أنهما أننا إننا بأننا ألا بألا")

# Right before a quote they bind it to its verb: «وصف الاتفاق بـ“…”», «أعرب عن “…”».
CARRYING = PREPOSITIONS | frozenset("بلك:،,")

# The story itself goes on behind these, no longer what somebody said.
CONTRASTS = folded("غير إلا بيد لكن ولكن بينما فيما حين أما")

# Before the noun they say the same: «نفس المصدر».
SAME = folded("نفس ذات")

# They stress the noun before them, and say that it is the one just spoken of: «المتحدث ذاته», «المصدر نفسه».
EMPHATICS = folded("ذاته ذاتها نفسه نفسها عينه عينها ذاتهم نفسهم أنفسهم إياه إياها")
