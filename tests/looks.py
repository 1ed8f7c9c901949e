"""Looks of our own, for tests of the load: at articles with aliases, updates, copies, boilerplate and absences."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json, execute_batch

from pipelines.load import Gone
from pipelines.verify import CONTENT, checksum, texts

DAY = date(2026, 11, 19)
START = datetime(2026, 11, 19, 6, tzinfo=UTC)
OUTLETS = ("raqib", "shahid", "muhit")
RULE = "يهمنا أن تصلكم أخبارنا أينما كنتم، فاجعلوا صفحتنا هذه أول ما تفتحون كل صباح."
ABSENT = ("soft_404", "home_redirect", "other_article")
_STEMS = ("كتاب", "قلم", "نهر", "جبل", "سوق", "بحر", "حقل", "جسر")
_WORDS = [f"{stem}{ending}" for stem in _STEMS for ending in "ابتثجحخدذرزسشصطقكلم"]
_TABLES = (*(f"news.{name}" for name in CONTENT), "crawl.draft", "crawl.look", "crawl.page", "crawl.link")


def key(*parts: object) -> bytes:
    return hashlib.sha256(repr(parts).encode()).digest()


def prose(seed: object, n_words: int = 60, changed: int = 0) -> str:
    """Words of their own for every seed; `changed` of them, at the end, are others."""
    words = random.Random(str(seed)).choices(_WORDS, k=n_words)
    return " ".join([*words[: n_words - changed], *(f"جديد{place}" for place in range(changed))])


@dataclass(frozen=True, kw_only=True)
class Version:
    """What an article says at some time."""

    title: str
    body: tuple[str, ...]
    day: date = DAY
    published_at: datetime | None = None

    def key(self, article: bytes) -> bytes:
        return key(article, self)


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look at an address: the version of an article that it showed, or the reason why it showed none."""

    url: str
    seen_at: datetime
    outlet: str = OUTLETS[0]
    of: str | None = None  # the article's own address, by default this one
    version: Version | None = None
    reason: str | None = None
    crawled_for: date | None = None  # the run's day; None for a recording
    mark: int = 0  # what else is on the page

    @property
    def link_key(self) -> bytes:
        return key(self.url)

    @property
    def page_key(self) -> bytes:
        return key(self.url, self.seen_at, self.version, self.reason, self.mark)

    @property
    def is_gone(self) -> bool:
        return self.reason in ("404", "410")


def draft(connection: Connection, looks: Iterable[Look]) -> None:
    """Links, pages and drafts of looks, as crawl and extraction leave them; a crawl's 404 is a look that waits."""
    rows = sorted(map(_row, looks), key=lambda row: row["link"])  # as the crawl enters them: or two may deadlock
    with connection, connection.cursor() as cursor:
        execute_batch(cursor, _LINK, rows)
        execute_batch(cursor, _PAGE, [row for row in rows if not row["is_gone"]])
        execute_batch(cursor, _DRAFT, [row for row in rows if not row["is_gone"]])
        execute_batch(cursor, _WAITING, [row for row in rows if row["is_gone"] and row["day"]])


def gone(looks: Iterable[Look]) -> list[Gone]:
    """What recordings tell to be gone."""
    return [
        Gone(look.link_key, look.seen_at, str(look.reason)) for look in looks if look.is_gone and not look.crawled_for
    ]


def empty(connection: Connection) -> None:
    """Leaves nothing of the looks; several times as fast as `truncate` on so few rows."""
    with connection, connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")  # in any order
        for table in _TABLES:
            cursor.execute(f"delete from {table}")  # noqa: S608


def told(connection: Connection) -> tuple[str, str, list[Any]]:
    """All that a warehouse tells: both digests, and which article each address leads to."""
    with connection, connection.cursor() as cursor:
        cursor.execute("select url, article_key from crawl.link order by url")
        links = [(url, article and bytes(article)) for url, article in cursor.fetchall()]
    return checksum(connection), texts(connection), links


def _row(look: Look) -> dict[str, Any]:
    own = look.of or look.url
    version = look.version
    article = key(own) if version else None
    return {
        "link": look.link_key, "page": look.page_key, "url": look.url, "outlet": look.outlet, "at": look.seen_at,
        "day": look.crawled_for, "is_gone": look.is_gone, "reason": look.reason,
        "outcome": "loaded" if version else "quarantined", "article": article, "own": own if version else None,
        "revision": version.key(article) if version and article else None,
        "title": version.title if version else None, "body": list(version.body) if version else None,
        "published_at": version.published_at if version else None, "published_on": version.day if version else None,
        "removed": Json([{"text": f"إعلان {look.mark}", "reason": "advert"}]) if version else None,
    }  # fmt: skip


