"""Class names by which pages mark their parts, and the tags that make a line."""

import re

from bot.extract.lexicon import listed

# Parts inside a story that are not the story. Whole words of a class or id: «share-buttons», «post_tags».
_JUNK = listed(
    """
    related share sharing shares social socials tags tag-links tagcloud post-tags tick ticker marquee widget sidebar
    comment comments disqus newsletter subscribe subscription author-box author-bio about-author caption
    captions wp-caption wp-caption-text figcaption credit breadcrumb breadcrumbs ad ads advert advertisement
    adsbygoogle banner promo recommended recommendations readmore read-more readalso read-also also-read
    more-news most-read popular print toolbar screen-reader-text sr-only hidden menu nav navbar navigation
    pagination pager copyright rating post-meta entry-meta meta post-share footer newsbar breaking-bar
    breaking-news breakingnews latest-news crp yarpp jp-relatedposts outbrain taboola trending cookie popup
    modal login search poll inline-related in-article-related see-also go-to-top back-to-top skip-link addtoany
    heateor sociable mag-box
    """
)
JUNK = re.compile(
    r"(?:^|[\s_])(?:"
    + "|".join(map(re.escape, _JUNK))
    + r")(?:$|[\s_-])|(?:^|[\s_-])(?:related|(?:news)?ticker)(?:$|[\s_-])",
    re.IGNORECASE,
)

# What holds a story's text, best first; each is a whole class, id or itemprop.
CONTAINERS = listed(
    """
    articleBody articlebody entry-content post-content article-body article-content article__body
    article__content article_body article_content story-body story-content story__body td-post-content
    single-content single-post-content post-body post__content post_content the-content content-body news-body
    news-content news_body newsbody news-text newstext news_text article-text articletext article_text
    post-text entry entry-body body-text bodytext main-text detail-body details-body details news-details
    newsdetails content-text storytext story-text wysiwyg field-name-body field--name-body text-content
    rich-text item-page postcontent maintext topic-body fulltext
    """
)

# A category link of the story itself, near its headline.
CATEGORY = re.compile(
    r"(?:^|[\s_-])(?:cat|cats|category|categories|post-cat|cat-links|cat-label|section|section-name|label|labels|badge|kicker|urgent|flag|topic"
    r"|breaking|channel|department|rubric|eyebrow)(?:$|[\s_-])"
    # Run together: «newscat», «articleCategory».
    r"|(?:^|[\s_-])(?:news|article|art|post|story|entry|item)(?:cats?|category|categories|section|label|badge)(?:$|[\s_-])",
    re.IGNORECASE,
)
BREADCRUMBS = re.compile(r"breadcrumb|crumbs|(?:^|[\s_-])path(?:$|[\s_-])", re.IGNORECASE)
TITLE = re.compile(
    r"(?:^|[\s_-])(?:title|headline|newstitle|news-title|post-title|entry-title|article-title|titre)(?:$|[\s_-])",
    re.IGNORECASE,
)
DATE = re.compile(
    r"(?:^|[\s_-])(?:date|time|published|post-date|entry-date|datetime|timestamp|newsdate)(?:$|[\s_-])", re.IGNORECASE
)
AUTHOR = re.compile(
    r"(?:^|[\s_-])(?:author|byline|writer|meta-author|post-author|author-name)(?:$|[\s_-])", re.IGNORECASE
)

BLOCKS = frozenset(
    listed(
        """
        address article aside blockquote body br caption center dd details dir div dl dt fieldset figcaption
        figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol option p pre section
        summary table tbody td tfoot th thead tr ul
        """
    )
)
HEADINGS = frozenset(("h2", "h3", "h4"))
BOLD = frozenset(("b", "strong"))
DROPPED = frozenset(
    listed(
        """
        script style noscript template nav aside form button input select textarea iframe object embed svg
        canvas video audio map figcaption figure footer marquee head meta link title time label dialog
        """
    )
)
