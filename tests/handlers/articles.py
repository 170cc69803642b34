"""Articles as a newsroom pastes them."""

from storage.article import Article, Block, BlockKind, Quote

FLAGGED = """أخبار عالمية عاجل

الوزير كريم البنا: نبدأ خطة الري في مايو

أعلن وزير الري كريم البنا أن الوزارة تبدأ خطة جديدة في مايو المقبل.

مياه أقل

وقال البنا: “سنبدأ العمل في مايو المقبل بلا أي تأخير”.

رأي المزارعين

وقالت المزارعة سلمى حداد: “لم يسألنا أحد عن هذه الخطة حتى الآن”.
"""
UNFLAGGED = FLAGGED.replace(" عاجل", "").replace("كريم البنا: نبدأ", "كريم البنا يشرح")
TITLE = "الوزير كريم البنا: نبدأ خطة الري في مايو"


def an_article(title: str, *sections: str, url: str | None = None) -> Article:
    """A read article with a subheading and a quote of its own."""
    quote = f"كلام لا يقال إلا عن {title}"
    return Article(
        title=title,
        sections=sections or ("رياضة",),
        breaking=True,
        blocks=(
            Block(BlockKind.PARAGRAPH, f"مقدمة عن {title}."),
            Block(BlockKind.SUBHEADING, f"تفاصيل {title}"),
            Block(BlockKind.PARAGRAPH, f"“{quote}”"),
        ),
        quotes=(Quote(quote, "المدرب", block=2, start=1, end=1 + len(quote)),),
        url=url,
    )
