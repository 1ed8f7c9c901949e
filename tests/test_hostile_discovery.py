"""Documents that once held a crawl for minutes end soon, whatever they give; and the rest of a crawl never waits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest

from pipelines.dates import parse_date
from spiders.children import Children
from spiders.discovered import MAX_URLS, Discovered
from spiders.discovery import read_document
from spiders.document_errors import DocumentError
from spiders.outlet import Outlet
from tests.hostile_documents import DOCUMENTS, Hostile, Packed

SIZE, LONGEST = 2_000_000, 20  # bytes, and seconds on a slow machine
RAQIB = Outlet(
    slug="raqib", name="الرقيب", country="EG", timezone="Africa/Cairo", hosts=("raqib.tld",), article_url=r"/news/\d+$"
)  # fmt: skip
PARSE_DATE = partial(parse_date, fetched_at=datetime(2026, 11, 30, tzinfo=UTC), timezone="Africa/Cairo")


@pytest.fixture(scope="module")
def child() -> Iterator[Children]:
    """One child process, which is killed where a document holds it too long."""
    children = Children(1)
    yield children
    children.close()


@pytest.mark.parametrize("hostile", DOCUMENTS, ids=lambda hostile: f"{hostile.kind}: {hostile.name}")
def test_a_document_ends_within_its_time(hostile: Hostile | Packed, child: Children) -> None:
    arguments = (hostile.document, hostile.body(SIZE), None, RAQIB, PARSE_DATE)
    given = child.submit(read_document, *arguments, seconds=LONGEST).exception()
    assert given is None or isinstance(given, DocumentError)


def test_what_was_left_out_is_said(child: Children) -> None:
    links = next(hostile for hostile in DOCUMENTS if hostile.name == "too many links")
    found = child.submit(read_document, links.document, links.body(4_000_000), None, RAQIB, None, seconds=60).result()
    assert isinstance(found, Discovered)
    assert len(found.links) == MAX_URLS
    assert found.problems == ("too long: what it lists after its first 50,000 addresses is left out",)


def test_hostile_neighbours_in_a_feed_cost_no_item() -> None:
    nested = next(hostile for hostile in DOCUMENTS if hostile.name == "items in items with long texts")
    found = read_document(nested.document, nested.body(200_000) + b"</channel></rss>", None, RAQIB, None)
    assert [link.url for link in found.links[:2]] == ["https://raqib.tld/news/0", "https://raqib.tld/news/1"]
    assert len(found.links) == nested.body(200_000).count(b"<item>")
