"""Scrapy's settings, safe from the first day. Politeness and the guards have no switch: see `spiders.fetch`."""

from __future__ import annotations

import os
from importlib import metadata
from pathlib import Path
from typing import Any

from spiders.errors import ImpossibleRequest

PRODUCT = "Warraq"
HOST_DELAY = 1.0  # seconds between two requests to a host, where its robots.txt asks for no more
TIMEOUT = 30.0  # seconds that one answer may take
MOST_RUNNING = 400  # requests at once, each to another host


def contact() -> str:
    """How an outlet reaches the operator, from WARRAQ_CONTACT (an address or a page); empty where it is not set."""
    told = os.environ.get("WARRAQ_CONTACT", "").strip()
    if not told.isprintable() or len(told) > 200:
        raise ImpossibleRequest("WARRAQ_CONTACT must be one printable line: a mail address or a page about your crawl.")
    return told


def user_agent() -> str:
    """The one User-Agent: the product's name, its version, and the contact."""
    return f"{PRODUCT}/{_version()} (+{contact() or 'the operator set no WARRAQ_CONTACT'})"


def _version() -> str:
    try:
        return metadata.version("warraq")
    except metadata.PackageNotFoundError:  # run from a folder that was never installed
        return "0"


def crawl_settings(replay: Path | None = None) -> dict[str, Any]:
    """The settings of the whole process; with a recording, every request is answered from it.

    Scrapy downloads, and no more: robots.txt, redirects, delays, second tries and encodings are `spiders.fetch`'s.
    """
    handler = "spiders.replay.ReplayHandler" if replay else "spiders.download.DownloadHandler"
    ours = ("useragent.UserAgentMiddleware", "defaultheaders.DefaultHeadersMiddleware",
            "downloadtimeout.DownloadTimeoutMiddleware")  # fmt: skip
    return {
        "USER_AGENT": user_agent(),
        "REPLAY": str(replay) if replay else None,
        "TWISTED_DNS_RESOLVER": "spiders.resolver.GuardedResolver",
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler, "file": None, "data": None, "ftp": None, "s3": None},
        "DOWNLOADER_MIDDLEWARES_BASE": {f"scrapy.downloadermiddlewares.{name}": n for n, name in enumerate(ours)},
        "EXTENSIONS_BASE": {},
        "SPIDER_MIDDLEWARES_BASE": {},
        "CONCURRENT_REQUESTS": MOST_RUNNING,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "REACTOR_THREADPOOL_MAXSIZE": 40,  # names are looked up in its threads, and one that is not found takes long
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_MAXSIZE": 10 * 1024 * 1024,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": TIMEOUT,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_TLS_MIN_VERSION": "TLSv1.2",
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_ENABLED": True,
        "LOG_LEVEL": "ERROR",
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    }
