"""The recorded webs, crawled live over real HTTP: whole, polite, and equal to what a replay gives.

The demo's web is there always, the recorded one of eight real outlets where the shared data is.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import psycopg2
import pytest
from protego import Protego
from w3lib.url import safe_url_string

from bench.site import compare, gold, table
from spiders.discovery import entry_documents
from spiders.outlet import Outlet, load_outlets
from tests.commands import started, warehouse
from tests.live_site import Asked, LiveSite, gaps, served

pytestmark = pytest.mark.xdist_group("live")
ROOT = Path(__file__).resolve().parents[1]
HOST_DELAY = 1.0  # seconds, the least between two requests to a host

# The transaction that last wrote each row: equal before and after means that no row was touched.
_TOUCHED = """
select string_agg(name || ' ' || written, ', ' order by name) from (
    select 'link' as name, sum(xmin::text::bigint) as written from crawl.link
    union all select 'page', sum(xmin::text::bigint) from crawl.page
    union all select 'look', sum(xmin::text::bigint) from crawl.look
    union all select 'robots', sum(xmin::text::bigint) from crawl.robots
    union all select 'article', sum(xmin::text::bigint) from news.article
    union all select 'revision', sum(xmin::text::bigint) from news.revision
    union all select 'sighting', sum(xmin::text::bigint) from news.sighting
    union all select 'copy', sum(xmin::text::bigint) from news.copy
    union all select 'pair', sum(xmin::text::bigint) from news.pair
    union all select 'fingerprint', sum(xmin::text::bigint) from news.fingerprint
) as tables
"""
# The newest page of every address, by preference the one that was fetched for the address itself.
_ARCHIVED = """
select distinct on (final_url) final_url, file, record_offset, record_length
from crawl.page
order by final_url, url = final_url desc, fetched_at
"""
_ARTICLES = """
select url, outlet, title, body, published_on, published_at, authors, agencies, dateline, attribution_raw
from news.articles
"""
_LINKS = "select url, outlet, outcome, reason, day from crawl.links"
_COPIES = "select coalesce(original_url, url), url, published_at is not null from news.articles"


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of a recorded web that was crawled live, once: the server, the warehouse, what was asked and said."""

    day: date
    recording: Path
    outlets: Path  # of the recording
    site: LiveSite
    environment: Mapping[str, str]
    reports: Mapping[str, Any]  # an outlet
    exit_code: int
    said: str
    log: Sequence[Asked]
    ended_at: datetime

    @property
    def database(self) -> str:
        return self.environment["WARRAQ_DATABASE_URL"]

    def served_outlets(self) -> list[Outlet]:
        return list(load_outlets(self.site.outlets).values())

    def host_of(self, url: str) -> str:
        """The recording's host of one of the server's addresses."""
        return (urlsplit(url).hostname or "").removesuffix(".test")


def rows(database: str, query: str) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def crawl_live(
    recording: Path,
    outlets: Path,
    days: Sequence[date],
    folder: Path,
    new_database: Callable[[], str],
    stack: ExitStack,
) -> list[Day]:
    """Crawls some days live, all at once, each from a server and into a warehouse of its own."""
    sites = [stack.enter_context(served(recording, outlets, folder / str(day))) for day in days]
    environments = [
        {**site.environment, **warehouse(folder / str(day) / "home", new_database())}
        for site, day in zip(sites, days, strict=True)
    ]
    crawls = [
        started("run", "--day", day, "--json", environment=environment)
        for day, environment in zip(days, environments, strict=True)
    ]
    found = []
    for day, site, environment, crawl in zip(days, sites, environments, crawls, strict=True):
        out, said = crawl.communicate(timeout=600)
        found.append(
            Day(
                day=day,
                recording=recording,
                outlets=outlets,
                site=site,
                environment=environment,
                reports=json.loads(out)["outlets"],
                exit_code=crawl.returncode,
                said=said,
                log=list(site.log),
                ended_at=datetime.now(UTC),
            )
        )
    return found


@pytest.fixture(scope="module", params=["demo", "recorded"])
def days(
    request: pytest.FixtureRequest, new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Day]]:
    """A web's days, crawled live."""
    folder = tmp_path_factory.mktemp("live")
    if request.param == "demo":
        recording, outlets, numbers = ROOT / "demo/demo.warc.gz", ROOT / "demo/outlets", [19]
    else:
        shared: Path = request.getfixturevalue("shared_data")
        recording, outlets, numbers = shared / "site/site.warc.gz", ROOT / "spiders/outlets", [18, 19, 20]
    with ExitStack() as stack:
        yield crawl_live(recording, outlets, [date(2026, 11, n) for n in numbers], folder, new_database, stack)


