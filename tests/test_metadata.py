"""What a page tells of its article beside the text: small pages of our own, each with one habit of real ones."""

import json
from typing import Any

import pytest
from lxml import html

from pipelines.metadata import image_url, page_title, section, summary, tags, told_authors, without_site
from pipelines.metadata.facts import Facts, read_facts
from pipelines.tree import parse_html

TITLE = "أمطار غزيرة تغلق طرقا في الشمال"
OTHER = "افتتاح معرض الكتاب في المدينة القديمة"
NAMES = frozenset({"الرقيب", "al raqib", "raqib", "www raqib tld"})
URL = "https://www.raqib.tld/news/local/77-amtar"
BODY = ["هطلت أمطار غزيرة على مدن الشمال مساء أمس.", "وقالت هيئة الأرصاد إن السيول قطعت طريقين."]


def tree(page: str) -> html.HtmlElement:
    root = parse_html(page)
    assert root is not None
    return root


def read(head: str = "", body: str = "", *, title: str = TITLE) -> Facts:
    return read_facts(tree(f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"), URL)


def ld(*nodes: Any) -> str:
    blocks = (node if isinstance(node, str) else json.dumps(node, ensure_ascii=False) for node in nodes)
    return "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)


def og(name: str, value: str) -> str:
    return f'<meta property="{name}" content="{value}">'


def news(**told: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE, **told}


PLAIN = f'{{"@type": "NewsArticle", "headline": "{TITLE}", "articleSection": "طقس"}}'


@pytest.mark.parametrize(
    "block",
    [
        PLAIN,
        f"[{PLAIN}]",
        f'{{"@graph": [{{"@type": "WebSite"}}, {PLAIN}]}}',
        f'{{"@type": "WebPage", "mainEntity": {PLAIN}}}',
        f"<!-- {PLAIN} -->",
        f"//<![CDATA[\n{PLAIN}\n//]]>",
        f"/* <![CDATA[ */ {PLAIN} /* ]]> */",
        f"{PLAIN};",
        PLAIN.replace("}", ",}"),
        PLAIN.replace(",", ",,"),
        PLAIN.replace(",", "\n"),
        PLAIN.replace('"طقس"', '"طقس", "keywords": ["سيول" , ]'),
        PLAIN.replace('"', "&quot;"),
        PLAIN.replace("غزيرة", "غزيرة\n"),
        PLAIN.replace("غزيرة", "غزيرة\\d"),
        PLAIN.replace('"articleSection"', '"description": "قال "نعم" ثم صمت", "articleSection"'),
        PLAIN.replace("NewsArticle", "https://schema.org/NewsArticle"),
        PLAIN.replace('"NewsArticle"', '["Article", "ReportageNewsArticle"]'),
        PLAIN.replace("}", ', "articleSection": "طقس"}'),
        f'{{"@type": "Organization"}}{PLAIN}',
    ],
)
def test_json_ld_is_read_with_its_slips(block: str) -> None:
    assert read(ld(block)).article["articleSection"] == "طقس"


def test_a_bad_block_spoils_no_other() -> None:
    assert read(ld("{", "[" * 100_000, '{"a":' * 20_000, "<p>", PLAIN)).article["articleSection"] == "طقس"


def test_the_article_body_keeps_its_lines() -> None:
    assert read(ld(news(articleBody="\n".join(BODY)))).article["articleBody"] == "\n".join(BODY)


def test_references_within_a_graph_are_followed() -> None:
    person = {"@type": "Person", "@id": "#/person/1", "name": "سارة علي"}
    facts = read(ld({"@graph": [news(author={"@id": "#/person/1"}), person]}))
    assert told_authors(facts) == ["سارة علي"]


def other(**told: Any) -> dict[str, Any]:
    return {"@type": "NewsArticle", "headline": OTHER, "url": "https://www.raqib.tld/news/local/78", **told}


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ([other(), news(url=URL, articleSection="طقس")], "طقس"),
        ([other(articleSection="ثقافة"), news(articleSection="طقس")], "طقس"),
        ([other(articleSection="ثقافة"), news(mainEntityOfPage={"@id": URL + "/"}, articleSection="طقس")], "طقس"),
        ([news(), news(articleSection="طقس")], "طقس"),
        ([other(articleSection="ثقافة"), other(articleSection="ثقافة")], None),
        ([{"@type": "ItemList", "itemListElement": [other(articleSection="ثقافة")]}], None),
    ],
)
def test_of_several_articles_the_page_s_own_is_believed(nodes: list[Any], expected: str | None) -> None:
    assert read(ld(*nodes)).article.get("articleSection") == expected


