"""A `warraq` command as a task of Airflow: a child process, whose exit code says how the task ends."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator, RetryDecision, RetryPolicy
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

if TYPE_CHECKING:
    from airflow.sdk import Context

FIRST_DAY = date(1995, 1, 1)
IMPOSSIBLE, NO_SPACE, BUSY = 2, 3, 75
RETRIES = 12  # of every task, by Airflow's count; `Patience` gives up earlier
ASKED_AGAIN = timedelta(minutes=3)


class CommandFailed(AirflowException):
    """A command ended badly; another try may go well."""


class CommandBusy(AirflowException):
    """Another run holds what a command needs, or an outlet asked to be asked later."""


class CommandStopped(AirflowException):
    """A task was stopped, and its command with it: where a person did that, Airflow starts no other try."""


class Patience(RetryPolicy):
    """How often a task is tried: `failures` times in all with backoff, or `busy` times, three minutes apart."""

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
            most, delay = self.busy, ASKED_AGAIN
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
            yield f"{slug}: {what}: {', '.join(f'{n} {word}' for word, n in numbers.items()) or 'nothing'}"
        yield from outlet.get("notes", [])


def failures_in(document: dict[str, Any]) -> list[str]:
    """The sentences about what went wrong in a run."""
    return [sentence for outlet in document.get("outlets", {}).values() for sentence in outlet.get("failures", [])]


def counts(value: Any) -> Any:
    """What of a command's JSON goes to XCom: numbers, and tables of numbers; never text."""
    if isinstance(value, dict):
        kept = {str(key): counts(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None}
    return value if isinstance(value, int | float) else None
