"""What a feed's item says beside its story: address, id, headline, date, categories, writer."""

from collections.abc import Mapping

import pytest

from tests.extract.feed_cases import (
    ADDRESS,
    ATOM,
    ATOM_03,
    RDF,
    RSS_1,
    TITLE,
    TITLE_64,
    XHTML,
    atom,
    read_item,
    rss,
    titled,
)


@pytest.mark.parametrize(
    ("feed", "came_from", "url", "guid"),
    [
        (titled("<link>https://n.example/1?a=1&amp;b=2</link>"), None, "https://n.example/1?a=1&b=2", None),
        (titled(f"<link>\n {ADDRESS} \n</link>"), None, ADDRESS, None),
        (titled("<link>https://n.example/a b</link>"), None, "https://n.example/a%20b", None),
        (titled(f"<link><![CDATA[{ADDRESS}]]></link>"), None, ADDRESS, None),
        (titled("<link>/1</link>"), None, None, None),
        (titled("<link>/1</link>", "<link>https://n.example/feed/</link>"), None, ADDRESS, None),
        (titled("<link>/1</link>", "<link>https://n.example/</link>"), "https://cdn.example/rss", ADDRESS, None),
        (titled("<link>1</link>"), "https://n.example/rss", ADDRESS, None),
        (titled("<link>1</link>", "<link>/</link>"), "https://n.example/news/rss", ADDRESS, None),
        (
            titled("<link>1</link>", "<link>https://x.example/</link>", 'xml:base="https://n.example/"'),
            None,
            ADDRESS,
            None,
        ),
        (titled('<link href="https://n.example/1"/>'), None, ADDRESS, None),
        (titled(f"<link>https://n.example/0</link><link>{ADDRESS}</link>"), None, ADDRESS, None),
        (titled(f"<guid>{ADDRESS}</guid>"), None, ADDRESS, ADDRESS),
        (titled(f'<guid isPermaLink="true">{ADDRESS}</guid>'), None, ADDRESS, ADDRESS),
        (titled(f'<guid isPermaLink="false">{ADDRESS}</guid>'), None, None, ADDRESS),
        (titled("<guid>71</guid>", "<link>https://n.example/</link>"), "https://n.example/rss", None, "71"),
        (titled(f"<guid>https://n.example/?p=1</guid><link>{ADDRESS}</link>"), None, ADDRESS, "https://n.example/?p=1"),
        (titled("<link></link>", "<link>https://n.example/</link>"), None, None, None),
        (titled("<link>javascript:alert(1)</link>"), None, None, None),
        (titled("<link>file:///etc/passwd</link>"), "https://n.example/rss", None, None),
        (titled("<link>http://[::1</link>"), "https://n.example/rss", None, None),
        (
            titled(
                f'<link>{ADDRESS}</link><a:link rel="self" href="https://n.example/rss"/>',
                attributes='version="2.0" xmlns:a="http://www.w3.org/2005/Atom"',
            ),
            None,
            ADDRESS,
            None,
        ),
        (atom(f'<id>tag:n.example,2026:1</id><link href="{ADDRESS}"/>'), None, ADDRESS, "tag:n.example,2026:1"),
        (atom("<id>urn:uuid:1</id>"), "https://n.example/atom", None, "urn:uuid:1"),
        (atom("<id>HTTP://N.example:80/%7Ea/../b</id>"), None, *["HTTP://N.example:80/%7Ea/../b"] * 2),
        (
            atom(f'<link rel="self" href="https://n.example/x"/><link rel="enclosure" href="https://n.example/y"/>'
                  f'<link rel="alternate" type="application/pdf" href="https://n.example/z"/>'
                  f'<link rel="alternate" type="text/html" href="{ADDRESS}"/>'
                  f'<link rel="alternate" type="text/html" hreflang="en" href="https://n.example/en"/>'),
            None, ADDRESS, None,
        ),
        (atom('<link href="1"/>', attributes=f'{ATOM} xml:base="https://n.example/"'), None, ADDRESS, None),
        (atom('<link href="1" xml:base="https://n.example/"/>'), None, ADDRESS, None),
        (atom('<link href="1" xml:base="/"/>'), "https://n.example/a/feed", ADDRESS, None),
        (atom('<link href="1"/>', '<link href="https://x.example/"/>'), "https://n.example/feed", ADDRESS, None),
        (atom('<link href="//n.example/1"/>'), "https://x.example/feed", ADDRESS, None),
        (
            f'<rdf:RDF {RDF}><r:item {RSS_1} rdf:about="{ADDRESS}"><r:title>{TITLE}</r:title></r:item></rdf:RDF>',
            None, None, ADDRESS,
        ),
    ],
)  # fmt: skip
def test_an_item_has_its_own_address_in_full_and_its_id_as_it_stands(
    feed: str, came_from: str | None, url: str | None, guid: str | None, index: Mapping[str, str]
) -> None:
    article = read_item(feed, index, came_from)
    assert (article.url, article.guid) == (url, guid)