SCOPE = 'itemscope itemtype="https://schema.org/NewsArticle"'
RELATED = (
    f'<aside><div {SCOPE}><h3 itemprop="headline">{OTHER}</h3><i itemprop="articleSection">ثقافة</i></div></aside>'
)


@pytest.mark.parametrize(
    "body",
    [
        f'<article {SCOPE}><h1 itemprop="headline">{TITLE}</h1><b itemprop="articleSection">طقس</b></article>{RELATED}',
        f'{RELATED}<article {SCOPE}><h1 itemprop="headline">{TITLE}</h1><b itemprop="articleSection">طقس</b></article>',
        f'<h1 itemprop="headline name">{TITLE}</h1><meta itemprop="articleSection" content="طقس">{RELATED}',
        f'<div typeof="schema:NewsArticle"><h1 property="schema:headline">{TITLE}</h1>'
        '<b property="schema:articleSection">طقس</b></div>',
    ],
)
def test_microdata_of_the_main_article_tells_what_json_ld_does_not(body: str) -> None:
    assert read("", body).article["articleSection"] == "طقس"
    assert read(ld(news(articleSection="بيئة")), body).article["articleSection"] == "بيئة"


def test_nested_persons_publisher_and_comments_keep_their_own_names() -> None:
    body = (
        f'<article {SCOPE}><h1 itemprop="headline">{TITLE}</h1>'
        '<p itemprop="author" itemscope itemtype="https://schema.org/Person"><b itemprop="name">سارة علي</b></p>'
        '<p itemprop="publisher" itemscope><b itemprop="name">الرقيب</b></p><div itemprop="comment" itemscope>'
        '<b itemprop="author">قارئ غاضب</b></div></article>'
    )
    facts = read("", body)
    assert facts.article["author"] == {"@type": "Person", "name": "سارة علي"}
    assert facts.article["publisher"] == {"name": "الرقيب"}


def test_an_article_for_sharing_alone_is_none() -> None:
    page = f'<html {SCOPE}><head><meta itemprop="name" content="الرقيب"></head><body></body></html>'
    assert not read_facts(tree(page)).article


QUOTED = "«أمطار غزيرة» تغلق طرقا في الشمال"
URGENT = f"عاجل | {TITLE}"


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("", f"<header><h1>الرقيب</h1></header><h1>{TITLE}</h1>", TITLE),
        (og("og:title", TITLE), f"<h1>{QUOTED}</h1>", QUOTED),
        (og("og:title", TITLE), f"<h1>{QUOTED}</h1><h1>{OTHER}</h1>", QUOTED),
        (og("og:title", TITLE), f"<h1>{OTHER}</h1>", TITLE),
        (og("og:title", TITLE), f"<h1>طقس</h1><h2>{QUOTED}</h2>", QUOTED),
        (og("og:title", TITLE), f"<div class='news-title'>{QUOTED}</div>", QUOTED),
        (og("og:title", TITLE), f"<h1>{URGENT}</h1>", URGENT),
        (og("og:title", "أمطار غزيرة تغلق طرقا..."), f"<h1>{TITLE}</h1>", TITLE),
        (og("og:title", "أمطار غزيرة تغلق طرقا…") + og("twitter:title", TITLE), "", TITLE),
        (og("og:title", f"{TITLE} - الرقيب"), "", TITLE),
        (og("og:title", f"{TITLE} | صحيفة الرقيب"), "", TITLE),
        (og("og:title", f"{TITLE} :: raqib.tld"), "", TITLE),
        (og("og:title", f"الرقيب: {TITLE}"), f"<h1>{TITLE}</h1>", TITLE),
        (og("og:title", "&amp;quot;أمطار&amp;quot; تغلق طرقا في الشمال"), "", '"أمطار" تغلق طرقا في الشمال'),
        ("", f"<h1><span class='kicker'>تقرير</span> {TITLE}</h1>", TITLE),
        ("", f"<h1>{TITLE} <span class='share-count'>12</span></h1>", TITLE),
        ("", f"<h1>{TITLE}<button>شارك</button></h1>", TITLE),
        ("", "<h1>أمطار غزيرة تغلق<br>طرقا في الشمال</h1>", TITLE),
        ("", "<h1>أمطار غزي\u00adرة تغلق طرقا في الشمال</h1>", TITLE),
        ("", f"<h1 style='display:none'>{QUOTED}</h1><h1>{TITLE}</h1>", TITLE),
        (ld(news()), "", TITLE),
        ("", f"<h1>{TITLE}</h1><article><h1>{OTHER}</h1></article>", TITLE),
    ],
)
def test_the_title_is_the_headline_as_a_reader_sees_it(head: str, body: str, expected: str) -> None:
    page = tree(f"<html><head><title>{TITLE} | الرقيب</title>{head}</head><body>{body}</body></html>")
    assert page_title(read_facts(page), page, NAMES) == expected


