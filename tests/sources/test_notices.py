"""The newsroom is told how its sources are: once each, and nobody is left out."""

from datetime import timedelta

from bot.sources.notices import tell_newsroom
from handlers.texts import Texts
from storage import admins, source_polls, sources
from storage.sources import FAILING_AFTER, Health, State
from tests.databases import START
from tests.sources.feeds import Item, rss
from tests.sources.newsroom import Newsroom

FEED = rss([Item("خبر قديم", guid="0")])
HOUR = timedelta(hours=1)


class Sent:
    """Remembers what was sent; refuses while `works` is not set."""

    def __init__(self) -> None:
        self.messages: list[tuple[int, str]] = []
        self.works = True

    async def __call__(self, chat_id: int, html: str) -> bool:
        if self.works:
            self.messages.append((chat_id, html))
        return self.works


async def test_the_newsroom_is_told_once_that_a_source_fails_and_once_that_it_is_back(newsroom: Newsroom) -> None:
    async with newsroom.database.write() as connection:
        await admins.set_owners(connection, [1, 2], now=START)
    newsroom.web.serve("/feed", status=500)
    await newsroom.follow("/feed", name="صحيفة <الفجر>")
    sent, told = Sent(), []
    for round_number in range(FAILING_AFTER + 4):
        if round_number == FAILING_AFTER + 2:
            newsroom.web.serve("/feed", FEED)
        await newsroom.poll(minutes=400)
        await tell_newsroom(newsroom.database, Texts.load(), sent, now=newsroom.clock())
        told.append(len(sent.messages))

    assert told == [0] * (FAILING_AFTER - 1) + [2, 2, 2, 4, 4]
    failing, back = sent.messages[0], sent.messages[2]
    assert (failing[0], back[0]) == (1, 1)
    assert "صحيفة &lt;الفجر&gt;" in failing[1]
    assert "تعذّر جلب الأخبار" in failing[1]
    assert "HTTP 500" in failing[1]
    assert "عاد المصدر" in back[1]


async def test_a_notice_that_could_not_be_sent_is_sent_later(newsroom: Newsroom) -> None:
    async with newsroom.database.write() as connection:
        await admins.set_owners(connection, [1], now=START)
    newsroom.web.serve("/feed", status=410)
    await newsroom.follow("/feed")
    await newsroom.poll(minutes=0)
    sent = Sent()
    sent.works = False
    await tell_newsroom(newsroom.database, Texts.load(), sent, now=newsroom.clock())
    sent.works = True
    for _ in range(2):
        await tell_newsroom(newsroom.database, Texts.load(), sent, now=newsroom.clock())

    assert len(sent.messages) == 1
    assert "حُذف نهائيًّا" in sent.messages[0][1]


async def test_the_newsroom_is_told_once_of_a_source_that_falls_silent_and_once_when_it_speaks(
    newsroom: Newsroom,
) -> None:
    async with newsroom.database.write() as connection:
        await admins.set_owners(connection, [1], now=START)
    items = [Item(f"خبر رقم {n}", guid=str(n), date=START - n * 6 * HOUR) for n in range(4)]
    newsroom.web.serve("/feed", rss(items))
    await newsroom.follow("/feed", name="الفجر")
    sent, told = Sent(), []
    for hours in (0, 10, 10, 5, 24, 0):
        if hours == 24:
            items.insert(0, Item("خبر جديد", guid="new", date=newsroom.clock() + timedelta(hours=23)))
            newsroom.web.serve("/feed", rss(items))
        await newsroom.poll(minutes=hours * 60)
        await tell_newsroom(newsroom.database, Texts.load(), sent, now=newsroom.clock())
        told.append(len(sent.messages))

    assert told == [0, 0, 0, 1, 2, 2]  # a day after the last story, since it used to pause for six hours
    assert "الفجر" in sent.messages[0][1]
    assert "لم ينشر شيئًا جديدًا" in sent.messages[0][1]
    assert "عاد المصدر" in sent.messages[1][1]
    source = await newsroom.source()
    assert source.answered_at == newsroom.clock()
    assert source.told is Health.WELL
    assert source.a_day is not None


async def test_a_paused_source_is_not_called_silent_and_one_that_is_resumed_gets_a_day(newsroom: Newsroom) -> None:
    newsroom.web.serve("/feed", FEED)
    await newsroom.follow("/feed")
    await newsroom.poll(minutes=0)
    async with newsroom.database.write() as connection:
        await sources.set_state(connection, 1, State.PAUSED, now=newsroom.clock())
    newsroom.clock.advance(days=90)
    assert (await newsroom.source()).health(newsroom.clock()) is Health.WELL
    async with newsroom.database.write() as connection:
        assert await source_polls.untold(connection, now=newsroom.clock()) == ()
        await sources.set_state(connection, 1, State.ACTIVE, now=newsroom.clock())
        assert await source_polls.untold(connection, now=newsroom.clock()) == ()
        (silent,) = await source_polls.untold(connection, now=newsroom.clock.advance(days=1))
    assert silent.health(newsroom.clock()) is Health.SILENT
