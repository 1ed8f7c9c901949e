"""What witnesses of a date are heard against, and what one of them says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pipelines.dates import parse_date, parse_update
from pipelines.metadata import text_value
from spiders.outlet import Outlet


@dataclass(frozen=True, slots=True)
class Witness:
    """One statement of the publication: who says it, the string, and what it means."""

    source: str
    raw: str
    value: date | datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What the witnesses are heard against."""

    outlet: Outlet
    fetched_at: datetime

    def read(self, source: str, raw: object) -> Witness | None:
        """What a string says of the publication; None where it says nothing credible."""
        text = text_value(raw)
        value = parse_date(text, fetched_at=self.fetched_at, timezone=self.outlet.tz) if text else None
        return Witness(source, text or "", value) if value is not None else None

    def read_update(self, text: str) -> datetime | None:
        """The instant of the last change that a string speaks of."""
        value = parse_update(text, fetched_at=self.fetched_at, timezone=self.outlet.tz)
        return value if isinstance(value, datetime) else None

    def latest(self, witness: Witness) -> datetime:
        """The last moment that a witness may mean: an instant, or the end of the outlet's day."""
        if isinstance(witness.value, datetime):
            return witness.value
        return datetime.combine(witness.value + timedelta(days=1), time(), self.outlet.tz)

    def day(self, value: date | datetime) -> date:
        """The outlet's local day of a moment; of a stranger in no known zone, the day that the moment tells."""
        if not isinstance(value, datetime):
            return value
        is_zone_known = self.outlet.country or self.outlet.timezone != "UTC"
        return value.astimezone(self.outlet.tz).date() if is_zone_known else value.date()
