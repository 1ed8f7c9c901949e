"""The command line, `warraq`: parses, calls one function, prints; errors become sentences and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import psycopg2
import typer
from psycopg2.extensions import connection as Connection
from rich.console import Console

from pipelines import cli_db, cli_outlets
from pipelines.cli_options import AsJson, AsOf, Day, Outlets, Replay, print_json, read_day, read_moment
from pipelines.failures import told, worst
from pipelines.logs import keep_log
from spiders.errors import ImpossibleRequest, WarraqError

STAGES = ("crawl", "extract", "dedup", "load", "check")

app = typer.Typer(
    help="Warraq (ورّاق) reads the Arabic press every day into a Postgres warehouse.",
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
)  # fmt: skip
app.add_typer(cli_outlets.app, name="outlets")
app.add_typer(cli_db.app, name="db")


@contextmanager
def _warehouse() -> Iterator[Connection]:
    from pipelines.migrate import ensure_schema
    from spiders.warehouse import closing_connection

    with closing_connection() as connection:
        ensure_schema(connection)
        yield connection


@app.command()
def crawl(day: Day, outlet: Outlets = [], replay: Replay = None, as_of: AsOf = None, as_json: AsJson = False) -> None:  # noqa: B006
    """Discover and fetch one day."""
    _run("crawl", day, outlet, replay, as_of, as_json)


@app.command()
def run(
    day: Day, outlet: Outlets = [], replay: Replay = None, as_of: AsOf = None, as_json: AsJson = False,  # noqa: B006
    only: Annotated[
        str | None, typer.Option("--only", metavar="STAGE", help="One stage: crawl, extract, dedup, load, check.")
    ] = None,
) -> None:  # fmt: skip
    """Crawl, extract, dedup, load and check one day."""
    if only is not None and only not in STAGES:
        raise ImpossibleRequest(f"There is no stage {only!r}; the stages are {', '.join(STAGES)}.")
    _run(only, day, outlet, replay, as_of, as_json)


def _run(
    stage: str | None, day: date, slugs: list[str], replay: Path | None, as_of: datetime | None, as_json: bool
) -> None:
    """Runs one stage of a day, or with None all of them, and prints what became of each outlet."""
    from pipelines.broken import fail_broken, missed
    from pipelines.printing import print_run, progress
    from pipelines.run import Request, check_day_is_possible, choose_outlets, run_day
    from spiders.archive import archive_url
    from spiders.warehouse import database_url

    check_day_is_possible(day)
    archive_url()  # one that cannot be written is said before anything is fetched
    if as_of and not replay:
        raise ImpossibleRequest("--as-of is a moment of a recording; name the recording with --replay.")
    chosen = choose_outlets(slugs)
    request = Request(day=day, outlets=chosen, url=database_url(), replay=replay, as_of=as_of)
    lost = missed(chosen.broken, slugs)
    _say_broken(error for slug, error in chosen.broken.items() if slug not in lost)
    with _warehouse() as connection:
        without = fail_broken(connection, stage or "run", day, lost)
        connection.rollback()
        if stage in (None, "crawl"):
            if not replay:
                _ask_for_contact()
            with progress(list(request.outlets)) as (on_progress, on_ended):
                reports = run_day(request, is_loading=stage is None, on_progress=on_progress, on_ended=on_ended)
        else:
            from pipelines.stages import run_stage

            reports = run_stage(connection, stage, request)
    reports += without
    if as_json:
        print_json({"day": day, "outlets": {report.outlet: report.as_json() for report in reports}})
    else:
        print_run(day, reports)
    for sentence in dict.fromkeys(sentence for report in reports for sentence in report.failures):
        _say(sentence)
    if code := worst([code for report in reports for code in report.exit_codes]):
        raise typer.Exit(code)


def _say_broken(broken: Iterable[WarraqError]) -> None:
    """Says what is wrong with outlets' files; the command goes on without them."""
    for error in broken:
        _say(str(error))


