"""The entries of a feed or a sitemap, and their fields, one after the other in constant memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import chain
from typing import NamedTuple
from urllib.parse import urljoin

from spiders.discovered import NOT_CLEAN, PARTIAL
from spiders.prolog import opened
from spiders.stream import Stream
from spiders.tags import attribute, resolved, tag_name, tokens

_LONGEST_TEXT, _LONGEST_BASE = 2**16, 2**11
_DEEPEST, _MOST_FIELDS, _MOST_TAGS, _MOST_PIECES = 32, 64, 20_000, 64  # of an entry, and of a field's text


class Field(NamedTuple):
    """An element of an entry: its name in lower case without its prefix, and that prefix; `parent` is the name of the
    element around it, `depth` 1 where that is the entry; `rest` are its attributes as they are written; `base` is the
    one that its own address is read against.
    """

    name: str
    prefix: str
    parent: str
    depth: int
    rest: str
    base: str
    text: str


class Entry(NamedTuple):
    """An item, an entry, a url or a sitemap: its name, its attributes and their base, and the fields asked for."""

    name: str
    rest: str
    base: str
    fields: tuple[Field, ...]


class XMLDocument:
    """A document in XML that may be compressed, badly encoded, not well-formed or cut.

    `root` is the name of its root element in lower case, without its prefix. What stands before the root is passed
    over: a PHP notice, a document type, whose entities are neither read nor expanded. Raises UnreadableDocument
    (empty, not_xml) and HostileDocument.

    >>> feed = "<b>Notice</b> in x.php<?xml version='1.0'?><rss><item><link>/خبر</link></item><item><link>/7</link>"
    >>> document = XMLDocument(Stream(feed.encode()))
    >>> document.root, [entry.fields[0].text for entry in document.entries({"item"}, {"link"})], document.problems
    ('rss', ['/خبر'], ('incomplete: it breaks off, and only its whole entries count',))
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._pieces = iter(stream)
        self._is_closed = self._is_read = False
        self._start, self.root = opened(self._pieces)

    @property
    def problems(self) -> tuple[str, ...]:
        """What is said of the document, as far as it was read."""
        is_whole = (self._stream.is_whole and self._is_closed) or not self._is_read
        return (*(() if is_whole else (PARTIAL,)), *(() if self._stream.is_clean else (NOT_CLEAN,)))

    def entries(self, names: Collection[str], fields: Collection[str], *, base: str = "") -> Iterator[Entry]:
        """The entries of the given names with their fields of the given names, in the document's order.

        An entry ends with its closing tag, or where the next begins; one that the document's end cut is left out.
        `base` is the document's address.
        """
        reader = _Reader(names, fields, base)
        for kind, text, rest in tokens(chain([self._start], self._pieces)):
            if kind == "text":
                reader.take_text(text)
                continue
            prefix, name = tag_name(text)
            if name == self.root or (self.root == "rss" and name == "channel"):  # mostly the last to end
                self._is_closed = kind == "end" or rest.endswith("/")
            elif name in names:
                self._is_closed = False
            if entry := reader.take_end(name) if kind == "end" else reader.take_start(prefix, name, rest):
                yield entry
        self._is_read = True
        if self._is_closed and self._stream.is_whole and (entry := reader.finished()):
            yield entry


class _Reader:
    """Puts tokens together to entries; what a tag closes is what is open by its name, if anything is."""

    def __init__(self, names: Collection[str], fields: Collection[str], base: str) -> None:
        self._names, self._wanted, self._outer = names, fields, base
        self._open: list[tuple[str, str]] = []  # names, each with the base that holds in it
        self._level: int | None = None  # how much was open where the entry began
        self._entry = Entry("", "", "", ())  # as it began
        self._fields: list[Field] = []
        self._n_tags = 0  # in the entry
        self._text: list[str] | None = None  # of the last field, while it is read
        self._text_level, self._is_behind = 0, False

    def take_text(self, text: str) -> None:
        """Text, which is the last field's where it stands directly in it."""
        if self._text is not None and len(self._open) == self._text_level and len(self._text) < _MOST_PIECES:
            self._text.append(text)

    def take_start(self, prefix: str, name: str, rest: str) -> Entry | None:
        """A start tag; the entry that ends where the next begins."""
        ended = self._ended(name)
        is_aside = name not in self._names and (self._level is None or self._n_tags > _MOST_TAGS)
        if is_aside and "xml:base" not in rest:
            return None
        self._n_tags += 1
        self._start(prefix, name, rest)
        if rest.endswith("/"):
            self._close(name)
            if name in self._names:
                empty = self.finished()
                return ended or empty
        return ended

    def take_end(self, name: str) -> Entry | None:
        """An end tag; the entry that it ends."""
        ended = self._ended(name)
        self._n_tags += 1
        if ended is None and (self._level is None or self._n_tags <= _MOST_TAGS):
            self._close(name)
        return ended

    def _ended(self, name: str) -> Entry | None:
        if self._is_behind:
            self._end_text()
        return self.finished() if name in self._names else None

    def finished(self) -> Entry | None:
        """The entry that is being read, if one is and it has any of the fields, or tells its address itself (RDF)."""
        self._end_text()
        if self._level is None:
            return None
        is_told = bool(self._fields) or "about" in self._entry.rest
        entry = self._entry._replace(fields=tuple(self._fields)) if is_told else None
        del self._open[self._level - 1 :]  # one that was not closed does not hold the next
        self._level, self._fields = None, []
        return entry

    def _start(self, prefix: str, name: str, rest: str) -> None:
        if len(self._open) - (self._level or 0) >= _DEEPEST and name not in self._names:
            return
        parent, base = self._open[-1] if self._open else ("", self._outer)
        if "xml:base" in rest:
            base = _joined(base, attribute(rest, "xml:base") or "")
        self._open.append((name, base))
        if name in self._names:
            self._level, self._entry, self._n_tags = len(self._open), Entry(name, rest, base, ()), 0
        elif name in self._wanted and self._level is not None and len(self._fields) < _MOST_FIELDS:
            self._end_text()
            self._fields.append(Field(name, prefix, parent, len(self._open) - self._level, rest, base, ""))
            self._text, self._text_level = [], len(self._open)

    def _close(self, name: str) -> None:
        level = next((at for at in range(len(self._open), 0, -1) if self._open[at - 1][0] == name), None)
        if level is None:
            return
        del self._open[level - 1 :]
        if self._text is None or level > self._text_level:
            return
        # A link that HTML's rules wrote is an empty tag, and its address stands behind it.
        self._is_behind = level == self._text_level and not any(map(str.strip, self._text))
        if self._is_behind:
            self._text_level -= 1
        else:
            self._end_text()

    def _end_text(self) -> None:
        if self._text is not None:
            text = resolved("".join(self._text)[:_LONGEST_TEXT]).strip()
            self._fields[-1] = self._fields[-1]._replace(text=text)
        self._text, self._is_behind = None, False


@lru_cache(maxsize=64)
def _joined(base: str, told: str) -> str:
    """A base as it was told within another; the other where it is too long to be one, or none."""
    try:
        joined = urljoin(base, told.strip())
    except ValueError:
        return base
    return joined if len(joined) <= _LONGEST_BASE else base