PROSE = f"<p>{BODY[0] * 3}</p>"
LARGE = f"<p><font size=5><b>{TITLE}</b></font></p>"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (f"<title>الرقيب</title>{LARGE}<p>9 مارس 2007</p>{PROSE}", TITLE),
        (f"<title>Untitled Document</title><font size=7>الرقيب</font>{LARGE}{PROSE}", TITLE),
        (f"<title>الرقيب</title><p style='font-size: 18pt'>{TITLE}</p><p style='font-size:14px'>{OTHER}</p>{PROSE}",
         TITLE),
        (f"<title>تفاصيل الخبر</title><div class='news_title'>{TITLE}</div>{PROSE}", TITLE),
        (f"<title>الرقيب</title>{LARGE}<p><font size=5>{OTHER}</font></p>{PROSE}", None),
        (f"<title>الرقيب</title><a href='/7'>{LARGE}</a>{PROSE}", None),
        (f"<title>الرقيب</title>{PROSE}{LARGE}{PROSE}", None),
        (f"<title>الرقيب</title>{LARGE}", None),
        (f"<title>الرقيب</title><div class='section-title'>أخبار محلية عاجلة</div>{PROSE}", None),
        (f"<title>الوزير: {TITLE}</title><b>{TITLE}</b>", f"الوزير: {TITLE}"),
        (f"<title>الرقيب</title><h2>{TITLE}</h2><h2>{OTHER}</h2>{PROSE}", None),
        (f"<title>صحيفة الرقيب: {TITLE}</title><b>{TITLE}</b>", TITLE),
        (f"<title>صحيفة الرقيب: {TITLE}</title>", TITLE),
        (f"<title>News - Press release - {TITLE}</title><p>أمطار غزيرة تغلق<br>طرقا في الشمال</p>", TITLE),
        (f"<title>البوابة>>{TITLE}</title><meta property='og:title' content='أمطار غزيرة'><i>{TITLE}</i>", TITLE),
        (f"<title>{TITLE} - موقع إخباري عام</title><b>موقع إخباري عام</b>", f"{TITLE} - موقع إخباري عام"),
        (f"<title>Rain closes roads</title>{PROSE}", None),
        ("<title>Rain closes roads</title><p>Heavy rain closed the roads of the north on Friday evening.</p>",
         "Rain closes roads"),
        ("<title>New Page 1</title>", None),
        (f"<title>الرقيب</title><h1>{TITLE}</h1>", TITLE),
        (f"<h1>{TITLE}</h1>", TITLE),
        (f"<h1>{TITLE}</h1><h1>{OTHER}</h1>", None),
        ("<title>الرقيب</title><h1>الرقيب</h1>", None),
        ("<title></title>", None),
    ],
)  # fmt: skip
def test_a_page_whose_metadata_say_nothing(page: str, expected: str | None) -> None:
    root = tree(page)
    assert page_title(read_facts(root), root, NAMES) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("النفط - رحلة طويلة", "النفط - رحلة طويلة"),
        ("النفط - رحلة طويلة - الرقيب", "النفط - رحلة طويلة"),
        ("بالفيديو | وزير يرد: لا صحة للأنباء", "بالفيديو | وزير يرد: لا صحة للأنباء"),
        ("الوزير: الخطة - كما قلت - جاهزة", "الوزير: الخطة - كما قلت - جاهزة"),
        (f"{TITLE} - محليات - طقس - الرقيب", TITLE),
        (f"{TITLE} ~ الرقيب", TITLE),
        ("العلاقات بين البلدين - صفحة جديدة", "العلاقات بين البلدين - صفحة جديدة"),
        (f"الرقيب | {TITLE}", TITLE),
        (f"{TITLE} » موقع الرقيب الإخباري", TITLE),
        ("سكان الحي يطالبون الرقيب بالرد", "سكان الحي يطالبون الرقيب بالرد"),
    ],
)
def test_only_the_outlet_s_name_leaves_a_title(title: str, expected: str) -> None:
    assert without_site(title, NAMES) == expected