@pytest.mark.parametrize(
    ("feed", "title"),
    [
        (rss(f"<title>{TITLE}</title>"), TITLE),
        (rss(f"<title><![CDATA[{TITLE}]]></title>"), TITLE),
        (rss("<title>س &amp; ج عن الجسر</title>"), "س & ج عن الجسر"),
        (rss("<title>س & ج عن الجسر</title>"), "س & ج عن الجسر"),
        (rss("<title>الجسر &amp;amp; النهر</title>"), "الجسر & النهر"),
        (rss("<title>الجسر&nbsp;والنهر&hellip;</title>"), "الجسر والنهر…"),
        (rss("<title><![CDATA[الجسر &#8220;الجديد&#8221;]]></title>"), "الجسر “الجديد”"),
        (rss("<title>الجسر &lt;em&gt;الجديد&lt;/em&gt;</title>"), "الجسر الجديد"),
        (rss("<title>الجسر &amp;lt;em&amp;gt;الجديد&amp;lt;/em&amp;gt;</title>"), "الجسر الجديد"),
        (rss("<title>الجسر <em>الجديد</em></title>"), "الجسر الجديد"),
        (rss("<title>طول الجسر &lt; 5 كم</title>"), "طول الجسر < 5 كم"),
        (rss("<title>قصة الوسم &lt;blink&gt;</title>"), "قصة الوسم <blink>"),
        (rss("<title>قصة &lt;script&gt;alert(1)&lt;/script&gt;السوق</title>"), "قصة السوق"),
        (rss(f"<dc:title>{TITLE}</dc:title>"), TITLE),
        (
            rss(f"<title>{TITLE}</title><m:title>صورة</m:title>", attributes='xmlns:m="http://search.yahoo.com/mrss/"'),
            TITLE,
        ),
        (f'<feed {ATOM}><entry><title type="text">الوسم &lt;blink&gt;</title></entry></feed>', "الوسم <blink>"),
        (f'<feed {ATOM}><entry><title type="html">الجسر &lt;b&gt;هنا&lt;/b&gt;</title></entry></feed>', "الجسر هنا"),
        (
            f'<feed {ATOM}><entry><title type="html">الوسم &amp;lt;blink&amp;gt; هنا</title></entry></feed>',
            "الوسم <blink> هنا",
        ),
        (
            f'<feed {ATOM}><entry><title type="xhtml"><div {XHTML}>الجسر <b>هنا</b></div></title></entry></feed>',
            "الجسر هنا",
        ),
        (
            f'<feed version="0.3" {ATOM_03}><entry><title mode="base64">{TITLE_64}</title></entry></feed>',
            TITLE,
        ),
    ],
)
def test_a_headline_is_what_a_reader_sees(feed: str, title: str, index: Mapping[str, str]) -> None:
    assert read_item(feed, index).title == title


@pytest.mark.parametrize(
    ("feed", "categories", "sections"),
    [
        (titled("<category>سياسة</category><category>عاجل</category>"), ("سياسة", "عاجل"), ("سياسة",)),
        (titled("<category domain='https://n.example/c'><![CDATA[رياضة]]></category>"), ("رياضة",), ("رياضة",)),
        (titled("<category> سياسة \n</category><category/>"), ("سياسة",), ("سياسة",)),
        (rss(f"<title>{TITLE}</title><dc:subject>اقتصاد</dc:subject>"), ("اقتصاد",), ("اقتصاد",)),
        (atom("<category term='سياسة'/><category term='رياضة'/>"), ("سياسة", "رياضة"), ("سياسة", "رياضة")),
        (atom("<category term='politics' label='سياسة' scheme='https://n.example/c'/>"), ("سياسة",), ("سياسة",)),
        (atom("<category label='سياسة'/>"), ("سياسة",), ("سياسة",)),
        (atom("", "<category term='سياسة'/>"), (), ("عام",)),
        (titled("", "<category>سياسة</category>"), (), ("عام",)),
        (
            titled(
                "<x:subject>سياسة</x:subject>", attributes='version="2.0" xmlns:x="http://purl.org/dc/elements/1.1/"'
            ),
            ("سياسة",),
            ("سياسة",),
        ),
    ],
)
def test_categories_are_those_of_the_item(
    feed: str, categories: tuple[str, ...], sections: tuple[str, ...], index: Mapping[str, str]
) -> None:
    article = read_item(feed, index)
    assert (article.categories, article.sections) == (categories, sections)


@pytest.mark.parametrize(
    ("feed", "byline"),
    [
        (titled("<author>sami@n.example (سامي)</author>"), "سامي"),
        (titled("<author>sami@n.example</author>"), None),
        (rss(f"<title>{TITLE}</title><dc:creator>سامي</dc:creator><dc:creator>سلمى</dc:creator>"), "سامي، سلمى"),
        (atom("<author><name>سامي</name><email>sami@n.example</email></author>"), "سامي"),
        (atom("<author><name>سامي</name></author><author><name>سلمى</name></author>"), "سامي، سلمى"),
    ],
)
def test_writers_are_named_without_their_mailboxes(feed: str, byline: str | None, index: Mapping[str, str]) -> None:
    assert read_item(feed, index).byline == byline
