# mypy: disable-error-code="import-not-found, import-untyped"
"""Draws docs/growth.svg: `python -m bench.peers.growth_picture FILE` reads what was measured from standard input."""

from __future__ import annotations

import json
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt

DEDUP, LOAD = "#0072B2", "#E69F00"  # Okabe and Ito's


def main() -> None:
    """Stacked bars of seconds a day, one for each size of the warehouse."""
    plt.rcParams.update({"svg.hashsalt": "warraq", "svg.fonttype": "path", "font.size": 9, "axes.titlesize": 10})
    rows = json.load(sys.stdin)
    names = [f"{row['articles']:,}" for row in rows]
    figure, axes = plt.subplots(figsize=(6, 3.2))
    axes.bar(names, [row["dedup"] for row in rows], color=DEDUP, width=0.55, label="dedup")
    bottom = [row["dedup"] for row in rows]
    bars = axes.bar(names, [row["load"] for row in rows], bottom=bottom, color=LOAD, width=0.55, label="load")
    axes.bar_label(bars, [f"{row['dedup'] + row['load']:.1f} s" for row in rows], padding=3)
    axes.set_title("One more day of 2,000 articles")
    axes.set_xlabel("articles in the warehouse before")
    axes.set_ylabel("seconds")
    axes.margins(y=0.15)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5), reverse=True)
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(sys.argv[1], metadata={"Date": None} if sys.argv[1].endswith(".svg") else {}, dpi=110)


if __name__ == "__main__":
    main()
