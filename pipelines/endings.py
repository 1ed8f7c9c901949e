"""How runs ended, in words: what `ops.run` says, for reports and for `warraq status`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipelines.failures import BUSY


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """How one outlet's run ended: `state` is well, busy, failed, stopped or under way; `sentences` say why."""

    outlet: str
    state: str
    sentences: list[str]
    started_at: datetime
    finished_at: datetime | None

    @property
    def is_well(self) -> bool:
        return self.state == "well"


def ending(
    outlet: str, exit_code: int | None, failures: list[str], started_at: datetime, finished_at: datetime | None,
    has_turn: bool,
) -> Ending:  # fmt: skip
    """The ending that a row of `ops.run` tells."""
    sentences = list(failures)
    if finished_at is not None:
        state = {0: "well", BUSY: "busy"}.get(exit_code or 0, "failed")
    elif has_turn:
        state = "under way"
    else:
        state = "stopped"
        sentences = [
            f"{outlet}: the run that began at {started_at:%Y-%m-%d %H:%M} UTC was stopped or killed. Run it again."
        ]
    return Ending(outlet=outlet, state=state, sentences=sentences, started_at=started_at, finished_at=finished_at)


def ending_json(one: Ending) -> dict[str, Any]:
    """An ending as JSON."""
    return {
        "ended": one.state, "started_at": one.started_at, "finished_at": one.finished_at, "failures": one.sentences,
    }  # fmt: skip
