"""Which verbs of saying need care, and the phrases that name a source."""

from bot.extract.lexicon import folded
from storage.arabic import fold

# Read as another word (a noun, a preposition) unless they begin a clause: «رد», «وصف», «بين», «عبر», «نقل» …
AMBIGUOUS = folded(
    """
    روى حكى رد وصف نفى ذكر وعد نقل كشف حث رأى عد عبر بين شكر حذر علق دون نشر زاد أمل أسف جاء ورد شرح قدر وجه
    خلص رفض طالب عقب ختم سرد شبه سخر دفع طعن عزت سجل ودع كذب عاب مصر أصر قرأ أعاد محتج ثمن مؤيد معارض متهم مصرح مقر مذكر
    معلق كاتب محذر متحدثة متحدثون متحدثات محدثة كاتبة كاتبات معلقة مهاجمة معارضة مؤيدة مدافعة مدونة متهمة
    نادي نص لفت يرد يعد معتبر مدين مورد موجه مهاجم مدافع متحدث محدث خاتم ذاكر مدون مراسل هاتف ماضي ناصح راوي
    """
)

# Behind a quote, before any verb: «“…”، بهذه الكلمات ودع الشيخ أبناء قريته».
PRESENTED = folded("كلمات الكلمات عبارة العبارة العبارات جملة الجملة الكلمة الجمل الروح")

# They report, they do not speak: the words are those of whom they name behind «عن».
RELAYING = {fold(verb): fold(word) for verb, word in (("نقل", "عن"), ("نسب", "إلى"), ("اقتبس", "عن"))}

# Outlets say these of others' words; then the outlet is nobody's speaker.
REPORTING = folded("نقل ذكر أفاد أورد نشر كشف أشار لفت أوضح بين أضاف رجح")

# Without this word behind it, the verb is another word: «عبر حسابه».
WITH = {fold("عبر"): fold("عن")}

# Verbs that are prepositions where they stand behind a noun.
LIKE_PREPOSITIONS = folded("عقب عبر دون بين")

# Without its hamza the verb is another word: «هنأ», «هنا».
WITH_HAMZA = folded("هنأ")

# Of what is pointed at somebody, the verb may be passive: «لم توجه إليها أي تهمة».
POINTED = folded("وجه توجه")
AT_SOMEBODY = folded("إليه إليها إليهم إليهما إلي إلينا")

# Words on a thing are those of whoever holds it: «رفع المتظاهرون لافتات كتب عليها …».
WRITING = folded("كتب دون قرأ")
ON_IT = folded("عليها عليه فيها فيه")
UPON_IT = folded("عليها عليه")
INSIDE = folded("في فيه فيها")

# Before a colon, the answers of an interview.
ANSWERS = folded("ج جواب الجواب ضيف الضيف الضيفة")

# Nouns of saying, with who said it behind them: «وأثار قول الوزير إن …».
SPOKEN_NOUNS = folded("كلام حديث شهادة رواية رأي جواب قول تأكيد تصريح إعلان اعتراف تعهد وعد تحذير زعم ادعاء")

# The subject stands in what follows «في»: «وجاء في بيان الوزارة: …».
WRITTEN_IN = folded("جاء ورد")

# Words that introduce somebody's words and take their subject from the clause: «بالقول», «بقوله», «قولها».
SAYING_NOUNS = {
    fold(word): form
    for word, form in {
        "القول": "",
        "بالقول": "",
        "بقوله": "m",
        "قوله": "m",
        "بقولها": "f",
        "قولها": "f",
        "بقولهم": "p",
        "قولهم": "p",
        "وصفه": "m",
        "وصفها": "f",
        "تعبيره": "m",
        "تعبيرها": "f",
        "تعبيرهم": "p",
        "وصفهم": "p",
        "رأيه": "m",
        "رأيها": "f",
        "تأكيده": "m",
        "تأكيدها": "f",
    }.items()
}

# These of them only behind a measure: «على حد وصفه», «بحسب رأيها».
MEASURED_NOUNS = folded("وصفه وصفها تعبيره تعبيرها تعبيرهم وصفهم رأيه رأيها")
MEASURES = folded("حد بحسب حسب وفق")

# A source named outright: «بحسب الوزارة», «وفقا للشرطة», «نقلا عن مصدر», «على لسان المدرب».
SOURCE_WORDS = folded("بحسب حسب حسبما وفق وفقا لسان نقلا تبعا طبقا بقلم استنادا")
# What somebody cites, with whose words they are behind it: «واستشهد ببيت للمتنبي: …».
CITED = folded("بيت أبيات عبارة مقولة حكمة شطر")
# Papers that nobody says but they themselves, and what they are made of: «تنص المادة الخامسة من القانون على أن …».
LAWS = folded("قانون دستور اتفاق اتفاقية معاهدة ميثاق وثيقة لائحة عقد مسودة ملحق بروتوكول")
ARTICLES = folded("مادة بند فقرة فصل مقدمة ديباجة")
STIPULATING = folded("نص")
# Only with it a sentence begins: «وبالنسبة إلى الناقد فلان، فإن …».
REGARDING = fold("بالنسبة")
# Papers that carry somebody's words; the source is whose they are: «بحسب بيان للوزارة».
DOCUMENTS = folded(
    "بيان بيانها بيانه البيان تقرير التقرير تقريرها تصريح تصريحات تصريحاته تصريحاتها منشور منشوره تغريدة تغريدته رسالة"
    " رسالته كلمة كلمته خطاب خطابه مقابلة مقابلته حديث حديثه وثيقة الوثيقة مذكرة نص النص إعلان قول تعبير وصف"
    " ما فيديو مقطع تسجيل حوار مداخلة تقديرات خلاصة حيثيات مقدمة ديباجة منطوق فقرة"
    " شهادة شهادات رواية إفادة أقوال بلاغ بلاغها بلاغه بلاغات"
)

