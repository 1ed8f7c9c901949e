# mypy: disable-error-code="import-not-found, import-untyped"
"""Draws what was measured: `python -m bench.peers.picture FILE` reads the report from standard input; .svg or .png."""

from __future__ import annotations

import json
import sys
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt

# Okabe and Ito's colours, which are told apart with any colour vision, and in grey.
OURS, THEIRS, RIGHT, MISSING, WRONG = "#0072B2", "#999999", "#009E73", "#E5E5E5", "#D55E00"


def main() -> None:
    """One row of panels for each folder: F1 of the body, days of publication, time a page."""
    plt.rcParams.update({"svg.hashsalt": "warraq", "svg.fonttype": "path", "font.size": 9, "axes.titlesize": 10})
    report = json.load(sys.stdin)
    figure, rows = plt.subplots(len(report), 3, figsize=(11, 0.7 + 2.9 * len(report)), squeeze=False)
    for axes, measured in zip(rows, report, strict=True):
        libraries = measured["libraries"][::-1]
        names = [row["library"] for row in libraries]
        _bodies(axes[0], names, libraries)
        _days(axes[1], names, libraries)
        _times(axes[2], names, libraries)
        axes[0].set_title(f"{measured['folder']}: {measured['n_pages']} pages\nF1 of the body (mark: the worst page)")
    figure.tight_layout(h_pad=2)
    metadata = {"Date": None} if sys.argv[1].endswith(".svg") else {}
    figure.savefig(sys.argv[1], metadata=metadata, dpi=110)


def _bodies(axes: Any, names: list[str], libraries: list[dict[str, Any]]) -> None:
    axes.barh(names, [row["f1"] for row in libraries], color=_colours(names), height=0.65)
    axes.plot([row["least_f1"] for row in libraries], names, "|", color="black", markersize=11, markeredgewidth=2)
    for name, row in zip(names, libraries, strict=True):
        axes.text(1.02, name, f"{row['f1']:.3f}", va="center")
    axes.set_xlim(0, 1.2)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
    _plain(axes)


def _days(axes: Any, names: list[str], libraries: list[dict[str, Any]]) -> None:
    left = [0] * len(names)
    for verdict, colour, ink in (("right", RIGHT, "white"), ("missing", MISSING, "black"), ("wrong", WRONG, "white")):
        counts = [row["days"].get(verdict, 0) for row in libraries]
        bars = axes.barh(names, counts, left=left, color=colour, height=0.65, label=verdict)
        axes.bar_label(bars, [str(count) if count else "" for count in counts], label_type="center", color=ink)
        left = [before + count for before, count in zip(left, counts, strict=True)]
    axes.set_title("day of publication, pages")
    axes.legend(ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.08), frameon=False)
    axes.set_yticks(names, [""] * len(names))
    _plain(axes)


def _times(axes: Any, names: list[str], libraries: list[dict[str, Any]]) -> None:
    times = [1000 * row["seconds"] for row in libraries]
    bars = axes.barh(names, times, color=_colours(names), height=0.65)
    axes.bar_label(bars, [f"{time:.0f}" if time >= 10 else f"{time:.1f}" for time in times], padding=3)
    axes.set_xlim(0, 1.15 * max(times))
    axes.set_title("CPU milliseconds a page, less is better")
    axes.set_yticks(names, [""] * len(names))
    _plain(axes)


def _colours(names: list[str]) -> list[str]:
    return [OURS if name == "warraq" else THEIRS for name in names]


def _plain(axes: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


if __name__ == "__main__":
    main()
