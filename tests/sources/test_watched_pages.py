"""Pages that are watched: one that lists stories, and one that shows the next one in the place of the last."""

from aiohttp import web

from storage.sources import Kind
from tests.sources.newsroom import Newsroom

LIST = "<html><body>" + "".join(
    f'<a href="/story/{{first}}{number}">عنوان طويل لقصة من القصص {number}</a>' for number in range(6)
)


STORY = (
    "<html><head><title>{0}</title><meta property='og:type' content='article'>"
    "<meta property='article:section' content='سياسة'></head><body><article><h1>{0}</h1>"
    "<p>قال المتحدث باسم الحكومة إن القرار سيطبق ابتداء من صباح غد في جميع المدن.</p>"
    "<p>وأضاف أن التفاصيل ستعلن في مؤتمر صحفي يعقد مساء اليوم في العاصمة.</p></article></body></html>"
)


async def test_a_page_that_lists_stories_brings_those_that_are_new_there(newsroom: Newsroom) -> None:
    async def story(request: web.Request) -> web.StreamResponse:
        return web.Response(
            text=STORY.format(f"عاجل | قصة رقم {request.path.rpartition('/')[2]} من القصص"), content_type="text/html"
        )

    for number in range(6):
        newsroom.web.pages[f"/story/100{number}"] = newsroom.web.pages[f"/story/200{number}"] = story
    newsroom.web.serve("/", LIST.replace("{first}", "100"))
    await newsroom.follow("/", kind=Kind.PAGE)
    await newsroom.poll(minutes=0)
    assert len(await newsroom.titles()) == 6
    assert await newsroom.alerted() == []
    asked = len(newsroom.web.requests)

    newsroom.web.serve("/", LIST.replace("{first}", "100") + '<a href="/story/2001">عنوان طويل لقصة جديدة هنا</a>')
    await newsroom.poll()
    await newsroom.poll()

    assert await newsroom.alerted() == ["قصة رقم 2001 من القصص"]
    assert [request.path for request in newsroom.web.requests[asked:]] == ["/", "/story/2001", "/"]


async def test_a_page_that_shows_one_story_is_watched_for_the_next_one(newsroom: Newsroom) -> None:
    newsroom.web.serve("/now", STORY.format("عاجل | القصة الأولى عن الحكومة"))
    await newsroom.follow("/now", kind=Kind.PAGE)
    await newsroom.poll(minutes=0)
    newsroom.web.serve("/now", STORY.format("عاجل | استقالة الوزير بعد خلاف طويل"))
    await newsroom.poll()
    await newsroom.poll()

    assert await newsroom.alerted() == ["استقالة الوزير بعد خلاف طويل"]
