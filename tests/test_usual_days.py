"""When a day without articles is not green: whether an outlet was expected to bring some."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from psycopg2.extensions import connection as Connection

from pipelines.check import check_articles
from pipelines.journal import OutletRun

DAY = date(2026, 11, 19)
READ, OUTAGE, EMPTY, KILLED = "read", "outage", "empty", "killed"


def is_red_without_articles(connection: Connection, day: date, outlet: str) -> bool:
    """Whether a day without articles fails; it is said in any case."""
    report = OutletRun(outlet=outlet)
    check_articles(connection, day, report, "https://raqib.example/feed lists 2 links.")
    (said,) = report.failures or report.notes
    assert said == (
        f"{outlet}: no article of {day} was found. None of its links is of that day. "
        "https://raqib.example/feed lists 2 links."
    )
    return bool(report.failures)


def keep(connection: Connection, days: Sequence[str]) -> None:
    """The runs of the days before, the last one yesterday's, and the articles that they brought."""
    with connection, connection.cursor() as cursor:
        for n, kind in enumerate(reversed(days), 1):
            day = DAY - timedelta(days=n)
            links, outcomes = (0 if kind == OUTAGE else 9), ({"loaded": 9} if kind == READ else {"gone": 9})
            cursor.execute(
                """insert into ops.run (stage, outlet, day, finished_at, exit_code, counts, outcomes)
                values ('run', 'raqib', %s, %s, 0, %s, %s)""",
                (day, None if kind == KILLED else DAY, json.dumps({"crawl": {"links": links}}), json.dumps(outcomes)),
            )
            if kind == READ:
                cursor.execute(
                    """insert into news.article (article_key, outlet, url, revision_key, published_on, search)
                    values (sha256(%(day)s::bytea), 'raqib', %(day)s, sha256(%(day)s::bytea), %(day)s, '');
                    insert into news.revision (revision_key, article_key, page_key, seen_at, last_seen_at,
                        canonical_url, title, body, authors, agencies, tags)
                    values (sha256(%(day)s::bytea), sha256(%(day)s::bytea), '', now(), now(), '', 'خبر', '{}', '{}',
                        '{}', '{}')""",
                    {"day": str(day)},
                )


@pytest.mark.parametrize(
    ("days", "is_red"),
    [
        ([], True),
        ([OUTAGE], True),
        ([KILLED], True),
        ([EMPTY, EMPTY], True),
        ([READ], False),
        ([READ] * 7, True),
        ([READ] * 5 + [EMPTY] * 2, True),
        ([READ] * 4 + [EMPTY] * 3, False),
        ([READ] * 5 + [OUTAGE] * 7, True),
        ([READ] * 4 + [OUTAGE] * 3 + [READ], True),
        ([READ] + [EMPTY] * 9, False),
    ],
    ids=[
        "never read", "an outage", "killed", "never an article", "read once", "always", "five of seven",
        "four of seven", "behind an outage", "around an outage", "long ago",
    ],
)  # fmt: skip
def test_a_day_without_articles_is_not_green_where_some_were_expected(
    connection: Connection, days: list[str], *, is_red: bool
) -> None:
    keep(connection, days)
    assert is_red_without_articles(connection, DAY, "raqib") is is_red


def test_another_outlets_articles_are_not_its_own(connection: Connection) -> None:
    keep(connection, [READ] * 3)
    assert is_red_without_articles(connection, DAY, "diwan")


def test_a_day_with_an_article_lacks_none(connection: Connection) -> None:
    keep(connection, [READ] * 7)
    report = OutletRun(outlet="raqib")
    check_articles(connection, DAY - timedelta(days=1), report, "")
    assert not report.failures
    assert not report.notes
