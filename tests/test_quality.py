"""The quality gate: pages of our own in the structure of real templates, against what a careful reader would write.

A page is a folder of tests/pages; the floors of the means are in tests/quality_floors.toml.
"""

from __future__ import annotations

import gzip
import json
import re
import tomllib
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from bench.scores import body_scores, day_verdict, leaks, names_verdict, title_right
from pipelines.article import Article, Extraction
from pipelines.extract import extract
from spiders.outlet import Outlet
from spiders.records import Page

PAGES = Path(__file__).with_name("pages")
FLOORS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("quality_floors.toml").read_text("utf-8"))
NAMES = sorted(folder.name for folder in PAGES.iterdir() if folder.is_dir())
Gold = dict[str, Any]


@cache
def gold_of(name: str) -> Gold:
    gold: Gold = json.loads((PAGES / name / "gold.json").read_text("utf-8"))
    return gold


def extracted(gold: Gold, html: bytes) -> Extraction:
    outlet = Outlet(
        slug=gold["outlet"],
        name=gold["outlet_name"],
        country=gold["country"],
        timezone=gold["timezone"],
        hosts=tuple(gold["hosts"]),
    )
    page = Page(
        url=gold["url"],
        final_url=gold["url"],
        outlet=outlet.slug,
        status=200,
        headers={"content-type": "text/html"},
        body=html,
        fetched_at=datetime.fromisoformat(gold["fetched_at"]),
    )
    hint = gold.get("hint")
    return extract(page, outlet, datetime.fromisoformat(hint) if hint else None)


@cache
def found_on(name: str) -> Extraction:
    return extracted(gold_of(name), gzip.decompress((PAGES / name / "page.html.gz").read_bytes()))


def body_f1(article: Article, gold: Gold) -> float:
    of_words, _ = body_scores(article.body, gold["body"], gold["tolerated"])
    return float(of_words.f1)


def day_of(gold: Gold) -> date | None:
    return date.fromisoformat(gold["published_on"]) if gold["published_on"] else None


def instant_of(gold: Gold) -> datetime:
    return datetime.fromisoformat(gold["published_at"]).replace(microsecond=0)


def check(found: Extraction, gold: Gold) -> None:
    """Everything that a page's truth tells, field by field."""
    article = found.article
    if gold["outcome"] != "article":
        assert (article, found.reason) == (None, gold["reason"])
        return
    assert article is not None, found.reason
    assert title_right(article.title, gold["title"], gold["title_alternatives"]), article.title
    assert day_verdict(article.published_on, day_of(gold)) == "right", article.published_on
    if gold["published_at"]:
        assert article.published_at is not None
        assert article.published_at.replace(microsecond=0) == instant_of(gold)
    assert leaks(article.body, gold["must_not"]) == []
    assert names_verdict(article.agencies, gold["agencies"]) == "right", article.agencies
    assert names_verdict(article.authors, gold["authors"]) == "right", article.authors
    assert article.dateline == gold["dateline"]
    assert body_f1(article, gold) >= FLOORS["worst_body_f1"], "\n".join(article.body)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_of_our_own(name: str) -> None:
    check(found_on(name), gold_of(name))


def test_the_seed_in_the_page_that_it_came_from(shared_data: Path) -> None:
    """The text that a naive scraper made of one page, put back into our page of that structure."""
    folder, gold = PAGES / "seed-footer-glued", gold_of("seed-footer-glued")
    lines = (shared_data / "seed-article.txt").read_text("utf-8").splitlines()
    title, again, credit, *body, footer = (line.strip() for line in lines if line.strip())
    assert title == again
    html = gzip.decompress((folder / "page.html.gz").read_bytes()).decode().replace(gold["title"], title)
    paragraphs = "</p>\n<p>".join([credit, *body[:-1], f"{body[-1]}<br>\n{footer}"])
    container = re.compile(r'(<div class="entry-content article-body"[^>]*>).*?(</div>)', re.DOTALL)
    html, n = container.subn(lambda found: f"{found[1]}<p>{paragraphs}</p>{found[2]}", html)
    assert n == 1
    true = {**gold, "title": title, "body": body, "must_not": [credit, footer, "desk (at)"]}
    found = extracted(true, html.encode())
    check(found, true)
    assert found.article is not None
    assert found.article.body == body


def test_the_means_stay_above_their_floors() -> None:
    pairs = [(found_on(name).article, gold_of(name)) for name in NAMES]
    articles = [(article, gold) for article, gold in pairs if article is not None and gold["outcome"] == "article"]
    n_articles: int = sum(gold["outcome"] == "article" for _, gold in pairs)

    def share(right: Callable[[Article, Gold], bool]) -> float:
        return sum(right(*pair) for pair in articles) / n_articles

    days = [day_verdict(article.published_on, day_of(gold)) for article, gold in articles]
    assert len(NAMES) >= FLOORS["pages"]
    assert len({gold["layout"] for _, gold in pairs}) >= FLOORS["layouts"]
    assert fmean([body_f1(*pair) for pair in articles] + [0.0] * (n_articles - len(articles))) >= FLOORS["mean_body_f1"]
    assert share(lambda found, gold: title_right(found.title, gold["title"])) >= FLOORS["titles"]
    assert days.count("right") / n_articles >= FLOORS["days_right"]
    assert days.count("wrong") <= FLOORS["days_wrong"]
    assert share(lambda found, gold: names_verdict(found.agencies, gold["agencies"]) == "right") >= FLOORS["agencies"]
    assert share(lambda found, gold: names_verdict(found.authors, gold["authors"]) == "right") >= FLOORS["authors"]
    assert sum(len(leaks(article.body, gold["must_not"])) for article, gold in articles) <= FLOORS["leaks"]


def test_no_page_names_a_real_site() -> None:
    """Their hosts end in .example, so that no test can ever ask anyone for anything."""
    assert {host.rpartition(".")[2] for name in NAMES for host in gold_of(name)["hosts"]} == {"example"}
