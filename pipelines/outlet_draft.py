"""From what a first look saw to a TOML: what is sure is written, the rest is left to the person, in comments."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pipelines.article_form import LEAST, Address, form_of
from pipelines.country import country_of, only_zone
from pipelines.language import language
from pipelines.outlet_name import Names, names
from pipelines.sitemap_choice import chosen_sitemaps, dated_templates
from spiders.choices import is_apart
from spiders.gates import GATES
from spiders.moments import local_day
from spiders.named_dates import dates_in
from spiders.outlet import bare_host
from spiders.outlet_record import host_of
from spiders.percent import readable
from spiders.site_names import plain

if TYPE_CHECKING:
    from spiders.seen import Seen, Survey

NO_START = "No feed and no sitemap was found: add sections (…?page={page})."
_NO_PLACE = "Fill in the country, such as EG, and the timezone, such as Africa/Cairo: the address does not settle them."
_OLD = 30  # days after which a feed's newest item is worth a remark
_FEWEST_LETTERS = 60  # of a text whose language is believed against what the page says
_MOST_SHOWN = 8  # addresses in a remark

_NO_LIST = re.compile(
    r"(?i)/(?:log-?in|sign-?(?:in|up)|register|contact|about|privacy|terms|search|tags?|rss|feeds?|وسم|وسوم|اتصل|من-نحن)"
    r"(?:[/.?-]|$)|\.(?:png|jpe?g|pdf|xml)$"
)

Value = str | bool | list[str]


def outlet_toml(found: Survey, *, on: date) -> str:
    """The text of the TOML of an outlet that was looked at `on` a day; it is switched off.

    What a person has to do stands before it, what else was seen behind it.
    """
    draft = _Draft(found, on)
    values = draft.values()
    lines = [f"# {plain(readable(line), 500)}" for line in draft.to_do]
    lines += [f"{key} = {_toml(key, value)}" for key, value in values.items()]
    lines += ["", "# Also seen:"] if draft.remarks else []
    lines += [f"# {plain(readable(line), 800)}" for line in dict.fromkeys(draft.remarks)]
    return "\n".join(lines) + "\n"


class _Draft:
    """The values of a TOML, with what is to be done (`to_do`) and what else was seen (`remarks`)."""

    def __init__(self, found: Survey, on: date) -> None:
        self.found, self._on = found, on
        self.to_do: list[str] = []
        if found.home and found.home.gate:
            self.to_do.append(
                f"What came from {found.home_url} is {GATES[found.home.gate]}: nothing was taken from it."
            )
        self.remarks = [*found.remarks, *found.problems]
        self._host = host_of(found.home_url)
        self.outlet = found.outlet

    def values(self) -> dict[str, Value]:
        """What is sure, by key."""
        called = self._names()
        country = country_of(self._host)
        zone = only_zone(country)
        self.to_do += [] if zone else [_NO_PLACE]
        feeds, (sitemaps, more) = self._feeds(), chosen_sitemaps(self.found)
        templates, undecided = dated_templates(self.found)
        self.remarks += [*more, *undecided, *self._faults(), *self._elsewhere()]
        if not feeds and not sitemaps:
            self.to_do.append(NO_START)
            self.remarks += self._beginnings()
        spoken = self._language()
        values: dict[str, Value] = {"name": called.name}
        values |= {"name_latin": called.latin} if called.latin else {}
        values |= {"country": country, "timezone": zone}
        values |= {"language": spoken} if spoken else {}
        values |= {"hosts": self._hosts(), "feeds": feeds, "sitemaps": sitemaps, **templates, **self._form()}
        note = f"written by `warraq outlets add` on {self._on}; read it before you trust it"
        return {**values, "enabled": False, "verified": False, "note": note}

    def _hosts(self) -> list[str]:
        known: dict[str, str] = {}
        for host in (self._host, *self.found.outlet.hosts):
            known.setdefault(bare_host(host), host)
        return list(known.values())

    def _names(self) -> Names:
        """The names that the home page tells, or documents where something else stands before it."""
        home, told = self.found.home, [seen.look.name for seen in self.found.good("news") if seen.look.name]
        titles = [seen.look.name for seen in self.found.good("feed") if seen.look.name]
        if home is None or home.gate:
            called = names(told, titles[0] if titles else "")
        else:
            called = names([*home.names, *told], home.title, [*home.echoes, *titles])
        if not called.name:
            title = f" The title of the home page is «{home.title}»." if home and home.title and not home.gate else ""
            self.to_do.append(f"Fill in the name, as the outlet writes it.{title}")
        return called

    def _language(self) -> str:
        """The language that the page says, where its text agrees, or else that of a text long enough to tell."""
        home = self.found.home
        told, text = (home.language, home.text) if home and not home.gate else ("", "")
        text = " ".join([text, *(title for seen in self.found.good("feed", "news") for title in seen.look.titles)])
        is_long = len(re.findall(r"[^\W\d_]", text)) >= _FEWEST_LETTERS
        read = language(text) if is_long else None
        if read and told and read != told:
            self.remarks.append(f"The home page says that it is in {told!r}, and its text is in {read!r}.")
        spoken = read or (told if told == "ar" else "")
        if spoken not in ("", "ar"):
            self.to_do.append(f"The text is in {spoken!r}: pages that are not in Arabic are set aside as not_arabic.")
        elif not spoken:
            self.remarks.append(
                f"The language is not certain (the page says {told or 'none'}); if the key is left out, ar is assumed."
            )
        return spoken

    def _feeds(self) -> list[str]:
        return [seen.address for seen in self.found.good("feed") if not self._is_foreign(seen)]

    def _is_foreign(self, seen: Seen) -> bool:
        """Whether a feed in Arabic letters is in another language, Persian say; then it is left out with a remark."""
        text = " ".join(seen.look.titles)
        read = language(text) if len(text) >= _FEWEST_LETTERS else None
        if read not in (None, "ar"):
            self.remarks.append(f"{seen.url} was left out: its titles are in {read!r}.")
        return read not in (None, "ar")

    def _faults(self) -> Iterator[str]:
        """What is wrong with documents that came, and with those that are used."""
        for seen in self.found.seen:
            if seen.look.fault and seen.source:
                more = f", and names {len(seen.look.feeds)} that may be feeds" if seen.look.feeds else ""
                on = f" on {self._host}" if seen.look.fault == "lists nothing" else ""
                yield f"{seen.url} {seen.look.fault}{on}{more}."
            newest = max(filter(None, (self._day(link.published_hint) for link in seen.look.links)), default=None)
            if seen.look.kind == "feed" and newest and (self._on - newest).days > _OLD:
                yield f"The newest item of {seen.url} is of {newest}."

    def _elsewhere(self) -> Iterator[str]:
        """Hosts on which documents list addresses."""
        hosts = Counter(
            host_of(refused.url) for seen in self.found.seen for refused in seen.look.found.refused
            if refused.reason == "scope"
        )  # fmt: skip
        for host, n in hosts.most_common(5):
            yield f"{n} addresses are on {host}: add it to hosts if it is theirs."

    def _beginnings(self) -> Iterator[str]:
        """What may serve where neither a feed nor a sitemap was found."""
        home = self.found.home
        if home is None or home.gate:
            return
        if home.script:
            yield (
                f"The home page's stories are in {home.script}, which a section cannot read; look there for "
                "addresses of lists."
            )
        if home.stories:
            itself = json.dumps(self.found.home_url)
            yield f"The home page itself shows {len(home.stories)} stories: sections = [{itself}]"
        places = (url for url, label in home.menu if 2 < len(label) < 30 and self.outlet.owns(url))
        places = (place for place in places if urlsplit(place).path.strip("/") and place != self.found.home_url)
        if lists := [place for place in dict.fromkeys(places) if not _NO_LIST.search(unquote(place))]:
            yield f"These may be lists of articles: {_some(lists)}"

    def _form(self) -> dict[str, Value]:
        """What the addresses of the articles have in common."""
        articles, home = self._articles(), self.found.home
        others = [url for url, label in home.menu if len(label.split()) < 4 and self.outlet.owns(url)] if home else []
        others += [child.url for index in self.found.good("index") for child in index.look.found.children]
        others += [seen.url for seen in self.found.seen]
        form = form_of(articles, others, self.outlet)
        if not form.article_url and articles:
            how = "do not agree in a form that tells them apart" if len(articles) >= LEAST else "are few"
            examples = _some(dict.fromkeys(article.url for article in articles), 3)
            self.remarks.append(f"article_url is left out, the addresses of articles {how}: {examples}")
        values: dict[str, Value] = {"article_url": form.article_url} if form.article_url else {}
        values |= {"trailing_slash": True} if form.trailing_slash else {}
        return values | ({"raw_query": list(form.raw_query)} if form.raw_query else {})

    def _articles(self) -> list[Address]:
        """Addresses that are articles' for sure: of feeds, of news sitemaps, and of sitemaps of a day or a month."""
        dated = [seen for seen in self.found.good("sitemap") if any(dates_in(seen.url)[:2]) and not is_apart(seen.url)]
        return [
            Address(link.listed_url, self._day(link.published_hint) or _day_in(seen.url))
            for seen in (*dated, *self.found.good("feed", "news"))
            for link in seen.look.links
        ]

    def _day(self, hint: datetime | date | None) -> date | None:
        return local_day(hint, self.outlet.tz) if hint else None


def _day_in(url: str) -> date | None:
    """The one day that an address names."""
    days = dates_in(url)[0]
    return next(iter(days)) if len(days) == 1 else None


def _some(urls: Iterable[str], most: int = _MOST_SHOWN) -> str:
    known = list(urls)
    return ", ".join(known[:most]) + (f" and {len(known) - most} more" if len(known) > most else "")


def _toml(key: str, value: Value) -> str:
    """A TOML value. JSON's strings are TOML's where they hold no control characters: `plain` leaves none.

    >>> print(_toml("feeds", ["الرقيب", 'a "b"']), _toml("article_url", "/[0-9]+$"))
    ["الرقيب", "a \\"b\\""] '/[0-9]+$'
    """
    if key == "article_url" and isinstance(value, str) and "'" not in value:
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False)
