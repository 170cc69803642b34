"""The quotes that carry a story come first."""

import pytest

from handlers.ranking import strongest
from storage.article import Article, Block, BlockKind, Quote

LONG = "كلام طويل يقوم بذاته من غير سياق"


def quote(text: str, speaker: str | None = None) -> Quote:
    return Quote(text, speaker, block=0, start=0, end=0)


@pytest.mark.parametrize(
    ("case", "title", "quotes", "order"),
    [
        ("the order of the text among equals", "عنوان", [quote("واحد هنا"), quote("اثنان هنا")], [0, 1]),
        ("long enough to stand alone", "عنوان", [quote("كلام قصير هنا"), quote(LONG)], [1, 0]),
        ("said by whom the title names", "بوتين يحذر", [quote(LONG, "بايدن"), quote(LONG, "فلاديمير بوتين")], [1, 0]),
        ("whatever is written together with the name", "رد لبوتين", [quote(LONG), quote(LONG, "بوتين")], [1, 0]),
        ("and with its article", "قلق بالكرملين", [quote(LONG), quote(LONG, "الكرملين")], [1, 0]),
        (
            "said by who says most, where the title names nobody",
            "يوم حزين",
            [quote(LONG, "شاهد"), quote(LONG, "الطبيب"), quote(LONG, "الطبيب")],
            [1, 2, 0],
        ),
        ("echoed by the title", "خطة المياه", [quote(LONG), quote("مياه كثيرة في الطريق إلى القرى البعيدة")], [1, 0]),
        ("echoed by a subheading", "عنوان", [quote(LONG), quote("والمدارس تفتح أبوابها غدا صباحا للجميع")], [1, 0]),
        ("short words echo nothing", "من هو", [quote("هو من قال"), quote("لا أدري حقا")], [0, 1]),
        ("nothing to rank", "عنوان", [], []),
    ],
)
def test_strongest(case: str, title: str, quotes: list[Quote], order: list[int]) -> None:
    article = Article(
        title=title,
        sections=("عام",),
        breaking=True,
        blocks=(Block(BlockKind.SUBHEADING, "فتح المدارس"),),
        quotes=tuple(quotes),
    )
    assert strongest(article) == [quotes[index] for index in order], case
