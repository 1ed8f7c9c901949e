"""Drafts: what extraction gave, kept once for each page; one that Postgres refuses costs itself alone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipelines.article import Article, Extraction, Outcome
from pipelines.drafts import Keys, save
from pipelines.workers import Job
from spiders.archive import Entry, write_pages
from spiders.ledger import enter_ingested, index
from spiders.records import Link, Page
from spiders.turns import OutletBusy, take

DAY = date(2026, 11, 19)
REFUSE = """
create function refuse() returns trigger language plpgsql as
$$ begin if new.title = 'سيئ' then raise exception 'refused' using errcode = '22023'; end if; return new; end $$;
create trigger refuse before insert on crawl.draft for each row execute function refuse();
"""


def pages(connection, folder, n: int) -> list[Entry]:
    """Archived pages of an outlet, as a crawl leaves them."""
    found = [
        Page(
            url=f"https://raqib.tld/news/{i}", final_url=f"https://raqib.tld/news/{i}", outlet="raqib", status=200,
            headers={}, body=f"<p>خبر {i}</p>".encode(), fetched_at=datetime(2026, 11, 19, 12, tzinfo=UTC),
        )
        for i in range(n)
    ]  # fmt: skip
    links = [Link(url=page.url, listed_url=page.url, outlet="raqib", found_via="test") for page in found]
    enter_ingested(connection, links)
    entries = write_pages(found, str(folder))
    index(connection, entries)
    return entries


def extracted(connection, entry: Entry, title: str) -> tuple[Job, Extraction]:
    with connection, connection.cursor() as cursor:
        cursor.execute("select page_key, link_key from crawl.page where url = %s", (entry.page.url,))
        page_key, key = cursor.fetchone()
    article = Article(
        outlet="raqib",
        url=entry.page.url,
        canonical_url=entry.page.url,
        title=title,
        body=["نص الخبر."],
        published_on=DAY,
    )
    job = Job(key=Keys(bytes(page_key), bytes(key), None, None), page=entry.page)
    return job, Extraction(outcome=Outcome.LOADED, article=article)


def drafts(connection) -> dict[str, tuple[str, str | None]]:
    with connection, connection.cursor() as cursor:
        cursor.execute("select page.url, outcome, reason from crawl.draft join crawl.page using (page_key)")
        return {url: (outcome, reason) for url, outcome, reason in cursor.fetchall()}


@pytest.mark.parametrize("bad", [{3}, {0, 6}, set(range(7))], ids=["one", "two", "all"])
def test_a_row_that_postgres_refuses_costs_itself_alone(connection, tmp_path, bad):
    with connection, connection.cursor() as cursor:
        cursor.execute(REFUSE)
    entries = pages(connection, tmp_path, 7)
    batch = [extracted(connection, entry, "سيئ" if i in bad else "خبر") for i, entry in enumerate(entries)]
    counts = save(connection, batch, {}, is_kept_to_day=False)
    assert (counts["loaded"], counts["quarantined"]) == (7 - len(bad), len(bad))
    found = drafts(connection)
    for i, entry in enumerate(entries):
        assert found[entry.page.url] == (("quarantined", "bad_value") if i in bad else ("loaded", None))


def test_who_has_lost_the_turn_keeps_no_draft(connection, tmp_path):
    (entry,) = pages(connection, tmp_path, 1)
    fence = take(connection, "raqib")
    assert fence
    with pytest.raises(OutletBusy):
        save(connection, [extracted(connection, entry, "خبر")], {"raqib": fence + 1}, is_kept_to_day=False)
    assert drafts(connection) == {}
