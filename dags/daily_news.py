"""When a day of Arabic news is read, and in what order.

Every task is a `warraq` command in a child process, the same that a person types; this file only says when.
It reads the outlets' TOML files for their names and imports nothing heavy: Airflow parses it all day.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

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

log = logging.getLogger(__name__)

FIRST_DAY = date(1995, 1, 1)
IMPOSSIBLE, NO_SPACE, BUSY = 2, 3, 75
RETRIES = 12  # of every task, by Airflow's count; `Patience` gives up earlier
ASKED_AGAIN, LONGEST_PAUSE = timedelta(minutes=3), timedelta(minutes=30)  # a host may ask for a pause of an hour
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
4. Keep *Max Active Runs* at 1: one request at a time goes to an outlet, so two days would only wait for each
   other.

A day can be read any number of times; the warehouse ends up the same. An outlet that fails does not stop the
others' articles from being loaded; it makes the verdict fail, and a backfill of *Missing and Errored Runs* repairs
just those days.
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
        return re.sub(r"[^\w-]", "_", self.slug)[:200]

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
        table = tomllib.loads(file.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
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


class CommandFailed(AirflowException):
    """A command ended badly; another try may go well."""


class CommandBusy(AirflowException):
    """Another run holds what a command needs, or an outlet asked to be asked later."""


class CommandStopped(AirflowException):
    """A task was stopped, and its command with it: where a person did that, Airflow starts no other try."""


class Patience(RetryPolicy):
    """How often a task is tried: `failures` times in all, or `busy` times, with longer and longer pauses."""

    def __init__(self, *, failures: int = 4, busy: int = RETRIES + 1) -> None:
        self.failures, self.busy = failures, busy

    def evaluate(
        self,
        exception: BaseException,
        try_number: int,
        max_tries: int,
        context: Context | None = None,  # noqa: ARG002
    ) -> RetryDecision:
        """The decision for one exception, by which try this is since the task was last begun anew."""
        nth = try_number - (max_tries - RETRIES)  # a task that was cleared goes on counting, and so does its bound
        if isinstance(exception, CommandBusy):
            most, delay = self.busy, min(ASKED_AGAIN * 2 ** max(nth - 1, 0), LONGEST_PAUSE)
        else:
            most, delay = self.failures, timedelta(minutes=2 ** max(nth - 1, 0))
        reason = f"try {nth} of {most}: {exception}"
        return RetryDecision.retry(delay=delay, reason=reason) if nth < most else RetryDecision.fail(reason=reason)


class WarraqOperator(BaseOperator):
    """Runs a `warraq` command for a day, and turns its exit code into the end of the task.

    With an `outlet` it takes that outlet its whole way, else it runs one `stage` for all outlets that the run's
    parameters choose. An outlet that `is_off` is read only where it was chosen by name. A task that is stopped, or runs
    out of time, ends its command with SIGTERM.
    """

    def __init__(self, *, outlet: str | None = None, stage: str | None = None, is_off: bool = False, **kwargs: Any):
        super().__init__(**kwargs)
        self.outlet, self.stage, self.is_off = outlet, stage, is_off
        self.process: subprocess.Popen[str] | None = None
        self.is_stopped = False

    def execute(self, context: Context) -> dict[str, Any]:
        """Counts of what the command did, with the day. Raises by exit code, see `judge`."""
        day = day_of(context)
        exit_code, printed, last_said = self.run_command(self.command(day, context["params"].get("outlets") or []))
        document = json_of(printed)
        for line in told(document):
            self.log.info("%s", line)
        self.judge(exit_code, day, " ".join(failures_in(document)) or last_said)
        return {"day": day.isoformat(), "counts": counts(document)}

    def command(self, day: date, chosen: list[str]) -> list[str]:
        """The command line for a day. Raises AirflowSkipException for an outlet that is not to be read."""
        if self.outlet and chosen and self.outlet not in chosen:
            raise AirflowSkipException(f"{self.outlet} is not among the chosen outlets.")
        if self.is_off and not chosen:
            raise AirflowSkipException(f"{self.outlet} is switched off.")
        stage = ["--only", self.stage] if self.stage else []
        options = [part for slug in ([self.outlet] if self.outlet else chosen) for part in ("--outlet", slug)]
        return [warraq(), "run", *stage, "--day", day.isoformat(), *options, "--json"]

    def run_command(self, command: list[str]) -> tuple[int, str, str]:
        """Runs a command in a session of its own, and puts what it says into the task's log as it comes.

        Gives its exit code, what it printed, and the last line that it said. Airflow's SubprocessHook is not used: it
        overlooks a stop that comes while the command is being started.
        """
        self.log.info("%s", shlex.join(command))
        if self.is_stopped:
            raise CommandStopped("The task was stopped before its command began.")
        line = ""
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as printed:
            self.process = subprocess.Popen(
                command, stdout=printed, stderr=subprocess.PIPE, start_new_session=True,
                text=True, encoding="utf-8", errors="backslashreplace",
            )  # fmt: skip
            try:
                if self.is_stopped:
                    self.on_kill()
                for line in self.process.stderr or ():
                    self.log.info("%s", line.rstrip())
                exit_code = self.process.wait()
            except BaseException:
                self.on_kill()
                raise
            printed.seek(0)
            return exit_code, printed.read(), line.rstrip()

    def on_kill(self) -> None:
        """Ends the command, which gives its links back. Airflow calls this from a signal handler: nothing is logged."""
        self.is_stopped = True
        if self.process and self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)

    def judge(self, exit_code: int, day: date, why: str) -> None:
        """Raises what an exit code asks of Airflow: to fail at once, to ask again soon, or to retry."""
        sentence = f"{self.outlet or self.stage} of {day} ended with exit code {exit_code}. {why}".rstrip()
        if exit_code and self.is_stopped:
            raise CommandStopped(sentence)
        if exit_code in (IMPOSSIBLE, NO_SPACE):
            raise AirflowFailException(sentence)
        if exit_code == BUSY:
            raise CommandBusy(sentence)
        if exit_code:
            raise CommandFailed(sentence)


def day_of(context: Context) -> date:
    """The day that a run is for. Raises AirflowFailException for a day that no run can be for."""
    start = context.get("data_interval_start") or context["dag_run"].run_after - timedelta(days=1)
    day = start.astimezone(UTC).date()
    if day > datetime.now(UTC).date():
        raise AirflowFailException(f"{day} is in the future: choose a day that has begun.")
    if day < FIRST_DAY:
        raise AirflowFailException(f"{day} is before {FIRST_DAY}, and no outlet was online then.")
    return day


def warraq() -> str:
    """The command `warraq`, beside the Python that WARRAQ_PYTHON names, or beside Airflow's own."""
    return str(Path(os.environ.get("WARRAQ_PYTHON") or sys.executable).with_name("warraq"))


