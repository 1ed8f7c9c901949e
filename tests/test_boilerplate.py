"""What many pages of one outlet share is learned to be boilerplate: in the text, in the search and among the copies."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from pipelines import load as loading
from pipelines.verify import checksum

DAY = date(2026, 11, 19)
RULE = "يهمنا أن تصلكم أخبارنا أينما كنتم، فاجعلوا صفحتنا هذه أول ما تفتحون كل صباح."
WORDS = ["المجلس", "المدينة", "الطريق", "الجسر", "الميناء", "السوق", "المدرسة", "الحديقة", "النهر", "القرية"]


@pytest.fixture
def warehouse(database: str) -> Iterator[Connection]:
    connection = psycopg2.connect(database)
    yield connection
    connection.close()


def story(number: int, length: int = 40) -> str:
    """A paragraph that no other number gives."""
    return " ".join(f"{WORDS[(number * 7 + place) % len(WORDS)]}{number}" for place in range(length)) + "."


def load(
    connection: Connection,
    day: date,
    bodies: Sequence[Sequence[str]],
    *,
    outlet: str = "raqib",
    first: int = 0,
    title: str | None = None,
) -> None:
    """Drafts with these bodies, loaded as a run does it."""
    with connection, connection.cursor() as cursor:
        for number, body in enumerate(bodies, first):
            url = f"https://www.{outlet}.example/{day}/{number}"
            key, page = hashlib.sha256(url.encode()).digest(), hashlib.sha256(f"{url} page".encode()).digest()
            cursor.execute(
                """insert into crawl.link (link_key, url, outlet, day, found_via)
                values (%(key)s, %(url)s, %(outlet)s, %(day)s, 'test');
                insert into crawl.page (page_key, link_key, url, final_url, outlet, file, record_offset,
                    record_length, sha256, status, headers, fetched_at)
                values (%(page)s, %(key)s, %(url)s, %(url)s, %(outlet)s, 'f', 0, 1, %(page)s, 200, '{}', %(at)s);
                insert into crawl.draft (page_key, link_key, outlet, day, fetched_at, outcome, article_key,
                    revision_key, article_url, title, body, published_on, authors, agencies, tags)
                values (%(page)s, %(key)s, %(outlet)s, %(day)s, %(at)s, 'loaded', %(key)s, %(page)s, %(url)s,
                    %(title)s, %(body)s, %(day)s, '{}', '{}', '{}')""",
                {
                    "key": key, "page": page, "url": url, "outlet": outlet, "day": day, "body": list(body),
                    "title": title or f"عنوان {number}",
                    "at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
                },
            )  # fmt: skip
    loading.load(connection, [outlet])


def bodies(connection: Connection, day: date = DAY) -> list[list[str]]:
    with connection, connection.cursor() as cursor:
        cursor.execute('select body from news.articles where published_on = %s order by url collate "C"', (day,))
        return [body for (body,) in cursor.fetchall()]


def fetch(connection: Connection, query: str) -> list[tuple[object, ...]]:
    with connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def test_a_line_of_many_pages_is_taken_out_and_told(warehouse: Connection) -> None:
    load(warehouse, DAY, [[story(n), RULE] for n in range(6)] + [[story(n)] for n in range(6, 10)])
    assert bodies(warehouse) == [[story(n)] for n in range(10)]
    assert fetch(warehouse, "select text, reason, count(*) from news.removed_lines group by 1, 2") == [
        (RULE, "boilerplate", 6)
    ]
    assert fetch(warehouse, "select outlet, paragraph, n_articles, n_of from news.boilerplate") == [
        ("raqib", RULE, 6, 10)
    ]
    found = "select count(*) from news.article where search @@ news.search_query('أينما كنتم')"
    assert fetch(warehouse, found) == [(0,)]


@pytest.mark.parametrize(("n_with", "n_without"), [(4, 0), (5, 46)])
def test_what_few_share_is_the_background_of_a_story(warehouse: Connection, n_with: int, n_without: int) -> None:
    load(warehouse, DAY, [[story(n), RULE] for n in range(n_with)] + [[story(n)] for n in range(50, 50 + n_without)])
    assert bodies(warehouse).count([story(0), RULE]) == 1
    assert fetch(warehouse, "select count(*) from news.boilerplate") == [(0,)]


def test_a_text_that_would_be_nothing_else_is_left_whole(warehouse: Connection) -> None:
    load(warehouse, DAY, [[RULE]] + [[story(n), RULE] for n in range(5)])
    assert bodies(warehouse) == [[RULE]] + [[story(n)] for n in range(5)]


def test_a_lead_that_other_pages_tease_stays_in_its_own_article(warehouse: Connection) -> None:
    load(warehouse, DAY, [[RULE, story(99)]] + [[story(n), RULE] for n in range(6)])
    assert bodies(warehouse) == [[RULE, story(99)]] + [[story(n)] for n in range(6)]


def test_one_article_under_many_addresses_teaches_nothing(warehouse: Connection) -> None:
    load(warehouse, DAY, [[story(1), RULE]] * 6, title="خبر واحد")
    assert bodies(warehouse) == [[story(1), RULE]] * 6


def test_it_reaches_other_days_of_the_outlet_and_no_other_outlet(warehouse: Connection) -> None:
    near, far = DAY - timedelta(days=20), DAY - timedelta(days=40)
    for day in (near, far):
        load(warehouse, day, [[story(day.day), RULE]])
    load(warehouse, DAY, [[story(900), RULE]], outlet="shahid", first=900)
    assert bodies(warehouse, near) == [[story(near.day), RULE]]
    load(warehouse, DAY, [[story(n), RULE] for n in range(5)])
    assert bodies(warehouse, near) == [[story(near.day)]]
    assert bodies(warehouse, far) == [[story(far.day), RULE]]
    assert [story(900), RULE] in bodies(warehouse)


def test_urgent_items_under_the_same_long_line_are_no_copies(warehouse: Connection) -> None:
    long_line = " ".join(story(n, 20) for n in range(100, 106))
    load(warehouse, DAY, [[story(n, 12), long_line] for n in range(6)])
    assert fetch(warehouse, "select count(*) from news.copy") == [(0,)]
    assert fetch(warehouse, "select count(*) from news.pair") == [(0,)]
    assert fetch(warehouse, "select max(cardinality(shingles)) from news.fingerprint") == [(9,)]


def test_later_articles_can_show_that_it_is_none(warehouse: Connection) -> None:
    load(warehouse, DAY, [[story(n), RULE] for n in range(5)])
    assert bodies(warehouse) == [[story(n)] for n in range(5)]
    load(warehouse, DAY, [[story(n)] for n in range(50, 100)], first=50)
    assert bodies(warehouse).count([story(3), RULE]) == 1
    assert fetch(warehouse, "select count(*) from news.removed_lines") == [(0,)]


def test_the_order_of_days_does_not_matter(postgres: str, request: pytest.FixtureRequest) -> None:
    days = {
        DAY: [[story(n), RULE] for n in range(5)],
        DAY - timedelta(days=1): [[story(20), RULE], [story(0), RULE]],
        DAY - timedelta(days=25): [[story(n), RULE] for n in range(30, 36)],
        DAY - timedelta(days=45): [[story(40), RULE], [story(41)]],
    }
    admin = psycopg2.connect(postgres)
    admin.autocommit = True
    request.addfinalizer(admin.close)
    found = set()
    for number, order in enumerate(list(itertools.permutations(days))[::5]):
        name = f"boilerplate_order_{number}"
        with admin.cursor() as cursor:
            cursor.execute(f"drop database if exists {name}")
            cursor.execute(f"create database {name} template template_warraq")
        warehouse = psycopg2.connect(postgres.replace("/postgres?", f"/{name}?", 1))
        for day in order:
            load(warehouse, day, days[day])
        found.add(checksum(warehouse))
        warehouse.close()
    assert len(found) == 1