# A newspaper says of itself what it heard: «علمت “الأيام” من مصادر أن …»; and somebody talks to it.
HEARING = folded("علمت حصلت اطلعت تلقت رصدت التقت حاورت تواصلت استطلعت وثقت خص خصت")
TALKS = folded(
    "حديث حديثه حديثها تصريح تصريحه تصريحها تصريحات تصريحاته تصريحاتها مقابلة مقابلته مقابلتها حوار حواره حوارها مداخلة"
    " اتصال لقاء لقائه لقائها دردشة"
)
TOWARDS = folded("إلى مع عبر ل")

# Behind a paper they begin like «ل» and yet name nobody: «في بيان لاحق».
NOT_OWNERS = folded("لاحق لاحقة لازم لافت لافتة لاذع لاذعة لكن ليلا لذلك لقاء")

# Between a verb and its subject may stand to whom, about what and when.
BETWEEN = folded(
    """
    عليه عليها عليهم له لها لهم فيه فيها به بها منه منها عنه عنها امس اليوم ايضا كذلك مجددا لاحقا سابقا رسميا
    علنا موخرا بدوره بدورها انذاك حينها وقتها السبت الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعه مساء صباح يوم
    سعادته سعادتها معاليه سموه سموها فخامته جلالته سيادته فضيلته سماحته لنا لي الأسبوع الشهر العام السنة الليلة
    البارحة الماضي الماضية الجاري الجارية الفائت الفائتة
    """
)
# Behind a whole phrase they say when, and belong to it no longer.
TIMES = folded("الأسبوع الشهر السنة الليلة البارحة")
# With a pronoun they no longer say: «في مؤتمر صحفي تابعته الوكالة».
NEVER_OWNED = folded("تابع واصل سجل نشر أورد")
# With a pronoun and no subject they still say: «قالتها».
SAID_IT = folded("قال ردد صرخ")
# Nothing can be their object but the words themselves: «قال الوزير “…”».
ONLY_WORDS = folded("قال صرح أجاب أردف استطرد استدرك غرد هتف صرخ صاح عقب تساءل أضاف تابع")
# «and called upon» rather than «took leave of».
CALLED_UPON = folded("ودعت ودعوا ودعا")
# They go on with what the same person said before.
CONTINUING = folded("أضاف تابع أردف استطرد استدرك واصل أكمل زاد ختم اختتم")
# What somebody brings back stands behind them: «وتستعيد لحظة التحقيق الأولى».
RECALLING = folded("استعاد تذكر استذكر سرد")
# Verbs that turn to somebody: behind a subject who goes on, what follows is who is called upon.
ADDRESSING = folded("دعا طالب نبه حث ناشد حمل مازح خاطب هنا شكر سال")
# Said to whoever spoke before: «فأجابه: …».
ANSWERING = folded("أجاب سأل أبلغ أخبر")
# To whom demands are put: «وطالبت السلطات بأن …», of who spoke before.
AUTHORITIES = folded("سلطات حكومة جهات دولة مجتمع")
# They need whomever they turn to: one noun behind them is that.
ADDRESSED = folded("خاطب مازح شكر هنأ عاتب ودع صارح")
# Where anybody may write: «وكتب على سور النادي: …».
WALLS = folded("سور جدار جدران حائط حيطان باب قبر لوح سبورة ظهر")
# Whoever holds up, wears or hangs a thing says what is written on it.
HOLDING = folded("رفع حمل علق ارتدى لصق كتب نصب رسم خط نشر")
# Verbs that take somebody as their object: what follows the subject need not belong to it.
TRANSITIVE = folded(
    """
    وصف اتهم انتقد دعا طالب حث ناشد هنا هاجم ايد ادان عارض رفض نعي رثي شبه سمي خاطب سال ابلغ اخبر نصح اعتبر هدد
    عد وعد مازح شكر طمان ناقش برر قدر وجه افتتح استهل انهي نقل دافع احتج نشر
    """
)
# Their last letter is no mark of the feminine: «سكت الوزير».
ROOTS_IN_T = folded("التفت سكت صمت أثبت أفلت ثبت بات مات فات نحت كبت لفت نعت بهت أسكت")
# First letters of clitics that are not verbs' own: «بحضور الوزير», «لقاء الوزير» are no verbs.
VERBS_LIKE_CLITICS = folded(
    """
    عمل عملت يعمل تعمل
    طلب طلبت رفض رفضت فضل فضلت حضر حضرت شارك شاركت بكى بكت بث بثت باشر باشرت بادر بادرت بارك باركت باع باعت كثف
    كثفت كسر كسرت كسب كسبت كاد كادت لعب لعبت لام لامت لمح
    لمحت     لاحظ لاحظت لاحق لاحقت لبي لبت لوح لوحت
    بدا بدات بحث بحثت بعث بعثت بلغ بات بقي كان كانت كرر كررت كرم كلف لقي لجا لم لن ظهر ظهرت
    التقى التقت التقينا التقيت التقط التقطت التزم التزمت التحق التحقت التهم التهمت التف التفت التمس التمست
    """
)
