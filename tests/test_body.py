"""Layouts in which articles come: what is read of each, and what is not."""

from datetime import UTC, datetime

import pytest

from pipelines.article import Reason
from pipelines.body import Body, read_body
from pipelines.extract import extract
from pipelines.tree import lines, parse_html
from spiders.outlet import Outlet
from spiders.records import Page

TITLE = "المرفأ القديم يستقبل أول سفينة بعد التوسعة"
A = "استقبل المرفأ القديم صباح أمس أول سفينة شحن كبيرة بعد انتهاء أعمال التوسعة التي دامت عامين."
B = "وقال مدير المرفأ سالم الحمدان إن الرصيف الجديد يتسع لثلاث سفن في وقت واحد."
C = "وأضاف أن المرحلة الثانية تشمل مخازن مبردة ومحطة للسكك الحديدية تربط المرفأ بالداخل."
OTHER = "افتتحت الجامعة مختبرا جديدا لعلوم البحار بحضور عدد كبير من الطلاب والأساتذة والضيوف."
MENU = "<ul><li><a href='/a'>الرئيسية</a></li><li><a href='/b'>سياسة</a></li><li><a href='/c'>اقتصاد</a></li></ul>"
CARDS = "".join(f"<div><a href='/news/{n}'>خبر آخر من أخبار اليوم رقم {n} في القسم</a></div>" for n in range(5))
COMMENTS = "".join(f"<p>تعليق طويل من قارئ على الخبر رقم {n}. {OTHER}</p>" for n in range(9))
FOOT = "<div>جميع الحقوق محفوظة للموقع 2026</div>"


def read(body: str, *, title: str = TITLE, **told: str) -> Body:
    root = parse_html(f"<html><head><title>{title}</title></head><body>{body}</body></html>")
    assert root is not None
    return read_body(root, title=title, **told)