def crumbs(*names: str) -> dict[str, Any]:
    items = [
        {"@type": "ListItem", "position": n, "item": {"@id": "/", "name": name}} for n, name in enumerate(names, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


TRAIL = "<ul class='breadcrumb'><li><a href='/'>الرئيسية</a></li><li><a href='/news'>محليات</a></li></ul>"
MENU = "<nav><a href='/news/local'>محليات</a><a href='/news/sport'>رياضة</a></nav>"


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (ld(news(articleSection="طقس")), TRAIL, "طقس"),
        (ld(news(articleSection=["أخبار", "محليات", "طقس"])), TRAIL, "محليات"),
        (ld(news(articleSection="أخبار")), "", "أخبار"),
        (ld(news(articleSection="سياسة, اقتصاد, رياضة, ثقافة")), "", None),
        (ld(news(articleSection="الرقيب")), "", None),
        (og("article:section", "طقس"), TRAIL, "طقس"),
        (og("article:section", "Local"), TRAIL, "محليات"),
        (ld(crumbs("الرئيسية", "طقس", TITLE)), "", "طقس"),
        (ld(crumbs("الرئيسية", TITLE)), "", None),
        ("", TRAIL, "محليات"),
        ("", f"<div class='breadcrumb'><a href='/'>الرقيب</a><a href='/w'>طقس</a><a>{TITLE[:20]}</a></div>", "طقس"),
        ("", f"<article><a class='post-category' href='/w'>طقس</a><h1>{TITLE}</h1></article>", "طقس"),
        ("", f"<article><b class='cat'>طقس</b><b class='cat'>رياضة</b><h1>{TITLE}</h1></article>", None),
        ("", f"<h1>{TITLE}</h1><aside><a class='category'>رياضة</a></aside>", None),
        ("", f"{MENU}<h1>{TITLE}</h1>", "محليات"),
        ("", f"<nav><a href='/news/sport'>رياضة</a></nav><h1>{TITLE}</h1>", None),
        ("", "<a href='https://evil.tld/news/local'>محليات</a>", None),
    ],
)
def test_the_section(head: str, body: str, expected: str | None) -> None:
    page = tree(f"<html><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>")
    assert section(read_facts(page, URL), NAMES, root=page, url=URL, title=TITLE) == expected


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (og("article:tag", "طقس") + og("article:tag", "سيول") + og("article:tag", "طقس"), "", ["طقس", "سيول"]),
        (og("article:tag", "طقس، سيول"), "", ["طقس", "سيول"]),
        (ld(news(keywords=["طقس", "كوارث"])), "", ["طقس", "كوارث"]),
        (ld(news(keywords="طقس, كوارث")), "", ["طقس", "كوارث"]),
        (ld(news(keywords="أخبار، الرقيب، عاجل")), "", []),
        ("<meta name='news_keywords' content='كوارث، طقس'>", "", ["كوارث", "طقس"]),
        ("<meta name='keywords' content='أمطار، الشمال'>", "", ["أمطار", "الشمال"]),
        ("<meta name='keywords' content='سياسة، اقتصاد، رياضة، أمطار'>", "", []),
        ("<meta name='keywords' content='أمطار,غزيرة,تغلق,طرقا,الشمال'>", "", []),
        (f"<meta name='keywords' content='{TITLE}'>", "", []),
        (og("article:tag", "#طقس_الشمال"), "", ["طقس الشمال"]),
        (
            "",
            f"<h1>{TITLE}</h1><div class='tags'><a href='/tag/1'>طقس</a><a href='/tag/2'>سيول</a></div>",
            ["طقس", "سيول"],
        ),
        ("", f"<h1>{TITLE}</h1><p><a rel='tag'>طقس</a>، <a rel='tag'>سيول</a></p>", ["طقس", "سيول"]),
        ("", f"<h1>{TITLE}</h1><p><a rel='category tag' href='/c'>محليات</a></p>", []),
        ("", f"<div class='tags'><a href='/tag/1'>نفط</a><a href='/tag/2'>ذهب</a></div><h1>{TITLE}</h1>", []),
        ("", f"<h1>{TITLE}</h1><aside class='tags'><a href='/tag/1'>نفط</a><a href='/tag/2'>ذهب</a></aside>", []),
        ("", f"<h1>{TITLE}</h1><div class='trending-tags'><a href='/tag/1'>نفط</a><a href='/tag/2'>ذهب</a></div>", []),
        (og("article:tag", "، ".join(f"وسم {n}" for n in range(30))), "", [f"وسم {n}" for n in range(20)]),
    ],
)
def test_tags(head: str, body: str, expected: list[str]) -> None:
    assert tags(read(head, body), TITLE, BODY, site_names=NAMES) == expected


