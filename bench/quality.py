"""How right and how fast Warraq and its peers are on pages whose truth is known.

    python bench/quality.py [FOLDER]... [--no-peers] [--profile] [--json | --write]

A FOLDER holds `<name>/page.html.gz` and `<name>/gold.json`; docs/quality.md describes the format, and what is measured.
Each library runs in a process of its own; the peers in an environment of the benchmark's own, made at the first run.
Exits with 1 where Warraq is behind a peer or under a floor of bench/quality.toml.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import select
import statistics
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.peers.environment import environment
from bench.peers.extractors import EXTRACTORS
from bench.quality_profile import Step, profile
from bench.quality_report import print_report, write_report
from bench.scores import Scores, Verdict, body_scores, day_verdict, leaks, names_verdict, title_right
from spiders.charset import decode

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = (Path(os.environ.get("WARRAQ_SHARED", ROOT.parent / "shared")) / "data/pages", ROOT / "tests/pages")
TIMEOUT = 60  # seconds that a library has for a page
Job = dict[str, Any]
Answer = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """How right one library was on one page; `authors` and `agencies` are null where it has no such field."""

    words: Scores
    rouge: Scores
    title: bool
    day: Verdict
    authors: Verdict | None
    agencies: Verdict | None
    n_leaks: int
    seconds: float


def main() -> int:
    """Measures, prints or writes, and gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", metavar="FOLDER", nargs="*", type=Path, help="pages with their truth")
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True, help="measure the peers too")
    parser.add_argument("--rounds", type=int, default=3, help="how often each page is timed; the median counts")
    parser.add_argument("--profile", action="store_true", help="show where Warraq's time goes")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--write", action="store_true", help="renew docs/quality.md and docs/quality.svg")
    asked = parser.parse_args()
    pages = {folder: read_jobs(folder) for folder in asked.folders or [path for path in FOLDERS if read_jobs(path)]}
    if empty := [str(folder) for folder, jobs in pages.items() if not jobs] or ([] if pages else [str(FOLDERS[-1])]):
        parser.error(f"{', '.join(empty)} holds no page.html.gz with a gold.json that describes an article.")
    python, absent = environment() if asked.peers else (Path(sys.executable), {})
    names = list(EXTRACTORS) if asked.peers else ["warraq"]
    report = [measure_folder(folder, jobs, names, python, absent, asked.rounds) for folder, jobs in pages.items()]
    steps: list[Step] = (
        profile([job for jobs in pages.values() for job in jobs]) if asked.profile or asked.write else []
    )
    faults = [fault for measured in report for fault in find_faults(measured)]
    if asked.write:
        write_report(ROOT / "docs", report, steps, python)
    print_report(report, steps, faults, as_json=asked.json)
    return 1 if faults else 0


def read_jobs(folder: Path) -> list[Job]:
    """The articles of a folder: name, file, address, the text that a browser would read, and the truth.

    Pages that are not articles, and pages whose day only a feed gives (`hint`), are left out.
    """
    jobs = []
    for file in sorted(folder.glob("*/page.html.gz")):
        gold = json.loads((file.parent / "gold.json").read_text(encoding="utf-8"))
        if not gold.get("reason") and not gold.get("hint"):
            text, _ = decode(gzip.decompress(file.read_bytes()), None)
            jobs.append({"page": file.parent.name, "file": str(file), "url": gold["url"], "text": text, "gold": gold})
    return jobs


def measure_folder(
    folder: Path, jobs: list[Job], names: list[str], python: Path, absent: dict[str, str], rounds: int
) -> dict[str, Any]:
    """The summaries of all libraries on a folder, the pages that failed, and what was not installed."""
    libraries, failures, absent = [], [], dict(absent)
    for name in names:
        if name in absent:
            continue
        own = Path(sys.executable) if name == "warraq" else python
        greeting, *told = answers(own, name, jobs, rounds)
        if "version" not in greeting:
            absent[name] = greeting["error"]
            continue
        first, timed = told[: len(jobs)], told[len(jobs) :]
        seconds = [statistics.median(answer["seconds"] for answer in timed[n :: len(jobs)]) for n in range(len(jobs))]
        results = {job["page"]: judge(job, *told) for job, *told in zip(jobs, first, seconds, strict=True)}
        libraries.append({"library": name, **greeting, **summarize(results)})
        failures += [
            {"library": name, "page": job["page"], "error": answer["error"]}
            for job, answer in zip(jobs, first, strict=True)
            if "error" in answer
        ]
    place = os.path.relpath(folder, ROOT)
    return {"folder": place, "n_pages": len(jobs), "libraries": libraries, "failures": failures, "absent": absent}


def answers(python: Path, name: str, jobs: list[Job], rounds: int) -> Iterator[Answer]:
    """A library's greeting, then its answers to all jobs, once to warm up and `rounds` times more.

    One that dies or hangs is started anew for the next page, and not asked again about this one.
    """
    process, greeting = _start(python, name)
    yield greeting
    lost: dict[str, Answer] = {}
    for job in jobs * (1 + rounds) if "version" in greeting else ():
        if process.poll() is not None:
            process, _ = _start(python, name)
        answer = lost.get(job["page"]) or _ask(process, json.dumps(job).encode() + b"\n")
        if "seconds" not in answer:
            lost[job["page"]] = answer = {"seconds": float(TIMEOUT)} | answer
        yield answer
    process.kill()
    process.wait()


