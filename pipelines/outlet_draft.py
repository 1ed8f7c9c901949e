"""From what a first look saw to a TOML: what is sure is written, the rest is left to the person, in comments."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from pipelines.article_form import LEAST, Address, form_of
from pipelines.country import country_of, only_zone
from pipelines.language import language
from pipelines.outlet_name import Names, names
from pipelines.sitemap_choice import chosen_sitemaps, dated_templates
from spiders.gates import GATES
from spiders.moments import local_day
from spiders.outlet import bare_host
from spiders.outlet_record import host_of
from spiders.site_names import plain

if TYPE_CHECKING:
    from spiders.seen import Seen, Survey

NO_START = "No feed and no sitemap was found: add sections (…?page={page})."
_NO_PLACE = "Fill in the country (EG) and the timezone (Africa/Cairo): the address does not tell them for sure."
_OLD = 30  # days after which a feed's newest item is worth a remark
_FEWEST_LETTERS = 60  # of a text whose language is believed against what the page says
_MOST_SHOWN = 8  # addresses in a remark

Value = str | bool | list[str]


def outlet_toml(found: Survey, *, on: date) -> str:
    """The text of the TOML of an outlet that was looked at `on` a day; it is switched off.

    What a person has to do stands before it, what else was seen behind it.
    """
    draft = _Draft(found, on)
    values = draft.values()
    lines = [f"# {plain(line, 500)}" for line in draft.to_do]
    lines += [f"{key} = {_toml(key, value)}" for key, value in values.items()]
    lines += ["", "# Seen beside that:"] if draft.remarks else []
    lines += [f"# {plain(line, 800)}" for line in dict.fromkeys(draft.remarks)]
    return "\n".join(lines) + "\n"


class _Draft:
    """The values of a TOML, with what is to be done (`to_do`) and what else was seen (`remarks`)."""

    def __init__(self, found: Survey, on: date) -> None:
        self.found, self._on = found, on
        self.to_do: list[str] = []
        if found.home and found.home.gate:
            self.to_do.append(f"What came from {found.home_url} is {GATES[found.home.gate]}: nothing of it was taken.")
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
            self.to_do.append(f"Fill in the name, as the outlet writes itself.{title}")
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
                f"The language is not told for sure (the page says {told or 'none'}); without it, it is ar."
            )
        return spoken

    def _feeds(self) -> list[str]:
        return [seen.url for seen in self.found.good("feed") if not self._is_foreign(seen)]

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
                more = f", with {len(seen.look.feeds)} links that may be feeds" if seen.look.feeds else ""
                on = f" on {self._host}" if seen.look.fault == "lists nothing" else ""
                yield f"{seen.url} {seen.look.fault}{on}{more}."
            hints = [link.published_hint for link in seen.look.links if link.published_hint]
            newest = max((local_day(hint, self.outlet.tz) for hint in hints), default=None)
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
            yield f"The home page keeps what it shows in {home.script}, a script: look there for the addresses of its lists."
        elif not home.stories and not home.menu and len(home.text) < _FEWEST_LETTERS:
            yield "The home page shows nothing without its scripts."
        if home.stories:
            itself = json.dumps(self.found.home_url)
            yield f"The home page itself shows {len(home.stories)} stories: sections = [{itself}]"
        places = [url for url, label in home.menu if self.outlet.owns(url) and 2 < len(label) < 30]
        if places := list(dict.fromkeys(place for place in places if place != self.found.home_url)):
            yield f"The menu leads to {_some(places)}"

    def _form(self) -> dict[str, Value]:
        """What the addresses of the articles have in common."""
        articles, home = self._articles(), self.found.home
        others = [url for url, _ in home.menu if self.outlet.owns(url)] if home else []
        others += [child.url for index in self.found.good("index") for child in index.look.found.children]
        others += [seen.url for seen in self.found.seen]
        form = form_of(articles, others, self.outlet)
        if not form.article_url and articles:
            how = "do not agree in a form that tells them apart" if len(articles) >= LEAST else "are few"
            self.remarks.append(
                f"article_url is left out, the addresses of articles {how}: {_some([a.url for a in articles], 3)}"
            )
        values: dict[str, Value] = {"article_url": form.article_url} if form.article_url else {}
        values |= {"trailing_slash": True} if form.trailing_slash else {}
        return values | ({"raw_query": list(form.raw_query)} if form.raw_query else {})

    def _articles(self) -> list[Address]:
        """Addresses that are articles' for sure: those in feeds and news sitemaps."""
        links = [link for seen in self.found.good("feed", "news") for link in seen.look.links]
        return [
            Address(link.listed_url, local_day(link.published_hint, self.outlet.tz) if link.published_hint else None)
            for link in links
        ]


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
