"""What makes a name: its small words, what looks like none, and what stands before it out of respect."""

from bot.extract.lexicon import folded, listed

# Names that begin like a verb of the present.
NAMES_IN_YA = folded(
    "يحيى يزن يزيد يعرب يعقوب يسرى يسار يسرا يلماز يلدريم ينس يمان يمنى ييلماز يلدز يشار يهوذا يسوع"
    " يزبك ينال يعقوبيان يمين يامين"
)

# They begin what is said of a name before them.
SUPERLATIVES = folded("أول أكثر أقل أفضل أسوأ أكبر أصغر أحد إحدى")

# They begin or join a person's name, and rarely any other: «أم هاني», «عبد الجليل», «محمد ولد سيدي» …
PERSON_PARTICLES = folded("بن ابن بنت أبو أبي أبا أم عبد ولد آيت أيت آل")

# Before a name: «سائق أجرة يدعى منعم».
CALLING = frozenset(listed("يدعى تدعى يسمى تسمى اسمه اسمها"))

# They join a name to that of somebody's father or tribe.
LINEAGE = folded("بن بنت بت ابن ولد ود آل")

# They begin the name of a place and want a word behind them: «بني سويف», «عين الترك», «رأس الخيمة».
PLACE_HEADS = folded(
    "بني عين دير تل رأس كفر بيت خان أولاد وادي واد شرم ميت منية بئر بير حاسي كوم نجع عزبة حفر خميس برج سوق باب أم أبو"
)

# … but for these places: «أبو ظبي», «أم درمان».
PLACE_TAILS = folded("ظبي درمان الفحم جبيل سمبل القيوين قرن كمال غريب قرقاص المريخ قير صلال")

# Second halves of compound names: «عوض الكريم», «نور الدين».
NAME_TAILS = folded(
    """
    الدين الله الكريم الرحمن الرحيم الحق السلام العزيز الحميد الملك الإسلام النبي الرسول الزهراء القادر
    الهادي الغني المجيد زاده خان بيك بك أوغلو نجاد باشا أفندي
    """
)

# Pieces that belong to the name behind or before them: «خالد بن سلمان», «أبو الغيط», «فان دير بيلن».
NAME_PARTICLES = folded(
    """
    أيت آيت بن ابن بنت أبو أبي أبا أم عبد آل ولد سيف نور فان فون دير دي دا دو دل ديل ديلا دوس ماك سان سانت تن
    الدين الله
    """
)

# Nouns of acting that are names too.
NAMES_LIKE_MASDARS = folded("تسنيم تغريد انتصار انشراح ابتسام ابتهال اعتدال امتثال ارتقاء")

# Objects that are names too, where a name can end: «النائب جمال عودة».
NAMES_LIKE_OBJECTS = folded("شريط عودة سلامة زيادة وفاء نجاح ثقة تقدم رؤية")

# Times that are names too, where a name can end: «الدكتور مروان صباح إن …».
NAMES_LIKE_TIMES = folded("صباح فجر")

# Written with a first letter that looks like the conjunction «و», the preposition «ب» or «ل», and yet a name.
NAMES_LIKE_CLITICS = folded(
    """
    وليد وائل وسام وفاء وداد وجدي وحيد وصفي وليام ويليام والتر وانغ ولفغانغ وهيب وفيق ولاء ورد وردة وعد وضاح بثينة
    بهية بسمة بركة بديعة بلقيس بشرى بدرية باسمة بشارة بوعزة لطيفة لبيبة
    وليم ويلي ويلفريد ويسلي ويندي واين وولف ونوس واكيم وهاب وهبة وقاص وسن وضحى وضحة وجد وردان وازن واصف وصفية ورقة
    وجيه وهبي ولي ونستون ويلسون وود ووكر وايت وينستون وارن
    واسيني وحيدة وردية وسيم وسيلة وهيبة وجدان ويليامز وودز واتسون واغنر والاس ويلكنسون ويلر ويبر وانجالا وئام وطفاء وصال
    """
)

# Verbs of saying that are names too.
NAMES_LIKE_VERBS = folded("نادي عزت وعد أمل شكر ورد عبر هاتف مصر ناصح زاد نوه سرد قدر بشر أيد ثمن جاء")

# They end like a word with a pronoun, and are names.
NAMES_LIKE_OWNED = folded(
    """
    خوسيه خوزيه هيرفيه رينيه أندريه جوزيه بيليه مونيه ديدييه أوليفييه إكزافييه غزافييه
    إيميه سانيه مانيه دوميه طه عبده نزيه وجيه نبيه
    فقيه شبيه فوزيه سيبويه مها نهى سها رها ضحاها إبراهيم أدهم أكرم هم
    """
)

# They end like an accusative dual or plural.
NAMES_LIKE_DUALS = folded("حسين أمين ياسين شاهين معين متين فرزين مبين معن لين حنين نسرين ماهين")

# Before a name, always with the article: «العم سالم».
HONORIFICS = folded("العم العمة الخال الخالة الست الآنسة السيد السيدة الحاج الحاجة")

# First names that are written with the article.
DEFINITE_NAMES = folded(
    """
    المهدي الحسن الحسين المختار الطاهر العربي الهادي الصادق المصطفى الطيب النعمان المعتز المنصف الحبيب البشير العياشي
    الأمين المنجي الصغير العيد الهاشمي الشاذلي السيد المعز المعتصم المنتصر النور الفاضل الزبير الطيبي المكي الشريف
    الليث القاسم الوليد الضاوي التجاني التيجاني الحاج الحسيني البراء
    """
)

# Before a title, out of respect: «سعادة الدكتور ناصر …».
STYLES = folded("سعادة معالي سمو فخامة جلالة سيادة فضيلة سماحة نيافة غبطة قداسة دولة عطوفة حضرة")

STYLE_OWNERS = folded("صاحب صاحبة")

STYLE_TAILS = folded("الملكي الأميري السامي")

# Behind a name and a comma, how old somebody is: «سعاد مكي، البالغة من العمر …».
AGED = folded("البالغ البالغة عمره عمرها")

# They make a rank of the word before them.
RANK_TAILS = folded("أول ركن")

# Offices that are also given names: behind a complete office they begin the name («المتحدث رائد جبر»).
NAMES_LIKE_OFFICES = folded(
    "فائز مختار أمين رائد مالك سلطان أمير نجم شاهد ولي سيد ناصر عميد بطل فريق عالم إمام هداف منتج"
)

# How foreign letters are called: “بي إن سبورتس”, “إيه بي سي”.
LETTERS = folded(
    """
    إيه ايه بي سي دي إي إف جي إتش آي جيه جاي كيه كي إل إم إن بي كيو آر إس تي يو دبليو إكس واي زد زي
    """
)
