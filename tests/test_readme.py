"""The README says what runs: its commands, queries, outputs, settings, paths and the TOML example."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import typer
import yaml

from pipelines.article import Outcome
from pipelines.cli import app
from spiders.outlet import load_outlet, load_outlets
from spiders.outlet_record import Outlet

pytestmark = pytest.mark.xdist_group("readme")
ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
DAY = "2026-11-19"
# What is typed here needs the web, a terminal, a server of one's own, or would start and stop services.
NOT_RUN = {"outlets add", "crawl", "db shell", "db stop", "up", "down"}
BY_THE_PROGRAM = {"WARRAQ_SERVICE", "WARRAQ_TEST_HOSTS", "WARRAQ_SHARED"}

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def blocks(language: str) -> list[str]:
    """The contents of the README's fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def shell_lines() -> list[list[str]]:
    """The commands of the README's sh blocks and console prompts, as words."""
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    lines += [span for span in re.findall(r"`(warraq [^`]*)`", README) if "--day 2026" in span]
    lines += [line[2:] for block in blocks("console") for line in block.splitlines() if line.startswith("$ ")]
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def commands() -> list[list[str]]:
    """The arguments of every `warraq` command that the README lets a person type."""
    return [words[words.index("warraq") + 1 :] for words in shell_lines() if _runs_warraq(words)]


def _runs_warraq(words: list[str]) -> bool:
    return words[0] == "warraq" or "with-secrets" in words


def console() -> list[tuple[list[str], list[str]]]:
    """Each command that is shown with its output, and the lines of that."""
    shown = [block.splitlines() for block in blocks("console")]
    return [(shlex.split(lines[0])[2:], [line.rstrip() for line in lines[1:]]) for lines in shown]


def queries() -> list[tuple[str, list[list[str]]]]:
    """Each query with the rows that the README shows below it."""
    shown = [block.splitlines()[2:] for block in blocks("text")]
    rows = [[[cell.strip() for cell in line.split("|")] for line in lines] for lines in shown]
    return list(zip(blocks("sql"), rows, strict=True))


def leaf(arguments: list[str]) -> tuple[str, Any, list[str]]:
    """The command that some arguments name, by name, and the arguments that are its own."""
    command: Any = typer.main.get_command(app)
    path: list[str] = []
    rest = list(arguments)
    while rest and rest[0] in getattr(command, "commands", {}):
        path.append(rest.pop(0))
        command = command.commands[path[-1]]
    return " ".join(path), command, rest


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, set[str]]]:
    """Every command of the tree that does something, with its options."""
    children = getattr(command, "commands", {})
    if not children or getattr(command, "invoke_without_command", False):
        yield (
            " ".join(path),
            {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)},
        )
    for name, child in children.items():
        yield from leaves(child, (*path, name))


def is_run(arguments: list[str]) -> bool:
    """Whether the test runs a command for real: what reads, and a run from a recording."""
    name, _, _ = leaf(arguments)
    return name not in NOT_RUN and (name != "run" or "--replay" in arguments)


@pytest.fixture(scope="module")
def demo(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, str]:
    """The command line over a warehouse with the demo's day, in a folder beside `demo/`, and that warehouse's URL."""
    url = _fresh_database(postgres)
    folder = tmp_path_factory.mktemp("readme")
    (folder / "demo").symlink_to(ROOT / "demo")
    settings = {
        "WARRAQ_HOME": str(folder / "home"), "WARRAQ_DATABASE_URL": url, "WARRAQ_OUTLETS": str(ROOT / "demo/outlets"),
        "COLUMNS": "100",
    }  # fmt: skip
    env = {key: value for key, value in os.environ.items() if not key.startswith("WARRAQ_")} | settings

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pipelines", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=folder, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    done = run("run", "--day", DAY, "--replay", "demo/demo.warc.gz")
    assert done.returncode == 0, done.stderr
    return run, url


def _fresh_database(postgres: str) -> str:
    connection = psycopg2.connect(postgres)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("create database warraq_readme template template_warraq")
    connection.close()
    return postgres.replace("/postgres?", "/warraq_readme?", 1)


def test_the_readme_has_what_is_read_here() -> None:
    """A changed layout must not leave the tests below without work."""
    assert len(commands()) >= 12
    assert len(console()) == 2
    assert len(queries()) == 4


@pytest.mark.parametrize("arguments", commands(), ids=" ".join)
def test_every_command_can_be_parsed(arguments: list[str]) -> None:
    name, command, rest = leaf(arguments)
    assert name, f"there is no `warraq {' '.join(arguments)}`"
    command.make_context(name, rest)


def test_an_outlet_that_cannot_be_added_is_a_sentence(demo: tuple[Run, str]) -> None:
    run, _ = demo
    done = run("outlets", "add", "raqib", "no-address")
    assert done.returncode == 2
    assert done.stderr.strip()


