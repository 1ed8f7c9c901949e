"""The committed recording is what demo/build.py makes, and it holds what its table promises."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections import Counter
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator

from pipelines.extract import extract
from pipelines.fingerprints import COPY_THRESHOLD, jaccard, shingles
from spiders.outlet import load_outlets
from spiders.records import Page
from spiders.urls import canonicalize

DEMO = Path(__file__).resolve().parents[1] / "demo"
RECORDING = DEMO / "demo.warc.gz"


@cache
def truth() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((DEMO / "expected.json").read_text("utf-8"))
    return entries


@cache
def answers() -> dict[str, list[tuple[int, bytes]]]:
    """Every recorded address's answers, in the order of recording."""
    found: dict[str, list[tuple[int, bytes]]] = {}
    with RECORDING.open("rb") as stream:
        for record in ArchiveIterator(stream, parse_http=True):
            url = record.headers["WARC-Target-URI"]
            found.setdefault(url, []).append((record.http_headers.status_code, record.reader.read()))
    return found


def test_build_makes_the_committed_recording(tmp_path: Path) -> None:
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        subprocess.run(
            [sys.executable, str(DEMO / "build.py"), "--out", str(tmp_path / folder)], check=True, timeout=120
        )
    first, second = ((tmp_path / folder / RECORDING.name).read_bytes() for folder in ("first", "second"))
    assert first == second
    # Another zlib may pack the same records into other bytes.
    assert gzip.decompress(first) == gzip.decompress(RECORDING.read_bytes())
    made = (tmp_path / "first" / "expected.json").read_text("utf-8")
    assert made == (DEMO / "expected.json").read_text("utf-8")


def test_a_member_a_record_and_small() -> None:
    raw = RECORDING.read_bytes()
    assert len(raw) < 400_000
    assert raw[4:8] == bytes(4), "a time in the gzip header would change with every build"
    with RECORDING.open("rb") as stream:
        records = list(ArchiveIterator(stream, verify_digests=True))
    offsets = [record.stream_pos for record in records]
    assert all(raw[offset : offset + 2] == b"\x1f\x8b" for offset in offsets)
    assert len({record.headers["WARC-Record-ID"] for record in records}) == len(records)


def test_what_was_planted() -> None:
    kinds = Counter(entry["kind"] for entry in truth())
    once = (
        "foreign gallery video soft_not_found not_found gone redirect_home redirect_offsite redirect_chain"
        " robots_disallowed broken mojibake"
    )
    assert {kind: kinds[kind] for kind in once.split()} == dict.fromkeys(once.split(), 1)
    assert kinds["urgent"] == 2
    assert sum(entry.get("version", 1) == 2 for entry in truth()) == 1


def test_a_day_has_enough_articles() -> None:
    loaded = {entry["url"]: entry for entry in truth() if entry["outcome"] == "loaded"}
    days = Counter((entry["outlet"], entry["day"]) for entry in loaded.values())
    assert min(days[outlet, "2026-11-19"] for outlet in load_outlets(DEMO / "outlets")) >= 12
    assert sum(count for (_, day), count in days.items() if day == "2026-11-19") >= 36
    whole = [entry for entry in loaded.values() if entry["kind"] == "article" and entry["day"] == "2026-11-19"]
    assert all(5 <= len(entry["body"]) <= 9 for entry in whole)


def test_every_listed_address_was_recorded() -> None:
    listed = [entry for entry in truth() if entry.get("found_via") and entry["kind"] != "old_link"]
    assert not [entry["url"] for entry in listed if entry["url"] not in answers()]


def test_spellings_meet_in_one_address() -> None:
    outlets = load_outlets(DEMO / "outlets")
    for entry in truth():
        if entry["outcome"] == "loaded":
            outlet = outlets[entry["outlet"]]
            assert {canonicalize(each, outlet) for each in entry["spellings"]} == {entry["url"]}


@pytest.mark.parametrize("group", ["wheat", "planet", "fuel", "fish", "aldiwan-204530"])
def test_copies_are_near_and_the_earliest_is_the_original(group: str) -> None:
    members = [entry for entry in truth() if entry.get("copy_group") == group]
    originals = [entry for entry in members if entry["original_url"] is None]
    assert len(members) >= 2
    assert len(originals) == 1
    for entry in members:
        one, other = (shingles("\n".join(each["body"])) for each in (originals[0], entry))
        assert jaccard(one, other) >= COPY_THRESHOLD


def test_the_update_has_two_recordings() -> None:
    versions = [entry for entry in truth() if entry["url"].endswith("/local/article/558137")]
    assert [entry["version"] for entry in versions] == [1, 2]
    assert versions[0]["body"] != versions[1]["body"]
    assert len(answers()[versions[0]["url"]]) == 2


FIELDS = ("title", "body", "authors", "agencies", "dateline", "language")


def _pages() -> list[tuple[str, dict[str, Any], Page]]:
    listed = {entry["url"] for entry in truth() if entry.get("found_via")}
    pages = []
    with RECORDING.open("rb") as stream:
        for record in ArchiveIterator(stream, parse_http=True):
            url = record.headers["WARC-Target-URI"]
            versions = [entry for entry in truth() if entry["url"] == url]
            told = [entry for entry in versions if entry.get("recorded_at") == record.headers["WARC-Date"]]
            if url not in listed or not told or record.http_headers.status_code != 200:
                continue
            headers = {name.lower(): value for name, value in record.http_headers.asdict().items()}
            page = Page(
                url=url,
                final_url=url,
                outlet=told[0]["outlet"],
                status=200,
                headers=headers,
                body=record.reader.read(),
                fetched_at=record.record_date,
            )
            pages.append((f"{told[0]['outlet']}-{url.rsplit('/', 1)[1]}-{told[0]['version']}", told[0], page))
    return pages


PAGES = [pytest.param(entry, page, id=name) for name, entry, page in _pages() if entry["outcome"] != "refused"]


@pytest.mark.parametrize(("entry", "page"), PAGES)
def test_extraction_of_every_page(entry: dict[str, Any], page: Page) -> None:
    hint = datetime.fromisoformat(entry["published_at"]) if "published_at" in entry else None
    found = extract(page, load_outlets(DEMO / "outlets")[entry["outlet"]], hint)
    assert (found.outcome, found.reason) == (entry["outcome"], entry["reason"])
    if found.article is None:
        return
    assert {name: getattr(found.article, name) for name in FIELDS} == {name: entry[name] for name in FIELDS}
    assert found.article.published_at == datetime.fromisoformat(entry["published_at"])
    assert found.article.published_on.isoformat() == entry["day"]
    modified = found.article.modified_at
    assert modified == (datetime.fromisoformat(entry["modified_at"]) if entry["modified_at"] else None)
