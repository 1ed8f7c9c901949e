"""A server of raw answers on loopback, right and wrong ones, for any number of hosts on one port.

Its own log is the oracle of what a crawl asked for.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

Answer = bytes | Iterable[bytes] | None  # the bytes as they are, or piece by piece; None never comes


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One request: `at` in seconds since the epoch, header names in lower case; the `n`-th of its target."""

    at: float
    target: str
    headers: Mapping[str, str]
    n: int


Page = Answer | Callable[[Asked], Answer]


@dataclass
class Site:
    """One host and its pages, by what is asked for; what it does not have is a 404."""

    host: str
    scheme: str = "http"
    pages: dict[str, Page] = field(default_factory=dict)
    log: list[Asked] = field(default_factory=list)

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://{self.host}{path}"

    @property
    def asked(self) -> list[str]:
        """What was asked for, in this order."""
        return [one.target for one in self.log]


class RawServer:
    """Serves sites that are made by name: `server.site("raqib")` is the host raqib.test on this server's port."""

    def __init__(self, certificate: Path | None = None) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if certificate else None
        if self._tls and certificate:
            self._tls.load_cert_chain(certificate)
        self.port: int = self._listener.getsockname()[1]
        self.sites: dict[str, Site] = {}
        self._lock, self._is_over = threading.Lock(), threading.Event()

    def site(self, name: str) -> Site:
        """The site of a name, made where there is none."""
        host = f"{name}.test:{self.port}"
        return self.sites.setdefault(host, Site(host, "https" if self._tls else "http"))

    def bare(self) -> Site:
        """The site of this server's bare address, which no setting lets a crawl reach."""
        host = f"127.0.0.1:{self.port}"
        return self.sites.setdefault(host, Site(host))

    @property
    def hosts(self) -> str:
        """The value of WARRAQ_TEST_HOSTS."""
        return ",".join(f"{host.partition(':')[0]}=127.0.0.1" for host in self.sites if ".test:" in host)

    def serve(self) -> None:
        with suppress(OSError):
            while not self._is_over.is_set():
                end, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=(end,), daemon=True).start()

    def close(self) -> None:
        self._is_over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _answer(self, end: socket.socket) -> None:
        with suppress(OSError), end:
            if self._tls:
                end = self._tls.wrap_socket(end, server_side=True)
            with end:
                head = b""
                while b"\r\n\r\n" not in head and (data := end.recv(65536)):
                    head += data
                if head:
                    self._send(end, self._page(head.decode("latin-1")))

    def _page(self, head: str) -> Answer:
        first, *lines = head.split("\r\n")
        target = first.split(" ")[1]
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        site = self.sites.get(headers.get("host", "").lower(), Site("nobody"))
        with self._lock:
            asked = Asked(at=time.time(), target=target, headers=headers, n=site.asked.count(target) + 1)
            site.log.append(asked)
        page = site.pages.get(target, http(b"<h1>404</h1>", status=404))
        return page(asked) if callable(page) else page

    def _send(self, end: socket.socket, answer: Answer) -> None:
        if answer is None:
            self._is_over.wait()
            return
        for piece in [answer] if isinstance(answer, bytes) else answer:
            if self._is_over.is_set():
                return
            end.sendall(piece)


@contextmanager
def raw_server(certificate: Path | None = None) -> Iterator[RawServer]:
    """A server that is stopped at the end, with all that it still answers."""
    server = RawServer(certificate)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(5)


def http(
    body: str | bytes = b"", *headers: str | bytes, status: int = 200, kind: str = "text/html; charset=utf-8",
    length: int | None = -1,
) -> bytes:  # fmt: skip
    """A whole answer; a `length` other than -1 is told instead of the body's own, None tells none."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} OK".encode(), b"Connection: close"]
    if kind:
        lines.append(f"Content-Type: {kind}".encode())
    if length is not None:
        lines.append(b"Content-Length: %d" % (len(data) if length == -1 else length))
    lines += [line.encode() if isinstance(line, str) else line for line in headers]
    return b"\r\n".join([*lines, b"", b""]) + data


def text(body: str | bytes) -> bytes:
    """An answer such as a robots.txt."""
    return http(body, kind="text/plain")


def moved(location: str, *headers: str, status: int = 302) -> bytes:
    """A redirect."""
    return http(b"", f"Location: {location}", *headers, status=status)


def in_turn(*answers: Answer) -> Callable[[Asked], Answer]:
    """Another answer each time, and the last one for ever after."""
    return lambda asked: answers[min(asked.n, len(answers)) - 1]


def write_outlet(folder: Path, slug: str, site: Site, more: str | None = None) -> Path:
    """The TOML of an outlet on a site, by default with a feed at /feed; `more` are lines in place of that."""
    lines = f'feeds = ["{site.url("/feed")}"]' if more is None else more
    path = folder / f"{slug}.toml"
    path.write_text(
        f'name = "{slug}"\ncountry = "EG"\ntimezone = "Africa/Cairo"\nhosts = ["{site.host}"]\n{lines}\n', "utf-8"
    )
    return path