def test_the_table_of_commands_is_that_of_the_command_line() -> None:
    known = dict(leaves(typer.main.get_command(app)))
    told = {}
    for usage in re.findall(r"`warraq ([^`]+)`", README.partition("\n## Commands")[2].partition("\n```sh")[0]):
        name, _, _ = leaf([word for word in usage.split() if word.isalpha()])
        told[name] = set(re.findall(r"(?<!\w)-{1,2}[a-z][a-z-]*", usage))
    assert told.keys() == known.keys()
    for name, options in told.items():
        assert options <= known[name], f"`warraq {name}` has no {', '.join(options - known[name])}"


def test_what_reads_runs(demo: tuple[Run, str]) -> None:
    run, _ = demo
    for arguments in filter(is_run, commands()):
        done = run(*arguments)
        assert done.returncode == 0, f"warraq {' '.join(arguments)}: {done.stderr}"
        assert done.stdout.strip(), f"warraq {' '.join(arguments)} says nothing"


@pytest.mark.parametrize(("arguments", "shown"), console(), ids=lambda value: " ".join(value)[:30])
def test_the_output_that_is_shown_is_the_real_one(
    demo: tuple[Run, str], arguments: list[str], shown: list[str]
) -> None:
    run, _ = demo
    printed = [line.rstrip() for line in run(*arguments).stdout.rstrip().splitlines()]
    assert printed == shown, "the README is to show:\n" + "\n".join(printed)


@pytest.mark.parametrize(("query", "shown"), queries(), ids=["agencies", "copies", "removed", "quarantined"])
def test_the_queries_give_what_is_shown(demo: tuple[Run, str], query: str, shown: list[list[str]]) -> None:
    _, url = demo
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows = [["" if value is None else str(value) for value in row] for row in cursor.fetchall()]
    connection.close()
    assert rows
    assert rows == shown, "the README is to show:\n" + "\n".join(" | ".join(row) for row in rows)


def test_the_makefile_has_every_target() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    told = set(re.findall(r"`make ([a-z]+)`", README)) | {words[1] for words in shell_lines() if words[0] == "make"}
    assert {"demo", "test", "up", "down", "secrets"} <= told
    assert told <= targets


def test_the_containers_that_are_named_exist() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]
    named = [words[2] for words in shell_lines() if words[:2] == ["docker-compose", "exec"]]
    assert named
    assert set(named) <= services.keys()


def test_the_settings_are_those_that_the_code_reads() -> None:
    rows = README.partition("\n## Settings")[2].partition("\n## ")[0]
    told = {name for line in rows.splitlines() if line.startswith("| `") for name in _settings(line.split("|")[1])}
    read = set().union(*(_settings(file.read_text("utf-8")) for file in _code()))
    assert told == read - BY_THE_PROGRAM
    assert _settings(rows) >= BY_THE_PROGRAM


def _settings(text: str) -> set[str]:
    return set(re.findall(r"\bWARRAQ_[A-Z_]+\b", text))


def _code() -> list[Path]:
    folders = ("spiders", "pipelines", "newsroom", "dags", "demo", "bench")
    python = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    container = [file for file in (ROOT / "docker").rglob("*") if file.is_file()]
    return [*python, *container, ROOT / "Dockerfile", ROOT / "docker-compose.yml"]


def test_every_path_exists() -> None:
    links = [target for target in re.findall(r"\]\(([^)]+)\)", README) if "://" not in target]
    named = re.findall(r"\b((?:spiders|pipelines|newsroom|dags|sql|docs|demo|bench|docker)/[\w./-]*)", README)
    missing = [path for path in {*links, *named} if not (ROOT / path.rstrip(".")).exists()]
    assert links
    assert not missing


def test_the_outlets_that_are_named_exist() -> None:
    named = set(re.findall(r"--outlet ([a-z0-9_-]+)", README))
    assert named
    assert named <= load_outlets(ROOT / "spiders/outlets").keys()


def test_the_outlet_of_the_example_has_every_key(tmp_path: Path) -> None:
    (example,) = blocks("toml")
    file = tmp_path / "raqib.toml"
    file.write_text(example, "utf-8")
    load_outlet(file)
    keys = set(re.findall(r"^(?:\[)?(\w+)", example, re.MULTILINE))
    ours = {name for name in Outlet.__dataclass_fields__ if name not in ("slug", "selectors_valid_until")}
    assert ours <= keys


def test_every_outcome_is_explained() -> None:
    rows = README.partition("\n## Outcomes")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)`", rows, re.MULTILINE) == [outcome.value for outcome in Outcome]


def test_the_scripts_that_measure_exist() -> None:
    scripts = re.findall(r"`python (bench/\w+\.py)", README)
    assert len(scripts) >= 3
    assert all((ROOT / script).is_file() for script in scripts)
    assert README.count("<!-- end -->") == len(re.findall(r"<!-- (?!end)", README))
