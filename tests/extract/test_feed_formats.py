"""Feeds of every format, and every way in which outlets write them: what each item says of its story."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from bot.extract import Kind, read
from storage.article import Article

TITLE = "افتتاح الجسر الجديد"
STORY = "افتتحت البلدية الجسر الجديد صباح اليوم."
TITLE_64 = b64encode(TITLE.encode()).decode()
ADDRESS = "https://n.example/1"
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
RSS_1 = 'xmlns:r="http://purl.org/rss/1.0/"'
ATOM_03 = 'xmlns="http://purl.org/atom/ns#"'
ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'


def _rss(item: str, channel: str = "", attributes: str = f'version="2.0" {DC}') -> str:
    return f"<rss {attributes}><channel><title>أنباء</title>{channel}<item>{item}</item></channel></rss>"


def _titled(item: str, channel: str = "", attributes: str = 'version="2.0"') -> str:
    return _rss(f"<title>{TITLE}</title>{item}", channel, attributes)


def _atom(entry: str, feed: str = "", attributes: str = ATOM) -> str:
    return f"<feed {attributes}><title>أنباء</title>{feed}<entry><title>{TITLE}</title>{entry}</entry></feed>"


def _read(feed: str | bytes, index: Mapping[str, str], url: str | None = None) -> Article:
    reading = read(feed.encode() if isinstance(feed, str) else feed, index, url=url)
    assert reading.kind is Kind.FEED
    (article,) = reading.items
    return article


RSS_09X = f"<title>{TITLE}</title><link>{ADDRESS}</link><description>{STORY}</description>"
NETSCAPE = (
    '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/'
    'rss-0.91.dtd">'
)
FORMATS = {
    "RSS 0.90": (
        f'<rdf:RDF {RDF} xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>x</title></channel>'
        f"<item>{RSS_09X}</item></rdf:RDF>"
    ),
    "RSS 0.91 of Netscape": NETSCAPE + _rss(RSS_09X, attributes='version="0.91"'),
    "RSS 0.91 of UserLand": _rss(RSS_09X, attributes='version="0.91"'),
    "RSS 0.92": _rss(RSS_09X, attributes='version="0.92"'),
    "RSS 0.93": _rss(RSS_09X, attributes='version="0.93"'),
    "RSS 0.94": _rss(RSS_09X, attributes='version="0.94"'),
    "RSS 1.0": (
        f'<rdf:RDF {RDF} xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://n.example/"><title>x</title>'
        f'</channel><item rdf:about="{ADDRESS}">{RSS_09X}</item></rdf:RDF>'
    ),
    "RSS 1.0 under prefixes": (
        f'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://purl.org/rss/1.0/">'
        f"<s:item><s:title>{TITLE}</s:title><s:link>{ADDRESS}</s:link><s:description>{STORY}</s:description></s:item>"
        "</r:RDF>"
    ),
    "RSS 2.0": _rss(RSS_09X),
    "RSS 2.0 in capitals": _rss(RSS_09X).replace("rss", "RSS").replace("item", "ITEM"),
    "RSS 2.0 in a namespace": _rss(RSS_09X, attributes='version="2.0" xmlns="https://cyber.example/rss/rss.html"'),
    "RSS without a version": _rss(RSS_09X, attributes=""),
    "Atom 0.3": _atom(
        f'<link rel="alternate" type="text/html" href="{ADDRESS}"/><content type="text/html" mode="escaped">'
        f"&lt;p&gt;{STORY}&lt;/p&gt;</content>",
        attributes=f'version="0.3" {ATOM_03}',
    ),
    "Atom 1.0": _atom(f'<link href="{ADDRESS}"/><summary>{STORY}</summary>'),
    "Atom 1.0 under a prefix": (
        f'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>{TITLE}</a:title><a:link href="{ADDRESS}"/>'
        f"<a:summary>{STORY}</a:summary></a:entry></a:feed>"
    ),
    "behind a comment with tags": f"<!-- Expect: <b>{TITLE}</b> <p> -->\n" + _rss(RSS_09X),
    "with a style sheet": '<?xml version="1.0"?><?xml-stylesheet href="x.xsl" type="text/xsl"?>' + _rss(RSS_09X),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_headline_address_and_story(name: str, index: Mapping[str, str]) -> None:
    article = _read(FORMATS[name], index)
    assert (article.title, article.url, article.paragraphs) == (TITLE, ADDRESS, (STORY,))


@pytest.mark.parametrize(
    ("feed", "came_from", "url", "guid"),
    [
        (_titled("<link>https://n.example/1?a=1&amp;b=2</link>"), None, "https://n.example/1?a=1&b=2", None),
        (_titled(f"<link>\n {ADDRESS} \n</link>"), None, ADDRESS, None),
        (_titled("<link>https://n.example/a b</link>"), None, "https://n.example/a%20b", None),
        (_titled(f"<link><![CDATA[{ADDRESS}]]></link>"), None, ADDRESS, None),
        (_titled("<link>/1</link>"), None, None, None),
        (_titled("<link>/1</link>", "<link>https://n.example/feed/</link>"), None, ADDRESS, None),
        (_titled("<link>/1</link>", "<link>https://n.example/</link>"), "https://cdn.example/rss", ADDRESS, None),
        (_titled("<link>1</link>"), "https://n.example/rss", ADDRESS, None),
        (_titled("<link>1</link>", "<link>/</link>"), "https://n.example/news/rss", ADDRESS, None),
        (
            _titled("<link>1</link>", "<link>https://x.example/</link>", 'xml:base="https://n.example/"'),
            None,
            ADDRESS,
            None,
        ),
        (_titled('<link href="https://n.example/1"/>'), None, ADDRESS, None),
        (_titled(f"<guid>{ADDRESS}</guid>"), None, ADDRESS, ADDRESS),
        (_titled(f'<guid isPermaLink="true">{ADDRESS}</guid>'), None, ADDRESS, ADDRESS),
        (_titled(f'<guid isPermaLink="false">{ADDRESS}</guid>'), None, None, ADDRESS),
        (_titled("<guid>71</guid>", "<link>https://n.example/</link>"), "https://n.example/rss", None, "71"),
        (_titled(f"<guid>https://n.example/?p=1</guid><link>{ADDRESS}</link>"), None, ADDRESS, "https://n.example/?p=1"),
        (_titled("<link></link>", "<link>https://n.example/</link>"), None, None, None),
        (_titled("<link>javascript:alert(1)</link>"), None, None, None),
        (_titled("<link>file:///etc/passwd</link>"), "https://n.example/rss", None, None),
        (_titled("<link>http://[::1</link>"), "https://n.example/rss", None, None),
        (
            _titled(
                f'<link>{ADDRESS}</link><a:link rel="self" href="https://n.example/rss"/>',
                attributes='version="2.0" xmlns:a="http://www.w3.org/2005/Atom"',
            ),
            None,
            ADDRESS,
            None,
        ),
        (_atom(f'<id>tag:n.example,2026:1</id><link href="{ADDRESS}"/>'), None, ADDRESS, "tag:n.example,2026:1"),
        (_atom("<id>urn:uuid:1</id>"), "https://n.example/atom", None, "urn:uuid:1"),
        (_atom("<id>HTTP://N.example:80/%7Ea/../b</id>"), None, *["HTTP://N.example:80/%7Ea/../b"] * 2),
        (
            _atom(f'<link rel="self" href="https://n.example/x"/><link rel="enclosure" href="https://n.example/y"/>'
                  f'<link rel="alternate" type="application/pdf" href="https://n.example/z"/>'
                  f'<link rel="alternate" type="text/html" href="{ADDRESS}"/>'
                  f'<link rel="alternate" type="text/html" hreflang="en" href="https://n.example/en"/>'),
            None, ADDRESS, None,
        ),
        (_atom('<link href="1"/>', attributes=f'{ATOM} xml:base="https://n.example/"'), None, ADDRESS, None),
        (_atom('<link href="1" xml:base="https://n.example/"/>'), None, ADDRESS, None),
        (_atom('<link href="1" xml:base="/"/>'), "https://n.example/a/feed", ADDRESS, None),
        (_atom('<link href="1"/>', '<link href="https://x.example/"/>'), "https://n.example/feed", ADDRESS, None),
        (_atom('<link href="//n.example/1"/>'), "https://x.example/feed", ADDRESS, None),
        (
            f'<rdf:RDF {RDF}><r:item {RSS_1} rdf:about="{ADDRESS}"><r:title>{TITLE}</r:title></r:item></rdf:RDF>',
            None, None, ADDRESS,
        ),
    ],
)  # fmt: skip
def test_an_item_has_its_own_address_in_full_and_its_id_as_it_stands(
    feed: str, came_from: str | None, url: str | None, guid: str | None, index: Mapping[str, str]
) -> None:
    article = _read(feed, index, came_from)
    assert (article.url, article.guid) == (url, guid)


@pytest.mark.parametrize(
    ("feed", "title"),
    [
        (_rss(f"<title>{TITLE}</title>"), TITLE),
        (_rss(f"<title><![CDATA[{TITLE}]]></title>"), TITLE),
        (_rss("<title>س &amp; ج عن الجسر</title>"), "س & ج عن الجسر"),
        (_rss("<title>س & ج عن الجسر</title>"), "س & ج عن الجسر"),
        (_rss("<title>الجسر &amp;amp; النهر</title>"), "الجسر & النهر"),
        (_rss("<title>الجسر&nbsp;والنهر&hellip;</title>"), "الجسر والنهر…"),
        (_rss("<title><![CDATA[الجسر &#8220;الجديد&#8221;]]></title>"), "الجسر “الجديد”"),
        (_rss("<title>الجسر &lt;em&gt;الجديد&lt;/em&gt;</title>"), "الجسر الجديد"),
        (_rss("<title>الجسر &amp;lt;em&amp;gt;الجديد&amp;lt;/em&amp;gt;</title>"), "الجسر الجديد"),
        (_rss("<title>الجسر <em>الجديد</em></title>"), "الجسر الجديد"),
        (_rss("<title>طول الجسر &lt; 5 كم</title>"), "طول الجسر < 5 كم"),
        (_rss("<title>قصة الوسم &lt;blink&gt;</title>"), "قصة الوسم <blink>"),
        (_rss(f"<dc:title>{TITLE}</dc:title>"), TITLE),
        (
            _rss(
                f"<title>{TITLE}</title><m:title>صورة</m:title>", attributes='xmlns:m="http://search.yahoo.com/mrss/"'
            ),
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
    assert _read(feed, index).title == title


UTC_EVENING = datetime(2004, 1, 1, 19, 48, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("Thu, 01 Jan 2004 19:48:21 GMT", UTC_EVENING),
        ("Thu, 1 Jan 2004 19:48:21 UT", UTC_EVENING),
        ("Thu, 01 Jan 2004 19:48:21 Z", UTC_EVENING),
        ("Thu, 01 Jan 04 19:48:21 GMT", UTC_EVENING),
        ("01 Jan 2004 19:48:21 GMT", UTC_EVENING),
        ("Thu, 01 Jan 2004 19:48:21", UTC_EVENING),
        ("Thu, 01 Jan 2004 19:48 GMT", datetime(2004, 1, 1, 19, 48, tzinfo=UTC)),
        ("Thu, 01 Jan 2004", datetime(2004, 1, 1, tzinfo=UTC)),
        ("Thu, 01 Jan 2004 14:48:21 EST", UTC_EVENING),
        ("Thu, 01 Jan 2004 11:48:21 PST", UTC_EVENING),
        ("Thu, 01 Jan 2004 12:48:21 PDT", UTC_EVENING),
        ("Thu, 01 Jan 2004 20:48:21 CET", UTC_EVENING),
        ("Thu, 01 Jan 2004 21:48:21 EET", UTC_EVENING),
        ("Thu, 01 Jan 2004 22:48:21 MSK", UTC_EVENING),
        ("Thu, 01 Jan 2004 22:48:21 +0300", UTC_EVENING),
        ("Thu, 01 Jan 2004 22:48:21 +03:00", UTC_EVENING),
        ("Thu, 01 Jan 2004 22:48:21 GMT+3", UTC_EVENING),
        ("Thu, 01 Jan 2004 22:48:21 GMT+0300", UTC_EVENING),
        ("Thu, 01 Jan 2004 16:18:21 -0330", UTC_EVENING),
        ("Fri, 01 Jan 2004 19:48:21 GMT", UTC_EVENING),
        ("Thursday, 01 January 2004 19:48:21 GMT", UTC_EVENING),
        ("Thu Jan  1 19:48:21 2004", UTC_EVENING),
        ("Jan 1, 2004 7:48:21 PM", UTC_EVENING),
        ("2004-01-01T19:48:21Z", UTC_EVENING),
        ("2004-01-01T19:48:21.52Z", UTC_EVENING),
        ("2004-01-01T22:48:21+03:00", UTC_EVENING),
        ("2004-01-01T22:48:21+0300", UTC_EVENING),
        ("2004-01-01T19:48:21", UTC_EVENING),
        ("2004-01-01 19:48:21", UTC_EVENING),
        ("2004-01-01 19:48:21 UTC", UTC_EVENING),
        ("2004-01-01 22:48:21 +0300", UTC_EVENING),
        ("2004-01-01T19:48Z", datetime(2004, 1, 1, 19, 48, tzinfo=UTC)),
        ("2004-01-01", datetime(2004, 1, 1, tzinfo=UTC)),
        ("20040101", datetime(2004, 1, 1, tzinfo=UTC)),
        ("2004-01", datetime(2004, 1, 1, tzinfo=UTC)),
        ("2004", datetime(2004, 1, 1, tzinfo=UTC)),
        ("الخميس، 1 يناير 2004 - 19:48:21", UTC_EVENING.replace(second=0)),
        ("١ كانون الثاني ٢٠٠٤", datetime(2004, 1, 1, tzinfo=UTC)),
        ("Thu, 31 Feb 2004 19:48:21 GMT", None),
        ("Thu, 01 Foo 2004 19:48:21 GMT", None),
        ("2004-13-45T99:99:99Z", None),
        ("0000-00-00 00:00:00", None),
        ("yesterday", None),
        ("-", None),
    ],
)
def test_dates_in_any_format_are_one_moment(date: str, moment: datetime | None, index: Mapping[str, str]) -> None:
    assert _read(_titled(f"<pubDate>{date}</pubDate>"), index).published_at == moment
    assert _read(_atom(f"<updated>{date}</updated>"), index).published_at == moment


OLD, NEW = "2004-01-01T19:48:21Z", "2024-05-06T07:08:09Z"


@pytest.mark.parametrize(
    "feed",
    [
        _rss(f"<title>{TITLE}</title><dc:date>{OLD}</dc:date>"),
        _titled(f"<pubDate>broken</pubDate><t:created>{OLD}</t:created>", attributes='xmlns:t="http://purl.org/dc/terms/"'),
        _rss(f"<title>{TITLE}</title><pubDate>{OLD}</pubDate><dc:date>{NEW}</dc:date>"),
        _atom(f"<updated>{NEW}</updated><published>{OLD}</published>"),
        _atom(f"<updated>{OLD}</updated>"),
        _atom(
            f"<issued>{OLD}</issued><modified>{NEW}</modified>",
            attributes=f'version="0.3" {ATOM_03}',
        ),
        _atom(f"<modified>{OLD}</modified>", attributes=f'version="0.3" {ATOM_03}'),
    ],
)  # fmt: skip
def test_when_it_was_published_goes_before_when_it_was_changed(feed: str, index: Mapping[str, str]) -> None:
    assert _read(feed, index).published_at == UTC_EVENING


@pytest.mark.parametrize(
    ("feed", "categories", "sections"),
    [
        (_titled("<category>سياسة</category><category>عاجل</category>"), ("سياسة", "عاجل"), ("سياسة",)),
        (_titled("<category domain='https://n.example/c'><![CDATA[رياضة]]></category>"), ("رياضة",), ("رياضة",)),
        (_titled("<category> سياسة \n</category><category/>"), ("سياسة",), ("سياسة",)),
        (_rss(f"<title>{TITLE}</title><dc:subject>اقتصاد</dc:subject>"), ("اقتصاد",), ("اقتصاد",)),
        (_atom("<category term='سياسة'/><category term='رياضة'/>"), ("سياسة", "رياضة"), ("سياسة", "رياضة")),
        (_atom("<category term='politics' label='سياسة' scheme='https://n.example/c'/>"), ("سياسة",), ("سياسة",)),
        (_atom("<category label='سياسة'/>"), ("سياسة",), ("سياسة",)),
        (_atom("", "<category term='سياسة'/>"), (), ("عام",)),
        (_titled("", "<category>سياسة</category>"), (), ("عام",)),
        (
            _titled(
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
    article = _read(feed, index)
    assert (article.categories, article.sections) == (categories, sections)


CONTENT = 'version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
ENCODED = f"<content:encoded><![CDATA[<p>{STORY}</p>]]></content:encoded>"


@pytest.mark.parametrize(
    "feed",
    [
        _titled(f"<description>{STORY}</description>"),
        _titled(f"<description>&lt;p&gt;{STORY}&lt;/p&gt;</description>"),
        _titled(f"<description><p>{STORY}</p></description>"),
        _titled(f"<description>بداية</description>{ENCODED}", attributes=CONTENT),
        _titled(f"{ENCODED}<description>بداية</description>", attributes=CONTENT),
        _titled(f"<c:encoded>&lt;p&gt;{STORY}&lt;/p&gt;</c:encoded>", attributes=CONTENT.replace(":content=", ":c=")),
        _titled(
            f"<content:encoded><![CDATA[<img src='x'>]]></content:encoded><description>{STORY}</description>",
            attributes=CONTENT,
        ),
        _titled(f"<body {XHTML}><p>{STORY}</p></body>"),
        _titled(f"<fullitem>&lt;p&gt;{STORY}&lt;/p&gt;</fullitem>"),
        _atom(f"<content>{STORY}</content>"),
        _atom(f'<content type="html">&lt;p&gt;{STORY}&lt;/p&gt;</content><summary>بداية</summary>'),
        _atom(f'<content type="html"><![CDATA[<p>{STORY}</p>]]></content>'),
        _atom(f'<content type="xhtml"><div {XHTML}><p>{STORY}</p></div></content>'),
        _atom(
            f'<content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:p>{STORY}</h:p></h:div></content>'
        ),
        _atom(f'<content type="application/xhtml+xml"><div {XHTML}><p>{STORY}</p></div></content>'),
        _atom(f'<content type="text/html" mode="base64">{b64encode(f"<p>{STORY}</p>".encode()).decode()}</content>'),
        _atom(f'<content src="https://n.example/1"/><summary>{STORY}</summary>'),
        _atom(f"<content>&lt;p&gt;{STORY}&lt;/p&gt;</content>"),
        _atom(f'<summary type="html">&lt;div&gt;{STORY}&lt;/div&gt;</summary>'),
    ],
)  # fmt: skip
def test_the_story_is_the_same_however_it_is_wrapped(feed: str, index: Mapping[str, str]) -> None:
    article = _read(feed, index)
    assert (article.title, article.paragraphs) == (TITLE, (STORY,))


def test_plain_text_keeps_its_angle_brackets(index: Mapping[str, str]) -> None:
    article = _read(_atom("<content type='text'>يكتب الوسم &lt;blink&gt; في الصفحة.</content>"), index)
    assert article.paragraphs == ("يكتب الوسم <blink> في الصفحة.",)


@pytest.mark.parametrize(
    ("feed", "byline"),
    [
        (_titled("<author>sami@n.example (سامي)</author>"), "سامي"),
        (_titled("<author>sami@n.example</author>"), None),
        (_rss(f"<title>{TITLE}</title><dc:creator>سامي</dc:creator><dc:creator>سلمى</dc:creator>"), "سامي، سلمى"),
        (_atom("<author><name>سامي</name><email>sami@n.example</email></author>"), "سامي"),
        (_atom("<author><name>سامي</name></author><author><name>سلمى</name></author>"), "سامي، سلمى"),
    ],
)
def test_writers_are_named_without_their_mailboxes(feed: str, byline: str | None, index: Mapping[str, str]) -> None:
    assert _read(feed, index).byline == byline


WHOLE = _titled(f"<link>{ADDRESS}</link><description>{STORY}</description>")


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + WHOLE.encode(),
        b"\r\n \t" + WHOLE.encode(),
        WHOLE.encode("utf-16"),
        ('<?xml version="1.0" encoding="utf-16"?>' + WHOLE).encode("utf-16-le"),
        ('<?xml version="1.0" encoding="utf-16"?>' + WHOLE).encode("utf-16-be"),
        ('<?xml version="1.0" encoding="utf-32"?>' + WHOLE).encode("utf-32-le"),
        ('<?xml version="1.0" encoding="utf-16"?>' + WHOLE).encode(),
        ('<?xml version="1.0" encoding="utf-8"?>' + WHOLE).encode("utf-16"),
        ('<?xml version="1.0" encoding="us-ascii"?>' + WHOLE).encode(),
        ('<?xml version="1.0" encoding="windows-1256"?>' + WHOLE).encode("cp1256"),
        ('<?xml version="1.0" encoding="iso-8859-6"?>' + WHOLE).encode("iso8859-6"),
        ('<?xml version="1.0" encoding="iso-8859-1"?>' + WHOLE).encode("cp1256"),
        ('<?xml version="1.0" encoding="utf-8"?>' + WHOLE).encode("cp1256"),
        ('<?xml version="1.0" encoding="x-no-such"?>' + WHOLE).encode("cp1256"),
        ('<?xml version="1.1"?>' + WHOLE).encode(),
        WHOLE.encode().replace(b"<description>", b"<description>\x01\x0b\xff\0"),
        WHOLE.replace("<description>", "<description>&#0;&#xFFFF;&#x1F;").encode(),
        WHOLE.replace("</channel></rss>", "").encode(),
        WHOLE.replace("</item></channel></rss>", "").encode(),
        WHOLE.replace("<description>", "<undeclared:x>ص</undeclared:x><description>").encode(),
        (WHOLE + "<!-- the end --> rubbish").encode(),
        "".join(f"&#{ord(char)};" if ord(char) > 127 else char for char in WHOLE).encode(),
    ],
)
def test_bytes_in_any_encoding_and_broken_in_any_way_say_the_same(data: bytes, index: Mapping[str, str]) -> None:
    article = _read(data, index)
    assert (article.title, article.url, article.paragraphs) == (TITLE, ADDRESS, (STORY,))


@pytest.mark.parametrize(
    ("encoding", "name", "title"),
    [
        ("koi8-r", "KOI8-R", "Открыт новый мост через реку"),
        ("cp1251", "windows-1251", "Открыт новый мост через реку"),
        ("gb18030", "GB2312", "河上新桥今天正式通车"),
        ("cp932", "Shift_JIS", "川に架かる新しい橋が開通"),
        ("iso8859-9", "iso-8859-9", "Nehrin üzerindeki yeni köprü açıldı"),
    ],
)
def test_other_alphabets_are_read_as_they_are_declared(
    encoding: str, name: str, title: str, index: Mapping[str, str]
) -> None:
    feed = f'<?xml version="1.0" encoding="{name}"?><rss><channel><item><title>{title}</title></item></channel></rss>'
    assert _read(feed.encode(encoding), index).title == title


def test_every_item_is_shown_in_its_place_and_those_without_a_headline_are_no_articles(
    index: Mapping[str, str],
) -> None:
    items = ["<guid>1</guid>", f"<title>{TITLE}</title><guid>2</guid>", "<pubDate>x</pubDate>", "<title>عاجل</title>"]
    feed = f"<rss><channel>{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>"
    reading = read(feed.encode(), index)
    assert [(item.title, item.guid) for item in reading.items] == [("", "1"), (TITLE, "2"), ("", None), ("", None)]
    assert [article.guid for article in reading.articles] == ["2"]


def test_a_story_about_entities_is_not_taken_for_their_declaration(index: Mapping[str, str]) -> None:
    article = _read(
        _titled("<description><![CDATA[<p>يبدأ بكلمة <!ENTITY lol> وينتهي بها.</p>]]></description>"), index
    )
    assert article.title == TITLE


def test_one_item_says_nothing_of_the_next(index: Mapping[str, str]) -> None:
    full = (
        f"<title>{TITLE}</title><link>{ADDRESS}</link><category>سياسة</category><pubDate>{OLD}</pubDate>"
        f"<guid>1</guid><author>sami@n.example (سامي)</author><description>{STORY}</description>"
    )
    feed = f"<rss><channel><item>{full}</item><item><title>خبر بلا شيء غيره</title></item></channel></rss>"
    _first, second = read(feed.encode(), index).items
    assert (second.url, second.guid, second.published_at, second.byline, second.categories, second.blocks) == (
        None, None, None, None, (), (),
    )  # fmt: skip
