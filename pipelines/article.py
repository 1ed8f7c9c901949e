"""What extraction gives: an article, or the reason why a page is not one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Outcome(StrEnum):
    """The one state in which every link ends, or `pending` while it waits."""

    LOADED = "loaded"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    REFUSED = "refused"
    GONE = "gone"
    PENDING = "pending"


class Reason(StrEnum):
    """Why a page is quarantined: the closed list."""

    NOT_ARABIC = "not_arabic"
    SOFT_404 = "soft_404"
    NO_TEXT = "no_text"
    CAPTIONS_ONLY = "captions_only"
    NOT_ARTICLE = "not_article"
    HOME_REDIRECT = "home_redirect"
    NO_DATE = "no_date"
    NO_TITLE = "no_title"
    NOT_HTML = "not_html"
    MOJIBAKE = "mojibake"
    PAYWALL = "paywall"
    CONSENT = "consent"
    CHALLENGE = "challenge"
    PARSE_TIMEOUT = "parse_timeout"
    PARSE_OOM = "parse_oom"
    PARSE_ERROR = "parse_error"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    TRUNCATED = "truncated"
    BAD_ENCODING = "bad_encoding"
    REDIRECT_LOOP = "redirect_loop"
    HTTP_ERROR = "http_error"
    BAD_VALUE = "bad_value"


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """One version of an article, with exactly the fields of the JSON contract.

    `body` is a list of paragraphs; `published_on` is the outlet's local date and `published_at` the aware instant,
    null where the page tells only a day; `published_raw` is the string as found and `date_source` the witness that
    won (`jsonld`, `meta`, `hint`, `text`, `url`); `agencies` are canonical ids; `language` is ISO 639-1.
    """

    outlet: str
    url: str
    canonical_url: str
    title: str
    summary: str | None = None
    body: list[str] = field(default_factory=list)
    published_at: datetime | None = None
    published_on: date | None = None
    published_raw: str | None = None
    date_source: str | None = None
    modified_at: datetime | None = None
    authors: list[str] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)
    dateline: str | None = None
    attribution_raw: str | None = None
    section: str | None = None
    tags: list[str] = field(default_factory=list)
    image_url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """A line that stood among the article's paragraphs and was taken out, and the name of the rule that did it."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A witness of the publication that said another day than the one believed: who, and its words as found."""

    source: str
    raw: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Extraction:
    """What one page gave: `article` is set exactly when `outcome` is LOADED; else `reason` says why it is none.

    The rest is the record of how the page was read, and no part of what it says: the lines that were `removed`, the
    witnesses of the date that `disagreed`, the `encoding` (Python's name) and the letters that it could not read.
    """

    outcome: Outcome
    reason: str | None = None
    article: Article | None = None
    removed: list[Removal] = field(default_factory=list)
    disagreed: list[Disagreement] = field(default_factory=list)
    encoding: str | None = None
    n_replaced: int | None = None
