"""When an article was published: which witness is believed, which are passed over, and what is left open."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from lxml.html import HtmlElement

from pipelines.article import Disagreement
from pipelines.metadata import Facts
from pipelines.publication.witnesses import Asked, Publication, modified, publication
from pipelines.tree import parse_html, read
from spiders.outlet import Outlet

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
TITLE = "اللجنة تقر الخطة الجديدة للتعليم في المحافظات"
TEXT = (
    "أقرت اللجنة العليا مساء أمس الخطة الجديدة للتعليم بعد مناقشات استمرت ثلاثة أيام وشارك فيها ممثلون عن المحافظات.",
    "وقال رئيس اللجنة إن التنفيذ سيبدأ مطلع العام المقبل في خمس محافظات، على أن تكتمل المراحل الباقية عام 2028.",
)
BODY = "".join(f"<p>{line}</p>" for line in TEXT)
DIV = f"<div id=text>{BODY}</div>"
CELL = f"<tr><td id=text>{BODY}</td></tr>"
HEAD = f"<h1>{TITLE}</h1>"
URL = "https://www.raqib.tld/news/7"


def asked(zone: str = "Africa/Cairo", at: datetime = AT) -> Asked:
    outlet = Outlet(
        slug="raqib", name="الرقيب", name_latin="Al Raqib", country="EG", timezone=zone,
        hosts=("www.raqib.tld",), article_url=r"/news/\d+",
    )  # fmt: skip
    return Asked(outlet, at)


def tree(body: str) -> HtmlElement:
    root = parse_html(f"<html><head><title>{TITLE} - الرقيب</title></head><body>{body}</body></html>")
    assert root is not None
    return root


def facts(article: dict[str, Any] | None = None, **meta: str | list[str]) -> Facts:
    lists = {name.replace("__", ":"): [v] if isinstance(v, str) else v for name, v in meta.items()}
    return Facts(meta=lists, article=article or {}, title=f"{TITLE} - الرقيب")


def hear(
    body: str = "", told: Facts | None = None, *, who: Asked | None = None, hint: datetime | date | None = None,
    url: str = URL,
) -> Publication:  # fmt: skip
    root = tree(body)
    found = root.xpath("//*[@id='text']")
    return publication(who or asked(), told or facts(), root, found[0] if found else None, url, hint, read(root))


def change(body: str = "", told: Facts | None = None, *, hint: datetime | None = None) -> datetime | None:
    root, who = tree(body), asked()
    found = root.xpath("//*[@id='text']")
    container = found[0] if found else None
    published = publication(who, told or facts(), root, container, URL, hint)
    return modified(who, told or facts(), published)


DAY = date(2026, 11, 17)
MENU = "".join(f"<a href='/{i}'>قسم {i}</a> " for i in range(12))
OTHERS = "".join(
    f"<div><a href='/news/{i}'>خبر آخر من أخبار اليوم رقم {i}</a><span>{i} نوفمبر 2026</span></div>" for i in (3, 9)
)


@pytest.mark.parametrize(
    "body",
    [
        f"<article>{HEAD}<span>الثلاثاء 17 نوفمبر 2026</span>{DIV}</article>",
        f"{HEAD}<div><i></i> نشر في: <b>17 نوفمبر 2026</b></div>{DIV}",
        f"{HEAD}<div id=text><p>17/11/2026</p>{BODY}</div>",
        f"<div id=text>{HEAD}<p>كتبت سارة علي</p><p>17 تشرين الثاني/نوفمبر 2026</p>{BODY}</div>",
        f"<article><div><span>١٧-١١-٢٠٢٦</span>{HEAD}</div>{DIV}</article>",
        f"<article>{HEAD}{DIV}<footer>الثلاثاء 17 نونبر 2026</footer></article>",
        f"<div><h2 class=title>{TITLE}</h2><div class=meta>17 نوفمبر 2026</div>{DIV}</div>",
        f"<div class=news-title>{TITLE}</div><div>القاهرة - 17 نوفمبر 2026</div>{DIV}",
        f"<form><table><tr><td><b>{TITLE}</b></td></tr><tr><td>17/11/2026</td></tr><tr><td id=text>{BODY}</td></tr>"
        "</table></form>",
        f"{MENU}<table><tr><td>الثلاثاء 17/11/2026</td></tr><tr><td><font>{TITLE}</font></td></tr>"
        f"<tr><td id=text>{BODY}</td></tr></table>",
        f"<table><tr><td><span>{TITLE}</span><br><span>17 نوفمبر 2026</span><br></td></tr>{CELL}</table>",
        f"{HEAD}<div id=text>{BODY}<p>نشر في 17 نوفمبر 2026</p></div>",
        f"{HEAD}{DIV}<p>تاريخ النشر: 17 نوفمبر 2026</p>{OTHERS}",
        f"{HEAD}<dl><dt>تاريخ النشر</dt><dd>17 نوفمبر 2026</dd><dt>آخر تحديث</dt><dd>18 نوفمبر 2026</dd></dl>{DIV}",
        f"{HEAD}<p>17 نوفمبر 2026 (آخر تحديث 18 نوفمبر 2026)</p>{DIV}",
        f"{HEAD}<time datetime='2026-11-17'>قبل أيام</time>{DIV}",
        f"{HEAD}<p><a href='/news/7'><time datetime='2026-11-17'>17 نوفمبر 2026</time></a></p>{DIV}",
        f"{HEAD}<p>قبل 3 أيام</p>{DIV}",
        f"{HEAD}<p><span>قبل 3 أيام</span> <a href='/a'>نهى سالم</a> <span>1204 مشاهدة</span></p>{DIV}",
        f"{HEAD}<p><time title='2026-11-17'>قبل أيام</time> <a href='/a'>بقلم نهى سالم</a></p>{DIV}",
        f"<div id=text>{HEAD}<div><span>نُشر: الثلاثاء 17 نوفمبر 2026 | مساءً</span>"
        f" <span>آخر تحديث: الخميس 19 نوفمبر 2026 | صباحا</span></div>{BODY}</div>",
        f"{HEAD}<figure><figcaption><p>{TEXT[0]}</p></figcaption></figure><p>17 نوفمبر 2026</p>{DIV}",
        f"<div class=el-widget>{HEAD}</div><p class=el-widget>17 نوفمبر 2026</p><div class=el-widget>{DIV}</div>",
        f"{MENU}<div><h2 class=date-header>الثلاثاء، 17 نوفمبر 2026</h2><h3>{TITLE}</h3>{DIV}</div>",
        f"{HEAD}<p>بواسطة <a href='/a'>سامي</a><a href='/7'><time datetime='2026-11-17'>نوفمبر 17, 2026</time>"
        f"<time class=updated datetime='2026-11-18'>نوفمبر 18, 2026</time></a></p>{DIV}",
        f"{HEAD}<ul><li>17-11-2026</li><li>مشاهدات 1245</li><li>تعليقات 3</li></ul>{DIV}",
        f"{HEAD}<p><a href='/7'><time class=entry-date datetime='2026-11-17'>نوفمبر 17, 2026</time>"
        f"<time class=updated datetime='2026-11-18'>نوفمبر 18, 2026</time></a></p>{DIV}",
        f"<h1>الرقيب</h1><p>20 نوفمبر 2026</p>{MENU}<h2>{TITLE}</h2><p>17 نوفمبر 2026</p>{DIV}",
        f"<div id=text>{HEAD}<p><span>نزار الخطيب</span><time>الثلاثاء 17 نوفمبر 2026</time></p>{BODY}</div>",
        f"{HEAD}<p>بواسطة نزار الخطيب في 17 نوفمبر 2026</p>{DIV}",
        f"{HEAD}<p>17 نوفمبر 2026</p>{DIV}<div class=comments><p>19 نوفمبر 2026</p></div>",
        f"{HEAD}<p>17 نوفمبر 2026</p><aside>{OTHERS}</aside>{DIV}{OTHERS}",
        f"<div class=header>تأسست في 12 جويلية 1998</div>{HEAD}<p>17 نوفمبر 2026</p>{DIV}",
        f"<div>الرقيب، صحيفة يومية تأسست في 12 جويلية 1998</div>{HEAD}<p>17 نوفمبر 2026</p>{DIV}",
        f"<div>الجمعة 20 نوفمبر 2026</div>{MENU}{HEAD}<p>17 نوفمبر 2026</p>{DIV}",
        f"{HEAD}<p>17 نوفمبر 2026</p><figure><figcaption>اجتماع في 3 مارس 2025</figcaption></figure>{DIV}",
    ],
)
def test_a_visible_date(body: str) -> None:
    found = hear(body)
    assert (found.on, found.source, found.disagreed) == (DAY, "text", ())


@pytest.mark.parametrize(
    "body",
    [
        f"<div class=header><span>الجمعة 20 نوفمبر 2026</span></div>{HEAD}{DIV}",
        f"<header>الأربعاء 18 نوفمبر 2026</header>{HEAD}{DIV}",
        f"<table><tr><td>الجمعة 20 نوفمبر 2026</td></tr><tr><td>{HEAD}</td></tr>{CELL}</table>",
        f"<table><tr><td>18 نوفمبر 2026 {MENU}</td></tr><tr><td>{HEAD}</td></tr>{CELL}</table>",
        f"<div class=top-bar id=current-date>18 نوفمبر 2026</div><article>{HEAD}{DIV}</article>",
        f"<div>تأسست في 12 جويلية 1998</div>{HEAD}{DIV}",
        f"{HEAD}{DIV}<p>تأسست الرقيب في 12 جويلية 1998</p>",
        f"{HEAD}{DIV}<footer>© 2026 الرقيب - 1 يناير 2026</footer>",
        f"{HEAD}{DIV}{OTHERS}",
        f"{HEAD}{DIV}<div class=comments><b>محمد</b><i>18 نوفمبر 2026</i></div>",
        f"{HEAD}<div class=related>18 نوفمبر 2026</div>{DIV}",
        f"{HEAD}<a href='/news/1'>خبر آخر عن الخطة في المحافظات الجنوبية</a><span>18 نوفمبر 2026</span>{DIV}",
        f"{HEAD}<figure><figcaption>3 مارس 2025</figcaption></figure>{DIV}",
        f"{HEAD}<p>آخر تحديث: 18 نوفمبر 2026</p>{DIV}",
        f"{HEAD}<p><b>آخر تحديث</b> <span>قبل 3 أيام</span> <a href='/a'>نهى سالم</a></p>{DIV}",
        f"{HEAD}<p>الأربعاء 18 نوفمبر 2026، آخر تحديث 14:00 (GMT+0400)</p>{DIV}",
        f"{HEAD}<p>16 نوفمبر 2026</p><p>18 نوفمبر 2026</p>{DIV}",
        f"{HEAD}<p style='display:none'>18 نوفمبر 2026</p>{DIV}",
        f"<h1>أسعار العملات اليوم 18 نوفمبر 2026</h1>{DIV}",
        f"{HEAD}<div id=text>{BODY}<p>وكان المجلس قد أعلن في 3 مارس 2025 عن الخطة.</p></div>",
        f"{HEAD}<p>يوم الأحد 18 نوفمبر 2026</p>{DIV}",
        f"{HEAD}<p>مؤتمر صحفي في 18 نوفمبر 2026</p>{DIV}",
        f"{HEAD}<p><time datetime='2026-11-17'>18 نوفمبر 2026</time></p>{DIV}",
        f"{HEAD}<p>صورة أرشيفية 3 مارس 2020</p>{DIV}",
        f"{HEAD}{DIV}<h3>التعليقات</h3><div><b>سامي</b><br>18 نوفمبر 2026<br>خبر جيد</div>",
        f"{HEAD}<div id=text><p><b>3 مارس 2025</b></p>{BODY}<p><b>4 أبريل 2025</b></p>{BODY}</div>",
        f"{HEAD}{DIV}<script>var day = '2026-11-18';</script>",
        f"<p>18 نوفمبر 2026</p>{MENU}{DIV}",
        f"<article>{HEAD}{DIV}</article><div><p>سامي عادل</p><p>خبر مهم</p><p>18 نوفمبر 2026 - 10:00 م</p></div>",
        f"<article>{HEAD}{DIV}</article><div><p>سامي عادل</p><p>18 نوفمبر 2026</p><p>خبر مهم</p></div>",
        f"<article>{HEAD}{DIV}<div><p>سامي</p><p>18 نوفمبر 2026</p><p>خبر مهم</p></div></article>",
        f"{HEAD}{DIV}<div><p>18 نوفمبر 2026 - 10:00 م</p></div>",
    ],
)
def test_a_date_that_is_not_the_article_s(body: str) -> None:
    assert hear(body) == Publication()


def test_a_headline_in_no_heading_is_known_by_the_titles_of_the_page() -> None:
    body = f"<div class=news-title>{TITLE}</div><div>17 نوفمبر 2026</div>{DIV}"
    assert hear(body, facts(og__title=TITLE)).on == DAY


def test_the_order_of_trust() -> None:
    told = facts({"datePublished": "2026-11-17T10:00:00+02:00"}, article__published_time="2026-11-16T10:00:00+02:00")
    body = f"{HEAD}<p>15 نوفمبر 2026</p>{DIV}"
    found = hear(body, told, hint=date(2026, 11, 17), url="https://www.raqib.tld/2026/11/13/7")
    assert (found.on, found.source) == (DAY, "jsonld")
    assert found.disagreed == (
        Disagreement("meta", "2026-11-16T10:00:00+02:00"),
        Disagreement("text", "15 نوفمبر 2026"),
        Disagreement("url", "2026/11/13"),
    )
    assert hear(body, facts(date="2026-11-17"), hint=date(2026, 11, 16)).source == "meta"
    assert hear(body, hint=date(2026, 11, 17)).source == "hint"
    assert hear(body).source == "text"
    assert hear(url="https://www.raqib.tld/2026/11/17/7").on == DAY
    assert hear("<footer>© 2026</footer>") == Publication()


def test_each_disagreement_is_told_once() -> None:
    stale = "2020-03-15 20:18:45"
    told = facts({"datePublished": "2026-11-17T10:00+02:00"}, date=[stale, stale], pubdate=stale)
    assert hear(told=told).disagreed == (Disagreement("meta", stale),)


@pytest.mark.parametrize(
    "garbage",
    ["0001-01-01T00:00:00", "1970-01-01T00:00:00Z", "1", "", "2031-01-01", "null", "0000-00-00", None, 7, {}, []],
)
def test_garbage_is_passed_over(garbage: object) -> None:
    told = facts({"datePublished": garbage, "dateCreated": garbage}, article__published_time="2026-11-17T10:00+02:00")
    assert (hear(told=told).on, hear(told=told).source) == (DAY, "meta")


@pytest.mark.parametrize(
    "element",
    [
        "<time itemprop='datePublished' datetime='2026-11-17T10:00:00+02:00'>17 نوفمبر</time>",
        "<span itemprop='datePublished' content='2026-11-17T10:00:00+02:00'>-</span>",
        "<span itemprop='datePublished'>17 نوفمبر 2026 10:00</span>",
        "<time pubdate datetime='2026-11-17T10:00:00+02:00'></time>",
        "<abbr itemprop='datePublished' title='2026-11-17T10:00:00+02:00'>10:00 ص</abbr>",
        "<span property='dc:date' content='2026-11-17T10:00:00+02:00'></span>",
        "<span property='schema:datePublished' content='2026-11-17T10:00:00+02:00'></span>",
    ],
)
def test_elements_with_a_stamp(element: str) -> None:
    comment = "<div class=comment><time itemprop='datePublished' datetime='2026-11-19'></time></div>"
    other = "<div itemscope><h3>خبر</h3><time itemprop='datePublished' datetime='2025-01-01'></time></div>"
    found = hear(f"{other}{comment}<div itemscope>{HEAD}{element}{DIV}</div>")
    assert found.at == datetime.fromisoformat("2026-11-17T10:00:00+02:00")
    assert (found.source, found.disagreed) == ("meta", ())


def test_stamps_outside_any_item_count_where_they_agree() -> None:
    stamps = [f"<p><b itemprop='datePublished' content='2026-11-{day}'></b></p>" for day in (17, 18)]
    assert hear(f"<div>{HEAD}{stamps[0]}{DIV}</div>").on == DAY
    assert hear(f"<div>{HEAD}{''.join(stamps)}{DIV}</div>") == Publication()
    assert hear(f"<div><div itemscope>{HEAD}{stamps[0]}{DIV}</div>{stamps[1]}</div>").disagreed == ()


@pytest.mark.parametrize("epoch", [1794902400, "1794902400", "1794902400000"])
def test_seconds_of_the_epoch(epoch: object) -> None:
    assert hear(told=facts({"datePublished": epoch})).at == datetime.fromisoformat("2026-11-17T10:00+02:00")


@pytest.mark.parametrize(
    ("shown", "url", "expected"),
    [
        ("15 مارس 2020 - 09:12", URL, "2020-03-15"),
        ("", "https://www.raqib.tld/2026/11/17/7", "2026-11-17"),
        ("", URL, "2026-11-20"),
        ("الجمعة 20 نوفمبر 2026", URL, "2026-11-20"),
    ],
)
def test_the_moment_of_the_fetch_is_the_server_s_clock_beside_an_older_day(shown: str, url: str, expected: str) -> None:
    told = facts(date="2026-11-20T14:00:03+02:00")
    assert str(hear(f"{HEAD}<p>{shown}</p>{DIV}", told, url=url).on) == expected


def test_last_night_s_clock_in_another_zone_makes_no_server_s_clock() -> None:
    told = facts({"datePublished": "2026-11-20T00:09:00+02:00"})
    late = asked(at=datetime(2026, 11, 19, 22, 11, tzinfo=UTC))
    assert hear(f"{HEAD}<p>19 نوفمبر 2026 23:09</p>{DIV}", told, who=late).on == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("told", "shown", "url", "expected"),
    [
        ("11/08/2026", "8 نوفمبر 2026", URL, "2026-11-08"),
        ("11/08/2026", "11 أغسطس 2026", URL, "2026-08-11"),
        ("11/08/2026", "", "https://www.raqib.tld/2026/11/08/7", "2026-11-08"),
        ("11/08/2026", "", URL, "None"),
        ("08/11/2026", "", URL, "None"),
        ("17/11/2026", "", URL, "2026-11-17"),
        ("11/11/2026", "", URL, "2026-11-11"),
        ("12/08/2026", "", URL, "2026-08-12"),
        ("", "11/08/2026", URL, "2026-08-11"),
        ("", "11/08/2026", "https://www.raqib.tld/2026/11/08/7", "2026-11-08"),
    ],
)
def test_numbers_that_are_day_or_month_first(told: str, shown: str, url: str, expected: str) -> None:
    assert str(hear(f"{HEAD}<p>{shown}</p>{DIV}", facts(pubdate=told), url=url).on) == expected


@pytest.mark.parametrize(
    ("zone", "stated", "shown", "expected"),
    [
        ("Africa/Cairo", "2026-07-14T10:00:00Z", "14 يوليو 2026 10:00", "2026-07-14T10:00+03:00"),
        ("Africa/Cairo", "2026-01-14T10:00:00Z", "14 يناير 2026 10:00", "2026-01-14T10:00+02:00"),
        ("Asia/Beirut", "2026-08-14T23:30:00Z", "14 آب 2026 11:30 م", "2026-08-14T23:30+03:00"),
        ("Asia/Beirut", "2026-12-14T23:30:00Z", "14 كانون الأول 2025 11:30 م", None),
        ("Africa/Cairo", "2026-07-14T10:00:00Z", "14 يوليو 2026 13:00", "2026-07-14T10:00+00:00"),
        ("Africa/Cairo", "2026-07-14T10:00:00+02:00", "14 يوليو 2026 10:00", "2026-07-14T10:00+02:00"),
        ("Africa/Cairo", "2026-07-14T10:00:00Z", "14 يوليو 2026", "2026-07-14T10:00+00:00"),
        ("Africa/Nouakchott", "2026-07-14T10:00:00Z", "14 يوليو 2026 10:00", "2026-07-14T10:00+00:00"),
    ],
)
def test_local_time_marked_as_utc(zone: str, stated: str, shown: str, expected: str | None) -> None:
    body = f"{HEAD}<p>{shown}</p>{DIV}"
    found = hear(body, facts({"datePublished": stated}), who=asked(zone))
    if expected:
        assert found.at == datetime.fromisoformat(expected)
        assert found.is_local_as_utc is (zone != "Africa/Nouakchott" and found.at != datetime.fromisoformat(stated))
    else:
        assert not found.is_local_as_utc


def test_local_time_marked_as_utc_lies_in_the_future_of_the_fetch() -> None:
    told = facts({"datePublished": "2026-11-20T13:30:00Z"})
    assert hear(told=told).at == datetime.fromisoformat("2026-11-20T13:30:00+02:00")
    assert hear(told=facts({"datePublished": "2026-11-20T18:30:00Z"})).is_local_as_utc is False


@pytest.mark.parametrize(
    ("shown", "url_day", "hint", "expected"),
    [
        ("16 نوفمبر 2026", "2026/11/16", None, "2026-11-16"),
        ("16 نوفمبر 2026", "", None, "2026-11-16"),
        ("", "2026/11/16", None, "2026-11-16"),
        ("", "", date(2026, 11, 16), "2026-11-16"),
        ("16 نوفمبر 2026", "2026/11/17", None, "2026-11-17"),
        ("17 نوفمبر 2026", "2026/11/17", None, "2026-11-17"),
        ("15 نوفمبر 2026", "", None, "2026-11-17"),
        ("16 نوفمبر 2026 22:30", "2026/11/16", None, "2026-11-17"),
        ("", "", None, "2026-11-17"),
    ],
)
def test_days_tell_local_time_marked_as_utc(shown: str, url_day: str, hint: date | None, expected: str) -> None:
    told = facts({"datePublished": "2026-11-16T23:30:00Z"})
    found = hear(f"{HEAD}<p>{shown}</p>{DIV}", told, hint=hint, url=f"https://www.raqib.tld/{url_day}/7")
    assert (str(found.on), found.is_local_as_utc) == (expected, expected == "2026-11-16")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 11, 20, 21, 30, tzinfo=UTC), "2026-11-17"),
        (datetime(2026, 11, 20, 22, 30, tzinfo=UTC), "None"),
    ],
)
def test_the_outlet_s_selector_holds_until_the_end_of_its_last_day(at: datetime, expected: str) -> None:
    who = asked(at=at)
    outlet = replace(who.outlet, selectors={"published": "b"}, selectors_valid_until=date(2026, 11, 20))
    found = hear(f"<b>17 نوفمبر 2026</b>{MENU}{HEAD}{DIV}", who=replace(who, outlet=outlet))
    assert str(found.on) == expected


def test_the_feed_tells_the_clock_where_the_page_tells_the_day() -> None:
    told = facts(article__published_time="2026-11-17T00:00:00+02:00")
    hint = datetime(2026, 11, 17, 8, 15, tzinfo=UTC)
    assert hear(told=told, hint=hint).at == hint
    assert hear(told=told, hint=hint + timedelta(days=1)).at is None


def test_two_witnesses_outvote_a_date_of_years_ago() -> None:
    told = facts({"datePublished": "2019-01-01T10:00+02:00"})
    body = f"{HEAD}<p>17 نوفمبر 2026</p>{DIV}"
    found = hear(body, told, hint=date(2026, 11, 17))
    assert (found.on, found.source) == (DAY, "hint")
    assert found.disagreed == (Disagreement("jsonld", "2019-01-01T10:00+02:00"),)


PUBLISHED = {"datePublished": "2026-11-17T10:00:00+02:00"}


@pytest.mark.parametrize(
    ("told", "shown", "expected"),
    [
        (facts({**PUBLISHED, "dateModified": "2026-11-17T11:00:00+02:00"}), "", "2026-11-17T11:00+02:00"),
        (facts({**PUBLISHED, "dateModified": "2026-11-17T10:00:30+02:00"}), "", None),
        (facts({**PUBLISHED, "dateModified": "2026-11-17T09:00:00+02:00"}), "", None),
        (facts({**PUBLISHED, "dateModified": "2026-11-21T09:00:00+02:00"}), "", None),
        (facts({**PUBLISHED, "dateModified": "2026-11-18"}), "", None),
        (facts(PUBLISHED, og__updated_time="2026-11-17T11:00:00+02:00"), "", "2026-11-17T11:00+02:00"),
        (
            facts(PUBLISHED),
            "<time itemprop='dateModified' datetime='2026-11-17T11:00+02:00'></time>",
            "2026-11-17T11:00+02:00",
        ),
        (facts(PUBLISHED), "<p>آخر تحديث: 17 نوفمبر 2026 11:00</p>", "2026-11-17T11:00+02:00"),
        (
            facts(PUBLISHED),
            "<p>نشر في 17 نوفمبر 2026 10:00 | آخر تحديث 18 نوفمبر 2026 11:00</p>",
            "2026-11-18T11:00+02:00",
        ),
        (facts(PUBLISHED), "<p>الثلاثاء 17 نوفمبر 2026، آخر تحديث 11:00</p>", "2026-11-17T11:00+02:00"),
        (facts(PUBLISHED), "<p>آخر تحديث: 18 نوفمبر 2026</p>", None),
        (facts(date="2026-11-17"), "<p>آخر تحديث: 17 نوفمبر 2026 11:00</p>", None),
        (facts(date="2026-11-17"), "<p>آخر تحديث: 18 نوفمبر 2026 11:00</p>", "2026-11-18T11:00+02:00"),
        (facts(), "<p>آخر تحديث: 18 نوفمبر 2026 11:00</p>", None),
    ],
)
def test_the_last_change(told: Facts, shown: str, expected: str | None) -> None:
    found = change(f"{HEAD}{shown}{DIV}", told)
    assert found == (datetime.fromisoformat(expected) if expected else None)


def test_a_page_of_many_dates_is_read_in_one_walk() -> None:
    rows = "".join(f"<div><span>{i % 28 + 1} يناير 2025</span></div>" for i in range(20_000))
    assert hear(f"{HEAD}{DIV}{rows}").on is None
    assert hear(f"{rows}{HEAD}<p>17 نوفمبر 2026</p>{DIV}").on == DAY
