"""Listing pages: articles told by a path or a query, asked for as they are written, in the page's encoding."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from spiders.discovered import Discovered
from spiders.document_errors import HostileDocument
from spiders.outlet import Outlet
from spiders.sections import read_section

RAQIB = Outlet(slug="raqib", name="الرقيب", country="EG", timezone="Africa/Cairo", hosts=("raqib.tld",))
HERE = "https://raqib.tld/list.asp"


def section(content: str, encoding: str = "utf-8", outlet: Outlet = RAQIB) -> Discovered:
    page = f'<html><head><meta charset="{encoding}"><title>أخبار مصر</title></head><body>{content}</body></html>'
    return read_section(page.encode(encoding), url=HERE, outlet=outlet)


def listed(content: str, encoding: str = "utf-8", outlet: Outlet = RAQIB) -> list[str]:
    return [link.listed_url.removeprefix("https://raqib.tld") for link in section(content, encoding, outlet).links]


@pytest.mark.parametrize(
    "address",
    [
        "/News.aspx?id=7001", "/show.php?news=55", "/?p=12345", "/?n=1031234&o=n", "/default.aspx?ArticleId=9",
        "/index.php?option=com_content&view=article&id=5", "/index.php?id=5:khabar&option=com_content",
        "/article.html?id=r9VE9vfQWveUC4dQQfGu", "/read?guid=6d233004-5138-4c3e-9df5-16ec8fef02a9",
        "/post.php?lang=ar&id=241388", "/details.jsp?nid=77&page=2",
    ],
)  # fmt: skip
def test_a_headline_whose_number_is_in_the_query_is_an_articles(address: str) -> None:
    assert listed(f'<h3><a href="{address}">خبر</a></h3>') == [address]


@pytest.mark.parametrize(
    "address",
    ["/", "/list.asp?page=2", "/?paged=3", "/News.aspx?cat=7", "/category.php?lang=ar&id=8", "/tags.aspx?id=5",
     "/rss.aspx?id=1", "/Section.aspx?SectionID=65", "/?lang=ar", "/news?year=2026&month=11", "/search?q=2026",
     "/author.php?id=4", "/?s=2026"],
)  # fmt: skip
def test_a_listing_is_no_article_though_it_has_a_number(address: str) -> None:
    assert listed(f'<h3><a href="{address}">خبر</a></h3>') == []


def test_the_address_is_asked_for_as_it_is_listed() -> None:
    content = "<h3><a href='/news/1/?share=x&amp;mode=full'>خبر</a></h3><h3><a href='news/amp/2'>خبر</a></h3>"
    assert listed(content) == ["/news/1/?share=x&mode=full", "/news/amp/2"]


@pytest.mark.parametrize(
    ("encoding", "sent"),
    [
        ("windows-1256", "/%D8%AE%D8%A8%D8%B1?%E4=%E3%D5%D1&id=7"),
        ("iso-8859-6", "/%D8%AE%D8%A8%D8%B1?%E6=%E5%D5%D1&id=7"),
        ("utf-8", "/%D8%AE%D8%A8%D8%B1?%D9%86=%D9%85%D8%B5%D8%B1&id=7"),
        ("utf-16", "/%D8%AE%D8%A8%D8%B1?%D9%86=%D9%85%D8%B5%D8%B1&id=7"),
    ],
)
def test_a_query_is_sent_in_its_pages_encoding_and_a_path_in_utf_8(encoding: str, sent: str) -> None:
    content = "<h3><a href='/خبر?ن=مصر&id=7'>أعلنت الوزارة اليوم في القاهرة</a></h3>"
    assert listed(content, encoding) == [sent]


def test_spellings_of_one_query_meet() -> None:
    spellings = ["?ن=مصر&id=7", "?ن=%E3%D5%D1&id=7", "?id=7&%e4=%e3%d5%d1", "?ن=مصر&amp;id=7&utm_source=x"]
    content = "".join(f"<h3><a href='/a{spelling}'>أعلنت الوزارة في القاهرة</a></h3>" for spelling in spellings)
    assert [link.url for link in section(content, "windows-1256").links] == ["https://raqib.tld/a?%E4=%E3%D5%D1&id=7"]


def test_a_letter_that_the_encoding_has_not_goes_as_a_browser_sends_it() -> None:
    # None of windows-1256 has the Kurdish letter; the page writes it as a reference.
    content = "<h3><a href='/a?id=7&q=&#1749;'>أعلنت الوزارة اليوم في القاهرة</a></h3>"
    assert listed(content, "windows-1256") == ["/a?id=7&q=%26%231749%3B"]


def test_what_stands_behind_a_visible_clock_is_heard() -> None:
    content = "<li><a href='/news/1'>خبر</a><span class='date'>Thu, 19 Nov 2026 23:35 GMT+0</span></li>"
    outlet = replace(RAQIB, article_url=r"/news/\d+$")
    page = f"<html><body>{content}</body></html>".encode()
    found = read_section(page, url=HERE, outlet=outlet, parse_date=lambda _: None)
    hint = found.links[0].published_hint
    assert hint is not None
    assert str(hint) == "2026-11-19 23:35:00+00:00"
    shown = read_section(page, url=HERE, outlet=outlet, parse_date=lambda _: date(2026, 1, 1))
    assert shown.links[0].published_hint == hint


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<a " + " ".join(f"a{n}=1" for n in range(100_000)) + " href=/news/1>خبر</a>", "too_large"),
        ("<a href=/news/1>خبر</a>" + "<i>x</i>" * 600_000, "too_large"),
        ("<div>" * 100_000, "xml_depth"),
    ],
    ids=["attributes", "elements", "depth"],
)
def test_a_page_whose_tree_would_be_costly_is_refused(page: str, reason: str) -> None:
    with pytest.raises(HostileDocument) as refused:
        section(page)
    assert refused.value.reason == reason
