"""A page that was cut is noticed, wherever it was cut; a whole page is never called cut."""

from __future__ import annotations

import gzip
import json
import random
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.article import Outcome, Reason
from pipelines.extract import extract
from spiders.outlet import Outlet
from spiders.records import Page
from spiders.warc import read_warc
from spiders.wholeness import is_cut

ROOT = Path(__file__).resolve().parents[1]
OURS = sorted(path.parent.name for path in (ROOT / "tests/pages").glob("*/page.html.gz"))
FIRST = "أعادت البلدية صباح أمس فتح الجسر القديم أمام السيارات بعد إصلاحات استمرت أربعة أشهر."
SECOND = "وقال رئيس البلدية إن الأعمال شملت الأعمدة والأرصفة والإنارة على جانبي الجسر"
HEAD = (
    "<!doctype html><html><head><meta charset='utf-8'><title>البلدية تعيد فتح الجسر</title>"
    "<meta property='article:published_time' content='2026-11-19T09:28:27+02:00'></head>"
)
NAV = "<body><div class=top><ul><li><a href='/'>الرئيسية</a></li></ul></div><div class=page><div class=text>"
START = f"{HEAD}{NAV}<h1>البلدية تعيد فتح الجسر</h1><p>{FIRST}</p>"
WIDE = f"{HEAD}<body>" + "<div class=box><p>خبر</p></div>" * 6 + f"<div><div><div><p>{FIRST}</p>"
PLAIN = f"<h1>البلدية تعيد فتح الجسر</h1><p>{FIRST}</p><p>{SECOND}.</p><p>{FIRST}</p><p>{SECOND}.</p>"
ARTICLE = f"{HEAD}<body><div class=page><div class=text><article>{PLAIN}</article>"

