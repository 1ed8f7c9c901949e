"""Where Warraq's time goes: the parts of an extraction, as Python's profiler sees them."""

from __future__ import annotations

import cProfile
import gzip
import pstats
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.peers.extractors import Given, warraq

Function = tuple[str, int, str]  # file, line, name
Row = tuple[int, int, float, float]  # calls, primitive calls, seconds in itself, seconds with what it calls
Stats = dict[Function, tuple[int, int, float, float, dict[Function, Row]]]
ROOT = Path(__file__).resolve().parents[1]
CALLER = "pipelines/extract"
NAMES = {
    "spiders/charset": "decode",
    "pipelines/tree": "tree: parse, find, read",
    "pipelines/publication": "dates",
    "pipelines/classify": "is it an article",
    "~": "C, mostly lxml",
}
LEAST = 0.01  # share of a step that has a line of its own


@dataclass(frozen=True, slots=True)
class Step:
    """A part of an extraction; `share` of all its time, from 0 to 1; `within` is the step that it is a part of."""

    name: str
    milliseconds: float
    share: float
    within: str | None = None


def profile(jobs: list[dict[str, Any]]) -> list[Step]:
    """The steps that `pipelines.extract` calls, the dearest first, each with its parts; means of a page.

    Two levels of calls, summed by module, so that a function that moves is still counted; in the end, what the
    libraries that our modules call take in all steps. Shares are of the profiled time, in which calls in Python are
    dearer than those in C; milliseconds are these shares of the CPU time that a page takes without the profiler.
    """
    stats, seconds = _profiled(jobs)
    whole = sum(row[3] for (file, _, name), row in stats.items() if _module(file) == CALLER and name == "extract")

    def steps(times: dict[str, float], within: str | None = None) -> list[Step]:
        found = [Step(_name(module), 1000 * seconds * t / whole, t / whole, within) for module, t in times.items()]
        return sorted((step for step in found if step.share >= LEAST), key=lambda step: -step.share)

    outer = _callees(stats, CALLER)
    parts = {module: _callees(stats, module) for module in outer if module != "~"}
    inner = {
        _name(module): steps(times, _name(module))
        for module, times in parts.items()
        # Of a module that serves the other steps too, nobody can tell for whom its parts worked.
        if sum(others.get(module, 0.0) for others in parts.values()) < 0.1 * outer[module]
    }
    return [
        *(line for step in steps(outer) for line in (step, *inner.get(step.name, ()))),
        *steps(_foreign(stats), "all steps"),
    ]


def _profiled(jobs: list[dict[str, Any]]) -> tuple[Stats, float]:
    """The profile of the extraction of every page, and CPU seconds a page without it, after a round that warms up."""
    pages = [
        Given(job["url"], gzip.decompress(Path(job["file"]).read_bytes()), job["text"], job["gold"]) for job in jobs
    ]
    extract, profiler = warraq(), cProfile.Profile()

    def extract_all() -> float:
        started = time.process_time()
        for page in pages:
            with suppress(ValueError):  # of a page that gives no article
                extract(page)
        return time.process_time() - started

    extract_all()
    seconds = extract_all()
    profiler.runcall(extract_all)
    stats: Stats = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    return stats, seconds / len(pages)


def _callees(stats: Stats, caller: str) -> dict[str, float]:
    """Seconds in other modules and packages, of the calls that leave the module `caller`."""
    times: dict[str, float] = {}
    for (file, _, _), (_, _, _, _, callers) in stats.items():
        module = _module(file)
        seconds = sum(_spent(module, row) for (own, _, _), row in callers.items() if _module(own) == caller)
        if seconds and module != caller:
            times[module] = times.get(module, 0.0) + seconds
    return times


def _foreign(stats: Stats) -> dict[str, float]:
    """Seconds in each library, of the calls that come from our own modules."""
    times: dict[str, float] = {}
    for (file, _, _), (_, _, _, _, callers) in stats.items():
        seconds = sum(_spent(_module(file), row) for (caller, _, _), row in callers.items() if _is_ours(caller))
        if seconds and not _is_ours(file):
            times[_module(file)] = times.get(_module(file), 0.0) + seconds
    return times


def _spent(module: str, row: Row) -> float:
    """Seconds of one caller's calls; of C without what it calls back, which is Python of our own."""
    return row[2] if module == "~" else row[3]


def _is_ours(file: str) -> bool:
    return _module(file).startswith(("pipelines/", "spiders/"))


def _module(file: str) -> str:
    """`pipelines/dates` for our modules and packages, `trafilatura` for others, `~` for what is written in C."""
    path = Path(file)
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1].removesuffix(".py")
    if path.is_relative_to(ROOT):
        return "/".join(path.relative_to(ROOT).with_suffix("").parts[:2])
    return path.stem if path.stem != "__init__" else path.parent.name


def _name(module: str) -> str:
    return NAMES.get(module) or Path(module).stem