def _start(python: Path, name: str) -> tuple[subprocess.Popen[bytes], Answer]:
    """The process of a library, and its greeting."""
    process = subprocess.Popen(
        [python, "-m", "bench.peers.worker", name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    return process, _ask(process, b"")


def _ask(process: subprocess.Popen[bytes], line: bytes) -> Answer:
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(line)
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], TIMEOUT)
        told = process.stdout.readline() if ready else b""
    except BrokenPipeError:
        ready, told = [process.stdout], b""
    if told:
        return json.loads(told)  # type: ignore[no-any-return]
    process.kill()
    process.wait()
    return {"error": "the process died" if ready else f"no answer in {TIMEOUT} s"}


def judge(job: Job, answer: Answer, seconds: float) -> Result:
    """How right an answer is."""
    gold, body = job["gold"], answer.get("paragraphs") or []
    words, rouge = body_scores(body, gold["body"], gold.get("tolerated", ()))
    true_day = date.fromisoformat(gold["published_on"]) if gold["published_on"] else None
    told = {field: answer[field] for field in ("authors", "agencies") if answer.get(field) is not None}
    verdicts = {field: names_verdict(names, gold.get(field) or ()) for field, names in told.items()}
    return Result(
        words=words,
        rouge=rouge,
        title=title_right(answer.get("title"), gold["title"], gold.get("title_alternatives", ())),
        day=day_verdict(_moment(answer.get("published")), true_day, _timezone(gold)),
        authors=verdicts.get("authors"),
        agencies=verdicts.get("agencies"),
        n_leaks=len(leaks(body, gold.get("must_not", ()))),
        seconds=seconds,
    )


def _moment(told: str | None) -> date | datetime | None:
    if not told:
        return None
    return datetime.fromisoformat(told) if len(told) > 10 else date.fromisoformat(told)


def _timezone(gold: dict[str, Any]) -> tzinfo | None:
    """The outlet's zone as the truth names it, else the offset of the true instant."""
    if gold.get("timezone"):
        return ZoneInfo(gold["timezone"])
    moment = _moment(gold.get("published_at"))
    return moment.tzinfo if isinstance(moment, datetime) else None


def summarize(results: dict[str, Result]) -> dict[str, Any]:
    """Means over the pages, counts of verdicts, and the results themselves by page."""

    mean, all_pages = statistics.fmean, list(results.values())
    return {
        "precision": mean(r.words.precision for r in all_pages),
        "recall": mean(r.words.recall for r in all_pages),
        "f1": mean(r.words.f1 for r in all_pages),
        "least_f1": min(r.words.f1 for r in all_pages),
        "rouge_precision": mean(r.rouge.precision for r in all_pages),
        "rouge_recall": mean(r.rouge.recall for r in all_pages),
        "rouge_f1": mean(r.rouge.f1 for r in all_pages),
        "titles": mean(float(r.title) for r in all_pages),
        "days": Counter(r.day for r in all_pages),
        "authors": Counter(r.authors for r in all_pages if r.authors),
        "agencies": Counter(r.agencies for r in all_pages if r.agencies),
        "leaks": sum(r.n_leaks for r in all_pages),
        "seconds": mean(r.seconds for r in all_pages),
        "by_page": {page: asdict(result) for page, result in results.items()},
    }


def find_faults(measured: dict[str, Any]) -> list[str]:
    """Sentences on where Warraq is under a floor, or behind a peer."""
    floors = tomllib.loads((ROOT / "bench/quality.toml").read_text(encoding="utf-8"))
    floors |= floors.pop("folder").get(measured["folder"], {})
    by_name = {row["library"]: row for row in measured["libraries"]}
    ours = by_name.pop("warraq", None)
    if ours is None:
        return [f"{measured['folder']}: Warraq did not start: {measured['absent'].get('warraq')}"]
    faults = [
        f"{measured['folder']}: {key} is {ours[key]:.4f}, the floor is {floors[key]}"
        for key in ("mean_f1", "least_f1", "titles")
        if (ours := ours | {"mean_f1": ours["f1"]})[key] < floors[key]
    ]
    if ours["days"]["wrong"] > floors["days_wrong"]:
        faults.append(f"{measured['folder']}: {ours['days']['wrong']} days are wrong, at most {floors['days_wrong']}")
    if (peer := by_name.get("trafilatura")) and ours["seconds"] > floors["seconds_ratio"] * peer["seconds"]:
        ratio = ours["seconds"] / peer["seconds"]
        faults.append(f"{measured['folder']}: time is {ratio:.2f} of trafilatura's, at most {floors['seconds_ratio']}")
    for name, row in by_name.items():
        for measure, mine, theirs in _compared(ours, row):
            if mine < theirs:
                faults.append(f"{measured['folder']}: behind {name} in {measure}")
    return faults


def _compared(ours: dict[str, Any], peer: dict[str, Any]) -> Iterator[tuple[str, float, float]]:
    """Measures in which no peer may be ahead; more is better."""
    yield "body F1", ours["f1"], peer["f1"]
    yield "titles", ours["titles"], peer["titles"]
    yield "days right", ours["days"]["right"], peer["days"]["right"]
    yield "days wrong", -ours["days"]["wrong"], -peer["days"]["wrong"]
    yield "leaks", -ours["leaks"], -peer["leaks"]


if __name__ == "__main__":
    sys.exit(main())
