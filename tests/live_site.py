"""A recorded web, served over real HTTP/1.1 on loopback: every host H of the recording is H.test:PORT.

Its own log is the oracle of what a crawl did. What it sent can be written as a recording again.
"""

from __future__ import annotations

import gzip
import re
import threading
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from spiders.crawl import end_of_day
from spiders.outlet import load_outlets

_OF_THE_CONNECTION = {"content-length", "transfer-encoding", "connection", "keep-alive"}
_NOT_FOUND = (404, (("Content-Type", "text/html"),), b"<h1>404</h1>")

Answer = tuple[int, tuple[tuple[str, str], ...], bytes]  # status, headers, body
Place = tuple[str, bytes]  # host, and path with query, unescaped


@dataclass(frozen=True, kw_only=True, slots=True)
class Capture:
    """One record: what an address answered at a moment."""

    at: datetime
    is_https: bool
    answer: Answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One request, and what it was answered: `at` and `answered_at` are seconds since the epoch."""

    at: float
    answered_at: float
    host: str  # of the recording
    target: str  # as it was sent
    headers: Mapping[str, str]  # names in lower case
    answer: Answer

    @property
    def status(self) -> int:
        return self.answer[0]


@cache
def captures(recording: Path) -> Mapping[Place, list[Capture]]:
    """The records of every address, in the order of time; an https address hides its http twin."""
    found: dict[Place, list[Capture]] = defaultdict(list)
    with recording.open("rb") as file:
        for record in ArchiveIterator(file, record_types=WarcRecordType.response):
            url = urlsplit(record.headers["WARC-Target-URI"])
            headers = tuple((name, value) for name, value in record.http_headers)
            found[_place(url.netloc, url.path + ("?" + url.query if url.query else ""))].append(
                Capture(
                    at=datetime.fromisoformat(record.headers["WARC-Date"]),
                    is_https=url.scheme == "https",
                    answer=(record.http_headers.status_code, headers, record.reader.read()),
                )
            )
    for place, records in found.items():
        is_https = any(record.is_https for record in records)
        found[place] = sorted((r for r in records if r.is_https == is_https), key=lambda record: record.at)
    return found


def _place(host: str, target: str) -> Place:
    return host.lower(), unquote_to_bytes(target)


class LiveSite:
    """A recorded web on a port, with copies of the outlets that it holds in `folder`/outlets.

    It serves the last record of every address, or as of `stand_at_end_of`. `environment` is what a command needs to
    crawl it.
    """

    def __init__(self, recording: Path, outlets: Path, folder: Path) -> None:
        self._captures = captures(recording)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("OfThisSite", (_Handler,), {"site": self}))
        self.port = self._http.server_port
        self._moments: Mapping[str, datetime] = {}
        self._hosts = {host for host, _ in self._captures}
        self._tables = {file.name: file.read_text("utf-8") for file in sorted(outlets.glob("*.toml"))}
        self._tables = {name: text for name, text in self._tables.items() if self._hosts & _hosts_of(text)}
        self._hosts |= set().union(*map(_hosts_of, self._tables.values()))
        longest_first = sorted(self._hosts, key=len, reverse=True)
        self._address = re.compile(
            rb"(?:https?:)?((?:\\?/){2}(?:%s))(?![\w-]|\.\w)" % b"|".join(re.escape(h.encode()) for h in longest_first),
            re.IGNORECASE,
        )
        self.outlets = folder / "outlets"
        self._write_outlets()
        self.log: list[Asked] = []

    def _write_outlets(self) -> None:
        self.outlets.mkdir(parents=True, exist_ok=True)
        for name, text in self._tables.items():
            text = self.rewritten(text.encode()).decode()
            for host in _hosts_of(self._tables[name]):
                text = text.replace(f'"{host}"', f'"{host}.test:{self.port}"')
            (self.outlets / name).write_text(text, "utf-8")

    @property
    def environment(self) -> dict[str, str]:
        names = ",".join(f"{host}.test=127.0.0.1" for host in sorted(self._hosts))
        return {"WARRAQ_OUTLETS": str(self.outlets), "WARRAQ_TEST_HOSTS": names}

    def stand_at_end_of(self, day: date) -> None:
        """Serves every outlet from now on as it stood at its own midnight that ends a day."""
        self._moments = {
            host: end_of_day(outlet, day)
            for outlet in load_outlets(self.outlets).values()
            for host in self._hosts
            if outlet.owns(f"{host}.test:{self.port}")
        }

    def rewritten(self, data: bytes) -> bytes:
        """Data in which every address of the recording is one of this server; packed data stays packed."""
        if data[:2] == b"\x1f\x8b":
            return gzip.compress(self.rewritten(gzip.decompress(data)), mtime=0)
        return self._address.sub(lambda found: b"http:" + found[1].lower() + b".test:%d" % self.port, data)

    def recorded(self, url: str) -> str:
        """The address in the recording that one of this server stands for."""
        return re.sub(rf"^http://([^/]+)\.test:{self.port}(?=/|$)", r"https://\1", url)

    def answer(self, host: str, target: str) -> Answer:
        """What an address answers at the moment that is served."""
        known = self._captures.get(_place(host, target), [])
        moment = self._moments.get(host)
        known = [capture for capture in known if moment is None or capture.at <= moment]
        if not known:
            return _NOT_FOUND
        status, headers, body = known[-1].answer
        kept = [(name, value) for name, value in headers if name.lower() not in _OF_THE_CONNECTION]
        headers = tuple((name, self.rewritten(value.encode("utf-8")).decode("utf-8")) for name, value in kept)
        return status, headers, self.rewritten(body)

    def url_of(self, one: Asked) -> str:
        """The address that was asked for."""
        return f"http://{one.host}.test:{self.port}{one.target}"

    def write_sent(self, path: Path, log: Iterable[Asked], *, but: set[str]) -> None:
        """Writes what was sent as a recording, dated when it was, but for some addresses."""
        with path.open("wb") as file:
            writer = WARCWriter(file, gzip=True)
            for one in log:
                if (url := self.url_of(one)) not in but:
                    writer.write_record(_record(writer, url, one))

    def serve(self) -> None:
        self._http.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


def gaps(log: Iterable[Asked]) -> dict[str, float]:
    """The fewest seconds between two requests to each host that was asked twice."""
    moments: dict[str, list[float]] = defaultdict(list)
    for one in log:
        moments[one.host].append(one.at)
    return {h: min(b - a for a, b in pairwise(sorted(found))) for h, found in moments.items() if len(found) > 1}


def _hosts_of(toml: str) -> set[str]:
    return set(tomllib.loads(toml)["hosts"])


def _record(writer: WARCWriter, url: str, one: Asked) -> object:
    status, headers, body = one.answer
    moment = datetime.fromtimestamp(one.answered_at, UTC).isoformat().replace("+00:00", "Z")
    head = StatusAndHeaders(f"{status} OK", list(headers), "HTTP/1.1")
    return writer.create_warc_record(
        url, "response", payload=BytesIO(body), http_headers=head, warc_headers_dict={"WARC-Date": moment}
    )


class _Handler(BaseHTTPRequestHandler):
    site: LiveSite
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        at = time.time()
        host = self.headers.get("Host", "").partition(":")[0].lower().removesuffix(".test")
        status, headers, body = answer = self.site.answer(host, self.path)
        lines = [f"HTTP/1.1 {status} OK", *(f"{name}: {value}" for name, value in headers)]
        head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode("utf-8")
        sent = {name.lower(): value for name, value in self.headers.items()}
        self.site.log.append(
            Asked(at=at, answered_at=time.time(), host=host, target=self.path, headers=sent, answer=answer)
        )
        self.wfile.write(head + body)

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def served(recording: Path, outlets: Path, folder: Path) -> Iterator[LiveSite]:
    """A live site that is stopped at the end."""
    site = LiveSite(recording, outlets, folder)
    thread = threading.Thread(target=site.serve, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.close()
        thread.join()
