"""The options that several commands share, and how their JSON is printed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from spiders.errors import ImpossibleRequest


def read_day(text: str) -> date:
    """An option's day, `today` and `yesterday` in UTC. Raises ImpossibleRequest for what is none."""
    today = datetime.now(UTC).date()
    if text in ("today", "yesterday"):
        return today if text == "today" else today - timedelta(days=1)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ImpossibleRequest(f"{text!r} is not a day; write it as 2026-11-19, today or yesterday.") from error


def read_moment(text: str) -> datetime:
    """An option's moment, in UTC where it names no zone. Raises ImpossibleRequest for what is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ImpossibleRequest(f"{text!r} is not a moment; write it as 2026-11-19T22:00:00Z.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Day = Annotated[
    date,
    typer.Option(
        "--day", parser=read_day, metavar="DAY", help="The outlets' local day: 2026-11-19, today or yesterday."
    ),
]
Outlets = Annotated[list[str], typer.Option("--outlet", metavar="SLUG", help="Only this outlet; may be repeated.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Replay = Annotated[
    Path | None,
    typer.Option("--replay", metavar="WARC", help="Answer every request from a recording.", envvar="WARRAQ_REPLAY"),
]
AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", parser=read_moment, metavar="T", help="Replay as the recording stood at this moment."),
]


def print_json(value: Any) -> None:
    """Prints one JSON document, in letters as they are, days and moments in ISO 8601."""
    print(json.dumps(value, ensure_ascii=False, default=_plain), flush=True)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
