"""Writes a selection: one file, a folder partitioned by month and outlet, or a dataset; whole, or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from psycopg2.extensions import connection as Connection

from pipelines.export.card import card
from pipelines.export.formats import WRITERS
from pipelines.export.selection import Partition, Selection, check, fields, groups, one_moment, part, partitions
from pipelines.files import flushed, replaced, replaced_folder
from spiders.errors import ImpossibleRequest, WarraqError

_OURS = re.compile(
    r"month=\d{4}-\d\d/outlet=[a-z0-9_-]+/part-0\.(parquet|jsonl|csv)|data/\d{4}-\d\d/[a-z0-9_-]+\.parquet|README\.md"
)


class NothingToExport(WarraqError):
    """The selection holds no article, and a folder without files would say nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where an export goes, and how: `path` is a file, or a folder where `is_partitioned` or `is_dataset` says so."""

    path: Path
    file_format: str = "parquet"
    with_text: bool = True
    is_partitioned: bool = False
    is_dataset: bool = False
    force: bool = False


def format_of(path: Path) -> str:
    """The format that a file's name tells, else Parquet."""
    told = path.suffix[1:].lower()
    return told if told in WRITERS else "parquet"


def export(connection: Connection, selection: Selection, target: Target) -> int:
    """Writes the selected articles, and says how many they are.

    Raises:
        ImpossibleRequest: for a format, a layout, days or outlets that are not there, or a target that exists.
        NothingToExport: for a folder without articles.
        WarraqError: where nothing can be written; then nothing is there.
    """
    _check_target(target)
    with one_moment(connection):
        check(connection, selection)
        if target.is_partitioned or target.is_dataset:
            return _write_folder(connection, selection, target)
        wanted = fields(connection, with_text=target.with_text)
        with replaced(target.path, overwrite=target.force) as file:
            return WRITERS[target.file_format](file, wanted, groups(connection, selection, wanted))


def _check_target(target: Target) -> None:
    if target.file_format not in WRITERS:
        raise ImpossibleRequest(f"There is no format {target.file_format!r}; the formats are {', '.join(WRITERS)}.")
    if str(target.path) == "-":
        raise ImpossibleRequest("An export is a file that is whole or not there, so it cannot be piped; name a file.")
    if target.is_dataset and target.file_format != "parquet":
        raise ImpossibleRequest("A dataset is in Parquet; leave --format out.")
    if target.is_dataset and target.is_partitioned:
        raise ImpossibleRequest("A dataset has folders of its own; leave --partition out.")


def _write_folder(connection: Connection, selection: Selection, target: Target) -> int:
    parts = partitions(connection, selection)
    wanted = fields(connection, with_text=target.with_text)
    if not parts:
        raise NothingToExport(f"There are no such articles from {selection.first} to {selection.last}.")
    in_files = wanted if target.is_dataset else [field for field in wanted if field.name != "outlet"]
    n_articles = 0
    with replaced_folder(target.path, overwrite=target.force, is_ours=_is_ours) as folder:
        for partition in parts:
            file_path = folder / _place(partition, target)
            file_path.parent.mkdir(parents=True, exist_ok=True)
            rows = groups(connection, part(selection, partition), in_files, str(partition))
            with flushed(file_path) as file:
                n_articles += WRITERS[target.file_format](file, in_files, rows)
        if target.is_dataset:
            with flushed(folder / "README.md") as file:
                file.write(card(selection, wanted, parts).encode())
    return n_articles


def _place(partition: Partition, target: Target) -> str:
    """Where a partition's file lies; `month=…/outlet=…` is read back as columns, so the file needs no outlet."""
    if target.is_dataset:
        return f"data/{partition.month:%Y-%m}/{partition.outlet}.parquet"
    return f"month={partition.month:%Y-%m}/outlet={partition.outlet}/part-0.{target.file_format}"


def _is_ours(folder: Path) -> bool:
    """Whether a folder holds an export and nothing else, so that replacing it loses nothing of anybody's."""
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()]
    return any(name != "README.md" for name in files) and all(map(_OURS.fullmatch, files))
