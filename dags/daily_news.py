"""When a day of Arabic news is read, and in what order.

Every task is a `warraq` command in a child process, the same that a person types; this file only says when.
It reads the outlets' TOML files for their names and imports nothing heavy: Airflow parses it all day.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import re
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, CronDataIntervalTimetable, Param, TaskGroup, TriggerRule, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException
from warraq_tasks import RETRIES, Patience, WarraqOperator, day_of, json_of, warraq

log = logging.getLogger(__name__)

ENDED_BADLY = {"failed", "upstream_failed"}

DOC = """\
Reads one day of the Arabic press. The group **read** has one task for each outlet, which takes it the whole way, from
the crawl into the warehouse, and waits for no other; then **check** looks at the day, and **verdict** says how it
went. Day D is the date at which a run's data interval starts; run ids show its end, D + 1.

### To read days in the past

1. *Trigger* → **Backfill**; choose the first and the last day. "N runs will be triggered" must be the number
   of days that you want. (Days are UTC days. In a browser set to the Americas choose UTC as the zone first,
   or the range shifts by one.)
2. *Missing Runs*: days that were never run. *Missing and Errored Runs*: those, and the days that failed.
   *All Runs*: every day again.
3. To read only some outlets, choose them under *Run Parameters* **and tick
   *Override parameters on existing runs***. While it is not ticked Airflow ignores the parameters, for new
   runs too, and every outlet is read.
4. Keep *Max Active Runs* at 1: an outlet is asked one thing at a time, so two days would only wait for each
   other.

A day can be read any number of times; the warehouse ends the same. An outlet that fails keeps nobody else's
articles out; it makes the verdict fail, and a backfill of *Missing and Errored Runs* mends just those days.
A backfill that is cancelled leaves its waiting days as failed: *Missing and Errored Runs* takes them up.
"""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An outlet as its file tells it; `slug` is the file's name, `task_id` the same in letters that Airflow takes."""

    slug: str
    name: str
    is_on: bool

    @property
    def task_id(self) -> str:
        return re.sub(r"[^\w-]", "_", self.slug)

    @property
    def label(self) -> str:
        return " · ".join(filter(None, [self.slug, self.name, "" if self.is_on else "switched off"]))


def outlets_folder() -> Path:
    """Where the TOML files are: WARRAQ_OUTLETS, else in the checkout, else in the installed package."""
    if given := os.environ.get("WARRAQ_OUTLETS"):
        return Path(given)
    beside = Path(__file__).resolve().parents[1] / "spiders" / "outlets"
    if beside.is_dir():
        return beside
    spec = importlib.util.find_spec("spiders")
    return Path(next(iter(spec.submodule_search_locations or []), "")) / "outlets" if spec else beside


def listed(file: Path) -> Listed:
    """An outlet's file; a broken one counts as switched on, so that its task says what is broken."""
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        table = {}
    return Listed(slug=file.stem, name=str(table.get("name", "")), is_on=table.get("enabled", True) is not False)


def listed_outlets(folder: Path) -> list[Listed]:
    """The outlets of a folder, sorted by slug; raises where none is switched on."""
    by_task = {outlet.task_id: outlet for outlet in map(listed, sorted(folder.glob("*.toml")))}
    if any(outlet.is_on for outlet in by_task.values()):
        return sorted(by_task.values(), key=lambda outlet: outlet.slug)
    raise AirflowException(f"No outlet is switched on in {folder}: add a TOML file or set WARRAQ_OUTLETS.")


def longest_task() -> timedelta:
    """An hour more than the crawl of an outlet may take; a wrong WARRAQ_OUTLET_MINUTES is for the command to refuse."""
    told = os.environ.get("WARRAQ_OUTLET_MINUTES", "").strip()
    minutes = float(told) if re.fullmatch(r"\d{1,4}(\.\d+)?", told) else 60.0
    return timedelta(minutes=60 + minutes)


