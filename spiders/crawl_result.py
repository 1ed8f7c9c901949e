"""What a crawl of one outlet did, also while it goes on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(kw_only=True, slots=True)
class CrawlResult:
    """What a crawl of one outlet did: counts of documents read, links found, pages by what became of them.

    `problems` are sentences about documents that did not come, `waits` those that may come later, `notes` about those
    that came in part or were mended; `answers` tells of every document that was asked for what it answered;
    `other_days` how many links of which other days were settled; `is_day_over` whether the outlet's day had ended at
    the moment of the crawl. `is_whole`: it went to its end, and asked for every link that it was to
    ask for. `error` is what ended the crawl before its time, or the load after it.
    """

    outlet: str
    is_day_over: bool = False
    n_documents: int = 0
    n_links: int = 0
    counts: Counter[str] = field(default_factory=lambda: Counter(fetched=0))
    problems: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    other_days: Counter[str] = field(default_factory=Counter)
    is_whole: bool = False
    error: BaseException | None = None
    was_stopped: bool = False
    waited_seconds: float = 0.0
