"""The benchmark of extraction: its scores, its table, and when it fails. No peer is installed or run here."""

import doctest
import gzip
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bench import quality, quality_report, scores

ROOT = Path(__file__).resolve().parents[1]
LINES = [
    "أقرت اللجنة العليا أمس الخطة الجديدة للتعليم بعد مناقشات استمرت ثلاثة أيام.",
    "وقال رئيس اللجنة إن التنفيذ سيبدأ مطلع العام المقبل في خمس محافظات.",
]
GOLD: dict[str, Any] = {
    "url": "https://www.raqib.tld/news/7",
    "title": "اللجنة تقر الخطة الجديدة للتعليم",
    "title_alternatives": [],
    "body": LINES,
    "tolerated": ["كتبت: سارة علي"],
    "published_at": "2026-11-19T00:28:27+02:00",
    "published_on": "2026-11-19",
    "authors": ["سارة علي"],
    "agencies": [],
    "must_not": ["جميع الحقوق محفوظة"],
    "timezone": "Africa/Cairo",
    "fetched_at": "2026-11-20T12:00:00+00:00",
}


def put(folder: Path, name: str, **changes: Any) -> None:
    """One page of the benchmark, whose truth has some changes."""
    html = (
        f"<html><head><meta charset='utf-8'><title>{GOLD['title']} - الرقيب</title>"
        "<meta property='article:published_time' content='2026-11-18T22:28:27Z'></head>"
        f"<body><nav><a href='/'>الرئيسية</a></nav><h1>{GOLD['title']}</h1><article><p>كتبت: سارة علي</p>"
        f"<p>{LINES[0]}</p><p>{LINES[1]}</p></article><footer>جميع الحقوق محفوظة</footer></body></html>"
    )
    (folder / name).mkdir(parents=True)
    (folder / name / "page.html.gz").write_bytes(gzip.compress(html.encode(), mtime=0))
    (folder / name / "gold.json").write_text(json.dumps(GOLD | changes, ensure_ascii=False), encoding="utf-8")


