"""One page → one article, or the reason why it is none: pages of our own, and the shared ones where they lie beside."""

import gzip
import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.article import Article, Extraction, Reason
from pipelines.attribution import split_attribution
from pipelines.extract import extract
from pipelines.text import clean_line, words
from spiders.outlet import Outlet, load_outlets
from spiders.records import Page

RAQIB = Outlet(
    slug="raqib",
    name="الرقيب",
    name_latin="Al Raqib",
    country="EG",
    timezone="Africa/Cairo",
    hosts=("www.raqib.tld",),
    article_url=r"/news/\d+",
)
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
TITLE = 'اللجنة تقر "الخطة الجديدة" للتعليم'
FIRST = "أقرت اللجنة العليا أمس الخطة الجديدة للتعليم بعد مناقشات استمرت ثلاثة أيام."
SECOND = "وقال رئيس اللجنة إن التنفيذ سيبدأ مطلع العام المقبل في خمس محافظات."
PUBLISHED = '<meta property="article:published_time" content="2026-11-19T09:28:27+02:00">'


def page(
    body: str | bytes, *, head: str = PUBLISHED, url: str = "https://www.raqib.tld/news/7", final: str | None = None
) -> Page:
    if isinstance(body, str):
        html = f"<html><head><title>{TITLE} - الرقيب</title>{head}</head><body>{body}</body></html>"
        body = html.encode("utf-8", "surrogatepass")
    kind = {"content-type": "text/html"}
    return Page(url=url, final_url=final or url, outlet="raqib", status=200, headers=kind, body=body, fetched_at=AT)


def article(body: str, *, hint: datetime | date | None = None, **told: Any) -> Article:
    found = extract(page(body, **told), RAQIB, hint).article
    assert found is not None
    return found


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def test_a_plain_article() -> None:
    found = article(
        f"<nav><a href='/'>الرئيسية</a></nav><h1>{TITLE}</h1><article><span>الخميس 19 نوفمبر 2026</span>"
        + paragraphs("كتبت: سارة علي", FIRST, SECOND, "اقرأ أيضا: خطة العام الماضي", "شارك هذا الخبر على فيسبوك")
        + "<figure><img src='x.jpg'><figcaption>جانب من الاجتماع في القاهرة أمس</figcaption></figure></article>"
        "<footer>جميع الحقوق محفوظة</footer>"
    )
    assert found.title == TITLE
    assert found.body == [FIRST, SECOND]
    assert found.authors == ["سارة علي"]
    assert found.published_at == datetime.fromisoformat("2026-11-19T09:28:27+02:00")
    assert (found.published_on, found.date_source, found.language) == (date(2026, 11, 19), "meta", "ar")


def test_lines_split_by_br_are_paragraphs_and_the_headline_is_not_repeated() -> None:
    found = article(f"<h1>{TITLE}</h1><div class='entry-content'>{TITLE}<br>{FIRST}<br><br>{SECOND}</div>")
    assert found.body == [FIRST, SECOND]


def test_the_seed_gives_the_body_alone() -> None:
    footer = "للتصحيح أو إبداء أي ملاحظات desk (at) raqib.tld"
    mention = "وقال مصدر لوكالة الأنباء الألمانية (د.ب.أ) إن المدينة هادئة مساء الخميس."
    lines = paragraphs(TITLE, "المصدر: وكالات", FIRST, mention, footer)
    found = article(f"<h1>{TITLE}</h1><article>{lines}</article>")
    assert (found.body, found.agencies) == ([FIRST, mention], ["agencies"])


def test_an_urgent_item_is_kept_beside_long_rules_for_comments() -> None:
    rules = paragraphs(*["سياسة التعليق: يمنع نشر ما يسيء إلى الآخرين، وتحتفظ الإدارة بحق الحذف دون إشعار."] * 9)
    title = "عاجل | زلزال يضرب الساحل الشمالي"
    flash = "ضرب زلزال قوي الساحل الشمالي قبل قليل."
    html = f"<html><head><title>{title}</title>{PUBLISHED}</head><body><h1>{title}</h1><div class='article-text'>"
    found = extract(page(f"{html}<p>{flash}</p></div><div>{rules}</div>".encode()), RAQIB).article
    assert found is not None
    assert found.body == [flash]


def test_local_time_marked_as_utc_is_caught_by_the_visible_clock() -> None:
    head = '<meta property="article:published_time" content="2026-11-19T23:28:27Z">'
    clock = "<span>الخميس، 19 نوفمبر 2026 11:28 م</span>"
    body = f"<article><h1>{TITLE}</h1>{clock}<div class='entry-content'>{paragraphs(FIRST, SECOND)}</div></article>"
    assert article(body, head=head).published_at == datetime.fromisoformat("2026-11-19T23:28:27+02:00")
    honest = body.replace(clock, "")
    assert article(honest, head=head).published_on == date(2026, 11, 20)