WHOLE = {
    "all closed": f"{START}<p>{SECOND}.</p></div></div></body></html>",
    "no html end": f"{START}<p>{SECOND}.</p></div></div></body>",
    "no body end": f"{START}<p>{SECOND}.</p></div></div>",
    "one element forgotten": f"{START}<p>{SECOND}.</p></div>",
    "a comment behind": f"{START}<p>{SECOND}.</p></div></div></body></html>\n<!-- cached in 0.1 s > -->\r\n",
    "a script behind": f"{START}<p>{SECOND}.</p></div></div></body></html><script>t('</p')</script>",
    "a script instead": f"{START}<p>{SECOND}.</p></div></div><script>if (a < b) t()</script>\n",
    "a text behind": f"{START}<p>{SECOND}.</p></div></div></body></html> 0.0312 s",
    "large end tags": f"{START}<P>{SECOND}.</P></DIV></DIV></BODY></HTML >",
    "zeros behind": f"{START}<p>{SECOND}.</p></div></div></body></html>" + "\0" * 60,
    "no end tags at all": f"<html><title>الجسر</title><body><h1>الجسر<p>{FIRST}<p>{SECOND}.",
    "no end tags, quoted": f"<html><title>الجسر</title><body><h1>الجسر<p>{FIRST}<p>{SECOND}»",
    "no end tags, a last line": f"<html><title>الجسر</title><body><h1>الجسر<p>{FIRST}<p>{SECOND}\n",
    "no end tags, a break": f"<html><title>الجسر</title><body>{FIRST}<br><br>{SECOND}.<br>",
    "minified": f"{HEAD}<body><div><p>{FIRST}<p>{SECOND}.</div><ul><li>خبر<li>خبر</ul>",
    "items without ends": f"{HEAD}<body><table><tr><td>{FIRST}<td>{SECOND}</table>",
    "a quote in a tag": f'{START}<p title="a" ">{SECOND}.</p></div></div>',
    "a bracket in a value": f"{START}<p title='<!-- a > b' data-x=a\"b>{SECOND}.</p></div></div>",
    "less than": f"{START}<p>1 < 2 <3 <- {SECOND}.</p></div></div>",
    "an empty comment": f"{START}<!--><p>{SECOND}.</p><!---></div></div>",
    "a conditional comment": f"{START}<![if !IE]><p>{SECOND}.</p><![endif]></div></div>",
    "a picture's title": f"{START}<svg><title/><path d='M0'/></svg></div></div>",
    "no markup": f"{FIRST}\n{SECOND}",
    "nothing": "",
    "comments alone": "<!-- a -->" * 9,
    "open wrappers behind a footer": f"{ARTICLE}<footer><p>© الرقيب</p></footer>",
    "open wrappers and a footer": f"{ARTICLE}<footer><p>© الرقيب</p>\n",
    "open wrappers behind a footer's lists": f"{ARTICLE}<footer><ul><li><a href=/>خبر</a></li></ul></footer>\n\n",
    "open wrappers behind a footer and a box": f"{ARTICLE}<footer><p>©</p></footer><div class=note><p>خبر</p></div>",
    "open wrappers behind an article": ARTICLE,
    "open wrappers behind an article and a comment": f"{ARTICLE}\n<!-- end -->\n",
    "open wrappers behind an article and a box": f"{ARTICLE}<div class=more><a href=/8>خبر</a></div>",
    "open wrappers behind a script": f"{ARTICLE}<script>count('</p')</script>\n",
    "open wrappers behind a script, no article": f"{WIDE}<p>{SECOND}.</p><script>count()</script>",
    "open wrappers behind a script's picture": f"{WIDE}<p>{SECOND}.</p><noscript><img src=/c.gif></noscript>",
    "open wrappers behind the last of two articles": f"{ARTICLE}<article><h2>خبر</h2><p>{SECOND}.</p></article>",
    "open wrappers behind main": f"{HEAD}<body><div><div><main>{PLAIN}</main>",
    "a box behind the end": f"{START}<p>{SECOND}.</p></body></html><script>t()</script><div>{FIRST * 9}",
    "paragraphs behind the end": f"{START}<p>{SECOND}.</p></body></html><div><p>{FIRST * 9}</p><p>{SECOND}",
    "a text behind the body's end": f"{START}<p>{SECOND}.</p></body><div>{FIRST * 9}",
    "a comment's start behind the end": f"{START}<p>{SECOND}.</p></div></div></body></html>\n<!-- cached in 0.",
    "a comment's start behind the body's end": f"{START}<p>{SECOND}.</p></div></div></body><!-- cached",
    "a script's start behind the end": f"{START}<p>{SECOND}.</p></body></html><script>count(",
    "a tag's start behind the end": f"{START}<p>{SECOND}.</p></body></html><scr",
    "a script alone": '<script>location.href="/x"</script>',
    "a script in a head": '<html><head><title>الرقيب</title><script>location.replace("/x")</script></head>',
    "a script in a body": '<html><body><script>location.replace("/x")</script>',
    "a refresh alone": '<meta http-equiv="refresh" content="0; url=/x">',
    "a refresh in a head": '<!doctype html><html><head><meta http-equiv="refresh" content="0; url=/x"></head>',
    "a refresh in an open head": '<html><head><title>الرقيب</title><meta http-equiv="refresh" content="0; url=/x">',
    "a refresh and a script": '<meta http-equiv=refresh content="0; url=/x"><script>location="/x"</script>\n',
    "a body without content": f"{HEAD}<body class='a'>",
}
CUT = {
    "in a word": f"{START}<p>{SECOND[:30]}",
    "behind a word": f"{START}<p>{SECOND[:30]} ",
    "behind a sentence": f"{START}<p>{SECOND}.",
    "behind a line": f"{START}<p>{SECOND}\n",
    "in a word, after no end tag": f"<html><title>الجسر</title><body><h1>الجسر<p>{FIRST}<p>{SECOND[:30]}",
    "behind a break": f"{START}<p>{SECOND}.<br>",
    "behind a picture": f"{START}<p><img src='/a.jpg'>",
    "behind bold": f"{START}<p>قال <b>الوزير</b>",
    "in a tag": f"{START}<p>{SECOND}.</p></di",
    "in the last tag": f"{START}<p>{SECOND}.</p></div></div></body></htm",
    "in a name": f"{START}<p>{SECOND}.</p><a",
    "in a value": f'{START}<p>{SECOND}.</p><a href="/a>',
    "behind an equals sign": f"{START}<p>{SECOND}.</p><a href=",
    "in a comment": f"{START}<p>{SECOND}.</p><!-- مواد </div></div>",
    "in a script": f"{START}<p>{SECOND}.</p><script>document.write('<p>خبر</p></div>",
    "in JSON": f'{START}<script type="application/ld+json">{{"headline": "الجسر", "articleBody": "<p>خبر</p>',
    "in a style": f"{START}<p>{SECOND}.</p><style>p {{ color: red }}",
    "in a text field": f"{START}<p>{SECOND}.</p><textarea>خبر</div></div>",
    "in the title": "<!doctype html><html><head><title>البلدية تعيد",
    "in CDATA": f"{START}<p>{SECOND}.</p><![CDATA[ خبر > </div>",
    "in a declaration": "<!doctype ht",
    "behind an opening": f"{START}<p>{SECOND}.</p><div class='more'>",
    "between paragraphs": f"{WIDE}<p>{SECOND}.</p>\n",
    "between paragraphs, in wrappers": f"{HEAD}<body><header>خبر</header><main><article><p>{FIRST}</p><p>{SECOND}.</p>"
    "<h2>خبر</h2>",
    "between paragraphs, in a table": f"{HEAD}<body><table><tr><td><p>{FIRST}</p>",
    "in a list": f"{HEAD}<body><ul><li>{FIRST}</li></ul><ul><li>{FIRST}</li><li>{SECOND}.",
    "in a tag behind the body's end": f"{ARTICLE}</div></div></body></ht",
    "at a tag's start": f"{START}<p>{SECOND}.</p><",
    "at an end tag's start": f"{START}<p>{SECOND}.</",
    "in a footer's paragraph": f"{ARTICLE}<footer><p>© الر",
    "in a footer's list": f"{ARTICLE}<footer><div><ul><li><a href=/>خبر</a></li>\n",
    "behind an opening behind an article": f"{ARTICLE}<div class=more>",
    "in the paragraph of a second article": f"{ARTICLE}<article><h2>خبر</h2><p>{SECOND}",
    "between the paragraphs of a second article": f"{ARTICLE}<article><h2>خبر</h2><p>{SECOND}.</p>\n",
    "behind a quotation's footer": f"{HEAD}<body><div><article>{PLAIN}<blockquote><footer>ق</footer></blockquote>\n",
    "in a script alone": '<script>location.href="/x',
    "in a refresh": '<meta http-equiv="refresh" content="0; url=/x',
    "in a text after an early end": f"{HEAD}<body></body></html><div><p>{FIRST * 9}</p><p>{SECOND}",
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_page(name: str) -> None:
    for encoding in ("utf-8", "utf-16"):
        assert not is_cut(WHOLE[name].encode(encoding), "text/html")
    assert not is_cut(WHOLE[name].encode("cp1256"), "text/html; charset=windows-1256")


@pytest.mark.parametrize("name", CUT)
def test_a_cut_page(name: str) -> None:
    for encoding in ("utf-8", "utf-16"):
        assert is_cut(CUT[name].encode(encoding), None)
    assert is_cut(CUT[name].encode("cp1256"), "text/html; charset=windows-1256")


def test_a_page_that_ends_within_a_letter_is_cut() -> None:
    for page in (f"<html><body><h1>الجسر<p>{FIRST}»", f"{START}<p>{SECOND}م"):
        assert is_cut(page.encode()[:-1], "text/html")


@pytest.mark.parametrize("kind", ["application/json", "image/jpeg", "text/css"])
def test_what_is_no_document_is_never_cut(kind: str) -> None:
    assert not is_cut(CUT["in a tag"].encode(), kind)


def test_a_picture_that_is_called_a_page_is_never_cut() -> None:
    for picture in (b"\xff\xd8\xff\xe0JFIF <p>", b"%PDF-1.7 <<a b>> <div"):
        assert not is_cut(picture, "text/html")


def bare(page: bytes) -> Iterator[bytes]:
    """The page, also without </html>, and without </body> as well."""
    yield page
    if (place := page.lower().rfind(b"</html")) >= 0:
        yield page[:place]
        start, _, rest = page[:place].rpartition(b"</body>")
        yield start + rest if start else page[:place]


def missed(page: bytes, rng: random.Random, n: int = 50) -> int:
    """How many of some random cuts within what a page shows are not noticed."""
    end = page.lower().rfind(b"</body")
    return sum(not is_cut(page[: rng.randrange(1, end if end > 1 else len(page))], "text/html") for _ in range(n))


@pytest.mark.parametrize("name", OURS)
def test_our_pages_are_whole_and_their_cuts_are_noticed(name: str) -> None:
    page = gzip.decompress((ROOT / f"tests/pages/{name}/page.html.gz").read_bytes())
    assert not any(is_cut(one, None) for one in bare(page))
    assert missed(page, random.Random(name)) <= 4


PARAGRAPH = re.compile(rb"<p[\s>](?:(?!</?p[\s>]).)*</p", re.IGNORECASE | re.DOTALL)


def test_cuts_within_the_paragraphs_of_our_pages_are_noticed() -> None:
    rng, found = random.Random(2026), list[bool]()
    for name in OURS:
        page = gzip.decompress((ROOT / f"tests/pages/{name}/page.html.gz").read_bytes())
        spans = [match.span() for match in PARAGRAPH.finditer(page)]
        cuts = [rng.randrange(start + 3, end) for start, end in spans for _ in range(3)]
        found += [is_cut(page[:cut], "text/html") for cut in cuts]
    assert len(found) > 500
    assert sum(found) > 0.995 * len(found)


def test_the_pages_of_the_world_are_whole_and_their_cuts_are_noticed(shared_data: Path) -> None:
    pages = [gzip.decompress(path.read_bytes()) for path in sorted(shared_data.glob("pages/*/page.html.gz"))]
    pages += [path.read_bytes() for path in sorted(shared_data.glob("cases/saved/*.html"))]
    pages += [
        gzip.decompress(path.read_bytes()) for path in sorted(shared_data.glob("cases/no-articles/*/page.html.gz"))
    ]
    pages += [json.loads(line)["html"].encode() for line in (shared_data / "cases/pages.jsonl").open(encoding="utf-8")]
    recorded = (record for record in read_warc(shared_data / "site/site.warc.gz") if record.status == 200)
    pages += [record.body for record in recorded if "html" in record.headers.get("content-type", "")]
    assert len(pages) > 1000
    assert [page[:200] for page in pages if is_cut(page, None)] == []
    rng = random.Random(2026)
    assert sum(missed(page, rng, 5) for page in pages) < 0.02 * 5 * len(pages)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "less than": lambda: b"<" * (10 << 20),
    "tags without end": lambda: b"<a " * (3 << 20),
    "values without end": lambda: b"<a b='" * (2 << 20),
    "equals signs": lambda: b"<a " + b"= " * (5 << 20),
    "comments": lambda: b"<!-->" * (2 << 20),
    "comments without end": lambda: b"<!-" * (3 << 20) + b"<!--" * (1 << 20),
    "titles": lambda: b"<title>" * (1 << 20),
    "nested": lambda: b"<div>" * (2 << 20),
    "ends": lambda: b"</html>" * (1 << 20) + b"x" * 600,
    "ends and comments": lambda: b"</html><!--" * (1 << 20),
    "a space": lambda: b"<p>" + b" " * (10 << 20) + b"x",
    "sections": lambda: b"<![CDATA[" * (1 << 20),
    "wide": lambda: "<p>خ".encode("utf-16") * (1 << 20),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_ten_megabytes_are_read_in_linear_time(name: str) -> None:
    body = HOSTILE[name]()
    start = time.process_time()
    is_cut(body, None)
    assert time.process_time() - start < 30  # seconds; one that looks twice takes hours


RAQIB = Outlet(slug="raqib", name="الرقيب", country="EG", timezone="Africa/Cairo", hosts=("raqib.tld",))
PARAGRAPHS = "".join(f"<p>{SECOND}، وفي اليوم {n} من الأعمال زارت اللجنة الموقع.</p>" for n in range(111))


def extracted(html: str) -> tuple[Outcome, str | None]:
    url = "https://raqib.tld/news/7"
    page = Page(
        url=url, final_url=url, outlet="raqib", status=200, headers={"content-type": "text/html"},
        body=html.encode(), fetched_at=datetime(2026, 11, 20, tzinfo=UTC),
    )  # fmt: skip
    found = extract(page, RAQIB)
    return found.outcome, found.reason


def test_a_cut_article_is_quarantined_and_a_whole_one_without_its_last_tag_is_not() -> None:
    page = f"{START}{PARAGRAPHS}</div></div></body></html>"
    assert extracted(page)[0] == Outcome.LOADED
    assert extracted(page.removesuffix("</html>"))[0] == Outcome.LOADED
    assert extracted(page.removesuffix("</body></html>"))[0] == Outcome.LOADED
    start = page.index(PARAGRAPHS)
    for place in random.Random(2026).sample(range(start, start + len(PARAGRAPHS)), 20):
        if not page[:place].endswith("</p>"):
            assert extracted(page[:place]) == (Outcome.QUARANTINED, Reason.TRUNCATED)


def test_a_whole_article_in_open_wrappers_is_loaded_and_a_page_that_leads_elsewhere_has_no_text() -> None:
    page = f"{HEAD}<body><div><div><article><h1>البلدية تعيد فتح الجسر</h1>{PARAGRAPHS}</article>"
    for end in ("", "<footer><p>© الرقيب</p></footer>", "<script>count()</script>"):
        assert extracted(f"{page}{end}")[0] == Outcome.LOADED
    for name in ("a script alone", "a refresh alone"):
        assert extracted(WHOLE[name]) == (Outcome.QUARANTINED, Reason.NO_TEXT)


def test_the_command_says_so_too(warraq, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(f"{START}{PARAGRAPHS}"[:-300], encoding="utf-8")
    done = warraq("extract", file, "--url", "https://raqib.tld/news/7", "--json")
    assert (json.loads(done.stdout)["outcome"], json.loads(done.stdout)["reason"]) == ("quarantined", "truncated")
