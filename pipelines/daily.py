"""The daily run of `warraq up`: off until a person switches it on, and then kept in WARRAQ_HOME."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipelines.broken import missed
from pipelines.files import replaced
from spiders.errors import ImpossibleRequest, WarraqError
from spiders.outlet import Outlet, load_outlets
from spiders.settings import contact
from spiders.warehouse import home


def is_on() -> bool:
    """Whether the previous day is to be crawled every day."""
    return _file().exists()


def switch(on: bool) -> None:
    """Switches the daily run on, with the contact that it gives to the outlets, or off.

    Raises ImpossibleRequest where it is to be on and WARRAQ_CONTACT is not set.
    """
    if not on:
        _file().unlink(missing_ok=True)
    elif told := contact():
        with replaced(_file()) as file:
            file.write(f"{told}\n".encode())
    else:
        raise ImpossibleRequest(
            "The daily run needs WARRAQ_CONTACT, a mail address or a page about your crawl, so that the outlets can "
            "reach you. Set it, and say `warraq up --daily` again."
        )


def kept_contact() -> str:
    """The contact with which the daily run was switched on; empty where it is off."""
    return _file().read_text("utf-8").strip() if is_on() else ""


def sentences() -> Iterator[str]:
    """What the daily run will crawl, and what a person should know of it."""
    if not is_on():
        yield "No outlet is crawled unless you ask for it. `warraq up --daily` switches a daily run on."
        return
    try:
        known = load_outlets()
    except WarraqError as error:
        yield f"The daily run is on, but the outlets cannot be read: {error}"
        return
    outlets = [outlet for outlet in known.values() if outlet.enabled]
    yield (
        f"The daily run is on: after midnight UTC it reads the previous day from {_names(outlets) or 'no outlet'}. "
        "It reads yesterday now, unless that was already done. `warraq up --no-daily` ends it."
    )
    for broken in missed(known.broken, ()).values():
        yield f"It skips one outlet. {broken}"
    if recording := os.environ.get("WARRAQ_REPLAY"):
        yield f"Every request is answered from the recording {recording}; nobody is asked."
    elif unseen := [outlet for outlet in outlets if not outlet.verified]:
        yield (
            f"Nobody has compared these with the live site, so look at their first days yourself: {_names(unseen)}. "
            "`warraq outlets` shows which were compared."
        )


def _names(outlets: Iterable[Outlet]) -> str:
    return ", ".join(outlet.slug for outlet in outlets)


def _file() -> Path:
    return home() / "daily"
