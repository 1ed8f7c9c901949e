"""The daily DAG by itself: no database, no scheduler, and commands that are short shell scripts."""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[1]
DAG_FILE = ROOT / "dags" / "daily_news.py"
LIGHT = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
names = ("scrapy", "trafilatura", "lxml", "psycopg2", "pyarrow", "pipelines", "spiders", "newsroom")
heavy = [name for name in names if name in sys.modules]
names = {dag_id: sorted(dag.task_ids) for dag_id, dag in bag.dags.items()}
print(json.dumps({"errors": bag.import_errors, "dags": names, "heavy": heavy}))
"""
DAY = date(2026, 11, 18)
OUTLET = 'name = "زمان"\nenabled = {}\n'
# A task that is stopped after some milliseconds, as Airflow stops it: by a signal, or by its time.
STOPPED = """
import os, signal, sys, threading, time
from datetime import UTC, datetime
from types import SimpleNamespace
sys.path.insert(0, sys.argv[1])
from airflow.sdk.exceptions import AirflowTaskTimeout
from airflow.sdk.execution_time.timeout import timeout
from daily_news import CommandStopped, WarraqOperator

context = {"params": {}, "data_interval_start": datetime(2026, 11, 18, tzinfo=UTC)}
for milliseconds in range(0, 60, 2):
    task = WarraqOperator(task_id=f"stopped_{milliseconds}", outlet="a")
    signal.signal(signal.SIGTERM, lambda number, frame: task.on_kill())
    threading.Timer(milliseconds / 1000, os.kill, [os.getpid(), signal.SIGTERM]).start()
    begun = time.monotonic()
    try:
        task.execute(context)
    except CommandStopped:
        assert time.monotonic() - begun < 20
    else:
        raise AssertionError("it went on")
task = WarraqOperator(task_id="late", outlet="a")
try:
    with timeout(1):
        task.execute(context)
except AirflowTaskTimeout:
    assert task.process.wait(20) == 75
