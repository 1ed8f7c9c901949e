# mypy: disable-error-code="import-not-found, import-untyped"
"""Draws docs/growth.svg: `python -m bench.peers.growth_picture FILE` reads what was measured from standard input."""

from __future__ import annotations

import json
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt

COLOUR = "#0072B2"  # Okabe and Ito's


def main() -> None:
    """Bars of seconds a day, one for each size of the warehouse."""
    plt.rcParams.update({"svg.hashsalt": "warraq", "svg.fonttype": "path", "font.size": 9, "axes.titlesize": 10})
    rows = json.load(sys.stdin)
    names = [f"{row['articles']:,}" for row in rows]
    figure, axes = plt.subplots(figsize=(6, 3.2))
    bars = axes.bar(names, [row["seconds"] for row in rows], color=COLOUR, width=0.55)
    axes.bar_label(bars, [f"{row['seconds']:.1f} s" for row in rows], padding=3)
    axes.set_title("One more day of 2,000 articles")
    axes.set_xlabel("articles in the warehouse before")
    axes.set_ylabel("seconds")
    axes.margins(y=0.15)
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(sys.argv[1], metadata={"Date": None} if sys.argv[1].endswith(".svg") else {}, dpi=110)


if __name__ == "__main__":
    main()
