"""The daily DAG by itself: no database, no scheduler, no command is run but fakes."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
DAG_FILE = ROOT / "dags" / "daily_news.py"
LIGHT = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
names = ("scrapy", "trafilatura", "lxml", "psycopg2", "pyarrow", "pipelines", "spiders", "newsroom")
heavy = [name for name in names if name in sys.modules]
print(json.dumps({"errors": bag.import_errors, "dags": list(bag.dags), "heavy": heavy}))
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
    found = {"params": {"outlets": outlets or []}, "dag_run": SimpleNamespace(run_after=run_after)}
    return found | ({"data_interval_start": start} if start else {})


def fake_warraq(folder: Path, script: str) -> Path:
    """A `python` with a `warraq` beside it that is this shell script; gives the python."""
    (folder / "warraq").write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    (folder / "warraq").chmod(0o755)
    return folder / "python"


def test_imports_without_errors_or_heavy_modules(airflow_home: Path) -> None:
    found = parse(DAG_FILE.parent, airflow_home)
    assert found == {"errors": {}, "dags": ["daily_news"], "heavy": []}


def test_outlets_are_the_enabled_files_of_the_folder_sorted(module: ModuleType) -> None:
    files = (ROOT / "spiders" / "outlets").glob("*.toml")
    enabled = [file.stem for file in files if tomllib.loads(file.read_text("utf-8")).get("enabled", True)]
    assert sorted(enabled) == module.OUTLETS
    assert module.crawl.expand_input.value == {"outlet": module.OUTLETS}


def test_order_rules_retries_and_limits(module: ModuleType) -> None:
    dag = module.dag
    order = ["crawl", "extract", "dedup", "load", "check", "verdict"]
    assert [task.task_id for task in dag.topological_sort()] == order
    for before, after in pairwise(order):
        assert dag.get_task(before).downstream_task_ids == {after}
    for task in dag.tasks:
        assert task.trigger_rule == "all_done"
        assert task.retries >= 1
        assert task.retry_exponential_backoff == 2.0
        assert task.execution_timeout <= timedelta(hours=4)
        assert task.pool == "default_pool"
    assert dag.get_task("crawl").partial_kwargs["map_index_template"] == "{{ task.outlet }}"
    assert dag.max_active_runs == 1
    assert not dag.catchup
    assert dag.description
    assert dag.tags
    assert dag.owner == "warraq"
    assert "Override parameters on existing runs" in dag.doc_md


def test_a_run_is_one_utc_day(module: ModuleType, airflow_home: Path) -> None:
    from airflow.sdk import CronDataIntervalTimetable
    from airflow.serialization.serialized_objects import DagSerialization

    assert isinstance(module.dag.timetable, CronDataIntervalTimetable)
    scheduled = DagSerialization.from_dict(DagSerialization.to_dict(module.dag))
    first, last = datetime(2026, 11, 18, tzinfo=UTC), datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC)
    intervals = [run.data_interval for run in scheduled.iter_dagrun_infos_between(first, last)]
    assert [span.start.date() for span in intervals] == [date(2026, 11, day) for day in (18, 19, 20)]
    assert all(span.end - span.start == timedelta(days=1) for span in intervals)


def test_the_outlets_parameter_takes_known_outlets_only(module: ModuleType) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    param = module.dag.params.get_param("outlets")
    assert param.resolve() == []
    assert param.resolve(module.OUTLETS[:2]) == module.OUTLETS[:2]
    assert param.schema["examples"] == module.OUTLETS
    with pytest.raises(ParamValidationError, match="nosuch"):
        param.resolve(["nosuch"])


def test_switched_off_outlets_are_left_out_and_broken_files_are_kept(module: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "zaman.toml").write_text('name = "زمان"\n', "utf-8")
    (tmp_path / "off.toml").write_text("enabled = false\n", "utf-8")
    (tmp_path / "broken.toml").write_text("enabled = \n", "utf-8")
    (tmp_path / "notes.txt").write_text("enabled = true\n", "utf-8")
    assert module.enabled_outlets(tmp_path) == ["broken", "zaman"]


def test_a_folder_without_outlets_is_an_import_error_that_says_so(airflow_home: Path, tmp_path: Path) -> None:
    found = parse(DAG_FILE.parent, airflow_home, WARRAQ_OUTLETS=str(tmp_path))
    assert "No outlet is switched on" in str(found["errors"])


def test_the_day_is_where_the_interval_starts(module: ModuleType) -> None:
    assert module.day_of(context(date(2026, 11, 18))) == date(2026, 11, 18)
    assert module.day_of(context(None)) == date(2026, 11, 19)


@pytest.mark.parametrize(("day", "reason"), [(date(2231, 1, 1), "in the future"), (date(1994, 12, 31), "before")])
def test_an_impossible_day_fails_at_once(module: ModuleType, day: date, reason: str) -> None:
    with pytest.raises(module.AirflowFailException, match=reason):
        module.day_of(context(day))


def test_commands(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRAQ_PYTHON", "/opt/other/bin/python")
    crawl = module.WarraqOperator(task_id="one", stage="crawl", outlet="b")
    load = module.WarraqOperator(task_id="two", stage="load")
    day = date(2026, 11, 18)
    begin = ["/opt/other/bin/warraq"]
    end = ["--day", "2026-11-18"]
    assert crawl.command(day, []) == [*begin, "crawl", *end, "--outlet", "b", "--json"]
    assert crawl.command(day, ["a", "b"]) == [*begin, "crawl", *end, "--outlet", "b", "--json"]
    assert load.command(day, []) == [*begin, "run", "--only", "load", *end, "--json"]
    chosen = ["--outlet", "a", "--outlet", "b"]
    assert load.command(day, ["a", "b"]) == [*begin, "run", "--only", "load", *end, *chosen, "--json"]
    with pytest.raises(module.AirflowSkipException):
        crawl.command(day, ["a"])


def test_counts_go_on_and_text_does_not(module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printed = '{"n_pages": 3, "day": "x", "outlets": {"a": {"loaded": 2, "error": "long text"}}}'
    monkeypatch.setenv("WARRAQ_PYTHON", str(fake_warraq(tmp_path, f"echo progress >&2\necho '{printed}'")))
    done = module.WarraqOperator(task_id="three", stage="load").execute(context(date(2026, 11, 18)))
    assert done == {"day": "2026-11-18", "counts": {"n_pages": 3, "outlets": {"a": {"loaded": 2}}}}


@pytest.mark.parametrize(
    ("exit_code", "exception"),
    [(1, "CommandFailed"), (2, "AirflowFailException"), (3, "AirflowFailException"), (75, "CommandBusy")],
)
def test_exit_codes(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exit_code: int, exception: str
) -> None:
    script = f"echo 'The reason, in a sentence.' >&2\nexit {exit_code}"
    monkeypatch.setenv("WARRAQ_PYTHON", str(fake_warraq(tmp_path, script)))
    operator = module.WarraqOperator(task_id="four", stage="crawl", outlet="a")
    with pytest.raises(getattr(module, exception), match=r"crawl of 2026-11-18 a .* The reason, in a sentence\."):
        operator.execute(context(date(2026, 11, 18)))


def test_a_stopped_task_ends_its_command(module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARRAQ_PYTHON", str(fake_warraq(tmp_path, "sleep 60")))
    operator = module.WarraqOperator(task_id="five", stage="load")
    with ThreadPoolExecutor() as pool:
        running = pool.submit(operator.execute, context(date(2026, 11, 18)))
        while operator.process.sub_process is None:
            time.sleep(0.01)
        operator.on_kill()
        with pytest.raises(module.CommandFailed, match="exit code -15"):
            running.result(timeout=20)


def test_patience(module: ModuleType) -> None:
    from airflow.sdk import RetryAction

    decide = module.Patience().evaluate
    assert decide(module.CommandFailed("x"), 1, 12).action is RetryAction.DEFAULT
    assert decide(module.CommandFailed("x"), 4, 12).action is RetryAction.FAIL
    assert decide(module.CommandBusy("x"), 9, 12).action is RetryAction.RETRY


def test_the_verdict_names_the_outlets_that_failed(module: ModuleType) -> None:
    slug = module.OUTLETS[1]
    states = {"crawl_0": "success", "crawl_1": "failed", "load": "upstream_failed", "check": "skipped"}
    given = {"run": states}
    ti = SimpleNamespace(dag_id="daily_news", run_id="run", get_task_states=lambda **_: given)
    verdict = module.dag.get_task("verdict").python_callable
    with pytest.raises(module.AirflowFailException, match=rf"2026-11-18 is not whole: {slug}, load failed"):
        verdict(ti=ti, **context(date(2026, 11, 18)))
    given["run"] = {"crawl_0": "success", "crawl_1": "skipped"}
    verdict(ti=ti, **context(date(2026, 11, 18)))
