"""Search in Arabic: what finds what, odd queries, and how hits are shown."""

import csv
import hashlib
from datetime import date
from pathlib import Path

import pytest
from psycopg2.extensions import connection as Connection

from pipelines.search import Hit, hits_json, print_hits, search

ARTICLES = {
    "الحكومة تُقرّ موازنة العام": ["أقرّت الحكومة موازنة العام الجديد.", "وقال الوزير أحمد إن العجز انخفض."],
    "معارك قرب دير الزور": ["اندلعت معارك قرب مدينة دير الزور شرق البلاد.", "وانسحب داعش من قريتين."],
    "مدرسة في دير قديم": ["فتحت مدرسة أبوابها في دير قديم قرب الزور.", "عدد الطلاب ١٥ طالبا."],
}


@pytest.fixture
def news(connection: Connection) -> Connection:
    """A warehouse with three articles."""
    with connection, connection.cursor() as cursor:
        for title, body in ARTICLES.items():
            key = hashlib.sha256(title.encode()).digest()
            cursor.execute(
                """insert into news.article (article_key, outlet, url, revision_key, published_on, search)
                values (%(key)s, 'sahifa', %(url)s, %(key)s, '2026-11-19', news.search_vector(%(text)s));
                insert into news.revision (revision_key, article_key, page_key, seen_at, last_seen_at,
                    canonical_url, title, body, authors, agencies, tags)
                values (%(key)s, %(key)s, %(key)s, now(), now(), %(url)s, %(title)s, %(body)s, '{}', '{}', '{}')""",
                {
                    "key": key,
                    "url": f"https://sahifa.example/{key.hex()[:6]}",
                    "title": title,
                    "body": body,
                    "text": " ".join([title, *body]),
                },
            )
    return connection


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("الحكومه تقر", ["الحكومة تُقرّ موازنة العام"]),
        ("احمد", ["الحكومة تُقرّ موازنة العام"]),
        ('"دير الزور"', ["معارك قرب دير الزور"]),
        ("«دير الزور»", ["معارك قرب دير الزور"]),
        ("دير الزور -داعش", ["مدرسة في دير قديم"]),
        ('قرب -"دير الزور"', ["مدرسة في دير قديم"]),
        ("مَدْرَسَة", ["مدرسة في دير قديم"]),
        ("الحـــكومة", ["الحكومة تُقرّ موازنة العام"]),
        ("15", ["مدرسة في دير قديم"]),
        ("۱۵ طالبا", ["مدرسة في دير قديم"]),
        ("أحمد، الوزير؟", ["الحكومة تُقرّ موازنة العام"]),
        ("الحكومة داعش", []),
    ],
)
def test_what_a_query_finds(news: Connection, query: str, titles: list[str]) -> None:
    assert sorted(hit.title for hit in search(news, query)) == titles


@pytest.mark.parametrize(
    "query",
    [
        "", " ", '"', '""', "-", "- -", '-"', '" - "', "!؟،", "'; drop table news.article; --", "\\", "a:*", "&|!()<->",
        "\0", "أ" * 10_000, "كلمة " * 2_500, "ﷺ" * 900, "𝔘" * 1_000, '"' * 501, "\ue000\ue001", "😀 😀", "%s %(x)s {}",
        "\u202e\u200f", "«", "-" * 1_000, "ً" * 1_000,
    ],
)  # fmt: skip
def test_odd_queries_find_nothing_and_never_fail(news: Connection, query: str) -> None:
    assert search(news, query) == []


@pytest.mark.parametrize(
    "text", ["", "ﷺ" * 100_000, "كلمة" * 200_000, "\u0001 \ufffe", " ".join(map(str, range(90_000)))]
)
def test_any_text_can_be_indexed(connection: Connection, text: str) -> None:
    with connection, connection.cursor() as cursor:
        cursor.execute("select news.search_vector(%s)", (text,))


def test_a_hit_tells_where_and_what(news: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    (hit,) = search(news, "انسحب وانسحب داعش -الحكومة") or search(news, "وانسحب داعش")
    assert (hit.outlet, hit.day, hit.original_url) == ("sahifa", date(2026, 11, 19), None)
    assert hit.snippet == "وانسحب داعش من قريتين."
    assert hit.found == ["وانسحب", "داعش"]
    assert hits_json([hit])[0]["day"] == "2026-11-19"
    print_hits([hit], "داعش")
    shown = capsys.readouterr().out
    assert "1. معارك قرب دير الزور" in shown
    assert hit.url in shown


def test_nothing_found_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    print_hits([], "زلزال [bold]")
    print_hits([], "؟!")
    assert capsys.readouterr().out == "No article matches «زلزال [bold]».\nThe query holds no word to search for.\n"


def test_markup_in_titles_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    hit = Hit(
        title="[red]عنوان[/red]", outlet="s", day=None, url="u", original_url="o", snippet="[/]", found=["["]
    )  # fmt: skip
    print_hits([hit], "q")
    assert "[red]عنوان[/red]" in capsys.readouterr().out


SPELLING = ("احمد", "اسرائيل", "مدرسه", "مصطفي", "محمد", "العراق", "غزه", "الجيش السوري", "١٥")


def test_the_suite_of_spellings(connection: Connection, shared_data: Path) -> None:
    """Of the suite: all spellings of one word meet, phrases and `-` hold, and nothing false is found."""
    with (shared_data / "search.tsv").open(encoding="utf-8", newline="") as lines:
        cases = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    with connection, connection.cursor() as cursor:
        for case in cases:
            query = "select news.search_vector(%s) @@ news.search_query(%s)"
            cursor.execute(query, (case["document"], case["query"]))
            if case["match"] == "0" or case["query"] in SPELLING or '"' in case["query"]:
                assert cursor.fetchone() == (case["match"] == "1",), case
