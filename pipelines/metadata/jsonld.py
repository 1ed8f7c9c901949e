"""JSON-LD as pages really write it: several blocks, wrapped, escaped, with slips; a bad block spoils only itself."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipelines.text import unescape_line

Node = dict[str, Any]

_LONGEST = 1_000_000
_MENDABLE = 300_000
_MOST_NODES = 2_000
_WRAPPING = re.compile(r"(?://[ \t]{0,9}|/\*[ \t]{0,9})?(?:<!\[CDATA\[|\]\]>|<!--|-->)(?:[ \t]{0,9}\*/)?")
_OPENING = re.compile(r"[{\[]")
_STRING = r'"(?:\\.|[^"\\])*+"'
_NO_COMMA = re.compile(rf'({_STRING})|,(?=\s*[,}}\]])|(?<=[}}\]])(\s*)(?=[{{"])', re.DOTALL)
_NO_COMMA_AT_LINE_END = re.compile(r'((?<!\\)"[^\S\n]*)\n(?=\s*"[@\w]+"\s*:)')
_QUOTE = re.compile(r'([{\[,:]\s*"(?!\s*[:}\]]))|("\s*(?=[}\],:]|$))|(\\.)|(")', re.DOTALL)
_BAD_ESCAPE = re.compile(r'(\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})|\\')
_DECODER = json.JSONDecoder(strict=False)
_INSIDE = ("@graph", "@list", "mainEntity")


def read_nodes(texts: Iterable[str]) -> list[Node]:
    """Every object at the top, in a list or in a graph of some JSON-LD blocks, each reference to another one resolved.

    >>> read_nodes(['<!-- {"@type": "NewsArticle", "headline": "عودة "الهدوء" إلى الساحل",} -->', "{"])
    [{'@type': 'NewsArticle', 'headline': 'عودة "الهدوء" إلى الساحل'}]
    """
    nodes = [node for text in texts for document in _documents(text) for node in _flat(document)][:_MOST_NODES]
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    return [{key: _resolved(value, by_id) for key, value in node.items()} for node in nodes]


def kinds(node: Mapping[str, Any]) -> list[str]:
    """The types of a node without their vocabulary's address.

    >>> kinds({"@type": ["https://schema.org/NewsArticle", "Article"]})
    ['NewsArticle', 'Article']
    """
    told = node.get("@type")
    return [kind.rsplit("/", 1)[-1] for kind in (told if isinstance(told, list) else [told]) if isinstance(kind, str)]


def text_value(value: object) -> str | None:
    """A JSON-LD value as one line: a string, the name or url of an object, the first of a list.

    >>> text_value([{"@type": "Person", "name": "سارة &quot;علي&quot;"}])
    'سارة "علي"'
    """
    for _ in range(10):
        if isinstance(value, dict):
            value = next((value[k] for k in ("name", "@value", "@list", "url", "@id") if value.get(k)), None)
        elif isinstance(value, list):
            value = next((item for item in value if item), None)
        else:
            break
    return unescape_line(value) or None if isinstance(value, str) else None


def text_values(value: object) -> list[str]:
    """Every string of a value that may be one or a list: the names of several authors, sections, images.

    >>> text_values([{"name": "سارة علي"}, [{"name": ["خالد حسن", "مها"]}], None])
    ['سارة علي', 'خالد حسن', 'مها']
    """
    found: list[str] = []
    waiting = [value]
    while waiting and len(found) < 50:
        item = waiting.pop(0)
        if isinstance(item, dict) and isinstance(inner := item.get("@list") or item.get("name"), list):
            item = inner
        if isinstance(item, list):
            waiting[:0] = item[:50]
        elif text := text_value(item):
            found.append(text)
    return found


def _documents(text: str) -> Iterator[Any]:
    """The JSON documents of a block; mended once where it is broken, and nothing where that does not help."""
    if len(text) > _LONGEST:
        return
    text = _WRAPPING.sub(" ", text)
    start = 0
    while opening := _OPENING.search(text, start):
        try:
            document, start = _DECODER.raw_decode(text, opening.start())
        except RecursionError:
            return
        except ValueError:
            yield from _mended(text[opening.start() :])
            return
        yield document


def _mended(text: str) -> Iterator[Any]:
    """The document after each repair in turn: entities, commas, backslashes, quotation marks within strings."""
    if len(text) > _MENDABLE:
        return
    for repair in (_read_entities, _with_right_commas, _with_right_escapes, _with_inner_quotes):
        text = repair(text)
        try:
            yield _DECODER.raw_decode(text)[0]
        except RecursionError:
            return
        except ValueError:
            continue
        return


def _read_entities(text: str) -> str:
    return html.unescape(text) if re.match(r"[{\[]\s*&(?:quot|#34);", text) else text


def _with_right_commas(text: str) -> str:
    text = _NO_COMMA_AT_LINE_END.sub(r"\1,", text)
    return _NO_COMMA.sub(lambda m: m[1] or ("," + m[2] if m[2] is not None else ""), text)


def _with_right_escapes(text: str) -> str:
    return _BAD_ESCAPE.sub(lambda m: m[1] or "", text)


def _with_inner_quotes(text: str) -> str:
    mended = _QUOTE.sub(lambda m: '\\"' if m[4] else m[0], text)
    return _with_right_commas(mended)


def _flat(document: Any) -> Iterator[Node]:
    waiting = [document]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting[:0] = node[:_MOST_NODES]
        elif isinstance(node, dict):
            yield node
            waiting.extend(node[key] for key in _INSIDE if isinstance(node.get(key), (dict, list)))


def _resolved(value: Any, by_id: Mapping[str, Node]) -> Any:
    if isinstance(value, list):
        return [_resolved(item, by_id) for item in value] if any(isinstance(item, dict) for item in value) else value
    if isinstance(value, dict) and len(value) <= 2 and isinstance(told := value.get("@id"), str) and told in by_id:
        return {**by_id[told], **value}
    return value