def test_an_update_is_no_publication() -> None:
    body = f"<article><h1>{TITLE}</h1><span>آخر تحديث 19 نوفمبر 2026</span>{paragraphs(FIRST, SECOND)}</article>"
    assert extract(page(body, head=""), RAQIB).reason == Reason.NO_DATE
    hinted = article(body, head="", hint=date(2026, 11, 18))
    assert (hinted.published_at, hinted.published_on, hinted.date_source) == (None, date(2026, 11, 18), "hint")


def test_a_midnight_filler_is_a_day() -> None:
    head = '<meta property="article:published_time" content="2026-11-19T00:00:00+02:00">'
    found = article(f"<h1>{TITLE}</h1><article>{paragraphs(FIRST, SECOND)}</article>", head=head)
    assert (found.published_at, found.published_on) == (None, date(2026, 11, 19))


def test_the_canonical_is_believed_within_the_hosts_alone() -> None:
    body = f"<h1>{TITLE}</h1><article>{paragraphs(FIRST, SECOND)}</article>"
    own = article(body, head=f"{PUBLISHED}<link rel='canonical' href='http://raqib.tld/news/8?utm_source=x'>")
    foreign = article(body, head=f"{PUBLISHED}<link rel='canonical' href='https://evil.tld/news/8'>")
    assert own.canonical_url == "https://www.raqib.tld/news/8"
    assert foreign.canonical_url == "https://www.raqib.tld/news/7"


ENGLISH = paragraphs("The committee approved the new plan for schools on Monday after three days of talks.") * 3
TEXTS = paragraphs(FIRST, SECOND)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (page(f"<h1>{TITLE}</h1><article>{ENGLISH}</article>"), Reason.NOT_ARABIC),
        (page(f"<h1>{TITLE}</h1><div class='article-body'><iframe src='v'></iframe></div>"), Reason.NO_TEXT),
        (page("<h1>x</h1><article>" + "<figure><img><figcaption>صورة</figcaption></figure>" * 4), Reason.CAPTIONS_ONLY),
        (page(f"<html><title>الصفحة غير موجودة</title><p>{FIRST}</p></html>".encode()), Reason.SOFT_404),
        (page(TEXTS, url="https://www.raqib.tld/tags/x"), Reason.NOT_ARTICLE),
        (page(f"<html><title>لا توجد أخبار أخرى</title>{TEXTS}</html>".encode()), Reason.NOT_ARTICLE),
        (page("<html><title>تسجيل الدخول</title></html>".encode(), url="https://www.raqib.tld/in"), Reason.NOT_ARTICLE),
        (page(TEXTS, final="https://www.raqib.tld/"), Reason.HOME_REDIRECT),
        (page(b"\xff\xd8\xff\xe0" + b"\0" * 99), Reason.NOT_HTML),
        (page(b"%PDF-1.7 ..."), Reason.NOT_HTML),
        (page(b"  "), Reason.NO_TEXT),
        (page(f"<article>{TEXTS}</article>".encode().decode("cp1252", "replace")), Reason.MOJIBAKE),
        (page(f"<h1>{TITLE}</h1><article>{TEXTS}</article>", head=""), Reason.NO_DATE),
    ],
)
def test_what_is_no_article_has_its_reason(given: Page, reason: Reason) -> None:
    assert extract(given, RAQIB).reason == reason


@pytest.mark.parametrize(
    "body",
    [
        f"<article>{paragraphs(FIRST.replace(' ', '&#x1F; ', 1), SECOND)}</article>",
        f"<article>{paragraphs(FIRST, SECOND)}<p>\0\0</p></article>",
        f"<article>{'<b>' * 300}{paragraphs(FIRST, SECOND)}",
        f"{'<div>' * 300}{paragraphs(FIRST, SECOND)}",
        f"{'<div>' * 5000}{paragraphs(FIRST, SECOND)}",
        f"<script type='application/ld+json'>{'[' * 100_000}</script><article>{paragraphs(FIRST, SECOND)}",
    ],
)
def test_hostile_pages_keep_their_text(body: str) -> None:
    assert article(body).body == [FIRST, SECOND]