def test_every_outlet_ends_well(days: list[Day]) -> None:
    for crawled in days:
        assert crawled.exit_code == 0, crawled.said
        assert {report["exit_code"] for report in crawled.reports.values()} == {0}
        assert crawled.reports.keys() == {outlet.slug for outlet in crawled.served_outlets() if outlet.enabled}


def test_every_document_is_read_once(days: list[Day]) -> None:
    for crawled in days:
        asked = Counter(crawled.site.url_of(one) for one in crawled.log)
        for outlet in crawled.served_outlets():
            entries = [document.url for document in entry_documents(outlet, crawled.day)]
            assert entries
            for url in entries:
                assert asked[safe_url_string(url)] == 1, url


def test_robots_txt_is_asked_for_once_a_host_and_obeyed(days: list[Day]) -> None:
    for crawled in days:
        asked = Counter(one.host for one in crawled.log if one.target == "/robots.txt")
        assert set(asked.values()) == {1}
        assert asked.keys() == {one.host for one in crawled.log}
        rules = {one.host: rules_of(one) for one in crawled.log if one.target == "/robots.txt"}
        for one in crawled.log:
            assert rules[one.host].can_fetch(f"http://{one.host}{one.target}", "warraq"), one.target


def rules_of(robots: Asked) -> Protego:
    status, _, body = robots.answer
    return Protego.parse(body.decode("utf-8") if status == 200 else "")


def test_no_host_is_asked_before_its_delay_is_over(days: list[Day]) -> None:
    for crawled in days:
        fewest = gaps(crawled.log)
        outlets = {crawled.host_of(f"//{host}"): o for o in crawled.served_outlets() for host in o.hosts}
        assert {outlet.slug for host, outlet in outlets.items() if host in fewest} == {
            outlet.slug for outlet in crawled.served_outlets()
        }
        for robots in (one for one in crawled.log if one.target == "/robots.txt" and one.host in fewest):
            own = outlets[robots.host].crawl_delay if robots.host in outlets else None
            delay = max(HOST_DELAY, own or 0.0, rules_of(robots).crawl_delay("warraq") or 0.0)
            assert fewest[robots.host] >= delay, robots.host


def test_an_address_is_asked_for_once_and_again_only_where_a_redirect_leads(days: list[Day]) -> None:
    for crawled in days:
        asked = Counter((one.host, one.target) for one in crawled.log)
        led_to = Counter(place_of(one) for one in crawled.log if one.status in (301, 302))
        assert {place: n for place, n in asked.items() if n > 1 + led_to[place]} == {}


def place_of(redirect: Asked) -> tuple[str, str]:
    """Where a redirect leads: a host of the recording and a target."""
    location = next(value for name, value in redirect.answer[1] if name.lower() == "location")
    url = urlsplit(urljoin(f"http://{redirect.host}.test{redirect.target}", location))
    return (url.hostname or "").removesuffix(".test"), url.path + ("?" + url.query if url.query else "")


def test_each_day_is_right(days: list[Day]) -> None:
    for crawled in days:
        is_right_by_gold(crawled) if crawled.recording.name == "site.warc.gz" else is_right_demo(crawled)


def is_right_by_gold(crawled: Day) -> None:
    truth = gold(crawled.recording.parent)
    counts = compare(truth, [crawled.day], crawled.database, crawled.site.recorded, is_last=True)
    for count in counts.values():
        assert count["loaded"] >= 0.98 * count["articles"], table(counts)
        assert count["days"] == count["loaded"], table(counts)
    assert loaded(crawled).keys() <= {line["url"] for line in truth if line["kind"] in ("article", "urgent")}


def is_right_demo(crawled: Day) -> None:
    entries = json.loads((crawled.recording.parent / "expected.json").read_text("utf-8"))
    truth = {entry["url"]: entry for entry in entries if entry.get("day") == str(crawled.day) and entry["outcome"]}
    links = {crawled.site.recorded(url): found for url, _, *found, _ in rows(crawled.database, _LINKS)}
    assert {url: links[url] for url in truth} == {url: [one["outcome"], one["reason"]] for url, one in truth.items()}
    assert loaded(crawled) == {
        url: (one["title"], one["body"]) for url, one in truth.items() if one["outcome"] == "loaded"
    }


def loaded(crawled: Day) -> dict[str, tuple[str, list[str]]]:
    """The titles and bodies of the day's articles."""
    found = rows(crawled.database, "select url, title, body, published_on from news.articles")
    return {crawled.site.recorded(url): (title, body) for url, title, body, day in found if day == crawled.day}


