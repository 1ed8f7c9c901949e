"""Hostile documents beside a healthy outlet, in one live run: its articles are loaded, and each document is told of."""

from __future__ import annotations

import json
import re
from pathlib import Path

import psycopg2
import pytest

from tests.hostile_documents import DOCUMENTS
from tests.invented import article, feed
from tests.raw_site import RawServer, http, raw_server, write_outlet

DAY = "2026-11-19"
SIZE = 1_500_000  # bytes of each document; two seconds are a lot for a reader
MINUTES = "1"  # for an outlet; those whose document lists thousands of links have not enough of them
HOSTILE = {
    "items in items with long texts", "a link of many attributes", "another host for each link", "bases in bases",
    "entities", "too many links", "addresses of .amp", "members of nothing", "a bomb", "an anchor of many attributes",
    "again and again <table>",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "outlets"
    folder.mkdir()
    return folder


def publish(server: RawServer, folder: Path) -> dict[str, str]:
    """An outlet for each hostile document, and one that is healthy; gives the documents' names by outlet."""
    names = {}
    chosen = [document for document in DOCUMENTS if document.name in HOSTILE]
    for number, document in enumerate(chosen):
        slug = f"hostile-{number:02}"
        site = server.site(slug)
        site.pages["/document"] = http(document.body(SIZE), kind="")
        write_outlet(folder, slug, site, f'{document.kind}s = ["{site.url("/document")}"]')
        names[slug] = document.name
    site = server.site("healthy")
    pages = {f"/{n}": http(article(n)) for n in range(4)}
    pages["/tags"] = http("<p><b>" * 1_500_000)  # no document, but a page
    site.pages |= {**pages, "/feed": http(feed(map(site.url, pages)), kind="application/rss+xml")}
    write_outlet(folder, "healthy", site)
    return names


def test_hostile_documents_cost_their_own_outlets(warraq, database: str, folder: Path) -> None:
    with raw_server() as server:
        names = publish(server, folder)
        assert set(names.values()) == HOSTILE
        done = warraq(
            "run", "--day", DAY, "--json", WARRAQ_OUTLETS=str(folder), WARRAQ_TEST_HOSTS=server.hosts,
            WARRAQ_OUTLET_MINUTES=MINUTES,
        )  # fmt: skip
    reports = json.loads(done.stdout)["outlets"]
    assert reports["healthy"]["exit_code"] == 0, done.stderr
    assert reports["healthy"]["outcomes"] == {"loaded": 4, "quarantined": 1}
    for slug, name in names.items():
        told = " ".join(reports[slug]["failures"] + reports[slug]["notes"])
        sentence = rf"/document (?:lists|cannot|was read|came in part)|had {MINUTES} minutes"
        assert re.search(sentence, told), f"{name}: {told}"
    connection = psycopg2.connect(database)
    with connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from news.articles where outlet = 'healthy'")
        assert cursor.fetchone() == (4,)
    connection.close()
