"""Children: bounded in time and memory, and no page harms its neighbours."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.article import Outcome, Reason
from pipelines.workers import Job, extract_all
from spiders.outlet import Outlet
from spiders.records import Page

RAQIB = Outlet(slug="raqib", name="الرقيب", country="EG", timezone="Africa/Cairo", hosts=("raqib.tld",))
HEAD = (
    '<html><head><title>اللجنة تجتمع غدا</title><meta property="article:published_time"'
    ' content="2026-11-19T10:00:00+02:00"></head><body><h1>اللجنة تجتمع غدا</h1><article>'
)
TEXT = "<p>قالت الوزارة إن اللجنة ستجتمع غدا لبحث الخطة الجديدة في المحافظات.</p>"


def job(key: str, body: str) -> Job:
    url = f"https://raqib.tld/news/{key}"
    at = datetime(2026, 11, 20, tzinfo=UTC)
    page = Page(url=url, final_url=url, outlet="raqib", status=200, headers={}, body=body.encode(), fetched_at=at)
    return Job(key=key, page=page)


def test_results_come_in_order_with_their_keys() -> None:
    jobs = [job(str(n), HEAD + TEXT) for n in range(30)]
    found = list(extract_all(jobs, {"raqib": RAQIB}, workers=2))
    assert [one.key for one, _ in found] == [str(n) for n in range(30)]
    assert {extraction.outcome for _, extraction in found} == {Outcome.LOADED}


def test_a_page_without_end_is_stopped_and_its_neighbours_are_untouched() -> None:
    endless = HEAD + "".join(f"<div><p>{n} قال الوزير إن الخطة ستبدأ في {n} مدينة عام 2024." for n in range(120_000))
    jobs = [job("before", HEAD + TEXT), job("endless", endless), job("after", HEAD + TEXT)]
    found = {one.key: e for one, e in extract_all(jobs, {"raqib": RAQIB}, workers=1, wall_seconds=2)}
    assert found["endless"].reason == Reason.PARSE_TIMEOUT
    assert found["before"].article
    assert found["after"].article


def test_a_page_that_takes_too_much_memory_is_stopped() -> None:
    jobs = [job("large", HEAD + TEXT * 400_000), job("after", HEAD + TEXT)]
    limit = 600 << 20
    found = {one.key: e for one, e in extract_all(jobs, {"raqib": RAQIB}, workers=1, address_space=limit)}
    assert found["large"].reason in (Reason.PARSE_OOM, Reason.PARSE_TIMEOUT)
    assert found["after"].article


def test_jobs_are_taken_as_they_are_needed_and_no_child_is_left() -> None:
    taken = 0

    def endless() -> Iterator[Job]:
        nonlocal taken
        while True:
            taken += 1
            yield job(str(taken), HEAD + TEXT)

    results = extract_all(endless(), {"raqib": RAQIB}, workers=1)
    for _ in range(5):
        next(results)
    assert taken <= 12
    results.close()  # type: ignore[attr-defined]
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    if not children.exists():
        pytest.skip("this system does not list children in /proc")
    commands = [Path(f"/proc/{child}/cmdline").read_bytes() for child in children.read_text().split()]
    assert not [command for command in commands if b"spawn_main" in command]
