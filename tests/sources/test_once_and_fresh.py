"""Nothing twice, nothing stale: what becomes of the items of feeds over time, on both databases."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.ingest import Policy
from bot.sources.fetch import Fetcher
from storage import publishing
from storage.article import Article, Block, BlockKind
from storage.articles import Status
from storage.database import Database
from storage.sources import Kind
from storage.tables import articles, sightings
from tests.databases import START, Clock
from tests.sources.feeds import BRIDGE, OLD, STRIKE, Item, rss
from tests.sources.newsroom import Newsroom, open_newsroom
from tests.sources.web import Web

QUAKE = (
    "ضرب زلزال بلغت قوته 5.8 درجات الساحل الشمالي فجر الثلاثاء، ما أدى إلى مقتل 12 شخصا وإصابة العشرات، وفق ما أعلنت "
    "هيئة الدفاع المدني. وقال المتحدث باسم الهيئة إن فرق الإنقاذ تواصل البحث عن مفقودين تحت الأنقاض في ثلاث بلدات."
)


async def test_what_stands_in_a_new_source_is_stored_and_alerts_nobody(newsroom: Newsroom) -> None:
    await newsroom.follow("/feed")
    await newsroom.publish(OLD, BRIDGE, minutes=0)
    await newsroom.publish(OLD, BRIDGE)

    assert await newsroom.titles() == [BRIDGE.title, OLD.title]
    assert {stored.status for stored in await newsroom.stored()} == {Status.KEPT}
    assert await newsroom.alerted() == []
    assert newsroom.alerts == []


async def test_what_stood_in_a_new_source_is_not_pushed_when_it_changes_either(newsroom: Newsroom) -> None:
    await newsroom.follow("/feed")
    await newsroom.publish(BRIDGE, minutes=0)
    await newsroom.publish(Item(BRIDGE.title, "نص جديد كله.", "1", BRIDGE.link))

    assert [(stored.revision, stored.status) for stored in await newsroom.stored()] == [(2, Status.KEPT)]
    assert await newsroom.alerted() == []


async def test_a_story_that_was_taken_back_is_not_pushed_by_the_next_outlet(newsroom: Newsroom) -> None:
    for path, name in (("/feed", "الأولى"), ("/other", "الثانية")):
        await newsroom.follow(path, name=name)
        newsroom.web.serve(path, rss([OLD]))
    await newsroom.poll()
    await newsroom.publish(Item("زلزال بقوة 5.8 درجات يضرب الساحل الشمالي", QUAKE, "11", "https://one.example/11"))
    async with newsroom.database.write() as connection:
        await connection.execute(update(articles).where(articles.c.title.contains("زلزال")).values(status="retracted"))

    await newsroom.publish(Item("زلزال يضرب الساحل الشمالي", QUAKE, "77", "https://two.example/77"), path="/other")

    assert await newsroom.alerted() == ["زلزال بقوة 5.8 درجات يضرب الساحل الشمالي"]
    assert await newsroom.titles() == [OLD.title]


async def test_what_comes_later_is_pushed_once_and_wakes_the_sender(newsroom: Newsroom) -> None:
    await newsroom.follow("/feed")
    await newsroom.publish(OLD, minutes=0)

    await newsroom.publish(BRIDGE, OLD)
    await newsroom.publish(STRIKE, BRIDGE, OLD)
    await newsroom.publish(STRIKE, BRIDGE)

    assert await newsroom.alerted() == [BRIDGE.title, STRIKE.title]
    assert len(newsroom.alerts) == 2


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(Item(BRIDGE.title, BRIDGE.body, "9", BRIDGE.link), id="another guid"),
        pytest.param(Item(BRIDGE.title, BRIDGE.body, "1", "https://new.example/101"), id="another address"),
        pytest.param(Item(BRIDGE.title, BRIDGE.body, "9", "https://new.example/101"), id="another guid and domain"),
        pytest.param(Item(BRIDGE.title, BRIDGE.body), id="neither guid nor address"),
        pytest.param(Item("جسر الميناء يغلق", BRIDGE.body, "1", BRIDGE.link), id="another headline"),
        pytest.param(Item("عاجل.. جسر الميناء يغلق", "نص آخر تماما.", "1", BRIDGE.link), id="another text"),
        pytest.param(
            Item(BRIDGE.title, BRIDGE.body, "9", "http://www.news.example/story/101/?utm_source=rss#x"),
            id="another spelling of the address",
        ),
    ],
)
async def test_an_item_that_comes_again_otherwise_is_no_second_alert(newsroom: Newsroom, again: Item) -> None:
    await newsroom.follow("/feed")
    await newsroom.publish(OLD, minutes=0)
    await newsroom.publish(BRIDGE)
    await newsroom.publish(again)
    await newsroom.publish(again, STRIKE)

    assert len(await newsroom.alerted()) == 2
    assert len(await newsroom.stored()) == 3


async def test_an_item_with_the_number_of_another_sources_item_is_another(newsroom: Newsroom) -> None:
    for path in ("/feed", "/other"):
        await newsroom.follow(path, name=path)
        newsroom.web.serve(path, rss([OLD]))
    await newsroom.poll()
    newsroom.web.serve("/feed", rss([Item(BRIDGE.title, guid="5", link="https://news.example/5")]))
    newsroom.web.serve("/other", rss([Item(STRIKE.title, "نص مختلف.", guid="5", link="https://other.example/5")]))

    await newsroom.poll()

    assert sorted(await newsroom.alerted()) == sorted([BRIDGE.title, STRIKE.title])


async def test_items_that_share_one_guid_or_address_are_not_one(newsroom: Newsroom) -> None:
    await newsroom.follow("/feed")
    await newsroom.publish(OLD, minutes=0)
    guid, link = "https://news.example/feed-item", "https://news.example/latest/news"
    await newsroom.publish(*(Item(title, guid=guid, link=link) for title in (BRIDGE.title, STRIKE.title)))

    assert sorted(await newsroom.alerted()) == sorted([BRIDGE.title, STRIKE.title])


async def test_two_outlets_with_one_event_are_one_story_and_one_alert(newsroom: Newsroom) -> None:
    for path, name in (("/feed", "الأولى"), ("/other", "الثانية")):
        await newsroom.follow(path, name=name)
        newsroom.web.serve(path, rss([OLD]))
    await newsroom.poll()
    await newsroom.publish(Item("زلزال بقوة 5.8 درجات يضرب الساحل الشمالي", QUAKE, "11", "https://one.example/11"))
    copy = Item("مقتل 12 شخصا في زلزال ضرب الساحل الشمالي", "وكالات. " + QUAKE, "77", "https://two.example/77")

    await newsroom.publish(copy, path="/other")
    await newsroom.publish(copy, OLD, path="/other")

    (quake,) = [stored for stored in await newsroom.stored() if "زلزال" in stored.article.title]
    assert await newsroom.alerted() == ["زلزال بقوة 5.8 درجات يضرب الساحل الشمالي"]
    assert (quake.revision, quake.article.title) == (1, "زلزال بقوة 5.8 درجات يضرب الساحل الشمالي")
    assert quake.also_by == ("الثانية",)


async def test_what_the_second_outlet_changes_does_not_touch_the_first_ones_text(newsroom: Newsroom) -> None:
    for path, name in (("/feed", "الأولى"), ("/other", "الثانية")):
        await newsroom.follow(path, name=name)
        newsroom.web.serve(path, rss([OLD]))
    await newsroom.poll()
    await newsroom.publish(Item("زلزال بقوة 5.8 درجات يضرب الساحل الشمالي", QUAKE, "11", "https://one.example/11"))
    await newsroom.publish(Item("زلزال يضرب الساحل الشمالي", QUAKE, "77", "https://two.example/77"), path="/other")

    await newsroom.publish(Item("زلزال الساحل", QUAKE + " تحديث.", "77", "https://two.example/77"), path="/other")

    assert [(stored.revision, stored.article.title) for stored in (await newsroom.stored())[-1:]] == [
        (1, "زلزال بقوة 5.8 درجات يضرب الساحل الشمالي")
    ]


def gold(price: int) -> str:
    return f"سجل عيار 24 نحو {price} جنيها وعيار 21 نحو {price - 500} جنيها وعيار 18 نحو {price - 1000} جنيها."


async def test_a_column_that_recurs_daily_is_new_every_day(newsroom: Newsroom) -> None:
    await newsroom.follow("/feed")
    await newsroom.publish(OLD, minutes=0)
    for day, price in enumerate((4210, 4265, 4190)):
        await newsroom.publish(
            Item("أسعار الذهب اليوم", gold(price), f"g{day}", f"https://news.example/gold/20260{day}"), minutes=1440
        )

    assert await newsroom.alerted() == ["أسعار الذهب اليوم"] * 3


async def test_an_item_older_than_an_alert_lives_is_stored_and_not_pushed(newsroom: Newsroom) -> None:
    await newsroom.follow("/feed")
    await newsroom.publish(OLD, minutes=0)
    late = Item(BRIDGE.title, guid="1", date=START - timedelta(hours=3))

    await newsroom.publish(late)
    await newsroom.publish(late, Item(STRIKE.title, guid="2", date=START))

    assert await newsroom.alerted() == [STRIKE.title]
    assert len(await newsroom.stored()) == 3


async def test_an_item_of_the_future_is_of_now(newsroom: Newsroom) -> None:
    await newsroom.follow("/feed")
    await newsroom.publish(OLD, minutes=0)
    await newsroom.publish(Item(BRIDGE.title, guid="1", date=START + timedelta(days=400)))

    assert await newsroom.alerted() == [BRIDGE.title]
    assert (await newsroom.stored())[-1].published_at == newsroom.clock()


async def test_a_changed_item_becomes_a_revision_that_is_no_second_alert(newsroom: Newsroom) -> None:
    await newsroom.follow("/feed")
    await newsroom.apply_corrections()
    await newsroom.publish(OLD, minutes=0)
    await newsroom.publish(BRIDGE)
    changed = Item("إغلاق جسر الميناء يومين", "قال المدير سامر العلي: «الجسر آمن تماما الآن».", "1", BRIDGE.link)

    await newsroom.publish(changed)
    await newsroom.publish(changed, OLD)

    stored = (await newsroom.stored())[-1]
    assert (stored.revision, stored.article.title, stored.status) == (2, changed.title, Status.PUBLISHED)
    assert [(quote.text, quote.speaker) for quote in stored.article.quotes] == [("الجسر آمن تماما الآن", "سامر العلي")]
    assert stored.article.paragraphs == (changed.body,)
    assert len(await newsroom.alerted()) == 1


async def test_a_cosmetic_change_is_no_revision(newsroom: Newsroom) -> None:
    await newsroom.follow("/feed")
    await newsroom.publish(OLD, minutes=0)
    await newsroom.publish(BRIDGE)
    await newsroom.publish(
        Item(f"{BRIDGE.title} !", BRIDGE.body.replace(" ", "  "), "1", BRIDGE.link, START, ("سياسة", "عاجل", "موانئ"))
    )

    assert (await newsroom.stored())[-1].revision == 1


async def test_two_items_under_one_headline_do_not_take_turns(newsroom: Newsroom) -> None:
    """Both stay in the feed; without care each look would make two revisions."""
    await newsroom.follow("/feed")
    await newsroom.apply_corrections()
    await newsroom.publish(OLD, minutes=0)
    twins = [Item(BRIDGE.title, f"النص رقم {number} من الخبر.", f"t{number}") for number in (1, 2)]
    for extra in ("أول", "ثان", "ثالث"):
        await newsroom.publish(*twins, Item(f"خبر {extra} لا صلة له", guid=extra))

    assert [stored.revision for stored in await newsroom.stored() if stored.article.title == BRIDGE.title] == [2]


async def test_an_item_is_known_by_its_guid_among_any_number_of_others_under_its_new_headline(
    newsroom: Newsroom,
) -> None:
    await newsroom.follow("/feed")
    await newsroom.apply_corrections()
    await newsroom.publish(*(Item("بيان رسمي", f"البيان رقم {n}.", f"n{n}") for n in range(60)), minutes=0)
    await newsroom.publish(BRIDGE)
    await newsroom.publish(Item("بيان رسمي", BRIDGE.body, "1", BRIDGE.link))

    assert await newsroom.titles() == ["بيان رسمي", "بيان رسمي"]
    assert (await newsroom.stored())[1].revision == 2


async def test_two_feeds_of_one_site_do_not_take_turns_with_one_item(newsroom: Newsroom) -> None:
    """One has the whole text and the other its beginning; only the one that brought it first may change it."""
    for path in ("/feed", "/other"):
        await newsroom.follow(path, name="news.example")
        newsroom.web.serve(path, rss([OLD]))
    await newsroom.poll()
    await newsroom.publish(BRIDGE)
    short = Item(BRIDGE.title, "تفاصيل الخبر.", link=BRIDGE.link)
    for extra in ("أول", "ثان", "ثالث"):
        newsroom.web.serve("/feed", rss([BRIDGE, Item(f"خبر {extra} لا صلة له", guid=extra)]))
        await newsroom.publish(short, Item(f"قصة {extra} من مكان آخر", guid=extra), path="/other")
    await newsroom.publish(Item(BRIDGE.title, "تفاصيل.", link=BRIDGE.link), path="/other")

    (bridge,) = [stored for stored in await newsroom.stored() if stored.article.title == BRIDGE.title]
    assert (bridge.revision, bridge.article.paragraphs, bridge.also_by) == (1, (BRIDGE.body,), ())
    async with newsroom.database.read() as connection:
        seen = await connection.scalars(select(sightings.c.source_id).where(sightings.c.article_id == bridge.id))
        assert sorted(seen) == [1, 2]


async def test_an_item_that_is_flagged_later_is_pushed_then(
    database: Database, outside: Web, clock: Clock, fetcher: Fetcher
) -> None:
    newsroom = await open_newsroom(database, outside, clock, fetcher, Policy(timedelta(hours=2), keep_unflagged=True))
    await newsroom.follow("/feed")
    await newsroom.publish(Item(BRIDGE.title, guid="1", categories=("سياسة",)), minutes=0)
    assert (await newsroom.alerted(), await newsroom.titles()) == ([], [BRIDGE.title])

    await newsroom.publish(Item(BRIDGE.title, guid="1"), minutes=7)
    await newsroom.publish(Item(BRIDGE.title, guid="1", categories=("سياسة",)), minutes=7)

    assert await newsroom.alerted() == [BRIDGE.title]


async def test_what_has_lost_its_flag_is_still_kept_up_to_date(newsroom: Newsroom) -> None:
    await newsroom.follow("/feed")
    await newsroom.apply_corrections()
    await newsroom.publish(OLD, minutes=0)
    await newsroom.publish(BRIDGE)
    await newsroom.publish(
        Item("إعادة فتح جسر الميناء", "فتح الجسر.", "1", BRIDGE.link, categories=("سياسة",)),
        Item("خبر غير عاجل", guid="3", categories=("سياسة",)),
    )

    assert await newsroom.titles() == [OLD.title, "إعادة فتح جسر الميناء"]


async def test_a_story_that_an_editor_has_published_is_not_pushed_again_by_a_feed(newsroom: Newsroom) -> None:
    await newsroom.follow("/feed")
    await newsroom.publish(OLD, minutes=0)
    pasted = Article(
        title=BRIDGE.title, sections=("سياسة",), breaking=True, blocks=(Block(BlockKind.PARAGRAPH, "نص المحرر."),)
    )
    async with newsroom.database.write() as connection:
        await publishing.publish(connection, pasted, now=newsroom.clock(), ttl=timedelta(hours=2))

    await newsroom.publish(BRIDGE)

    assert await newsroom.alerted() == [BRIDGE.title]
    assert (await newsroom.stored())[-1].article.paragraphs == ("نص المحرر.",)


async def test_what_names_no_section_goes_into_those_of_its_source(newsroom: Newsroom) -> None:
    await newsroom.follow("/feed", section_names=["سياسة"])
    await newsroom.publish(OLD, minutes=0)
    await newsroom.publish(
        Item(BRIDGE.title, guid="1", categories=("عاجل",)), Item(STRIKE.title, guid="2", categories=("رياضة", "عاجل"))
    )

    assert await newsroom.alerted() == [BRIDGE.title]
    assert {stored.article.title: stored.article.sections for stored in await newsroom.stored()} == {
        OLD.title: ("سياسة",),
        BRIDGE.title: ("سياسة",),
        STRIKE.title: ("رياضة",),
    }


async def test_posts_of_a_wordpress_come_in_like_any_feed(newsroom: Newsroom) -> None:
    def posts(*titles: str) -> str:
        return json.dumps(
            [
                {
                    "id": number,
                    "date_gmt": "2026-03-01T18:00:00",
                    "link": f"https://news.example/{number}00/",
                    "title": {"rendered": title},
                    "content": {"rendered": "<p>نص الخبر.</p>"},
                    "_embedded": {"wp:term": [[{"name": "سياسة"}, {"name": "عاجل"}]]},
                }
                for number, title in enumerate(titles)
            ]
        )

    await newsroom.follow("/posts", kind=Kind.WORDPRESS)
    newsroom.web.serve("/posts", "[]")
    await newsroom.poll(minutes=0)
    newsroom.web.serve("/posts", posts(BRIDGE.title))
    await newsroom.poll()

    assert await newsroom.alerted() == [BRIDGE.title]