"""


@pytest.fixture(scope="module")
def airflow_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("airflow")


@pytest.fixture(scope="module")
def module(airflow_home: Path) -> ModuleType:
    """The DAG file, imported as it lies, with an empty AIRFLOW_HOME and no database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_HOME", str(airflow_home))
        patch.setenv("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
        patch.delenv("WARRAQ_OUTLETS", raising=False)
        spec = importlib.util.spec_from_file_location("daily_news_under_test", DAG_FILE)
        assert spec
        assert spec.loader
        loaded = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = loaded
        spec.loader.exec_module(loaded)
        return loaded


def parse(folder: Path, home: Path, **env: str) -> dict[str, Any]:
    """What a DagBag finds in a folder, in a process of its own."""
    settings = {"AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    command = [sys.executable, "-W", "ignore", "-c", LIGHT, str(folder)]
    done = subprocess.run(command, env=os.environ | settings | env, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def context(day: date | None, *, outlets: list[str] | None = None) -> dict[str, Any]:
    """As much of a task's context as our operator reads."""
    start = day and datetime(day.year, day.month, day.day, tzinfo=UTC)
    run_after = datetime(2026, 11, 20, tzinfo=UTC)
    dag_run = SimpleNamespace(run_after=run_after, start_date=run_after)
    found = {"params": {"outlets": outlets or []}, "dag_run": dag_run}
    return found | ({"data_interval_start": start} if start else {})


def fake_warraq(folder: Path, script: str) -> Path:
    """A `python` with a `warraq` beside it that is this shell script; gives the python."""
    (folder / "warraq").write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    (folder / "warraq").chmod(0o755)
    return folder / "python"


def test_imports_without_errors_or_heavy_modules(airflow_home: Path) -> None:
    found = parse(DAG_FILE.parent, airflow_home)
    assert found["errors"] == {}
    assert list(found["dags"]) == ["daily_news"]
    assert found["heavy"] == []


def test_every_outlet_has_a_task_of_its_own_that_waits_for_no_other(module: ModuleType) -> None:
    slugs = sorted(file.stem for file in (ROOT / "spiders" / "outlets").glob("*.toml"))
    dag, read = module.dag, [f"read.{slug}" for slug in slugs]
    assert sorted(dag.task_ids) == sorted([*read, "check", "verdict"])
    assert set(dag.task_group.get_child_by_label("read").children) == set(read)
    for slug, name in zip(slugs, read, strict=True):
        outlet = dag.get_task(name)
        enabled = tomllib.loads((ROOT / "spiders" / "outlets" / f"{slug}.toml").read_text("utf-8")).get("enabled", True)
        assert (outlet.outlet, outlet.is_off) == (slug, not enabled)
        assert (outlet.upstream_task_ids, outlet.downstream_task_ids) == (set(), {"check"})
    assert dag.get_task("check").downstream_task_ids == {"verdict"}


def test_rules_retries_and_limits(module: ModuleType) -> None:
    dag = module.dag
    for one in dag.tasks:
        assert one.trigger_rule == "all_done"
        assert one.retries == module.RETRIES
        assert one.execution_timeout <= timedelta(hours=2)
        assert one.pool == "default_pool"
    assert dag.max_active_runs == 1
    assert not dag.catchup
    assert dag.description
    assert dag.tags
    assert dag.owner == "warraq"
    assert "Override parameters on existing runs" in dag.doc_md


@pytest.mark.parametrize(("minutes", "hours"), [("", 2), ("180", 4), ("1.5", 1.025), ("soon", 2), ("-3", 2)])
def test_a_task_has_an_hour_more_than_its_crawl(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch, minutes: str, hours: float
) -> None:
    monkeypatch.setenv("WARRAQ_OUTLET_MINUTES", minutes)
    assert module.longest_task() == timedelta(hours=hours)


def test_a_new_outlet_renames_no_other_and_no_file_harms_the_rest(airflow_home: Path, tmp_path: Path) -> None:
    def names() -> list[str]:
        found = parse(DAG_FILE.parent, airflow_home, WARRAQ_OUTLETS=str(tmp_path))
        assert found["errors"] == {}
        return [name for name in found["dags"]["daily_news"] if name.startswith("read.")]

    for slug in ("raqib", "zaman"):
        (tmp_path / f"{slug}.toml").write_text(OUTLET.format("true"), "utf-8")
    assert names() == ["read.raqib", "read.zaman"]
    (tmp_path / "sada.toml").write_text(OUTLET.format("false"), "utf-8")
    (tmp_path / "broken.toml").write_text("enabled = \n", "utf-8")
    (tmp_path / "raqib (copy).toml").write_text(OUTLET.format("true"), "utf-8")
    (tmp_path / "نسخة.raqib.toml").write_bytes(b"\xff")
    (tmp_path / "deep.toml").write_text(f"a = {'[' * 5000}", "utf-8")
    (tmp_path / "notes.txt").write_text(OUTLET.format("true"), "utf-8")
    assert names() == [
        f"read.{name}" for name in ("broken", "deep", "raqib", "raqib__copy_", "sada", "zaman", "نسخة_raqib")
    ]


def test_a_folder_without_outlets_is_an_import_error_that_says_so(airflow_home: Path, tmp_path: Path) -> None:
    (tmp_path / "off.toml").write_text(OUTLET.format("false"), "utf-8")
    found = parse(DAG_FILE.parent, airflow_home, WARRAQ_OUTLETS=str(tmp_path))
    assert "No outlet is switched on" in str(found["errors"])


def test_a_run_is_one_utc_day(module: ModuleType, airflow_home: Path) -> None:
    from airflow.sdk import CronDataIntervalTimetable
    from airflow.serialization.serialized_objects import DagSerialization

    assert isinstance(module.dag.timetable, CronDataIntervalTimetable)
    scheduled = DagSerialization.from_dict(DagSerialization.to_dict(module.dag))
    first, last = datetime(2026, 11, 18, tzinfo=UTC), datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)
    intervals = [run.data_interval for run in scheduled.iter_dagrun_infos_between(first, last)]
    assert [span.start.date() for span in intervals] == [date(2026, 11, day) for day in (18, 19, 20)]
    assert all(span.end - span.start == timedelta(days=1) for span in intervals)


def test_the_outlets_parameter_takes_known_outlets_only_and_shows_their_names(module: ModuleType) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    param, known = module.dag.params.get_param("outlets"), [outlet.slug for outlet in module.OUTLETS]
    assert param.resolve() == []
    assert param.resolve(known[:2]) == known[:2]
    assert param.schema["examples"] == known == sorted(known)
    assert param.schema["values_display"]["youm7"] == "youm7 · اليوم السابع"
    assert param.schema["values_display"]["eremnews"] == "eremnews · إرم نيوز · switched off"
    with pytest.raises(ParamValidationError, match="nosuch"):
        param.resolve(["nosuch"])


def test_the_day_is_where_the_interval_starts(module: ModuleType) -> None:
    assert module.day_of(context(DAY)) == DAY
    assert module.day_of(context(None)) == date(2026, 11, 19)


@pytest.mark.parametrize(("day", "reason"), [(date(2231, 1, 1), "in the future"), (date(1994, 12, 31), "before")])
def test_an_impossible_day_fails_at_once(module: ModuleType, day: date, reason: str) -> None:
    with pytest.raises(module.AirflowFailException, match=reason):
        module.day_of(context(day))


def test_commands(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRAQ_PYTHON", "/opt/other/bin/python")
    read, check = module.WarraqOperator(task_id="b", outlet="b"), module.WarraqOperator(task_id="check", stage="check")
    run, day = ["/opt/other/bin/warraq", "run"], ["--day", "2026-11-18"]
    assert read.command(DAY, []) == [*run, *day, "--outlet", "b", "--json"]
    assert read.command(DAY, ["a", "b"]) == [*run, *day, "--outlet", "b", "--json"]
    assert check.command(DAY, []) == [*run, "--only", "check", *day, "--json"]
    chosen = ["--outlet", "a", "--outlet", "b"]
    assert check.command(DAY, ["a", "b"]) == [*run, "--only", "check", *day, *chosen, "--json"]


def test_an_outlet_that_is_not_to_be_read_is_skipped(module: ModuleType) -> None:
    on = module.WarraqOperator(task_id="on", outlet="on")
    off = module.WarraqOperator(task_id="off", outlet="off", is_off=True)
    for task, chosen in ((on, ["off"]), (off, []), (off, ["on"])):
        with pytest.raises(module.AirflowSkipException):
            task.command(DAY, chosen)
    assert off.command(DAY, ["off"])  # named, it is read, as on the command line


def test_numbers_go_on_and_text_is_for_the_log(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    outlet = {
        "links": 3, "outcomes": {"loaded": 2, "gone": 1}, "counts": {"crawl": {"documents": 1, "is_whole": True}},
        "failures": [], "notes": ["a: a note."],
    }  # fmt: skip
    (tmp_path / "printed").write_text(json.dumps({"day": "2026-11-18", "outlets": {"a": outlet}}), "utf-8")
    monkeypatch.setenv("WARRAQ_PYTHON", str(fake_warraq(tmp_path, f"echo مهلا >&2\ncat {tmp_path}/printed")))
    done = module.WarraqOperator(task_id="three", outlet="a").execute(context(DAY))
    numbers = {
        "links": 3,
        "outcomes": {"loaded": 2, "gone": 1},
        "counts": {"crawl": {"documents": 1}},
    }
    assert done == {"day": "2026-11-18", "counts": {"outlets": {"a": numbers}}}
    lines = capsys.readouterr().out.splitlines()[-4:]
    said = ["مهلا", "a: links: 2 loaded, 1 gone", "a: crawl: 1 documents", "a: a note."]
    assert [one in line for one, line in zip(said, lines, strict=True)] == [True] * 4, lines


@pytest.mark.parametrize(
    ("exit_code", "exception"),
    [(1, "CommandFailed"), (2, "AirflowFailException"), (3, "AirflowFailException"), (75, "CommandBusy")],
)
@pytest.mark.parametrize("is_told", [True, False], ids=["in JSON", "in a line"])
def test_exit_codes(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exit_code: int, exception: str, is_told: bool
) -> None:
    document = '{"outlets": {"a": {"failures": ["The reason,", "in a sentence."]}}}'
    script = f"echo '{document}'" if is_told else "echo 'The reason, in a sentence.' >&2"
    monkeypatch.setenv("WARRAQ_PYTHON", str(fake_warraq(tmp_path, f"{script}\nexit {exit_code}")))
    expected = rf"a of 2026-11-18 ended with exit code {exit_code}\. The reason, in a sentence\."
    with pytest.raises(getattr(module, exception), match=expected):
        module.WarraqOperator(task_id="four", outlet="a").execute(context(DAY))


def test_a_task_that_is_stopped_at_any_moment_ends_its_command_and_is_not_busy(tmp_path: Path) -> None:
    # A shell would sleep on, where the signal came just before it slept.
    waiting = (
        "import signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, [15]); signal.alarm(60); "
        "signal.sigwait([15]); sys.exit(75)"
    )
    script = f"echo $$ >> {tmp_path}/pids\nexec {sys.executable} -S -c '{waiting}'"
    env = os.environ | {"WARRAQ_PYTHON": str(fake_warraq(tmp_path, script)), "AIRFLOW_HOME": str(tmp_path)}
    command = [sys.executable, "-W", "ignore", "-c", STOPPED, str(DAG_FILE.parent)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pids = (tmp_path / "pids").read_text().split()
    assert pids
    assert not [pid for pid in pids if psutil.pid_exists(int(pid))]


@pytest.mark.parametrize("n_before", [0, 1, 7], ids=["first", "cleared once", "cleared often"])
def test_patience_counts_from_where_a_task_was_begun_anew(module: ModuleType, n_before: int) -> None:
    """Airflow goes on counting when a task is cleared, and puts the most tries that much higher."""
    from airflow.sdk import RetryAction

    def decide(exception: str, nth: int, **bounds: int) -> tuple[str, timedelta | None]:
        policy = module.Patience(**bounds)
        decision = policy.evaluate(getattr(module, exception)("x"), n_before + nth, n_before + module.RETRIES)
        return decision.action.value, decision.retry_delay if decision.action is RetryAction.RETRY else None

    minutes = [timedelta(minutes=n) for n in (1, 2, 4)]
    for exception in ("CommandFailed", "CommandStopped"):
        assert [decide(exception, nth) for nth in (1, 2, 3)] == [("retry", delay) for delay in minutes]
        assert decide(exception, 4) == ("fail", None)
    pauses = [timedelta(minutes=minutes) for minutes in (3, 6, 12, 24, *[30] * 8)]
    assert [decide("CommandBusy", nth) for nth in range(1, 13)] == [("retry", pause) for pause in pauses]
    assert decide("CommandBusy", 13) == ("fail", None)
    assert decide("CommandBusy", 1, failures=1, busy=1) == decide("CommandFailed", 1, failures=1, busy=1)
    assert decide("CommandFailed", 1, failures=1, busy=1) == ("fail", None)


def test_the_verdict_names_outlets_and_causes_in_its_first_line(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    report = {
        "outlets": [
            part("albayan", "2026-11-20T00:00:09+00:00", "albayan: no answer came.", "albayan: a second thing."),
            part("alyaum", "2026-11-20T00:00:09+00:00", "alyaum: its documents hold no link."),
            part("lbci", "2026-11-20T00:00:09+00:00", "lbci: its documents hold no link."),
            part("assabah", "2026-11-19T08:30:00+00:00", "assabah: the disk is full."),
            part("youm7", "2026-11-20T00:00:09+00:00") | {"ended": "under way"},
        ]
    }
    (tmp_path / "report").write_text(json.dumps(report), "utf-8")
    monkeypatch.setenv("WARRAQ_PYTHON", str(fake_warraq(tmp_path, f"cat {tmp_path}/report")))
    bad = ["albayan", "alyaum", "assabah", "lbci", "sputnik-arabic", "youm7"]
    states = {f"read.{slug}": "failed" for slug in bad} | {"read.jawhara-fm": "success", "read.eremnews": "skipped"}
    ti = SimpleNamespace(dag_id="daily_news", run_id="run", get_task_states=lambda **_: {"run": states})
    verdict = module.dag.get_task("verdict").python_callable
    with pytest.raises(module.AirflowFailException), caplog.at_level(logging.ERROR):
        verdict(ti=ti, **context(DAY))
    assert caplog.messages[0] == (
        "2026-11-18 is incomplete: albayan, alyaum, assabah, lbci, sputnik-arabic, youm7 failed. "
        "albayan: no answer came. (Its log has 1 more.) "
        "alyaum, lbci: its documents hold no link. "
        "assabah: its log says why. A run of 2026-11-19 08:30 UTC left this: the disk is full. "
        "sputnik-arabic: its log says why. "
        "youm7: another run of it is still under way."
    )
    states.clear()
    states.update({"read.youm7": "success", "check": "failed"})
    with pytest.raises(module.AirflowFailException, match=r"is incomplete: check failed\. The first line"):
        verdict(ti=ti, **context(DAY))
    states["check"] = "success"
    verdict(ti=ti, **context(DAY))


def part(slug: str, started_at: str, *failures: str) -> dict[str, Any]:
    """An outlet's part of a report, as far as the verdict reads it."""
    return {"outlet": slug, "ended": "failed", "started_at": started_at, "failures": list(failures)}
