"""Which documents one outlet's discovery reads, in which order, and what is said of those that it leaves out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from spiders import outlet_discovery
from spiders.answers import Answer
from spiders.crawl_result import CrawlResult
from spiders.discovery import read_document
from spiders.fetch import Ask
from spiders.ledger import Turn
from spiders.outlet import Outlet
from spiders.outlet_discovery import Discovery

DAY = date(2026, 11, 19)
SITE = "https://raqib.tld"


class Web:
    """Answers from memory; each answer takes ten seconds of a clock of its own."""

    def __init__(self, pages: Mapping[str, str], *, is_replayed: bool = False, is_cut: bool = False) -> None:
        self.pages, self.is_replayed, self.is_cut = pages, is_replayed, is_cut
        self.now, self.waited, self.asked = 0.0, 0.0, list[str]()

    def monotonic(self) -> float:
        return self.now

    async def fetch(self, ask: Ask) -> Answer:
        path = ask.url.removeprefix(SITE)
        self.asked.append(path)
        self.now += 10
        return Answer(
            url=ask.url, status=200 if path in self.pages else 404, headers={}, body=self.pages.get(path, "").encode(),
            fetched_at=datetime(2026, 11, 20, tzinfo=UTC), is_replayed=self.is_replayed, is_cut=self.is_cut,
            is_missing=self.is_replayed and path not in self.pages,
        )  # fmt: skip


class Here:
    """In place of the pool and of the readers: nothing is kept, and documents are read in this process."""

    async def do(self, *_: Any) -> None:
        """Keeps nothing."""

    async def read(self, *told: Any) -> Any:
        return read_document(*told)


def discovered(
    web: Web, monkeypatch: pytest.MonkeyPatch, *, seconds: float | None = None, **more: Sequence[str]
) -> CrawlResult:
    addresses = {key: tuple(f"{SITE}{path}" for path in paths) for key, paths in more.items()}
    place: dict[str, Any] = {"country": "EG", "timezone": "Africa/Cairo", "hosts": ("raqib.tld",), **addresses}
    turn = Turn(
        outlet=Outlet(slug="raqib", name="الرقيب", **place), fence=1, day=DAY,
        moment=datetime(2026, 11, 20, tzinfo=UTC),
    )  # fmt: skip
    monkeypatch.setattr(outlet_discovery.time, "monotonic", web.monotonic)
    here: Any = Here()
    fetcher: Any = web
    result = CrawlResult(outlet="raqib")
    asyncio.run(Discovery(turn, fetcher, here, here, result, None, seconds=seconds).run())
    return result


def index(*paths: str) -> str:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{path}</loc></sitemap>' for path in paths)}</sitemapindex>"


def rss(*paths: str, end: str = "</channel></rss>") -> str:
    return f"<rss><channel>{''.join(f'<item><link>{path}</link></item>' for path in paths)}{end}"


MANY = {"/map.xml": index(*(f"/{n}.xml" for n in range(9))), "/feed": rss("/a/1"), "/news": "<p>الأخبار</p>"}
ENTRIES = {"sections": ("/news",), "sitemaps": ("/map.xml",), "feeds": ("/feed",)}


def test_feeds_come_before_sitemaps_and_all_of_them_before_what_they_lead_to(monkeypatch: pytest.MonkeyPatch) -> None:
    web = Web(MANY)
    result = discovered(web, monkeypatch, seconds=45, **ENTRIES)
    assert web.asked[:3] == ["/feed", "/map.xml", "/news"]
    assert len(web.asked) == 5
    assert (result.waits, result.problems) == ([], [])
    assert result.notes == [
        "raqib: 7 more documents, to which others lead, were left out: reading documents has 0.75 minutes of a run, a "
        "part of WARRAQ_OUTLET_MINUTES; set that higher to read more."
    ]


def test_an_outlet_whose_own_documents_were_left_out_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    web = Web(MANY)
    result = discovered(web, monkeypatch, seconds=5, **ENTRIES)
    assert web.asked == ["/feed"]
    (sentence,) = result.waits
    assert sentence.startswith(f"raqib: {SITE}/map.xml and 1 more were not asked for: reading documents has 0.0833 min")
    assert result.notes == []


def test_a_replay_has_no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    web = Web(MANY, is_replayed=True)
    result = discovered(web, monkeypatch, **ENTRIES)
    assert len(web.asked) == 12
    assert (result.waits, result.problems, result.notes) == ([], [], [])


def test_the_bound_that_was_met_is_the_one_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlet_discovery, "MOST_LINKS", 3)
    listed = dict(MANY)
    listed["/8.xml"] = f"<urlset>{''.join(f'<url><loc>/x/{n}</loc></url>' for n in range(4))}</urlset>"
    result = discovered(Web(listed), monkeypatch, **ENTRIES)
    assert result.notes == [
        "raqib: 8 more documents, to which others lead, were left out: one run takes 3 links, and those before it had "
        "listed 5."
    ]
    monkeypatch.setattr(outlet_discovery, "MOST_DOCUMENTS", 4)
    result = discovered(Web(MANY), monkeypatch, **ENTRIES)
    assert result.notes == ["raqib: 8 more documents, to which others lead, were left out: one run reads 4 of them."]


def test_what_comes_in_part_is_asked_for_three_times_and_its_links_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"/feed": rss("/a/1", "/a/2", end="<item><link>/a")}
    web = Web(pages)
    result = discovered(web, monkeypatch, feeds=("/feed",))
    assert (web.asked, result.n_links, result.notes) == (["/feed"] * 3, 2, [])
    assert result.problems == [
        f"raqib: {SITE}/feed came in part, 3 times. The links in that part were taken; run it again for the others."
    ]
    recorded = discovered(Web(pages, is_replayed=True), monkeypatch, feeds=("/feed",))
    assert (recorded.n_links, recorded.problems) == (2, [])
    assert recorded.notes == [
        f"raqib: {SITE}/feed was read, but is incomplete: it breaks off, and only its whole entries count."
    ]


@pytest.mark.parametrize("is_replayed", [True, False])
def test_a_section_in_part_is_told_as_a_feed_is(monkeypatch: pytest.MonkeyPatch, *, is_replayed: bool) -> None:
    web = Web({"/news": "<h3><a href='/a/1'>خبر</a></h3><p"}, is_replayed=is_replayed, is_cut=True)
    result = discovered(web, monkeypatch, sections=("/news",))
    assert (web.asked, result.n_links) == (["/news"], 1)  # the fetcher asks again for what is cut
    assert (len(result.notes), len(result.problems)) == ((1, 0) if is_replayed else (0, 1))


def test_a_document_that_the_outlets_file_names_and_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {
        "feeds": ("/feed", "/old"), "day_sitemaps": ("/{year}-{month:02d}-{day:02d}.xml",),
        "month_sitemaps": ("/{year}-{month:02d}.xml",), "sections": ("/{year}/{month}/{page}",),
    }  # fmt: skip
    web = Web({"/feed": rss("/a/1")})
    result = discovered(web, monkeypatch, **entries)
    assert web.asked == ["/feed", "/old", "/2026-11-19.xml", "/2026-11.xml", "/2026/11/1"]
    assert result.notes == [f"raqib: {SITE}/old answers 404. Mend or remove this address in the outlet's file."]
    assert discovered(Web({"/feed": rss("/a/1")}, is_replayed=True), monkeypatch, **entries).notes == []


def test_an_rss_feed_without_its_last_end_tag_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = discovered(Web({"/feed": rss("/a/1", end="</channel>")}), monkeypatch, feeds=("/feed",))
    assert (whole.problems, whole.notes) == ([], [])
    outside = rss("/a/1", end="</channel><item><link>/a/2</link>")
    assert discovered(Web({"/feed": outside}), monkeypatch, feeds=("/feed",)).problems