PICTURE = "https://cdn.raqib.tld/2026/11/amtar.jpg"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (og("og:image", PICTURE), PICTURE),
        (ld(news(image=PICTURE)) + og("og:image", "https://cdn.raqib.tld/small.jpg"), PICTURE),
        (ld(news(image={"@type": "ImageObject", "url": PICTURE})), PICTURE),
        (ld(news(image=[{"url": PICTURE}, "https://x.tld/2.jpg"])), PICTURE),
        (ld(news(image={"@list": [PICTURE]})), PICTURE),
        (ld(news(image={"url": "https://cdn.raqib.tld/t.jpg", "width": 60})) + og("og:image", PICTURE), PICTURE),
        (og("og:image", "https://raqib.tld/img/site-logo.png") + og("twitter:image", PICTURE), PICTURE),
        (og("og:image", "https://raqib.tld/img/LogoAr2.png"), None),
        (og("og:image", "https://raqib.tld/assets/default-share.jpg"), None),
        (og("og:image", "https://raqib.tld/placeholder/x.jpg"), None),
        (og("og:image", "https://a.tld/sites/default/files/amtar.jpg"), "https://a.tld/sites/default/files/amtar.jpg"),
        (og("og:image", "https://a.tld/m.png") + ld(news(publisher={"logo": {"url": "https://a.tld/m.png"}})), None),
        (og("og:image", PICTURE) + og("og:image:width", "50"), None),
        (og("og:image", "//cdn.raqib.tld/2026/11/amtar.jpg"), PICTURE),
        (og("og:image", "/2026/amtar.jpg"), "https://www.raqib.tld/2026/amtar.jpg"),
        (og("og:image", "data:image/png;base64,AAAA"), None),
        (og("og:image", "https://cdn.raqib.tld/"), None),
        (og("og:image", "http://[bad"), None),
    ],
)  # fmt: skip
def test_the_picture(head: str, expected: str | None) -> None:
    assert image_url(read(head), URL) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"<article><h1>{TITLE}</h1><figure><img src='/2026/amtar.jpg'></figure></article>", "/2026/amtar.jpg"),
        (f"<h1>{TITLE}</h1><div class='pic'><img src='x.gif' data-src='/2026/amtar.jpg'></div>", "/2026/amtar.jpg"),
        (f"<article><h1>{TITLE}</h1><p><img src='/2026/amtar.jpg'></p></article>", None),
        (f"<article><h1>{TITLE}</h1><figure><a href='/news/9'><img src='/a.jpg'></a></figure></article>", None),
        (f"<article><h1>{TITLE}</h1><figure><img src='/img/logo.png'></figure></article>", None),
        (f"<article><h1>{TITLE}</h1><aside><figure><img src='/a.jpg'></figure></aside></article>", None),
        (f"<article><h1>{TITLE}</h1><figure><img src='/a.jpg' width='40'></figure></article>", None),
        (f"<article><h1>{OTHER}</h1><figure><img src='/a.jpg'></figure></article>", None),
    ],
)
def test_the_picture_that_is_shown(body: str, expected: str | None) -> None:
    found = image_url(read("", f"<main>{body}</main>"), URL, TITLE)
    assert found == (expected and f"https://www.raqib.tld{expected}")