def test_each_article_is_the_replays(days: list[Day], new_database: Callable[[], str], tmp_path: Path) -> None:
    """A replay as of the present answers with the same records as the server."""
    replays = []
    for crawled in days:
        outlets = {"WARRAQ_OUTLETS": str(crawled.outlets)}
        environment = {**outlets, **warehouse(tmp_path / str(crawled.day), new_database())}
        arguments = ("--day", crawled.day, "--replay", crawled.recording, "--as-of", crawled.ended_at.isoformat())
        chosen = [word for slug in crawled.reports for word in ("--outlet", slug)]
        replay = started("run", *arguments, *chosen, environment=environment)
        replays.append((crawled, replay, environment["WARRAQ_DATABASE_URL"]))
    for crawled, replay, database in replays:
        _, said = replay.communicate(timeout=600)
        assert replay.returncode == 0, said
        assert told(crawled.database, crawled.site.recorded) == told(database, str)
        assert clusters(crawled.database, crawled.site.recorded) == clusters(database, str)


def told(database: str, named: Callable[[str], str]) -> dict[str, set[Any]]:
    """What a warehouse tells of every address: outcomes and articles."""
    found: dict[str, set[Any]] = {}
    for query in (_LINKS, _ARTICLES):
        for url, *values in rows(database, query):
            fields = tuple(tuple(value) if isinstance(value, list) else value for value in values)
            found.setdefault(named(url), set()).add(fields)
    return found


def clusters(database: str, named: Callable[[str], str]) -> dict[frozenset[str], str | None]:
    """The articles that are copies of one another, with their original; None where the moment of fetching decides which
    of them it is, since one tells no instant.
    """
    members: dict[str, dict[str, bool]] = defaultdict(dict)
    for original, url, has_instant in rows(database, _COPIES):
        members[named(original)][named(url)] = has_instant
    return {frozenset(found): original if all(found.values()) else None for original, found in members.items()}


def test_what_was_archived_replays_to_the_same_warehouse(
    days: list[Day], new_database: Callable[[], str], tmp_path: Path
) -> None:
    replays = []
    for crawled in days:
        path = tmp_path / f"{crawled.day}.warc.gz"
        write_recording(crawled, path)
        environment = {**crawled.environment, **warehouse(tmp_path / str(crawled.day), new_database())}
        arguments = ("--day", crawled.day, "--replay", path, "--as-of", crawled.ended_at.isoformat())
        replays.append((crawled, started("run", *arguments, environment=environment), environment))
    for crawled, replay, environment in replays:
        _, said = replay.communicate(timeout=600)
        assert replay.returncode == 0, said
        assert digests(environment) == digests(crawled.environment)


def write_recording(crawled: Day, path: Path) -> None:
    """What the server sent, with the archive's own records in place of those of pages."""
    archived = rows(crawled.database, _ARCHIVED)
    crawled.site.write_sent(path, crawled.log, but={url for url, *_ in archived})
    with path.open("ab") as recording:
        for _, file, offset, length in archived:
            with (Path(crawled.environment["WARRAQ_HOME"]) / "archive" / file).open("rb") as archive:
                archive.seek(offset)
                recording.write(archive.read(length))


def digests(environment: Mapping[str, str]) -> tuple[str, str]:
    verified = started("verify", "--json", environment=environment)
    out, said = verified.communicate(timeout=600)
    found = json.loads(out)
    assert found["is_sound"], (found["broken"], said)
    return found["checksum"], found["texts"]


def test_a_second_time_changes_nothing_and_costs_the_documents_alone(days: list[Day]) -> None:
    before = [(rows(crawled.database, _TOUCHED), digests(crawled.environment)) for crawled in days]
    starts = [len(crawled.site.log) for crawled in days]
    again = [started("run", "--day", crawled.day, "--json", environment=crawled.environment) for crawled in days]
    for crawled, crawl, known, start in zip(days, again, before, starts, strict=True):
        _, said = crawl.communicate(timeout=600)
        assert crawl.returncode == 0, said
        assert (rows(crawled.database, _TOUCHED), digests(crawled.environment)) == known
        links = {url for url, *_ in rows(crawled.database, "select coalesce(listed_url, url) from crawl.link")}
        asked = [crawled.site.url_of(one) for one in crawled.site.log[start:]]
        assert asked
        assert not links.intersection(asked)
        assert not [url for url in asked if url.endswith("/robots.txt")]
