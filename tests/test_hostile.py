"""Pages made to hurt: each is read if a reader could, else it has its reason; and its neighbours are untouched."""

import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from pipelines.article import Extraction, Outcome, Reason
from pipelines.workers import WALL_SECONDS, Job, extract_all
from spiders.outlet import Outlet
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
TITLE = "البلدية تعيد فتح الجسر القديم"
FIRST = "أعادت البلدية صباح أمس فتح الجسر القديم أمام السيارات بعد إصلاحات استمرت أربعة أشهر."
SECOND = "وقال رئيس البلدية إن الأعمال شملت الأعمدة والأرصفة والإنارة على جانبي الجسر."
TEXT = f"<p>{FIRST}</p><p>{SECOND}</p>"
HEAD = (
    f"<!doctype html><html><head><meta charset='utf-8'><title>{TITLE}</title>"
    "<meta property='article:published_time' content='2026-11-19T09:28:27+02:00'></head><body>"
)


def article(inside: str) -> bytes:
    return f"{HEAD}<h1>{TITLE}</h1><article>{inside}</article></body></html>".encode("utf-8", "surrogatepass")


def before(trouble: str) -> bytes:
    return f"{HEAD}{trouble}<h1>{TITLE}</h1><article>{TEXT}</article></body></html>".encode()


def around(opening: str, times: int) -> bytes:
    return article(opening * times + TEXT)


def attributes() -> bytes:
    told = " ".join(f"data-{number}='{number}'" for number in range(50_000))
    return article(f"<div {told}>{TEXT}</div>")


def archive() -> bytes:
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w") as file:
        file.writestr("a.html", HEAD)
    return told.getvalue()


BRACKETS = f"<script type='application/ld+json'>{'[' * 100_000}</script>"
SENTENCE = "وصلت قافلة جديدة إلى المدينة مساء أمس. "
READABLE: dict[str, Callable[[], bytes]] = {
    "forbidden references": lambda: article(TEXT.replace(" ", "&#x1F; ", 3)),
    "lone surrogates": lambda: article(f"{TEXT}<p>\ud800\udfff</p>"),
    "nul": lambda: article(f"{TEXT}<p>\0\0</p>").replace(b"<h1>", b"<h1>\0"),
    **{
        f"{times} {opening}": lambda opening=opening, times=times: around(opening, times)  # type: ignore[misc]
        for times in (300, 5000)
        for opening in ("<b>", "<div>", "<font>", "<table><tr><td>", "<span>")
    },
    "empty paragraphs": lambda: before("<p>" * 80_000),
    "attributes": attributes,
    "brackets": lambda: before(BRACKETS),
    "nested objects": lambda: before(BRACKETS.replace("[", '{"a":')),
    "colspan": lambda: before("<table><tr><td colspan=999999999 rowspan=999999999>1</td></tr></table>"),
    "less than": lambda: article(TEXT + "<" * 2_000_000),
    "spaces": lambda: article(TEXT + " " * 5_000_000),
    "one endless comment": lambda: article(TEXT + "<!--" + "x" * 1_000_000),
}
REFUSED: dict[str, tuple[Callable[[], bytes], Reason]] = {
    "jpeg": (lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40, Reason.NOT_HTML),
    "pdf": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40, Reason.NOT_HTML),
    "zip": (archive, Reason.NOT_HTML),
    "gzip": (lambda: gzip.compress(HEAD.encode()), Reason.NOT_HTML),
    "empty": (lambda: b"", Reason.NO_TEXT),
    "blank": (lambda: b" \r\n\t" * 5000, Reason.NO_TEXT),
    "comments alone": (lambda: b"<!-- a -->" * 1000, Reason.NO_TEXT),
    "frames": (lambda: f"{HEAD}<frameset><frame src='a'></frameset>".encode(), Reason.NO_TEXT),
    "feed": (
        lambda: f"<?xml version='1.0'?><rss><channel><item><title>{TITLE}</title></item></channel></rss>".encode(),
        Reason.NOT_HTML,
    ),
    "plain text": (lambda: f"{FIRST}\n{SECOND}".encode(), Reason.NO_TITLE),
}


def job(name: str, body: bytes) -> Job:
    url = "https://www.raqib.tld/news/7"
    kind = {"content-type": "text/html"}
    page = Page(url=url, final_url=url, outlet="raqib", status=200, headers=kind, body=body, fetched_at=AT)
    return Job(key=name, page=page)


def extracted(pages: dict[str, bytes], wall_seconds: float = WALL_SECONDS) -> dict[str, Extraction]:
    """Every page between two good ones, which must come out as ever."""
    jobs = []
    for name, body in pages.items():
        jobs += [job("good", article(TEXT)), job(name, body)]
    found: dict[str, Extraction] = {}
    every = [*jobs, job("good", article(TEXT))]
    for each, extraction in extract_all(every, {"raqib": RAQIB}, wall_seconds=wall_seconds):
        if each.key == "good":
            assert extraction.article is not None
            assert extraction.article.body == [FIRST, SECOND]
        found[str(each.key)] = extraction
    return found


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Extraction]:
    readable = {name: build() for name, build in READABLE.items()}
    refused = {name: build() for name, (build, _) in REFUSED.items()}
    return extracted(readable | refused)


@pytest.mark.parametrize("name", READABLE)
def test_what_a_reader_could_read_is_read(outcomes: dict[str, Extraction], name: str) -> None:
    found = outcomes[name]
    assert found.outcome == Outcome.LOADED, found.reason
    assert found.article is not None
    assert [line for line in found.article.body if line.strip("\ufffd")][:2] == [FIRST, SECOND]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_page_has_its_reason(outcomes: dict[str, Extraction], name: str) -> None:
    assert (outcomes[name].outcome, outcomes[name].reason) == (Outcome.QUARANTINED, REFUSED[name][1])


LARGE: dict[str, Callable[[], bytes]] = {
    "80,000 paragraphs": lambda: article("".join(f"<p>{SENTENCE} {n}</p>" for n in range(80_000))),
    "200,000 paragraphs": lambda: article("".join(f"<p>{n} قافلة" for n in range(200_000)) + TEXT),
    "unclosed letters": lambda: article(TEXT + "<p>a" * 262_144),
    "one text of 27 MB": lambda: article(TEXT + "<p>" + SENTENCE * 400_000),
    "100,000 dates": lambda: article(TEXT + "<p>" + "19 نوفمبر 2026، " * 100_000),
    "100,000 date lines": lambda: article(TEXT + "<p>19/11/2026" * 100_000),
}


@pytest.fixture(scope="module")
def large() -> dict[str, Extraction]:
    """Time enough for a busy machine, and far too little for what grows with the square of the page."""
    return extracted({name: build() for name, build in LARGE.items()}, wall_seconds=15 * WALL_SECONDS)


@pytest.mark.parametrize("name", LARGE)
def test_what_is_huge_is_read(large: dict[str, Extraction], name: str) -> None:
    assert large[name].outcome == Outcome.LOADED, large[name].reason
