"""The card of a dataset, README.md: what is in it, how much, and whose it is."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.export.selection import Field, Partition, Selection

_KINDS = {
    "text": "string", "text[]": "list of strings", "timestamp with time zone": "timestamp, UTC", "date": "date",
}  # fmt: skip
_SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"), (10**7, "1M<n<10M"))

_CARD = """---
pretty_name: Arabic news, {first} to {last}
language:
- ar
license: other
license_name: rights-of-the-outlets
size_categories:
- {size}
tags:
- news
configs:
- config_name: default
  data_files:
  - split: train
    path: data/*/*.parquet
---

# Arabic news, {first} to {last}

{n_articles} {what} of {n_outlets}, published from {first} to {last} by the outlets' local days; {text}.
Made with Warraq, which reads the Arabic press. A file holds an outlet's articles of a month.

```python
from datasets import load_dataset

articles = load_dataset("path/to/this/folder", split="train")
```

## Whose it is

Titles, texts and pictures belong to the outlets that published them, or to those whose work they carry. No licence to
them is given here, and the licence of Warraq does not cover them.
{licence}

## Fields

| field | type | meaning |
| --- | --- | --- |
{fields}

## Articles by month and outlet

| month | outlet | articles |
| --- | --- | --- |
{counts}
| all | | {n_articles} |
"""
_WITHOUT_TEXT = """Therefore the summaries and the texts are left out: address, title and day say which article is
meant, and whoever wants to read it finds it at its outlet."""
_WITH_TEXT = """This dataset holds whole texts. Keep it for your own reading and research as your law allows, and do not
publish it without the outlets' leave."""


def card(selection: Selection, fields: Sequence[Field], counts: Sequence[Partition]) -> str:
    """The card of what was selected, as Markdown with the header that dataset sites read."""
    n_articles = sum(count.n_articles for count in counts)
    n_outlets = len({count.outlet for count in counts})
    has_text = any(field.name == "body" for field in fields)
    return _CARD.format(
        first=selection.first,
        last=selection.last,
        size=next((size for limit, size in _SIZES if n_articles < limit), "n>10M"),
        n_articles=n_articles,
        what="originals" if selection.originals else "articles",
        n_outlets="1 outlet" if n_outlets == 1 else f"{n_outlets} outlets",
        text="with their texts" if has_text else "without their texts",
        licence=_WITH_TEXT if has_text else _WITHOUT_TEXT,
        fields="\n".join(f"| `{field.name}` | {_KINDS[field.kind]} | {field.meaning} |" for field in fields),
        counts="\n".join(f"| {count.month:%Y-%m} | {count.outlet} | {count.n_articles} |" for count in counts),
    )
