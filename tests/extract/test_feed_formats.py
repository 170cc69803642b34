"""Feeds of every format, encoding and state: what each item says of its story."""

from base64 import b64encode
from collections.abc import Mapping

import pytest

from bot.extract import read
from tests.extract.feed_cases import ADDRESS, ATOM_03, RDF, STORY, TITLE, XHTML, atom, read_item, rss, titled

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
    "RSS 0.91 of Netscape": NETSCAPE + rss(RSS_09X, attributes='version="0.91"'),
    "RSS 0.91 of UserLand": rss(RSS_09X, attributes='version="0.91"'),
    "RSS 0.92": rss(RSS_09X, attributes='version="0.92"'),
    "RSS 0.93": rss(RSS_09X, attributes='version="0.93"'),
    "RSS 0.94": rss(RSS_09X, attributes='version="0.94"'),
    "RSS 1.0": (
        f'<rdf:RDF {RDF} xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://n.example/"><title>x</title>'
        f'</channel><item rdf:about="{ADDRESS}">{RSS_09X}</item></rdf:RDF>'
    ),
    "RSS 1.0 under prefixes": (
        f'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://purl.org/rss/1.0/">'
        f"<s:item><s:title>{TITLE}</s:title><s:link>{ADDRESS}</s:link><s:description>{STORY}</s:description></s:item>"
        "</r:RDF>"
    ),
    "RSS 2.0": rss(RSS_09X),
    "RSS 2.0 in capitals": rss(RSS_09X).replace("rss", "RSS").replace("item", "ITEM"),
    "RSS 2.0 in a namespace": rss(RSS_09X, attributes='version="2.0" xmlns="https://cyber.example/rss/rss.html"'),
    "RSS without a version": rss(RSS_09X, attributes=""),
    "Atom 0.3": atom(
        f'<link rel="alternate" type="text/html" href="{ADDRESS}"/><content type="text/html" mode="escaped">'
        f"&lt;p&gt;{STORY}&lt;/p&gt;</content>",
        attributes=f'version="0.3" {ATOM_03}',
    ),
    "Atom 1.0": atom(f'<link href="{ADDRESS}"/><summary>{STORY}</summary>'),
    "Atom 1.0 under a prefix": (
        f'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>{TITLE}</a:title><a:link href="{ADDRESS}"/>'
        f"<a:summary>{STORY}</a:summary></a:entry></a:feed>"
    ),
    "behind a comment with tags": f"<!-- Expect: <b>{TITLE}</b> <p> -->\n" + rss(RSS_09X),
    "with a style sheet": '<?xml version="1.0"?><?xml-stylesheet href="x.xsl" type="text/xsl"?>' + rss(RSS_09X),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_headline_address_and_story(name: str, index: Mapping[str, str]) -> None:
    article = read_item(FORMATS[name], index)
    assert (article.title, article.url, article.paragraphs) == (TITLE, ADDRESS, (STORY,))


CONTENT = 'version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
ENCODED = f"<content:encoded><![CDATA[<p>{STORY}</p>]]></content:encoded>"


@pytest.mark.parametrize(
    "feed",
    [
        titled(f"<description>{STORY}</description>"),
        titled(f"<description>&lt;p&gt;{STORY}&lt;/p&gt;</description>"),
        titled(f"<description><p>{STORY}</p></description>"),
        titled(f"<description>بداية</description>{ENCODED}", attributes=CONTENT),
        titled(f"{ENCODED}<description>بداية</description>", attributes=CONTENT),
        titled(f"<c:encoded>&lt;p&gt;{STORY}&lt;/p&gt;</c:encoded>", attributes=CONTENT.replace(":content=", ":c=")),
        titled(
            f"<content:encoded><![CDATA[<img src='x'>]]></content:encoded><description>{STORY}</description>",
            attributes=CONTENT,
        ),
        titled(f"<body {XHTML}><p>{STORY}</p></body>"),
        titled(f"<fullitem>&lt;p&gt;{STORY}&lt;/p&gt;</fullitem>"),
        atom(f"<content>{STORY}</content>"),
        atom(f'<content type="html">&lt;p&gt;{STORY}&lt;/p&gt;</content><summary>بداية</summary>'),
        atom(f'<content type="html"><![CDATA[<p>{STORY}</p>]]></content>'),
        atom(f'<content type="xhtml"><div {XHTML}><p>{STORY}</p></div></content>'),
        atom(
            f'<content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:p>{STORY}</h:p></h:div></content>'
        ),
        atom(f'<content type="application/xhtml+xml"><div {XHTML}><p>{STORY}</p></div></content>'),
        atom(f'<content type="text/html" mode="base64">{b64encode(f"<p>{STORY}</p>".encode()).decode()}</content>'),
        atom(f'<content src="https://n.example/1"/><summary>{STORY}</summary>'),
        atom(f"<content>&lt;p&gt;{STORY}&lt;/p&gt;</content>"),
        atom(f'<summary type="html">&lt;div&gt;{STORY}&lt;/div&gt;</summary>'),
    ],
)  # fmt: skip
def test_the_story_is_the_same_however_it_is_wrapped(feed: str, index: Mapping[str, str]) -> None:
    article = read_item(feed, index)
    assert (article.title, article.paragraphs) == (TITLE, (STORY,))


def test_plain_text_keeps_its_angle_brackets(index: Mapping[str, str]) -> None:
    article = read_item(atom("<content type='text'>يكتب الوسم &lt;blink&gt; في الصفحة.</content>"), index)
    assert article.paragraphs == ("يكتب الوسم <blink> في الصفحة.",)


WHOLE = titled(f"<link>{ADDRESS}</link><description>{STORY}</description>")


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
    article = read_item(data, index)
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
    assert read_item(feed.encode(encoding), index).title == title


def test_every_item_is_shown_in_its_place_and_those_without_a_headline_are_no_articles(
    index: Mapping[str, str],
) -> None:
    items = ["<guid>1</guid>", f"<title>{TITLE}</title><guid>2</guid>", "<pubDate>x</pubDate>", "<title>عاجل</title>"]
    feed = f"<rss><channel>{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>"
    reading = read(feed.encode(), index)
    assert [(item.title, item.guid) for item in reading.items] == [("", "1"), (TITLE, "2"), ("", None), ("", None)]
    assert [article.guid for article in reading.articles] == ["2"]


def test_a_story_about_entities_is_not_taken_for_their_declaration(index: Mapping[str, str]) -> None:
    article = read_item(
        titled("<description><![CDATA[<p>يبدأ بكلمة <!ENTITY lol> وينتهي بها.</p>]]></description>"), index
    )
    assert article.title == TITLE


def test_one_item_says_nothing_of_the_next(index: Mapping[str, str]) -> None:
    full = (
        f"<title>{TITLE}</title><link>{ADDRESS}</link><category>سياسة</category><pubDate>2004-01-01T19:48:21Z</pubDate>"
        f"<guid>1</guid><author>sami@n.example (سامي)</author><description>{STORY}</description>"
    )
    feed = f"<rss><channel><item>{full}</item><item><title>خبر بلا شيء غيره</title></item></channel></rss>"
    _first, second = read(feed.encode(), index).items
    assert (second.url, second.guid, second.published_at, second.byline, second.categories, second.blocks) == (
        None, None, None, None, (), (),
    )  # fmt: skip