_LINK = """
insert into crawl.link (link_key, url, outlet, day, run_day, found_via, page_key)
values (%(link)s, %(url)s, %(outlet)s, %(day)s, %(day)s, 'test', case when not %(is_gone)s then %(page)s end)
on conflict (link_key) do nothing
"""
_PAGE = """
insert into crawl.page (page_key, link_key, url, final_url, outlet, file, record_offset, record_length, sha256, status,
    headers, fetched_at)
values (%(page)s, %(link)s, %(url)s, %(url)s, %(outlet)s, 'f', 0, 1, %(page)s, 200, '{}', %(at)s)
on conflict do nothing
"""
_DRAFT = """
insert into crawl.draft (page_key, link_key, outlet, day, fetched_at, outcome, reason, article_key, revision_key,
    article_url, title, body, published_at, published_on, authors, agencies, tags, removed)
values (%(page)s, %(link)s, %(outlet)s, %(day)s, %(at)s, %(outcome)s, %(reason)s, %(article)s, %(revision)s,
    %(own)s, %(title)s, %(body)s, %(published_at)s, %(published_on)s, '{}', '{}', '{}', %(removed)s)
"""
_WAITING = """
insert into crawl.look (link_key, seen_at, is_crawled, reason, is_waiting)
values (%(link)s, %(at)s, true, %(reason)s, true) on conflict do nothing
"""


@dataclass
class World:
    """Random looks at outlets of three days: of every kind that the load tells apart."""

    chance: random.Random
    n_articles: int = 36
    looks: list[Look] = field(default_factory=list)

    def __post_init__(self) -> None:
        stories = [key(self.chance.random()).hex()[:8] for _ in range(self.n_articles // 3)]
        for number in range(self.n_articles):
            self._see_article(number, self.chance.choice(stories))
        for number in range(3):
            url = f"https://{OUTLETS[0]}.example/none/{number}"
            reasons = self.chance.choices(["no_text", "not_arabic", "soft_404"], k=self.chance.randrange(1, 3))
            self.looks += [self._look(url, OUTLETS[0], reason=reason) for reason in reasons]
        self.looks = list({look.page_key: look for look in self.looks}.values())

    def parts(self, n: int) -> list[list[Look]]:
        """The looks in random order, in so many parts or fewer."""
        shuffled = self.chance.sample(self.looks, len(self.looks))
        edges = sorted(self.chance.sample(range(1, len(shuffled)), n - 1))
        return [shuffled[start:end] for start, end in zip([0, *edges], [*edges, len(shuffled)], strict=True)]

    def _see_article(self, number: int, story: str) -> None:
        chance, outlet = self.chance, OUTLETS[number % len(OUTLETS)]
        own = f"https://{outlet}.example/news/{number}"
        aliases = [f"https://{outlet}.example/amp/{number}-{place}" for place in range(chance.choice([0, 0, 1, 2]))]
        versions = self._versions(number, story)
        addresses = chance.choice([[own], [own, *aliases], [own, *aliases], aliases or [own]])
        for address in addresses:
            crawled = chance.random() < 0.5
            for place in range(chance.choice([1, 1, 2, 3])):
                look = self._look(address, outlet, of=own, version=chance.choice(versions), crawled=crawled)
                self.looks.append(look)
                if chance.random() < 0.3:
                    reason = chance.choice([*ABSENT, "404", "410", "paywall"])
                    self.looks.append(self._look(address, outlet, reason=reason, crawled=crawled and place > 0))
        if chance.random() < 0.1:  # its page came to call another address its own
            other = f"https://{outlet}.example/renamed/{number}"
            self.looks.append(self._look(own, outlet, of=other, version=chance.choice(versions)))

    def _versions(self, number: int, story: str) -> list[Version]:
        chance = self.chance
        day = DAY + timedelta(days=chance.choice([0, 0, 0, 0, 1, 2]))
        rule = (RULE,) if chance.random() < 0.8 else ()
        told = chance.choice([None, START + timedelta(days=(day - DAY).days, hours=chance.randrange(16))])
        first = Version(
            title=f"عنوان {number}", day=day, published_at=told,
            body=(prose((story, 1)), prose((story, 2), changed=chance.choice([0, 0, 3, 40])), *rule),
        )  # fmt: skip
        versions = [first]
        for place in range(chance.choice([0, 0, 1, 2])):
            moved = day + timedelta(days=chance.choice([0, 0, 0, 1]))
            body = (*first.body[:1], prose((story, number, place), n_words=chance.choice([20, 60])), *rule)
            versions.append(Version(title=f"عنوان {number} محدث {place}", body=body, day=moved, published_at=told))
        return versions

    def _look(
        self,
        url: str,
        outlet: str,
        *,
        of: str | None = None,
        version: Version | None = None,
        reason: str | None = None,
        crawled: bool = False,
    ) -> Look:
        # Few moments, so that some are the same.
        seen_at = START + timedelta(hours=4 * self.chance.randrange(24))
        return Look(
            url=url, outlet=outlet, of=of, version=version, reason=reason, seen_at=seen_at,
            mark=self.chance.randrange(3), crawled_for=DAY if crawled else None,
        )  # fmt: skip


def at(hours: float) -> datetime:
    """A moment, counted in hours from the first."""
    return START + timedelta(hours=hours)


def named(looks: Sequence[Look]) -> list[str]:
    """Looks as a failed test shows them."""
    return [f"{look.seen_at:%d %H} {look.url} {look.reason or (look.version and look.version.title)}" for look in looks]
