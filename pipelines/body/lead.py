"""The standfirst: the first words of an article where they stand outside the container of its text."""

from __future__ import annotations

from lxml.html import HtmlElement

from pipelines.body.asides import told_by
from pipelines.body.cleaning import rule_of
from pipelines.body.cleaning.form import form
from pipelines.body.cleaning.repeats import is_headline
from pipelines.body.container import Page
from pipelines.text import word_set
from pipelines.tree import hints

_NAMES = word_set("lead lede leadtext intro standfirst summary subtitle subheadline chapeau excerpt desc")
_TAGS = ("div", "p", "h2", "h3", "section")


def find_lead(root: HtmlElement) -> HtmlElement | None:
    """The first element that is called a lead, or the description."""
    return next((e for e in root.iter(*_TAGS) if e.get("itemprop") == "description" or _is_named(hints(e))), None)


def _is_named(words: frozenset[str]) -> bool:
    return not _NAMES.isdisjoint(words) and not told_by(words)


def lead_lines(page: Page, container: HtmlElement, paragraphs: list[str]) -> list[str]:
    """The lines of a standfirst outside the container that say something which the paragraphs do not."""
    lead = find_lead(page.root)
    if lead is None or not _precedes(page, lead, container):
        return []
    opening = [line.text for line in page.reading.of(lead) if line.links < 0.5 and rule_of(line.text) is None]
    said = form(" ".join(opening))[:60]
    if not said or any(said in form(text) for text in paragraphs) or is_headline(" ".join(opening), page.title):
        return []
    return opening


def _precedes(page: Page, lead: HtmlElement, container: HtmlElement) -> bool:
    """Whether all of an element stands before the container, and not before the headline."""
    _, end = page.reading.spans.get(lead, (0, 0))
    start, _ = page.reading.spans.get(container, (0, 0))
    return (page.headline_place or 0) <= end <= start