def p(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


H1 = f"<h1>{TITLE}</h1>"
LAYOUTS = {
    "table with breaks and no paragraphs": (
        f"<table><tr><td>{MENU}</td></tr><tr><td width=70%><b>{TITLE}</b><br><br>{A}<br><br>{B}<br><br>{C}</td>"
        f"<td>{CARDS}</td></tr><tr><td>{FOOT}</td></tr></table>"
    ),
    "one form around the page": (
        f"<form id=aspnetForm action=x>{MENU}<span id=lblTitle>{TITLE}</span><div"
        f" id=ctl00_details_text>{A}<br/>{B}<br/>{C}"
        f"</div><input type=hidden>{CARDS}{FOOT}</form>"
    ),
    "amp": (
        f"<main>{H1}<amp-img src=x></amp-img>"
        f"<div class='article-body'>{p(A)}<amp-ad>إعلان</amp-ad>{p(B, C)}</div></main>"
    ),
    "endless page": (
        f"<main><article>{H1}<div class=entry-content>{p(A, B, C)}</div></article>"
        f"<article><h1>الجامعة تفتتح مختبر البحار</h1><div class=entry-content>{p(OTHER, OTHER + ' ثم')}"
        f"{p(*[f'{OTHER} {n}' for n in range(9)])}</div></article></main>"
    ),
    "endless page without names": (
        f"<div><div>{H1}<div>{p(A, B, C)}</div></div><div><h1>الجامعة تفتتح مختبر البحار</h1><div>"
        f"{p(*[f'{OTHER} {n}' for n in range(9)])}</div></div></div>"
    ),
    "naked text in a div": f"{MENU}{H1}<div>{A}<br>{B}<br>{C}</div>{CARDS}{FOOT}",
    "a div for each paragraph": f"{MENU}{H1}<div><div>{A}</div><div>{B}</div><div>{C}</div></div>{CARDS}{FOOT}",
    "font": f"{MENU}{H1}<div><font size=4>{A}<br><br>{B}<br><br>{C}</font></div>{CARDS}",
    "two halves around an advertisement": (
        f"{H1}<div><div class='article-text'>{p(A)}</div><div class='ad-slot'>إعلان</div>"
        f"<div class='article-text'>{p(B, C)}</div></div>{CARDS}"
    ),
    "boxes between paragraphs": (
        f"<article>{H1}<div class=post-content>{p(A)}<p>اقرأ أيضا: <a href=/x>الذهب يتراجع في الأسواق"
        f" اليوم</a></p>{p(B)}"
        f"<div><h4>مواضيع ذات صلة</h4><ul><li><a href=/y>خبر طويل جدا عن الطقس في البلاد وما حولها هذا"
        f" الأسبوع</a></li></ul></div>"
        f"<div class=newsletter-box><p>اشترك في نشرتنا البريدية ليصلك كل جديد من أخبار"
        f" المرفأ</p></div>{p(C)}</div></article>"
    ),
    "standfirst outside": f"{H1}<div class=standfirst>{A}</div><div class=article-body>{p(B, C)}</div>{CARDS}",
    "drop cap": f"{H1}<div class=article-body><p><span class=drop>{A[0]}</span>{A[1:]}</p>{p(B, C)}</div>",
    "an embedded tweet": (
        f"{H1}<div class=article-body>{p(A, B)}<blockquote class=twitter-tweet><p>وصلت السفينة أخيرا إلى المرفأ</p>"
        f"&mdash; حساب المرفأ</blockquote>{p(C)}</div>"
    ),
    "share bar, time, views": (
        f"<article>{H1}<time>19 نوفمبر 2026</time><p>1250 مشاهدة</p><div>فيسبوك تويتر واتساب</div>{p(A, B, C)}"
        f"<p>الوسوم: المرفأ، الشحن</p></article>{FOOT}"
    ),
    "comments longer than the text": (
        f"{H1}<div class=article-body>{p(A, B, C)}</div><div class=comments>{COMMENTS}</div>"
    ),
    "boxes of a page builder": (
        f"{MENU}<div class=builder>{H1}"
        + "".join(
            f"<section><div class=builder-widget-text><div><p>{line}</p></div></div></section>" for line in (A, B, C)
        )
        + f"</div><div class=sidebar>{CARDS}</div>"
    ),
    "two boxes of one name": (
        f"<div>{H1}<div class=part><div>{p(A)}</div></div><div><p>إعلان</p></div>"
        f"<div class=part><div>{p(B, C)}</div></div></div>"
    ),
    "a standfirst above a text without a name": (
        f"<div>{H1}<div class=lead><b>{A}</b></div><div class=maintext>{p(B, C)}</div></div>"
    ),
    "a standfirst that the text repeats": f"<div>{H1}<p class=summary>{A}</p><div class=t>{p(A, B, C)}</div></div>",
    "a named place of another story below": (
        f"{MENU}{H1}<div>{p(A, B, C)}</div><div class=post-content><span>27/10/2026</span><p>{OTHER}</p></div>"
    ),
    "cards with excerpts under their heading": (
        f"<div class=content>{H1}{p(A, B, C)}<h3>أخبار متعلقة</h3>"
        f"<div class=rel><a href=/1><h4>الجامعة تفتتح مختبر البحار</h4></a><p>{OTHER}</p></div></div>"
    ),
    "texts for listeners": (
        f"<div class=article-body>{p(A)}<span class=sr-only>list of 4 items</span>{p(B)}"
        f"<p><span>التعليق على الصورة، </span>سفينة عند الرصيف</p>{p(C)}</div>"
    ),
    "a kicker above the headline": f"<main><h5>عنوان تمهيدي للملف كله</h5>{H1}{p(A, B, C)}</main>",
    "a pointer within a paragraph": f"<div class=article-body>{p(A + ' <a href=/x>شاهد: سفينة ترسو</a>', B, C)}</div>",
    "tags above and below": f"{H1}<div class=article-body>{p('شحن', A, B, C, 'شحن')}</div>",
    "a theme's rules in French": f"{H1}<div class=article-body>{p(A, B, C)}<p>Soyez le premier à commenter.</p></div>",
    "a post on a network without a name": (
        f"<div class=article-body>{p(A, B)}<blockquote><p>{OTHER}</p><a href='https://twitter.com/x/status/1'>19"
        f" نوفمبر</a></blockquote>{p(C)}</div>"
    ),
    "a short text beside cards with excerpts": (
        f"<main>{H1}<div>{p(A, B, C)}</div><div>"
        + "".join(f"<div><a href=/{n}>الجامعة تفتتح مختبر البحار {n}</a><p>{OTHER} {n}.</p></div>" for n in range(9))
        + "</div></main>"
    ),
    "a box in which to write": (
        f"<div class=article-body>{p(A, B)}<div><p>رسالة المرفأ الأسبوعية</p><p>حكاية واحدة كل خميس</p>"
        f"<input type=email></div>{p(C)}</div>"
    ),
    "comments below their heading": (
        f"<td>{MENU}</td><td>{H1}<div>{p(A, B, C)}</div><div><b>تعليقات القراء</b><br>سالم: أحسنتم جميعا.</div></td>"
    ),
    "a heading of links": f"<main>{H1}{p(A, B, C)}<section><h2>المزيد من محليات</h2>{CARDS}</section></main>",
    "a caption called so by two words": (
        f"{H1}<div class=article-body><p class=img-desc>سفينة (المرفأ)</p>{p(A, B, C)}</div>"
    ),
    "a line of date and counters": (
        f"{H1}<div class=article-body>{p('أضيف بتاريخ: 2026-11-03 | المشاهدات: 902 | التعليقات: 2', A, B, C)}</div>"
    ),
    "preformatted": f"{MENU}{H1}<pre>{A}\n\n{B}\n\n{C}</pre>{CARDS}",
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts(name: str) -> None:
    assert read(LAYOUTS[name]).paragraphs == [A, B, C]


def test_an_interview_keeps_its_questions_and_lists_their_order() -> None:
    question = "كيف بدأت الفكرة؟"
    text = (
        f"<h3>{question}</h3>{p(A)}<p><strong>ومتى تنتهي؟</strong></p>{p(B)}<ul><li>رصيف أول</li><li>رصيف ثان</li></ul>"
    )
    found = read(f"{H1}<div class=article-body>{text}</div>")
    assert found.paragraphs == [question, A, "ومتى تنتهي؟", B, "رصيف أول", "رصيف ثان"]


def test_a_quotation_stays() -> None:
    found = read(f"{H1}<div class=article-body>{p(A)}<blockquote><p>{B}</p></blockquote>{p(C)}</div>")
    assert found.paragraphs == [A, B, C]


def test_a_live_blog_is_its_entries_in_order_without_their_clocks() -> None:
    entries = "".join(
        f"<div class=live-entry><time>{hour}:30</time><span class=timestamp>{hour}:30 بتوقيت"
        f" غرينتش</span><p>{line}</p></div>"
        for hour, line in ((16, C), (15, B), (14, A))
    )
    assert read(f"{H1}<div class=article-body>{entries}</div>").paragraphs == [C, B, A]


def test_an_urgent_item_of_one_sentence_beside_long_rules() -> None:
    rules = p(*[f"إذا كان التعليق يخالف القاعدة رقم {n} فإن الإدارة تحذفه دون إشعار." for n in range(12)])
    found = read(f"{MENU}{H1}<div><p>{A}</p></div><div>{rules}</div>{CARDS}{FOOT}")
    assert found.paragraphs == [A]


def test_a_flash_that_is_its_headline() -> None:
    title = "عاجل | هزة أرضية خفيفة تضرب الساحل"
    assert read(f"<h1>{title}</h1><div class=article-body><p>{title}</p></div>", title=title).paragraphs == [title]


def test_what_was_taken_out_is_told_with_its_rule() -> None:
    box = f"<aside><p>{OTHER}</p></aside>"
    told = read(f"{H1}<div class=article-body>{p(A, 'اقرأ أيضا: الذهب يتراجع', B)}{box}{p('© AFP', C)}</div>").removed
    assert {(each.text, each.reason) for each in told} == {
        ("اقرأ أيضا: الذهب يتراجع", "read_also"),
        ("© AFP", "caption"),
        (OTHER, "aside"),
    }
    many = read(f"{H1}<div class=article-body>{p(A, B, C)}{p(*['مشاركة'] * 80)}{p('اقرأ أيضا: ' + 'خ' * 200)}</div>")
    assert len(many.removed) == 50


def test_what_the_page_states_is_believed_where_it_shows_less() -> None:
    stated = f"{A}\n{B}\n{C}"
    assert read(f"{H1}<div id=root></div>", stated=stated).paragraphs == [A, B, C]
    assert read(f"{H1}<div class=article-body>{p(A)}</div>", stated=stated).paragraphs == [A, B, C]
    assert read(f"{H1}<div class=article-body>{p(A, B, C)}</div>", stated=f"{A} {B} {C}").paragraphs == [A, B, C]
    assert read(f"{H1}<div id=root></div>", stated=f"{A} {B[:30]}...").paragraphs == []


def test_the_outlets_own_selectors_come_first() -> None:
    text = f"<div class=x>{p(A)}<div class=y><p>{OTHER}</p></div></div>"
    page = f"{H1}{text}<div class=article-body>{p(B, C)}</div>"
    assert read(page, selector=".x", drop=".y").paragraphs == [A]
    assert read(page, drop=".x", selector=".gone").paragraphs == [B, C]


def test_a_live_blog_is_its_entries_with_their_headings() -> None:
    entries = "".join(
        f"<div class=entry><time>09:0{n}</time><h3>{heading}</h3><p>{line}</p></div>"
        for n, (heading, line) in enumerate([("الرصيف الجديد", B), ("المرحلة الثانية", C), ("المختبر", OTHER)])
    )
    page = f"<main>{H1}<p class=lead>{A}</p><div class=live>{entries}</div></main>"
    assert read(page).paragraphs == [A, "الرصيف الجديد", B, "المرحلة الثانية", C, "المختبر", OTHER]


def test_an_urgent_item_says_its_headline_and_nothing_else() -> None:
    assert read(f"{H1}<div class=article-body>{p(TITLE)}</div>").paragraphs == [TITLE]
    assert read(f"{H1}<div class=article-body>{p(TITLE, A)}</div>").paragraphs == [A]


def test_a_headline_in_two_lines_is_one() -> None:
    page = f"<div class=article-body>المرفأ القديم يستقبل<br>أول سفينة بعد التوسعة<br>{A}<br>{B}</div>"
    assert read(page).paragraphs == [A, B]


RAQIB = Outlet(
    slug="raqib",
    name="الرقيب",
    name_latin="Al Raqib",
    country="EG",
    timezone="Africa/Cairo",
    hosts=("www.raqib.tld",),
    article_url=r"/news/\d+",
)
PUBLISHED = '<meta property="article:published_time" content="2026-11-19T09:28:27+02:00">'


def reason(body: str, *, title: str = TITLE, path: str = "/news/7", head: str = PUBLISHED) -> str | None:
    url = f"https://www.raqib.tld{path}"
    html = f"<html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>{body}</body></html>"
    page = Page(
        url=url,
        final_url=url,
        outlet="raqib",
        status=200,
        headers={"content-type": "text/html"},
        body=html.encode(),
        fetched_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
    )
    return extract(page, RAQIB).reason


GALLERY = "".join(
    f"<figure><img src={n}.jpg><figcaption>السفينة عند الرصيف {n}</figcaption></figure>" for n in range(5)
)
TEASER = f"{H1}<div class=article-body>{p(A)}</div>"
FREE_NOT = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'
CONSENT = p(
    "نحن نهتم بخصوصيتك",
    "نستخدم ملفات تعريف الارتباط وبيانات أخرى لتقديم خدماتنا وقياس أدائها وعرض إعلانات تناسبك.",
    "يمكنك تغيير موافقتك في أي وقت من الإعدادات.",
    "قبول الكل",
    "رفض الكل",
)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (reason(f"{H1}<div class=article-body>{p(A, B, C)}</div>"), None),
        (reason(f"{TEASER}<div class=paywall-box><p>لمتابعة القراءة اشترك الآن</p></div>"), Reason.PAYWALL),
        (reason(f"{TEASER}<div><p>هذا المقال متاح للمشتركين فقط</p></div>"), Reason.PAYWALL),
        (reason(TEASER, head=PUBLISHED + FREE_NOT), Reason.PAYWALL),
        (reason(CONSENT), Reason.CONSENT),
        (reason(f"{H1}{CONSENT}<div class=article-body>{p(A, B, C)}</div>"), None),
        (reason(CONSENT, title="قبل المتابعة إلى الموقع"), Reason.CONSENT),
        (reason(f"{H1}<article>{GALLERY}</article>", title=f"بالصور.. {TITLE}"), Reason.CAPTIONS_ONLY),
        (reason(p(A), title="عذرا، الصفحة التي تبحث عنها غير متوفرة"), Reason.SOFT_404),
        (reason(p(A), title="لا يمكن العثور على الصفحة"), Reason.SOFT_404),
        (reason(p(A), title="خطأ 404"), Reason.SOFT_404),
        (reason(p(A), title="تسجيل الدخول"), Reason.NOT_ARTICLE),
        (reason(CARDS, path="/"), Reason.NOT_ARTICLE),
        (reason(CARDS, path="/?s=مرفأ"), Reason.NOT_ARTICLE),
        (reason(CARDS, path="/tag/port"), Reason.NOT_ARTICLE),
        (reason(CARDS, path="/search.aspx?q=x"), Reason.NOT_ARTICLE),
        (reason(f"{H1}<div class=article-body><video src=x></video></div>"), Reason.NO_TEXT),
        (reason(f"{H1}<div class=article-body><video src=x></video>{p(TITLE)}</div>"), Reason.NO_TEXT),
    ],
)
def test_why_a_page_is_no_article(found: str | None, expected: str | None) -> None:
    assert found == expected


