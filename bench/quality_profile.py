"""Where Warraq's time goes: the parts of an extraction, as Python's profiler sees them."""

from __future__ import annotations

import cProfile
import gzip
import pstats
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.peers.extractors import Given, warraq

Stats = dict[
    tuple[str, int, str], tuple[int, int, float, float, dict[tuple[str, int, str], tuple[int, int, float, float]]]
]
CALLER = "pipelines/extract.py"
NAMES = {
    "spiders/charset.py": "decode",
    "pipelines/tree.py": "tree: parse, find, read",
    "pipelines/witnesses.py": "dates",
    "pipelines/classify.py": "is it an article",
    "~": "lxml and other C",
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

    Two levels of calls, summed by module, so that a function that moves is still counted. The profiler makes calls in
    Python dearer than those in C: shares are truer than milliseconds.
    """
    stats = _profiled(jobs)
    whole = sum(row[3] for (file, _, name), row in stats.items() if _module(file) == CALLER and name == "extract")

    def steps(times: dict[str, float], within: str | None = None) -> list[Step]:
        found = [Step(_name(module), 1000 * t / len(jobs), t / whole, within) for module, t in times.items()]
        return sorted((step for step in found if step.share >= LEAST), key=lambda step: -step.share)

    outer = _callees(stats, CALLER)
    inner = {_name(module): steps(_callees(stats, module), _name(module)) for module in outer}
    return [line for step in steps(outer) for line in (step, *inner[step.name])]


def _profiled(jobs: list[dict[str, Any]]) -> Stats:
    """The profile of one extraction of every page, after a first one that warms up."""
    pages = [
        Given(job["url"], gzip.decompress(Path(job["file"]).read_bytes()), job["text"], job["gold"]) for job in jobs
    ]
    extract = warraq()
    profiler = cProfile.Profile()
    for run in (extract, lambda page: profiler.runcall(extract, page)):
        for page in pages:
            with suppress(ValueError):  # of a page that gives no article
                run(page)
    return pstats.Stats(profiler).stats  # type: ignore[attr-defined, no-any-return]


def _callees(stats: Stats, caller: str) -> dict[str, float]:
    """Seconds in other modules and packages, of the calls that leave the module `caller`."""
    times: dict[str, float] = {}
    for (file, _, _), (_, _, _, _, callers) in stats.items():
        module = _module(file)
        seconds = sum(row[3] for (own, _, _), row in callers.items() if _module(own) == caller)
        if seconds and module != caller:
            times[module] = times.get(module, 0.0) + seconds
    return times


def _module(file: str) -> str:
    """`pipelines/dates.py` for our modules, `trafilatura` for a package, `~` for what is written in C."""
    parts = Path(file).parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1].removesuffix(".py")
    return "/".join(parts[-2:])


def _name(module: str) -> str:
    return NAMES.get(module) or Path(module).stem
