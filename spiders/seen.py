"""What a first look at an outlet saw."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from spiders.dated import Dated
from spiders.homepage import HomePage
from spiders.looks import Look
from spiders.outlet import Outlet


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A document that came: `url` was asked for, `final_url` is where redirects led.

    `source` is the address that names it, "robots.txt", or "" for one that nobody named.
    """

    url: str
    final_url: str
    source: str
    look: Look

    @property
    def address(self) -> str:
        """What to write: where a redirect leads that changes the scheme or the host alone, else what was asked for."""
        return self.final_url if urlsplit(self.final_url)[2:] == urlsplit(self.url)[2:] else self.url


@dataclass(kw_only=True, slots=True)
class Survey:
    """What came. `outlet` is what is known: a slug, and hosts, the one that was asked for first.

    `home_url` is where the home page is; `home` is None where nothing came that could be one. `seen` are the documents,
    `dated` templates that addresses prove; `problems` are sentences about what did not come, `remarks` about the rest.
    """

    outlet: Outlet
    home_url: str = ""
    home: HomePage | None = None
    seen: list[Seen] = field(default_factory=list)
    dated: list[Dated] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def good(self, *kinds: str) -> list[Seen]:
        """The documents of some kinds that can be read and list something, each place once."""
        places: dict[str, Seen] = {}
        for seen in self.seen:
            if seen.look.is_good and seen.look.kind in kinds:
                places.setdefault(seen.final_url, seen)
        return list(places.values())