@pytest.mark.parametrize(
    "short",
    [
        "<div>وقال: «لن نتراجع أبدا».</div><div>ثم غادر القاعة.</div>",
        "<table><tr><td>فاز الساحل على الجبل بهدفين نظيفين.</td></tr></table>",
    ],
)
def test_a_short_sentence_between_paragraphs_stays(short: str) -> None:
    root = parse_html(short)
    assert root is not None
    said = [line.text for line in lines(root)]
    assert read(f"{H1}<div class='article-body'>{p(A, B)}{short}{p(C)}</div>").paragraphs == [A, B, *said, C]


def test_what_is_refused_as_no_text_is_told() -> None:
    table = "<table><tr><td>الساحل</td><td>12</td></tr><tr><td>الجبل</td><td>9</td></tr></table>"
    found = read(f"{H1}<div class='article-body'>{p(A, B)}{table}{p(C)}</div>")
    told = {*found.paragraphs, *(removal.text for removal in found.removed)}
    assert {"الساحل", "الجبل"} <= told


def test_a_sentence_that_is_one_link_stays_between_paragraphs() -> None:
    linked = f"<p><a href='/decision'>{OTHER}</a></p>"
    assert read(f"{H1}<div class='article-body'>{p(A, B)}{linked}{p(C)}</div>").paragraphs == [A, B, OTHER, C]
    assert OTHER not in read(f"{H1}<div class='article-body'>{p(A, B, C)}{linked}</div>").paragraphs