def test_credits_of_the_shared_cases(shared_data: Path) -> None:
    for line in (shared_data / "attribution.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        found = split_attribution(case["paragraphs"])
        assert (found.agencies, found.dateline, found.authors, found.body) == (
            case["agencies"],
            case["dateline"],
            case["authors"],
            case["body"],
        )


def f1(found: list[str], truth: list[str]) -> float:
    one, two = Counter(words(" ".join(found))), Counter(words(" ".join(truth)))
    return 2 * (one & two).total() / max(1, one.total() + two.total())


def test_the_shared_pages(shared_data: Path) -> None:
    outlets = {outlet.hosts[0].removeprefix("www."): outlet for outlet in load_outlets().values()}
    scores = []
    for folder in sorted((shared_data / "pages").iterdir()):
        gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
        outlet = next(o for o in outlets.values() if o.owns(gold["url"]))
        given = Page(
            url=gold["url"],
            final_url=gold["url"],
            outlet=outlet.slug,
            status=200,
            headers={},
            body=gzip.decompress((folder / "page.html.gz").read_bytes()),
            fetched_at=AT,
        )
        found = extract(given, outlet).article
        assert found is not None, folder.name
        assert found.title in [clean_line(gold["title"]), *gold["title_alternatives"]]
        assert str(found.published_on) == gold["published_on"]
        assert not [line for line in gold["must_not"] if line in "\n".join(found.body)]
        scores.append(max(f1(found.body, gold["body"]), f1(found.body, gold["tolerated"] + gold["body"])))
    assert min(scores) > 0.97
    assert sum(scores) / len(scores) > 0.99


REASONS = {
    "foreign": Reason.NOT_ARABIC,
    "video": Reason.NO_TEXT,
    "gallery": Reason.CAPTIONS_ONLY,
    "soft404": Reason.SOFT_404,
    "home": Reason.NOT_ARTICLE,
    "tag": Reason.NOT_ARTICLE,
    "login": Reason.NOT_ARTICLE,
    "listing": Reason.NOT_ARTICLE,
}


def recorded(shared_data: Path) -> list[tuple[dict[str, Any], Extraction]]:
    """Every fourth line of the recorded site's truth, and what its page gives without any hint."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    pages: dict[str, list[tuple[str, bytes, str]]] = defaultdict(list)
    with (shared_data / "site/site.warc.gz").open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
            told = record.http_headers.get("Content-Type", "")
            pages[record.headers["WARC-Target-URI"]].append((record.headers["WARC-Date"], record.reader.read(), told))
    with gzip.open(shared_data / "site/gold.jsonl.gz", "rt", encoding="utf-8") as file:
        gold = [line for line in map(json.loads, file) if line["kind"] in {"article", "urgent", *REASONS}]
    outlets = load_outlets()
    found = []
    for line in gold[::4]:
        versions = sorted(pages[line["url"]])
        at, body, kind = versions[min(line.get("version", 99), len(versions)) - 1]
        given = Page(
            url=line["url"],
            final_url=line["url"],
            outlet=line["outlet"],
            status=200,
            headers={"content-type": kind},
            body=body,
            fetched_at=datetime.fromisoformat(at),
        )
        found.append((line, extract(given, outlets[line["outlet"]])))
    return found


def test_the_recorded_site(shared_data: Path) -> None:
    scores = defaultdict(list)
    for gold, found in recorded(shared_data):
        if gold["kind"] in REASONS:
            assert found.reason == REASONS[gold["kind"]], gold["url"]
            continue
        assert found.article is not None, (gold["url"], found.reason)
        assert found.article.title == clean_line(gold["title"])
        assert str(found.article.published_on) == gold["day"]
        body = found.article.body
        scores[gold["outlet"]].append(max(f1(body, gold["body"]), f1(body, gold["furniture"] + gold["body"])))
    means = {outlet: sum(values) / len(values) for outlet, values in scores.items()}
    assert min(means.values()) > 0.985, means


def test_lost_letters_in_one_paragraph_are_no_label() -> None:
    body = f"<h1>{TITLE}</h1><article>{paragraphs(FIRST)}<p>@</p>{paragraphs(SECOND)}</article>"
    head = f'<meta charset="utf-8">{PUBLISHED}'
    bytes_of = f"<html><head><title>{TITLE}</title>{head}</head><body>{body}</body></html>".encode()
    found = extract(page(bytes_of.replace(b"@", FIRST.encode("cp1256"))), RAQIB)
    assert found.reason is Reason.MOJIBAKE


def test_an_urgent_item_is_loaded_whatever_the_number_of_its_words() -> None:
    for title in ("عاجل: زلزال يضرب الساحل الغربي", "عاجل: زلزال يضرب الساحل الغربي للبلاد"):
        head = f'<meta property="og:title" content="{title}">{PUBLISHED}'
        said = f"<h1>{title}</h1><div class='article-body'>{paragraphs(title)}</div>"
        assert article(said, head=head).body == [title]


def test_a_title_of_thousands_of_parts_is_read_once() -> None:
    title = " - ".join(["خبر"] * 20_000)
    assert article(f"<h1>{TITLE}</h1>{paragraphs(FIRST, SECOND)}", head=f"<title>{title}</title>{PUBLISHED}")


@pytest.mark.parametrize(
    "title", ["تعذر العثور على ناجين تحت الركام", "خطأ 404 يعطل موقع البلدية ساعات", "لحظة من فضلك.. رواية جديدة"]
)
def test_a_text_is_believed_before_a_title_like_that_of_a_missing_page(title: str) -> None:
    story = [FIRST, SECOND, *(f"{line[:-1]} بحسب البيان رقم {n}." for n in range(2) for line in (FIRST, SECOND))]
    head = f'<meta property="og:title" content="{title}">{PUBLISHED}'
    assert article(f"<h1>{title}</h1><article>{paragraphs(*story)}</article>", head=head).title == title
    short = extract(page(f"<h1>{title}</h1><article>{paragraphs(FIRST)}</article>", head=head), RAQIB)
    assert short.reason in (Reason.SOFT_404, Reason.CHALLENGE)