LONG = "هطلت أمطار غزيرة على مدن الشمال مساء أمس، وقطعت السيول طريقين رئيسيين."


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (og("og:description", LONG), LONG),
        (og("og:description", TITLE), None),
        (og("og:description", LONG[:45] + "...") + f"<meta name='description' content='{LONG}'>", LONG),
        (og("og:description", "الرقيب موقع إخباري شامل يقدم آخر المستجدات"), None),
        (og("og:description", "موقع إخباري شامل يقدم آخر المستجدات للقراء")
         + ld({"@type": "WebSite", "description": "موقع إخباري شامل يقدم آخر المستجدات للقراء"}), None),
        (og("og:description", "Latest news from the north of the country"), None),
        (ld(news(description=f"<p>{LONG}</p>")), LONG),
    ],
)  # fmt: skip
def test_the_summary(head: str, expected: str | None) -> None:
    assert summary(read(head), TITLE, NAMES) == expected


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (ld(news(author={"@type": "Person", "name": "سارة علي"})), "", ["سارة علي"]),
        (ld(news(author=[{"name": "سارة علي"}, [{"name": ["خالد حسن"]}]])), "", ["سارة علي", "خالد حسن"]),
        (ld(news(author={"@type": "Organization", "name": "مؤسسة النهار الجديد"})), "", []),
        (ld(news(author={"@type": "Organization", "name": "رويترز"})), "", ["رويترز"]),
        (ld(news(author="الرقيب")), "<p class='byline'>كتبت: سارة علي</p>", ["كتبت: سارة علي"]),
        *(
            (f"<meta name='author' content='{junk}'>", "", [])
            for junk in ["https://facebook.com/raqib", "@raqib", "desk@raqib.tld", "sara.png", "admin", "Editor",
                         "المحرر",
                         "المحرر السياسي", "Super User", "webmaster",
                         "مدير الموقع", "الإدارة", "رئيس التحرير", "فريق التحرير", "الرقيب", "--", "undefined"]
        ),
        (og("article:section", "محليات عامة") + "<meta name='author' content='محليات عامة'>", "", []),
        ("", "<span class='writeBy'>كتب خالد حسن</span>", ["كتب خالد حسن"]),
        ("", "<div class='author'><a href='/author/3'>سارة علي</a> <time>9 نوفمبر 2026</time></div>", ["سارة علي"]),
        ("", "<p><a rel='author'>سارة علي</a> و<a rel='author'>خالد حسن</a></p>", ["سارة علي", "خالد حسن"]),
        ("", "<aside><b class='author'>مها حسن</b></aside><div class='comments'><b class='author'>قارئ</b></div>", []),
        ("", "<footer><a rel='author'>شركة التصميم</a></footer>", []),
        ("", f"<div class='author-box'>{'كتبت في صحف عدة وعملت مراسلة. ' * 5}</div>", []),
        ("", "".join(f"<i class='author'>كاتب الرأي {n}</i>" for n in range(12)), []),
    ],
)  # fmt: skip
def test_authors(head: str, body: str, expected: list[str]) -> None:
    assert told_authors(read(head, body), NAMES) == expected