def bench(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "bench/quality.py", "--no-peers", "--rounds", "1", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_examples_of_the_scores_are_true() -> None:
    failed, tried = doctest.testmod(scores)
    assert (failed, tried > 10) == (0, True)


def test_rouge_of_a_whole_article() -> None:
    long = [f"{line} الفقرة {number}" for number in range(80) for line in LINES]
    assert scores.rouge_lsum(long, long) == scores.Scores(1.0, 1.0, 1.0)
    assert scores.rouge_lsum(long[:80], long).recall == 0.5


def test_a_table_and_no_fault(tmp_path: Path) -> None:
    put(tmp_path, "one")
    put(tmp_path, "two", reason="not_article")
    put(tmp_path, "three", hint="2026-11-19")
    done = bench(tmp_path, "--profile")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 pages" in done.stdout
    (row,) = [line for line in done.stdout.splitlines() if line.startswith("| warraq")]
    assert (
        "| 1.000 | 1.000 | 1.000 | 1.000 | 1.000 / 1.000 / 1.000 | 100% | 1 / 0 / 0 | 1 / 0 / 0 | 1 / 0 / 0 | 0 |"
        in row
    )
    assert "| body |" in done.stdout


def test_json_and_a_page_whose_truth_is_another(tmp_path: Path) -> None:
    put(tmp_path, "one")
    put(tmp_path, "two", title="عنوان آخر", published_on="2026-11-18", must_not=["رئيس اللجنة"], authors=[])
    done = bench(tmp_path, "--json")
    told = json.loads(done.stdout)
    (row,) = told["folders"][0]["libraries"]
    assert (row["library"], row["titles"], row["leaks"]) == ("warraq", 0.5, 1)
    assert row["days"] == row["authors"] == {"right": 1, "wrong": 1}
    assert not row["by_page"]["two"]["title"]
    assert done.returncode == 1
    assert [fault.partition(": ")[2].split(",")[0] for fault in told["faults"]] == [
        "titles is 0.5000",
        "1 days are wrong",
    ]


def test_a_page_that_gives_nothing_is_said(tmp_path: Path) -> None:
    put(tmp_path, "one", url="https://www.raqib.tld/tags/7")
    done = bench(tmp_path)
    assert done.returncode == 1
    assert "warraq gave nothing of one: ValueError: quarantined (not_article)." in done.stdout


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    done = bench(tmp_path)
    assert done.returncode == 2
    assert "holds no page.html.gz" in done.stderr


def row(library: str, **changes: Any) -> dict[str, Any]:
    good = {
        "f1": 0.995,
        "least_f1": 0.98,
        "titles": 1.0,
        "days": Counter(right=9, missing=1),
        "leaks": 0,
        "seconds": 0.01,
    }
    return {"library": library} | good | changes


@pytest.mark.parametrize(
    ("peer", "fault"),
    [
        (row("trafilatura", seconds=0.031), None),
        (row("trafilatura", seconds=0.029), "time is 0.34 of trafilatura's"),
        (row("goose3", f1=0.996), "behind goose3 in body F1"),
        (row("goose3", days=Counter(right=10)), "behind goose3 in days right"),
        (row("goose3", days=Counter(right=8, wrong=2), titles=0.9, leaks=3), None),
    ],
)
def test_what_is_a_fault(peer: dict[str, Any], fault: str | None) -> None:
    faults = quality.find_faults({"folder": "x", "libraries": [row("warraq"), peer]})
    assert [bool(fault and fault in found) for found in faults] == ([True] if fault else [])


def test_small_pages_have_a_floor_of_time_of_their_own() -> None:
    rows = [row("warraq", seconds=0.01), row("trafilatura", seconds=0.01)]
    faults = [quality.find_faults({"folder": folder, "libraries": rows}) for folder in ("x", "tests/pages")]
    assert [len(found) for found in faults] == [1, 0]


def test_a_floor_that_is_missed() -> None:
    low = row("warraq", f1=0.98, least_f1=0.96, days=Counter(wrong=1))
    assert len(quality.find_faults({"folder": "x", "libraries": [low]})) == 3


@pytest.mark.parametrize(
    ("does", "said"),
    [("exit", "the process died"), ("sleep 9", "no answer in 1 s")],
)
def test_a_library_that_dies_or_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str, said: str) -> None:
    python = tmp_path / "python"
    loop = f"while read job; do case $job in *bad*) {does};; esac; echo '{{\"seconds\": 1}}'; done"
    python.write_text(f"#!/bin/sh\necho '{{\"version\": 1}}'\n{loop}\n", encoding="utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(quality, "TIMEOUT", 1)
    jobs = [{"page": "bad"}, {"page": "good"}]
    _, *told = quality.answers(python, "x", jobs, 1)
    assert [answer.get("error") for answer in told] == [said, None, said, None]


def test_a_library_that_does_not_start_is_not_installed(tmp_path: Path) -> None:
    put(tmp_path, "one")
    measured = quality.measure_folder(tmp_path, quality.read_jobs(tmp_path), ["goose3"], Path("/bin/false"), {}, 1)
    assert measured["absent"] == {"goose3": "the process died"}
    assert "| goose3 | not installed |" in quality_report.markdown([measured], [])


def test_the_document_is_renewed_between_its_marks(tmp_path: Path) -> None:
    document = tmp_path / "quality.md"
    document.write_text(f"قبل\n{quality_report.BEGIN}\nold\n{quality_report.END}\nبعد\n", encoding="utf-8")
    measured = {"folder": "x", "n_pages": 1, "libraries": [], "failures": [], "absent": {"goose3": "no wheel"}}
    for _ in range(2):
        quality_report.write_report(tmp_path, [measured], [], Path("/bin/true"))
    text = document.read_text(encoding="utf-8")
    assert text.startswith("قبل\n")
    assert text.endswith("بعد\n")
    assert "old" not in text
    assert text.count("goose3 is not installed: no wheel.") == 1


def test_the_document_has_its_marks() -> None:
    text = (ROOT / "docs/quality.md").read_text(encoding="utf-8")
    assert text.count(quality_report.BEGIN) == text.count(quality_report.END) == 1
    pins = (ROOT / "bench/peers/requirements.txt").read_text(encoding="utf-8")
    assert "://" not in pins
    assert all(
        line in pins for line in ("trafilatura==", "newspaper4k==", "news-please==", "goose3==", "resiliparse==")
    )