def json_of(printed: str) -> dict[str, Any]:
    """The JSON document that a command printed; empty where it printed none."""
    try:
        document = json.loads(printed)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def told(document: dict[str, Any]) -> Iterator[str]:
    """What a run did, in lines for a log: an outlet's links by outcome, what each stage did, and notes."""
    for slug, outlet in document.get("outlets", {}).items():
        for what, numbers in {"links": outlet.get("outcomes", {}), **outlet.get("counts", {})}.items():
            counted = (f"{n} {word}" for word, n in numbers.items() if not isinstance(n, bool))
            yield f"{slug}: {what}: {', '.join(counted) or 'nothing'}"
        yield from outlet.get("notes", [])


def failures_in(document: dict[str, Any]) -> list[str]:
    """The sentences about what went wrong in a run."""
    return [sentence for outlet in document.get("outlets", {}).values() for sentence in outlet.get("failures", [])]


def counts(value: Any) -> Any:
    """What of a command's JSON goes to XCom: numbers, and tables of numbers; never text."""
    if isinstance(value, dict):
        kept = {str(key): counts(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None}
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def report_of(day: date) -> dict[str, Any]:
    """What `warraq report` says of a day; empty where it cannot be had."""
    done = subprocess.run(
        [warraq(), "report", "--day", day.isoformat(), "--json"], capture_output=True, text=True, check=False
    )
    return json_of(done.stdout)


def cause(outlet: Mapping[str, Any], since: datetime) -> str:
    """Why an outlet failed, by its part of a report; what a run before `since` left is told as that run's."""
    if outlet.get("ended") == "under way":
        return "another run of it is still under way."
    if not outlet.get("failures"):
        return "its log says why."
    first, *rest = outlet["failures"]
    why = first.removeprefix(f"{outlet['outlet']}: ") + (f" (Its log has {len(rest)} more.)" if rest else "")
    began = datetime.fromisoformat(outlet["started_at"])
    return why if began >= since else f"its log says why. A run of {began:%Y-%m-%d %H:%M} UTC left this: {why}"


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
    # Tasks whose pool does not exist wait for ever without a message, so only name a pool that you have made.
    pool = os.environ.get("WARRAQ_CRAWL_POOL", "default_pool")
    with TaskGroup("read", tooltip="One task an outlet, from the crawl into the warehouse") as read:
        for outlet in OUTLETS:
            WarraqOperator(task_id=outlet.task_id, outlet=outlet.slug, is_off=not outlet.is_on, pool=pool)
    # What the outlets' own tasks have already retried is not retried once more.
    check = WarraqOperator(task_id="check", stage="check", retry_policy=Patience(failures=1, busy=1))

    @task(execution_timeout=timedelta(minutes=15))
    def verdict(**context: Any) -> None:
        """Fails the run where an outlet failed: a backfill of errored runs then finds the day."""
        ti, day, since = context["ti"], day_of(context), context["dag_run"].start_date
        names = {f"read.{outlet.task_id}": outlet.slug for outlet in OUTLETS} | {"check": "check"}
        states = ti.get_task_states(dag_id=ti.dag_id, run_ids=[ti.run_id], task_ids=list(names)).get(ti.run_id, {})
        if bad := [slug for name, slug in names.items() if states.get(name) in ENDED_BADLY]:
            whys = causes(bad, report_of(day), since)
            failed = f"{day} is incomplete: {', '.join(bad)} failed."
            for line in (f"{failed} {' '.join(whys)}", *(whys if len(whys) > 1 else ())):
                log.error("%s", line)  # the page of the DAG shows lines of this level
            raise AirflowFailException(
                f"{failed} The first line of this log says why. A backfill of 'Missing and Errored Runs' reads the day "
                "again, and what was loaded stays."
            )

    read >> check >> verdict()