CARD = (
    "<div class='writer-card'><b><a rel='author'>منى العطار</a></b><a href='/writers/4'>جميع مقالات الكاتبة</a></div>"
)
STRIP = "".join(f"<div class='opinion-author'><b>كاتب {n}</b><span>عنوان مقال آخر</span></div>" for n in "أبتث")


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ("<p>حاورها: <a>خالد حسن</a> | 9 نوفمبر 2026</p>", ["حاورها: خالد حسن"]),
        ("<div><span>كتبت - سارة علي:</span> <span>02:22 م - الخميس 30 يوليو 2026</span></div>", ["كتبت - سارة علي:"]),
        ("<ul><li><span>Author,</span><span>ليلى منير وأنجليكا بيرغ</span></li><li>Role, الرقيب</li></ul>",
         ["ليلى منير", "أنجليكا بيرغ"]),
        ("<p><a href='author-single.php?dir=rtl'>خالد حسن</a></p><p>فبراير 11, 2024</p>", ["خالد حسن"]),
        ("<div><div><img><span>سارة علي</span></div><div><time>9 نوفمبر 2026</time><i>4 دقائق</i></div></div>",
         ["سارة علي"]),
        ("<div>نشرت بواسطة: منى العطار في 9 نوفمبر 2026</div>", ["منى العطار"]),
        ("<div><b class='by'>بقلم</b> <a href='/team/7'>منى العطار</a></div>", ["بقلم منى العطار"]),
        ("<div class='author'><b>منى العطار</b><i>محررة الشؤون المحلية</i></div>", ["منى العطار"]),
        ("<div class='author'>بواسطة منى العطار</div>", ["منى العطار"]),
        ("<div id='story_reporter'>العريش - محمد حسين</div>", ["العريش - محمد حسين"]),
        (f"<p>{BODY[0] * 2}</p><p>بقلم: سارة علي</p>", ["بقلم: سارة علي"]),
        (f"<p>{BODY[0] * 2}</p><p>{BODY[1] * 2}</p><p>بقلم: سارة علي</p>", []),
        ("<figure><img><figcaption>سارة علي</figcaption></figure><p>9 نوفمبر 2026</p>", []),
        (f"<p>{BODY[0]}</p><div class='post-footer'>نشرها <b itemprop='author'>خالد حسن</b></div>", ["خالد حسن"]),
        ("<div>سارة علي</div><p>نص الخبر</p>", []),
        (f"<p>{BODY[0] * 2}</p><div><b>سارة علي</b> <i>9 نوفمبر 2026</i></div><p>أحسنتم</p>", []),
        (f"<p>{BODY[0] * 2}</p><div>سارة علي - القاهرة</div><p>أحسنتم</p>", []),
        ("<p>نص قصير.</p><h4>التعليقات</h4><div><b>سارة علي</b> <i>9 نوفمبر 2026</i></div>", []),
        ("<p>الكاتب نجيب العطار</p><p>9 نوفمبر 2026</p>", []),
        ("<div><a href='/tags/7'>سارة علي</a> <time>9 نوفمبر 2026</time></div>", []),
        ("<div><b>حكايات قديمة</b> <time>9 نوفمبر 2026</time></div>", []),
        ("<p>تصوير: سارة علي</p><p>(رويترز)</p>", []),
        ("<nav><a href='/author/3'>سارة علي</a></nav><p><a href='/authors'>كتاب الرأي</a></p>", []),
        (f"<p>{BODY[0]} {BODY[1]} <a href='/author/3'>سارة علي</a></p>", []),
    ],
)  # fmt: skip
def test_authors_shown_below_the_headline(below: str, expected: list[str]) -> None:
    facts = read(body=f"<div><div><h1>{TITLE}</h1></div>{below}</div>")
    assert told_authors(facts, NAMES, TITLE) == expected


def test_the_headline_s_writer_is_told_from_those_of_other_columns() -> None:
    facts = read(body=f"<div>{STRIP}</div><main><article>{CARD}<h1>{TITLE}</h1></article></main>")
    assert told_authors(facts, NAMES, TITLE) == ["منى العطار"]
    linked = "<div><img><a href='/writers/15'>منى العطار</a></div>"
    facts = read(body=f"<div>{STRIP}</div><main><article>{linked}<h1>{TITLE}</h1></article></main>")
    assert told_authors(facts, NAMES, TITLE) == ["منى العطار"]
    facts = read(body=f"<div>{STRIP}</div><main><article><h1>{TITLE}</h1></article></main>")
    assert told_authors(facts, NAMES, TITLE) == []


@pytest.mark.parametrize("told", ["محمد علي وليد حسن", "سارة علي وهيب", "محمد حسن ولد سالم"])
def test_one_person_stays_one(told: str) -> None:
    assert told_authors(read(ld(news(author=told))), NAMES) == [told]


def test_odd_values_hurt_nothing() -> None:
    odd = news(
        author={"name": {"name": None}}, image=[[], {}, 7], keywords=[None, {}], articleSection={"a": 1}, url=[1]
    )
    facts = read(ld(odd) + og("og:image", "") + "<meta property='og:title'>", "<div itemprop='author'></div>")
    assert (told_authors(facts), image_url(facts), tags(facts, "", []), section(facts, NAMES)) == ([], None, [], None)
