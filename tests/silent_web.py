"""Three outlets over real HTTP on loopback: two that answer, and one that accepts every request and never answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

STORIES = {
    "raqib": "أعلنت بلدية الميناء أن ترميم سور المدينة القديمة سيبدأ مطلع الشهر المقبل",
    "sada": "فاز فريق الجامعة بكأس الشطرنج بعد مباراة فاصلة امتدت أربع ساعات كاملة",
}
SILENT = "hudud"
# Of many hosts: each is given up after two requests of 30 s, and they are asked one after the other.
HOSTS = {"raqib": ["www.raqib.tld"], "sada": ["www.sada.tld"], SILENT: [f"w{n}.hudud.tld" for n in range(20)]}
OUTLET = """
name = "{slug}"
country = "EG"
timezone = "Africa/Cairo"
hosts = {hosts}
feeds = {feeds}
"""
FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>{slug}</title>{items}</channel></rss>"""
ITEM = "<item><title>{title}</title><link>http://{host}/news/{day}.html</link><pubDate>{moment}</pubDate></item>"
PAGE = """<!doctype html>
<html lang="ar" dir="rtl"><head><title>{title}</title>
<meta property="article:published_time" content="{day}T10:30:00+02:00">
</head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>"""
PARAGRAPHS = (
    "{story}، بحسب بيان صدر في اليوم {n} من الشهر وحضر تلاوته عدد كبير من أهل المدينة وزوارها.",
    "وقال متحدث إن العمل الذي بدأ قبل {n} أسابيع يجري وفق خطة وضعت قبل عامين وشارك فيها {n} من المختصين.",
    "وأضاف أن {n} من المتطوعين سيواصلون ما بدأوه، وأن النتائج ستعرض على الجمهور في لقاء مفتوح نهاية الموسم.",
)


def day_before(n: int) -> date:
    """The day that was `n` days ago."""
    return datetime.now(UTC).date() - timedelta(days=n)


def title_of(slug: str, day: date) -> str:
    return f"{' '.join(STORIES[slug].split()[:5])}، تقرير يوم {day.day}"


def page(slug: str, day: date) -> str:
    lines = [f"<p>{line.format(story=STORIES[slug], n=day.day)}</p>" for line in PARAGRAPHS]
    return PAGE.format(title=title_of(slug, day), day=day, paragraphs="".join(lines))


def feed(slug: str, host: str) -> str:
    """An article for each of the last days."""
    items = [
        ITEM.format(title=title_of(slug, day), host=host, day=day, moment=f"{day:%a, %d %b %Y} 10:30:00 +0200")
        for day in map(day_before, range(1, 6))
    ]
    return FEED.format(slug=slug, items="".join(items))


class Handler(BaseHTTPRequestHandler):
    """Answers by the host that is asked for; whoever asks the silent outlet waits until all is over."""

    server: Web

    def do_GET(self) -> None:
        host = self.headers["Host"] or ""
        slug = host.partition(":")[0].removesuffix(".tld").rpartition(".")[2]
        name, _, kind = self.path.removeprefix("/").rpartition(".")
        if slug not in STORIES:
            self.server.is_over.wait()
        elif self.path == "/feed.xml":
            self.answer("application/rss+xml", feed(slug, host))
        elif kind == "html" and name.startswith("news/"):
            self.answer("text/html; charset=utf-8", page(slug, date.fromisoformat(name.removeprefix("news/"))))
        else:
            self.send_error(404)

    def answer(self, content_type: str, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Nothing: the tests ask the warehouse what came."""


class Web(ThreadingHTTPServer):
    """The server of all hosts."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.is_over = threading.Event()

    def write_outlets(self, folder: Path) -> None:
        """The TOML files of the three outlets."""
        for slug, names in HOSTS.items():
            hosts = [f"{name}:{self.server_port}" for name in names]
            feeds = [f"http://{host}/feed.xml" for host in hosts]
            (folder / f"{slug}.toml").write_text(OUTLET.format(slug=slug, hosts=hosts, feeds=feeds), "utf-8")

    def names(self) -> str:
        """For WARRAQ_TEST_HOSTS."""
        return ",".join(f"{name}=127.0.0.1" for names in HOSTS.values() for name in names)


@contextmanager
def serving() -> Iterator[Web]:
    """The web, on a free port of loopback, until the block is left."""
    with Web() as web:
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        try:
            yield web
        finally:
            web.is_over.set()
            web.shutdown()
            thread.join()
