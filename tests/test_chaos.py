"""The short form of chaos; `make chaos` has the long one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos import ROOT, Undisturbed, disturb, undisturbed
from tests.live_site import LiveSite, served

pytestmark = pytest.mark.xdist_group("chaos")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    folder = tmp_path_factory.mktemp("chaos")
    with served(ROOT / "demo/demo.warc.gz", ROOT / "demo/outlets", folder) as site:
        yield site


@pytest.fixture(scope="module")
def usual(site: LiveSite) -> Undisturbed:
    return undisturbed(site)


@pytest.mark.parametrize(("part", "n"), [("sigkill", 3), ("sigterm", 2), ("postgres", 1), ("pairs", 1)])
def test_a_disturbed_run_ends_like_an_undisturbed_one(site: LiveSite, usual: Undisturbed, part: str, n: int) -> None:
    assert len(usual.pages) == 50
    disturb(site, usual, part, n, str(random.SystemRandom().randrange(10**6)))


def test_the_truth_is_that_of_the_demo(usual: Undisturbed) -> None:
    assert Path(ROOT / "demo/demo.warc.gz").exists()
    assert 10 < len(usual.documents) < 25