def report_of(day: date) -> dict[str, Any]:
    """What `warraq report` says of a day; empty where it cannot be had."""
    done = subprocess.run(
        [warraq(), "report", "--day", day.isoformat(), "--json"], capture_output=True, text=True, check=False
    )
    return json_of(done.stdout)


def cause(outlet: Mapping[str, Any], since: datetime) -> str:
    """Why an outlet failed, by its part of a report, in a sentence; a run before `since` tells nothing of this one."""
    if outlet.get("ended") == "under way":
        return "another run of it is still under way."
    if not outlet.get("failures") or datetime.fromisoformat(outlet["started_at"]) < since:
        return "its log says why."
    first, *rest = outlet["failures"]
    return first.removeprefix(f"{outlet['outlet']}: ") + (f" (Its log has {len(rest)} more.)" if rest else "")


def causes(bad: list[str], report: Mapping[str, Any], since: datetime) -> list[str]:
    """Why outlets failed, in sentences that begin with their names; those that failed alike stand together."""
    outlets, alike = {outlet["outlet"]: outlet for outlet in report.get("outlets", [])}, dict[str, list[str]]()
    for slug in bad:
        alike.setdefault(cause(outlets.get(slug, {}), since), []).append(slug)
    return [f"{', '.join(slugs)}: {why}" for why, slugs in alike.items()]


OUTLETS = listed_outlets(outlets_folder())

with DAG(
    "daily_news",
    description="One day of the Arabic press, from the outlets into the warehouse",
    # A plain "@daily" has an empty interval in Airflow 3, and another zone shifts a backfill by a day.
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={
        "owner": "warraq",
        "retries": RETRIES,
        "retry_policy": Patience(),
        "retry_delay": timedelta(minutes=1),  # of a task that could not even ask its policy
        "execution_timeout": longest_task(),
        "trigger_rule": TriggerRule.ALL_DONE,
    },
    params={
        "outlets": Param(
            [],
            type=["array", "null"],  # a bare array would be shown as required
            items={"type": "string", "enum": [outlet.slug for outlet in OUTLETS]},
            examples=[outlet.slug for outlet in OUTLETS],
            values_display={outlet.slug: outlet.label for outlet in OUTLETS},
            title="Outlets",
            description="None chosen: all that are switched on. In a backfill also tick 'Override parameters on "
            "existing runs', or Airflow ignores what is chosen here.",
        )
    },
    tags=["news", "warraq"],
    doc_md=DOC,
) as dag:
    # A pool that is not there would hang the tasks without a word, so a named one is for who made it.
    pool = os.environ.get("WARRAQ_CRAWL_POOL", "default_pool")
    with TaskGroup("read", tooltip="One task an outlet, from the crawl into the warehouse") as read:
        for outlet in OUTLETS:
            WarraqOperator(task_id=outlet.task_id, outlet=outlet.slug, is_off=not outlet.is_on, pool=pool)
    # What the outlets' own tasks asked for again and again is not asked for once more.
    check = WarraqOperator(task_id="check", stage="check", retry_policy=Patience(failures=1, busy=1))

    @task(execution_timeout=timedelta(minutes=15))
    def verdict(**context: Any) -> None:
        """Fails the run where an outlet failed: a backfill of errored runs then finds the day."""
        ti, day, since = context["ti"], day_of(context), context["dag_run"].start_date
        names = {f"read.{outlet.task_id}": outlet.slug for outlet in OUTLETS} | {"check": "check"}
        states = ti.get_task_states(dag_id=ti.dag_id, run_ids=[ti.run_id], task_ids=list(names)).get(ti.run_id, {})
        if bad := [slug for name, slug in names.items() if states.get(name) in ENDED_BADLY]:
            whys = causes(bad, report_of(day), since)
            said = f"{day} is not whole, {', '.join(bad)} failed. {' '.join(whys)}"
            for line in (said, *whys):
                log.error("%s", line)  # the page of the DAG shows lines of this level
            raise AirflowFailException(
                f"{said}\nA backfill of 'Missing and Errored Runs' mends the day, and what was loaded stays."
            )

    read >> check >> verdict()