def _ask_for_contact() -> None:
    if not os.environ.get("WARRAQ_CONTACT", "").strip():
        _say("Set WARRAQ_CONTACT to a mail address or a page about your crawl, so that the outlets can reach you.")


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(help="A saved HTML page.")],
    url: Annotated[str, typer.Option("--url", help="The address that it came from.")],
    outlet: Annotated[str | None, typer.Option("--outlet", metavar="SLUG")] = None,
    fetched_at: Annotated[datetime | None, typer.Option("--fetched-at", parser=read_moment, metavar="T")] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say also what was taken out, and which dates disagreed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Extract one page into one article, or its outcome."""
    from pipelines.printing import print_extraction
    from pipelines.single import explanation_json, extract_file, extraction_json
    from spiders.outlet import load_outlets

    if outlet is None:
        _say_broken(load_outlets().broken.values())
    found = extract_file(file, url, outlet, fetched_at)
    document = extraction_json(found, url, outlet) | (explanation_json(found) if explain else {})
    print_json(document) if as_json else print_extraction(document)


@app.command()
def ingest(warc: list[Path], outlet: Outlets = [], as_json: AsJson = False) -> None:  # noqa: B006
    """Take pages from WARC files, theirs or ours, as if fetched."""
    from pipelines.ingest import ingest as ingest_files
    from pipelines.printing import print_counts
    from pipelines.run import choose_outlets
    from spiders.warehouse import database_url

    chosen = choose_outlets(outlet)
    _say_broken(chosen.broken.values())
    with _warehouse() as connection:
        counts = ingest_files(connection, warc, chosen, url=database_url())
    print_json(dict(counts)) if as_json else print_counts("ingest", dict(counts))


@app.command()
def dedup(
    file: Annotated[Path, typer.Argument(metavar="FILE.jsonl[.gz]")],
    out: Annotated[Path, typer.Option("--out", metavar="PAIRS.tsv")],
    as_json: AsJson = False,
) -> None:
    """Find the near-duplicates of a file, with no database."""
    from dataclasses import asdict

    from pipelines.dedup_file import dedup_file
    from pipelines.printing import print_counts

    counts = asdict(dedup_file(file, out))
    print_json(counts) if as_json else print_counts("dedup", counts)


@app.command()
def report(day: Day, as_json: AsJson = False) -> None:
    """Say what a day brought: counts by outlet and outcome."""
    from pipelines.report import print_report, report_day, report_json

    with _warehouse() as connection:
        found = report_day(connection, day)
    print_json(report_json(found)) if as_json else print_report(found)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say how the last run of every outlet ended."""
    from pipelines.status import last_runs, print_status, status_json

    with _warehouse() as connection:
        runs = last_runs(connection)
    print_json(status_json(runs)) if as_json else print_status(runs)


@app.command(context_settings={"ignore_unknown_options": True})  # -كلمة is a word to leave out
def search(
    words: Annotated[list[str], typer.Argument(metavar="QUERY")],
    outlet: Outlets = [],  # noqa: B006
    day: Annotated[
        date | None,
        typer.Option("--day", parser=read_day, metavar="DAY", help="Only this day; with --to, the first day."),
    ] = None,
    to: Annotated[date | None, typer.Option("--to", parser=read_day, metavar="DAY", help="The last day.")] = None,
    agency: Annotated[
        list[str],
        typer.Option(
            "--agency", metavar="ID", help="Only texts that credit this agency, such as afp; may be repeated."
        ),
    ] = [],  # noqa: B006
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 20,
    as_json: AsJson = False,
) -> None:
    """Search the articles in Arabic."""
    from pipelines.search import Within, hits_json, nothing_found, print_hits
    from pipelines.search import search as find
    from spiders.warehouse import check_outlets

    if day and to and to < day:
        raise ImpossibleRequest(f"--day {day} is after --to {to}.")
    if typed := [word for word in words if word.startswith("--")]:
        raise ImpossibleRequest(f"There is no option {typed[0]}; `warraq search --help` lists them.")
    query = " ".join(words)
    within = Within(outlets=outlet, since=day, until=to or day, agencies=[name.lower() for name in agency])
    with _warehouse() as connection:
        check_outlets(connection, outlet)
        hits = find(connection, query, limit, within)
        nothing = "" if hits else nothing_found(connection, query, within)
    if as_json:
        print_json(hits_json(hits))
        if nothing:
            _say(nothing)
    else:
        print_hits(hits, nothing)


