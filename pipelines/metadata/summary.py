"""The description of an article, where it says more than its headline and is not the outlet's slogan."""

from __future__ import annotations

import re

from pipelines.language import arabic_share
from pipelines.metadata.facts import Facts
from pipelines.metadata.jsonld import text_value
from pipelines.text import normalize_arabic, words

_CUT = re.compile(r"\s*(?:\.{2,}|…|\[…\]|\[\.\.\.\])$")
_SHORTEST = 30
_TAGS = re.compile(r"<[^<>]{1,200}>")


def summary(facts: Facts, title: str, site_names: frozenset[str] = frozenset()) -> str | None:
    """The description by JSON-LD, OpenGraph or meta; one that is cut gives way to one that goes on.

    A description that the site's own nodes tell, or that names the outlet and shares no word with the headline, is a
    slogan.

    >>> facts = Facts(meta={"og:description": ["هطلت أمطار غزيرة على مدن الشمال مساء أمس وأغلقت طرقا عدة."]})
    >>> summary(facts, "أمطار غزيرة في الشمال")
    'هطلت أمطار غزيرة على مدن الشمال مساء أمس وأغلقت طرقا عدة.'
    """
    told = [
        text_value(facts.article.get("description")),
        *facts.all("og:description", "description", "twitter:description"),
    ]
    slogans = {normalize_arabic(text) for node in facts.site if (text := text_value(node.get("description")))}
    bare = [_TAGS.sub("", text).strip() for text in told if text]
    fitting = [
        text
        for text in bare
        if _tells(text, title) and normalize_arabic(text) not in slogans and not _is_slogan(text, title, site_names)
    ]
    if not fitting:
        return None
    start = _CUT.sub("", fitting[0])
    longer = [text for text in fitting if text.startswith(start) and len(_CUT.sub("", text)) > len(start)]
    return max(longer, key=len) if longer and start != fitting[0] else fitting[0]


def _tells(text: str, title: str) -> bool:
    """Whether a description is Arabic and has words that the headline has not."""
    more = set(words(text)) - set(words(title))
    return len(text) >= _SHORTEST and arabic_share(text) > 0.5 and len(more) >= 3


def _is_slogan(text: str, title: str, site_names: frozenset[str]) -> bool:
    form = f" {normalize_arabic(text)} "
    names_outlet = any(len(name) > 2 and f" {name} " in form for name in site_names)
    return names_outlet and not _stems(text) & _stems(title)


def _stems(text: str) -> set[str]:
    """Words of meaning, without the letters that join them to others."""
    bare = (re.sub(r"^(?:وال|بال|فال|كال|لل|ال)(?=\w{3})", "", word) for word in words(text))
    return {word[:5] for word in bare if len(word) > 3}
