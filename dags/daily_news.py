"""When a day of Arabic news is read, and in what order.

Every task is a `warraq` command in a child process, the same that a person types; this file only says when.
It reads the outlets' TOML files for their names and imports nothing heavy: Airflow parses it all day.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.hooks.subprocess import SubprocessHook
from airflow.sdk import (
    DAG,
    BaseOperator,
    CronDataIntervalTimetable,
    Param,
    RetryDecision,
    RetryPolicy,
    TaskGroup,
    TriggerRule,
    task,
)
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

if TYPE_CHECKING:
    from airflow.sdk import Context

FIRST_DAY = date(1995, 1, 1)
IMPOSSIBLE, NO_SPACE, BUSY = 2, 3, 75
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


def outlets_folder() -> Path:
    """Where the TOML files are: WARRAQ_OUTLETS, else in the checkout, else in the installed package."""
    if given := os.environ.get("WARRAQ_OUTLETS"):
        return Path(given)
    beside = Path(__file__).resolve().parents[1] / "spiders" / "outlets"
    if beside.is_dir():
        return beside
    spec = importlib.util.find_spec("spiders")
    return Path(next(iter(spec.submodule_search_locations or []), "")) / "outlets" if spec else beside


def is_on(outlet: Path) -> bool:
    """Whether an outlet is switched on; a broken file counts as on, so that its crawl says what is broken."""
    try:
        return tomllib.loads(outlet.read_text("utf-8")).get("enabled", True) is not False
    except (OSError, ValueError):
        return True


def enabled_outlets(folder: Path) -> list[str]:
    """The slugs of the outlets that are switched on, sorted; raises where there is none."""
    if slugs := sorted(file.stem for file in folder.glob("*.toml") if is_on(file)):
        return slugs
    raise AirflowException(f"No outlet is switched on in {folder}: add a TOML file or set WARRAQ_OUTLETS.")


def day_of(context: Context) -> date:
    """The day that a run is for. Raises AirflowFailException for a day that no run can be for."""
    start = context.get("data_interval_start") or context["dag_run"].run_after - timedelta(days=1)
    day = start.astimezone(UTC).date()
    if day > datetime.now(UTC).date():
        raise AirflowFailException(f"{day} is in the future: choose a day that has begun.")
    if day < FIRST_DAY:
        raise AirflowFailException(f"{day} is before {FIRST_DAY}, and no outlet was online then.")
    return day


def counts(value: Any) -> Any:
    """What of a command's JSON goes to XCom: numbers, and tables of numbers; never text."""
    if isinstance(value, dict):
        kept = {str(key): counts(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None}
    return value if isinstance(value, int | float) else None


def last_json(line: str) -> Any:
    """The JSON document that a command printed last, or None where its last line is something else."""
    try:
        return json.loads(line)
    except ValueError:
        return None


def warraq() -> str:
    """The command `warraq`, beside the Python that WARRAQ_PYTHON names, or beside Airflow's own."""
    return str(Path(os.environ.get("WARRAQ_PYTHON") or sys.executable).with_name("warraq"))


def failures_of(day: date) -> dict[str, list[str]]:
    """What went wrong on a day, by outlet, in sentences; a report that cannot be had tells nothing."""
    command = [warraq(), "report", "--day", day.isoformat(), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report = last_json(done.stdout.strip()) or {}
    return {outlet["outlet"]: outlet.get("failures", []) for outlet in report.get("outlets", [])}


class CommandFailed(AirflowException):
    """A `warraq` command ended badly; another try may go well."""


class CommandBusy(AirflowException):
    """Another run holds the outlet or the day."""


class Patience(RetryPolicy):
    """A failure is retried three times with backoff; what another run holds is asked for every 3 minutes."""

    tries = 4

    def evaluate(
        self,
        exception: BaseException,
        try_number: int,
        max_tries: int,  # noqa: ARG002
        context: Context | None = None,  # noqa: ARG002
    ) -> RetryDecision:
        """The decision for one exception; the task's own `retries` bounds both kinds."""
        if isinstance(exception, CommandBusy):
            return RetryDecision.retry(delay=timedelta(minutes=3), reason=str(exception))
        if try_number >= self.tries:
            return RetryDecision.fail(reason=f"failed at try {try_number}")
        return RetryDecision.default()


class WarraqOperator(BaseOperator):
    """Runs a `warraq` command for a day, and turns its exit code into the end of the task.

    With an `outlet` it takes that outlet its whole way, else it runs one `stage` for all outlets that the run's
    parameters choose. The command has its own process group and gets SIGTERM when the task is stopped or runs out of
    time.
    """

    def __init__(self, *, outlet: str | None = None, stage: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.outlet = outlet
        self.stage = stage
        self.process = SubprocessHook()

    def execute(self, context: Context) -> dict[str, Any]:
        """Counts of what the command did, with the day. Raises by exit code, see `judge`."""
        day = day_of(context)
        command = self.command(day, list(context["params"].get("outlets") or []))
        ended = self.process.run_command(command, env=dict(os.environ))
        self.judge(ended.exit_code, f"{day} {self.outlet or ''}".strip(), ended.output)
        return {"day": day.isoformat(), "counts": counts(last_json(ended.output))}

    def command(self, day: date, chosen: list[str]) -> list[str]:
        """The command line for a day. Raises AirflowSkipException for an outlet that was not chosen."""
        if self.outlet and chosen and self.outlet not in chosen:
            raise AirflowSkipException(f"{self.outlet} is not among the chosen outlets.")
        outlets = [self.outlet] if self.outlet else chosen
        stage = ["--only", self.stage] if self.stage else []
        options = [part for slug in outlets for part in ("--outlet", slug)]
        return [warraq(), "run", *stage, "--day", day.isoformat(), *options, "--json"]

    def judge(self, exit_code: int, subject: str, said: str) -> None:
        """Raises what an exit code asks of Airflow: to fail at once, to ask again soon, or to retry."""
        sentence = f"{self.stage or 'read'} of {subject} ended with exit code {exit_code}: {said}"
        if exit_code in (IMPOSSIBLE, NO_SPACE):
            raise AirflowFailException(sentence)
        if exit_code == BUSY:
            raise CommandBusy(sentence)
        if exit_code:
            raise CommandFailed(sentence)

    def on_kill(self) -> None:
        """Ends the command, which gives its links back."""
        self.process.send_sigterm()


OUTLETS = enabled_outlets(outlets_folder())

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
        "retries": 12,
        "retry_policy": Patience(),
        "retry_delay": timedelta(minutes=1),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=30),
        "execution_timeout": timedelta(hours=2),
        "trigger_rule": TriggerRule.ALL_DONE,
    },
    params={
        "outlets": Param(
            [],
            type=["array", "null"],  # a bare array would be shown as required
            items={"type": "string", "enum": OUTLETS},
            examples=OUTLETS,
            title="Outlets",
            description="None chosen: all. In a backfill also tick 'Override parameters on existing runs', "
            "or Airflow ignores what is chosen here.",
        )
    },
    tags=["news", "warraq"],
    doc_md=DOC,
) as dag:
    # A pool that is not there would hang the tasks without a word, so a named one is for who made it.
    pool = os.environ.get("WARRAQ_CRAWL_POOL", "default_pool")
    with TaskGroup("read", tooltip="One task an outlet, from the crawl into the warehouse") as read:
        for slug in OUTLETS:
            WarraqOperator(task_id=slug, outlet=slug, pool=pool)
    # What an outlet's own task asked for again and again is not waited for once more.
    check = WarraqOperator(task_id="check", stage="check", retries=0)

    @task(retries=0)
    def verdict(**context: Any) -> None:
        """Fails the run when an outlet failed: a backfill of errored runs then finds the day."""
        ti, day = context["ti"], day_of(context)
        names = [f"read.{slug}" for slug in OUTLETS] + ["check"]
        states = ti.get_task_states(dag_id=ti.dag_id, run_ids=[ti.run_id], task_ids=names).get(ti.run_id, {})
        bad = [name.removeprefix("read.") for name in names if states.get(name) in ENDED_BADLY]
        if bad:
            told = failures_of(day)
            causes = [" ".join(told.get(name, [])) or f"{name}: its log says why." for name in bad if name != "check"]
            raise AirflowFailException(
                f"{day} is not whole: {' '.join(causes) or 'check failed, and its log says why.'}\n"
                "A backfill of 'Missing and Errored Runs' mends the day, and what was loaded stays."
            )

    read >> check >> verdict()
