"""Scrapy's settings, safe from the first day. Politeness and the guards have no switch."""

from __future__ import annotations

import os
from importlib import metadata
from pathlib import Path
from typing import Any

from spiders.errors import ImpossibleRequest

PRODUCT = "Warraq"
HOST_DELAY = 1.0  # seconds between two requests to a host, where its robots.txt asks for no more
BATCH = 16  # pages to a WARC file, and so the most that a kill can cost


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
    """The settings of the whole process; with a recording, every request is answered from it."""
    handler = (
        "spiders.replay.ReplayHandler" if replay else "scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler"
    )
    return {
        "USER_AGENT": user_agent(),
        "ROBOTSTXT_USER_AGENT": PRODUCT,
        "ROBOTSTXT_OBEY": True,
        "REPLAY": str(replay) if replay else None,
        "TWISTED_DNS_RESOLVER": "spiders.resolver.GuardedResolver",
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler, "file": None, "data": None, "ftp": None, "s3": None},
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
            "spiders.scope.ScopeMiddleware": 50,
            "spiders.robots.RobotsMiddleware": 100,
            "spiders.politeness.PolitenessMiddleware": 950,
        },
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 0,  # spiders.politeness spaces requests, so that a replay can compute without sleeping
        "AUTOTHROTTLE_ENABLED": replay is None,
        "AUTOTHROTTLE_START_DELAY": HOST_DELAY,
        "HTTPPROXY_ENABLED": False,  # a proxy would resolve names behind the resolver's back
        "COOKIES_ENABLED": False,
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",  # the ledger knows what is one link
        "DOWNLOAD_MAXSIZE": 10 * 1024 * 1024,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": 60,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_TLS_MIN_VERSION": "TLSv1.2",
        "HTTPERROR_ALLOW_ALL": True,  # every status comes to the spider, which gives it an outcome
        "REDIRECT_MAX_TIMES": 5,
        "METAREFRESH_ENABLED": False,
        "REFERRER_POLICY": "no-referrer",
        "RETRY_TIMES": 2,
        "RETRY_HTTP_CODES": [500, 502, 504, 522, 524, 408],
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_ENABLED": True,
        "LOG_LEVEL": "ERROR",
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
    }
