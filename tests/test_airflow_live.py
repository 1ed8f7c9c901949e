"""A live crawl in the real Airflow while one outlet hangs: the others' articles are there, and it can be stopped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.airflow_service import RUNS, Airflow, Person, processes_of, wait_until
from tests.silent_web import SILENT, STORIES, day_before, serving, title_of

pytestmark = pytest.mark.xdist_group("airflow_live")
HANGING = f"read.{SILENT}"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """A person whose Airflow is up, with three outlets that are served live, one of them silent."""
    folder = tmp_path_factory.mktemp("live")
    outlets = folder / "outlets"
    outlets.mkdir()
    with serving() as web:
        web.write_outlets(outlets)
        person = Person(
            folder / "home",
            WARRAQ_OUTLETS=str(outlets), WARRAQ_TEST_HOSTS=web.names(), WARRAQ_CONTACT="desk@raqib.tld",
            AIRFLOW__CORE__PARALLELISM="2",
        )  # fmt: skip
        with person.up():
            yield person


@pytest.fixture
def airflow(live: Person) -> Iterator[Airflow]:
    """Its Airflow; what a test began is ended after it."""
    airflow = live.airflow()
    yield airflow
    for run in airflow.runs():
        if run["state"] not in ("success", "failed"):
            airflow.call("PATCH", f"{RUNS}/{run['dag_run_id']}", {"state": "failed"})
    wait_until(lambda: not crawls(live.home), 60, lambda: processes_of(live.home))
    airflow.end_backfills()


def crawls(home: Path) -> set[str]:
    """The process ids of commands that read the silent outlet."""
    return {line.split()[0] for line in processes_of(home) if f"--outlet {SILENT} --json" in line}


def begun(airflow: Airflow, day: date) -> str:
    """The run of a day, when the silent outlet's command is under way."""
    airflow.begin_backfill(str(day), str(day))
    wait_until(lambda: crawls(airflow.home), 180, lambda: airflow.states(airflow.run_of(str(day))))
    return airflow.run_of(str(day))


def titles(person: Person, slug: str, day: date) -> list[str]:
    """What a search for an outlet's story of a day finds."""
    hits = person.asks("search", f'"{" ".join(STORIES[slug].split()[2:5])}"', "--day", str(day), "--to", str(day))
    return [hit["title"] for hit in hits if hit["outlet"] == slug]


def test_the_others_are_found_while_one_hangs_and_a_person_stops_it(live: Person, airflow: Airflow) -> None:
    day = day_before(2)
    run_id, n_running = begun(airflow, day), set[int]()

    def found(slug: str) -> list[str]:
        n_running.add(list(airflow.states(run_id).values()).count("running"))
        return titles(live, slug, day)

    for slug in STORIES:
        hits = wait_until(lambda slug=slug: found(slug), 300, lambda: airflow.failures(run_id))
        assert hits == [title_of(slug, day)]
    assert max(n_running) <= 2  # what bounds the outlets that are read at once
    wanted = {"read.raqib": "success", "read.sada": "success", HANGING: "running", "check": None, "verdict": None}
    wait_until(lambda: airflow.states(run_id) == wanted, 60, lambda: airflow.states(run_id))

    airflow.mark(run_id, HANGING, "failed")
    wait_until(lambda: not crawls(live.home), 60, lambda: processes_of(live.home))
    wait_until(lambda: airflow.states(run_id)["verdict"] == "failed", 120, lambda: airflow.states(run_id))
    stopped = airflow.tasks(run_id)[HANGING]
    assert (stopped["state"], stopped["try_number"]) == ("failed", 1)
    first = airflow.errors(run_id, "verdict")[0]
    assert first.startswith(f"{day} is incomplete: {SILENT} failed. {SILENT}: the run that began at "), first
    assert first.endswith(" UTC was stopped or killed. Run it again."), first


def test_a_task_that_is_cleared_while_it_runs_gives_its_turn_to_the_next(airflow: Airflow) -> None:
    run_id = begun(airflow, day_before(3))
    wait_until(lambda: airflow.states(run_id)[HANGING] == "running", 60, lambda: airflow.states(run_id))
    before = crawls(airflow.home)
    airflow.clear(run_id, HANGING)
    wait_until(lambda: crawls(airflow.home) - before, 180, lambda: airflow.tasks(run_id)[HANGING])
    assert not crawls(airflow.home) & before
    wait_until(lambda: airflow.states(run_id)[HANGING] == "running", 60, lambda: airflow.states(run_id))
    assert airflow.tasks(run_id)[HANGING]["try_number"] == 2
