"""Documents that once held a crawl, or would hold a reader that takes more than linear time; each of some size.

`python -m tests.hostile_documents FOLDER [BYTES]` writes them.
"""

from __future__ import annotations

import gzip
import sys
import zlib
from pathlib import Path
from typing import Literal, NamedTuple

from spiders.discovery import Document

HERE = "https://raqib.tld/"


class Hostile(NamedTuple):
    """A document made of one unit again and again, with another number at each of its %d."""

    kind: Literal["feed", "sitemap", "section"]
    name: str
    before: str
    unit: str
    after: str = ""
    encoding: str = "utf-8"

    @property
    def document(self) -> Document:
        """What would have been asked for."""
        return Document(kind=self.kind, url=HERE)

    def body(self, size: int) -> bytes:
        """Some `size` bytes of it."""
        length = len(self.unit.encode()) + (4 if "%d" in self.unit else 0)
        units = range(max(1, size // length))
        middle = (
            "".join(self.unit.replace("%d", str(n)) for n in units) if "%d" in self.unit else self.unit * len(units)
        )
        return f"{self.before}{middle}{self.after}".encode(self.encoding, "replace")


class Packed(NamedTuple):
    """A sitemap of a great many members of gzip, each of the same few bytes."""

    name: str
    member: bytes
    layers: int
    kind: Literal["sitemap"] = "sitemap"

    @property
    def document(self) -> Document:
        """What would have been asked for."""
        return Document(kind=self.kind, url=HERE)

    def body(self, size: int) -> bytes:
        """Some `size` bytes of it, before it is packed once more."""
        deflater = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        member = deflater.compress(self.member) + deflater.flush()
        packed = member * (size // len(member))
        return packed if self.layers == 1 else gzip.compress(packed, mtime=0)


RSS, ITEM = "<rss><channel>", "<item><link>/news/%d</link>"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">'
LOC = "<loc>https://raqib.tld/%d</loc>"
DATE = "1/2/3 4:5 %d ص منذ يوم 12 نوفمبر +3 GMT م 99:99 الساعة 7"
TEXT = "<description>" + "خبر " * 700 + "</description>"

_FEEDS = [
    ("items in items", RSS, ITEM),
    ("items in items with long texts", RSS, ITEM + TEXT),
    ("items without anything", RSS, "<item/>"),
    ("an item of many links", f"{RSS}<item>", "<link>/news/1</link>"),
    ("an item of many dates", RSS + ITEM, "<pubDate>12 ص</pubDate>"),
    ("strange dates", RSS, f"{ITEM}<pubDate>{DATE}</pubDate></item>"),
    ("a link of many attributes", f"{RSS}<item><link ", 'a%d="1" ', 'href="/news/1"/></item></channel></rss>'),
    ("many namespaces", f"{RSS}<item ", 'xmlns:a%d="x" ', ">" + ITEM),
    ("one base", ATOM, f'<entry xml:base="{HERE}"><link href="news/1"/></entry>'),
    ("other bases", ATOM, '<entry xml:base="/%d/"><link href="1"/></entry>'),
    ("bases in bases", ATOM, f'<a xml:base="{"x" * 99}/"><entry><link href="%d"/></entry>'),
    ("a long base", f'<feed xml:base="/{"x" * 2_000}/">', '<entry><link href="%d"/></entry>'),
    ("nested elements", RSS, "<a>"),
    ("elements that were not open", RSS + ITEM + "<a><b><c>" * 9, "</z>"),
    ("small elements", RSS, "<a/>"),
    ("one long tag", f"{RSS}<a ", "x"),
    ("one long attribute", f'{RSS}<link href="', "x"),
    ("long words in tags", RSS + ITEM, f"<link {'x' * 200_000}/>"),
    ("one long link", f"{RSS}<item><link>{HERE}", "x"),
    ("another host for each link", RSS, f"<item><link>https://{'خ' * 50}%d.tld/</link></item>"),
    ("long hosts", RSS, f"<item><link>https://{'خ.' * 9_999}</link></item>"),
    ("a document type without an end", "<!DOCTYPE rss [", "<!ENTITY a 'b"),
    ("entities", "<!DOCTYPE rss [", "<!ENTITY a%d 'b'>", f"]>{RSS}&a1;"),
    ("notices before the root", "", "<br />\n<b>Notice</b>: x\n", RSS + ITEM),
    ("zero bytes", RSS + ITEM, "\0"),
]
_SITEMAPS = [
    ("too many links", "<urlset>", f"<url>{LOC}</url>", "</urlset>"),
    ("children", "<sitemapindex>", "<sitemap><loc>/2026-%d.xml</loc></sitemap>"),
    ("long children", "<sitemapindex>", f"<sitemap><loc>/{'2026-1/' * 9_000}</loc></sitemap>"),
    ("a line without an end", f"{HERE}1\n" * 20, "x"),
    ("strange lines", f"{HERE}1\n" * 20, "\r \0\n"),
]
_SECTIONS = [
    ("an anchor of many attributes", "<a ", "a%d=1 ", "href=/news/1>خبر</a>"),
    ("anchors of many attributes", "", f"<a {' '.join(f'a{n}=1' for n in range(499))}>خبر</a>"),
    ("too many anchors", "", "<li><h3><a href=/news/%d>خبر</a></h3></li>"),
    ("headings without an anchor", "<li>", "<h2>خبر</h2>"),
    ("headings in headings", "<h1><div>" * 90, "<h2><a href=/news/1>خبر</a></h2>"),
    ("anchors in one another's items", "", "<div><a href=/news/1>خبر</a>"),
    ("an item of many dates", "<li><a href=/news/1>خبر</a>", "<b class=date>12 ص</b>"),
    ("items of strange dates", "", f"<li><a href=/news/%d>خبر</a><b class=date>{DATE[:50]}</b></li>"),
    ("dates in dates", "<li><a href=/news/1>خبر</a>" + "<b class=date>" * 200, "12 "),
    ("a long base", f"<base href=/{'x' * 60_000}/>", "<h2><a href=%d>خبر</a></h2>"),
    ("long classes", "", f"<li class='{'date ' * 9_999}'><a href=/news/1>خبر</a></li>"),
    ("long addresses", "", f"<h2><a href='/1{'خ/' * 9_000}'>خبر</a></h2>"),
    ("one address in many items", "<div><a href=/news/1>خبر</a>" * 99, "<b class=date>12</b>"),
]
_IN_FEEDS = (
    "&", "&x", "&amp;", "<", "<!", "<?", "<!--", "<!-->", "<![CDATA[", "<![CDATA[]]>", "<!DOCTYPE [", "</a:", '<a "',
    "<a '", '<a b="', "<a b='\"", "<link ", "]]>", "-->", " ", "]", "<item ", "</item", "'\"<",
)  # fmt: skip
_IN_ADDRESSES = (
    ".amp", "amp/", "/amp", "a.amp.", "../", "//", "%41", "%", "%D8%AE", "?a=", "&a", "&amp;", ";sid=", "/(S(", "#",
    "2026", "2026-", "خ", "&#38;",
)  # fmt: skip
_IN_PAGES = (
    "<", "&", "<!--", "<a", "<a ", '<a href="', "<p>", "<div>", "<table>", "<li>", "<h2>", "<a>", "<script>", "<b",
    "</p>", "<form>", "<select>", "<td>", "<svg>", "<title>", "<base href=/x>", "</div>", "<!DOCTYPE ", "<![CDATA[",
    "<p><b><i>",
)  # fmt: skip

DOCUMENTS: tuple[Hostile | Packed, ...] = (
    *(Hostile("feed", *row) for row in _FEEDS),
    *(Hostile("feed", f"again and again {unit}", RSS + ITEM, unit, "</channel></rss>") for unit in _IN_FEEDS),
    *(Hostile("sitemap", *row) for row in _SITEMAPS),
    *(Hostile("sitemap", f"addresses of {unit}", "", f"{HERE}%d{unit * 9_999}x\n") for unit in _IN_ADDRESSES),
    *(Hostile("section", *row) for row in _SECTIONS),
    *(Hostile("section", f"again and again {unit}", "<html><body>", unit) for unit in _IN_PAGES),
    Hostile("section", "another encoding", '<meta charset="cp1256">', '<a href="?n=1&x=ڤخبر">مصر</a>', "", "cp1256"),
    Packed("members of nothing", b"", 1),
    Packed("members of one byte", b"<", 1),
    Packed("members of nothing, packed again", b"", 2),
    Packed("a bomb", b" " * 2**20, 2),
)  # fmt: skip


if __name__ == "__main__":
    folder, size = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000_000
    folder.mkdir(parents=True, exist_ok=True)
    for number, hostile in enumerate(DOCUMENTS):
        (folder / f"{number:03}-{hostile.kind}").write_bytes(hostile.body(size))
