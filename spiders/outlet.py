"""An outlet is data: the folder of TOML files, and whose host is whose."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from spiders.outlet_file import OutletError as OutletError
from spiders.outlet_file import load_outlet as load_outlet
from spiders.outlet_record import Outlet as Outlet
from spiders.outlet_record import bare_host as bare_host
from spiders.outlet_record import expand as expand


class Outlets(dict[str, Outlet]):
    """Outlets by slug; `broken` says by slug what is wrong with the files that cannot be used."""

    def __init__(self, outlets: Mapping[str, Outlet] = MappingProxyType({})) -> None:
        super().__init__(outlets)
        self.broken: dict[str, OutletError] = {}


def load_outlets(folder: Path | str | None = None) -> Outlets:
    """All outlets of a folder, switched off or not; the folder is WARRAQ_OUTLETS or the shipped one.

    A file that cannot be used costs its own outlet. A host belongs to one outlet: where several claim it, the one that
    is switched on keeps it; where that does not tell, none of them is read. Raises OutletError for a missing folder.
    """
    chosen = Path(folder or os.environ.get("WARRAQ_OUTLETS") or Path(__file__).with_name("outlets"))
    if not chosen.is_dir():
        raise OutletError(chosen, "folder", "there is no such folder of outlets")
    outlets = Outlets()
    for path in sorted(chosen.glob("*.toml")):
        try:
            outlets[path.stem] = load_outlet(path)
        except OutletError as error:
            outlets.broken[path.stem] = error
    for slug, reason in _robbed(outlets).items():
        outlets.broken[slug] = OutletError(
            chosen / f"{slug}.toml", "hosts", reason, is_off=not outlets.pop(slug).enabled
        )
    return outlets


def _robbed(outlets: Mapping[str, Outlet]) -> dict[str, str]:
    """The outlets that cannot have one of their hosts, and why."""
    claims: dict[str, dict[str, str]] = {}
    for outlet in outlets.values():
        for host in outlet.hosts:
            claims.setdefault(bare_host(host), {})[outlet.slug] = host
    robbed: dict[str, str] = {}
    for claim in claims.values():
        is_on = [slug for slug in claim if outlets[slug].enabled]
        keeper = is_on[0] if len(is_on) == 1 else None
        ending = "which is switched on" if keeper else "so none of them is read"
        for slug, host in claim.items():
            others = [other for other in ([keeper] if keeper else claim) if other != slug]
            if others:
                robbed[slug] = f"{host} already belongs to the outlet {' and '.join(others)}, {ending}"
    return robbed
