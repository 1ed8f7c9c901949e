"""The benchmark's tables: for a person, for docs/quality.md, and as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.quality_profile import Step

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- written by bench/quality.py -->", "<!-- end of what bench/quality.py writes -->"
HEADER = (
    "library", "precision", "recall", "F1", "least F1", "ROUGE-LSum P / R / F1", "titles",
    "day: right / missing / wrong", "authors", "agencies", "leaks", "ms a page",
)  # fmt: skip
Report = list[dict[str, Any]]


def print_report(report: Report, steps: list[Step], faults: list[str], *, as_json: bool) -> None:
    """Prints to standard output: JSON, or rich tables on a terminal, else Markdown."""
    if as_json:
        told = {"folders": report, "steps": [asdict(step) for step in steps], "faults": faults}
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    if not sys.stdout.isatty():
        print(markdown(report, steps))
    else:
        _print_rich(report, steps)
    for fault in faults:
        print(f"fault: {fault}", file=sys.stderr)


def _print_rich(report: Report, steps: list[Step]) -> None:
    console = Console()
    for measured in report:
        console.print(_rich(f"{measured['folder']}: {measured['n_pages']} pages", HEADER, _rows(measured)))
        for note in _notes(measured):
            console.print(note, markup=False)
    if steps:
        console.print(_rich("where Warraq's time goes", STEP_HEADER, _step_rows(steps)))


def write_report(docs: Path, report: Report, steps: list[Step], python: Path) -> None:
    """Renews what stands between the two marks of docs/quality.md, and draws docs/quality.svg."""
    path = docs / "quality.md"
    before, rest = path.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    path.write_text(f"{before}{BEGIN}\n\n{markdown(report, steps)}\n{END}{after}", encoding="utf-8")
    command = [str(python), "-m", "bench.peers.picture", str(docs / "quality.svg")]
    if subprocess.run(command, input=json.dumps(report), text=True, check=False, cwd=ROOT).returncode:
        print("quality.svg was not drawn.", file=sys.stderr)


def markdown(report: Report, steps: list[Step]) -> str:
    """All tables, each under its heading."""
    parts = []
    for measured in report:
        parts.append(
            f"### `{measured['folder']}`: {measured['n_pages']} pages\n\n{_markdown(HEADER, _rows(measured))}\n"
        )
        parts.extend(f"{note}\n" for note in _notes(measured))
    if steps:
        parts.append(f"### Where Warraq's time goes\n\n{_markdown(STEP_HEADER, _step_rows(steps))}\n")
    return "\n".join(parts)


def _rows(measured: dict[str, Any]) -> list[tuple[str, ...]]:
    rows = [
        (
            f"{row['library']} {row['version']}",
            f"{row['precision']:.3f}",
            f"{row['recall']:.3f}",
            f"{row['f1']:.3f}",
            f"{row['least_f1']:.3f}",
            " / ".join(f"{row[f'rouge_{part}']:.3f}" for part in ("precision", "recall", "f1")),
            f"{row['titles']:.0%}",
            _verdicts(row["days"]),
            _verdicts(row["authors"]),
            _verdicts(row["agencies"]),
            str(row["leaks"]),
            f"{1000 * row['seconds']:.1f}",
        )
        for row in measured["libraries"]
    ]
    return rows + [(name, "not installed", *[""] * (len(HEADER) - 2)) for name in measured["absent"]]


def _verdicts(counts: dict[str, int]) -> str:
    if not counts:
        return "–"
    return " / ".join(str(counts.get(verdict, 0)) for verdict in ("right", "missing", "wrong"))


def _notes(measured: dict[str, Any]) -> list[str]:
    failed = [f"{row['library']} gave nothing of {row['page']}: {row['error']}." for row in measured["failures"]]
    return [*failed, *(f"{name} is not installed: {reason}." for name, reason in measured["absent"].items())]


STEP_HEADER = ("step", "ms a page", "share")


def _step_rows(steps: list[Step]) -> list[tuple[str, ...]]:
    names = [f"… in {step.within}: {step.name}" if step.within else step.name for step in steps]
    return [(name, f"{step.milliseconds:.2f}", f"{step.share:.0%}") for name, step in zip(names, steps, strict=True)]


def _markdown(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    marks = ("---", *["--:"] * (len(header) - 1))
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, marks, *rows))


def _rich(title: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left")
    for number, name in enumerate(header):
        table.add_column(name, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    return table