@app.command()
def diff(url: Annotated[str, typer.Argument(metavar="URL")], as_json: AsJson = False) -> None:
    """Show what was changed in an article, word by word."""
    from pipelines.diff import history, history_json, print_history
    from spiders.outlet import load_outlets

    _say_broken(load_outlets().broken.values())
    with _warehouse() as connection:
        found = history(connection, url)
    print_json(history_json(found)) if as_json else print_history(found)


@app.command()
def export(
    day: Day,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE")],
    to: Annotated[
        date | None, typer.Option("--to", parser=read_day, metavar="DAY", help="The last day, if there are several.")
    ] = None,
    file_format: Annotated[
        str | None,
        typer.Option("--format", metavar="parquet|jsonl|csv", help="By default what the file's name says, or parquet."),
    ] = None,
    outlet: Outlets = [],  # noqa: B006
    originals: Annotated[bool, typer.Option("--originals", help="Leave copies out.")] = False,
    with_text: Annotated[
        bool | None,
        typer.Option(
            "--with-text/--metadata-only",
            help="With or without summary and body; by default without them for a dataset, otherwise with them.",
            show_default=False,
        ),
    ] = None,
    partition: Annotated[
        bool, typer.Option("--partition", help="Write a folder with a file for each month and outlet.")
    ] = False,
    dataset: Annotated[
        bool, typer.Option("--dataset", help="Write a folder to share, with a card, for the package datasets.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an export that is there.")] = False,
) -> None:
    """Write the articles of some days to a file, or to a folder."""
    from pipelines.export.selection import Selection
    from pipelines.export.write import Target, format_of
    from pipelines.export.write import export as write
    from pipelines.printing import print_counts

    text = not dataset if with_text is None else with_text
    selection = Selection(first=day, last=to or day, outlets=tuple(outlet), originals=originals)
    target = Target(
        path=output, file_format=file_format or format_of(output), with_text=text,
        is_partitioned=partition, is_dataset=dataset, force=force,
    )  # fmt: skip
    with _warehouse() as connection:
        n_articles = write(connection, selection, target)
    print_counts("export", {"articles": n_articles} | ({} if text else {"left out": "summary, body"}))


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Check the archive, record by record, and the invariants."""
    from pipelines.verify import print_verification, verification_json
    from pipelines.verify import verify as check

    with _warehouse() as connection:
        found = check(connection)
    print_json(verification_json(found)) if as_json else print_verification(found)
    if found.broken:
        raise typer.Exit(1)


@app.command()
def up(
    daily: Annotated[
        bool | None,
        typer.Option(
            "--daily/--no-daily",
            help="Switch the daily run, which crawls the previous day, on or off.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Start Airflow on this machine; it crawls no outlet unless you ask."""
    from pipelines import service

    service.up(every_day=daily)


@app.command()
def down() -> None:
    """Stop what `up` started."""
    from pipelines import service

    service.down()


def main() -> None:
    """Runs the command line; what a person can put right is a sentence on standard error, never a traceback."""
    keep_log()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Arabic is no reason to fail
    try:
        app()
    except WarraqError as error:
        sys.exit(_say(str(error), error.exit_code))
    except psycopg2.Error as error:
        if (failure := told(error)) is None:
            raise
        sys.exit(_say(*failure))
    except UnicodeEncodeError as error:
        sys.exit(_say(f"An argument or a path is not UTF-8: {error.object[:200]!r}.", ImpossibleRequest.exit_code))
    except OSError as error:
        sys.exit(_say(f"{error.filename or ''}: {error.strerror or error}".strip(": "), 1))


def _say(sentence: str, exit_code: int = 0) -> int:
    Console(stderr=True, highlight=False).print(sentence, markup=False, soft_wrap=True)
    return exit_code
