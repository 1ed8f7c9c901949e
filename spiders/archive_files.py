"""The files that lie in the archive, whoever put them there: which there are, and what is in them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from spiders.archive import archive_url, filesystem, name_of
from spiders.warc import Record, read_records

_CHUNK = 1 << 20


class ArchiveFiles:
    """An archive's files, by their names below its root (an fsspec URL; by default the configured one)."""

    def __init__(self, root: str | None = None) -> None:
        self._fs, base = filesystem(root or archive_url())
        self._base = base.rstrip("/")

    def names(self) -> Iterator[str]:
        """All names, in the order of their bytes; of one folder after the other, so that few are held."""
        self._fs.invalidate_cache()
        for path in self._below(self._base):
            yield path.removeprefix(self._base).lstrip("/")

    def path(self, name: str) -> str:
        """A file as it is named to whoever looks for it."""
        return str(self._fs.unstrip_protocol(f"{self._base}/{name}")).removeprefix("file://")

    def size(self, name: str) -> int:
        """In bytes. Raises OSError."""
        return int(self._fs.size(f"{self._base}/{name}"))

    def is_there(self, name: str) -> bool:
        self._fs.invalidate_cache()
        return bool(self._fs.exists(f"{self._base}/{name}"))

    def is_as_written(self, name: str) -> bool:
        """Whether a file's content is the one that its name tells. Raises OSError."""
        digest = hashlib.sha256()
        with self._open(name) as file:
            while data := file.read(_CHUNK):
                digest.update(data)
        return name_of(digest) == name.rpartition("/")[2]

    def records(self, name: str, start: int = 0) -> Iterator[Record]:
        """The pages that a file holds from a byte on, as far as they can be read. Raises OSError, UnreadableWarc."""
        with self._open(name) as file:
            file.seek(start)
            yield from read_records(file, name)

    def _open(self, name: str) -> Any:
        return self._fs.open(f"{self._base}/{name}", "rb")

    def _below(self, folder: str) -> Iterator[str]:
        try:
            entries = self._fs.ls(folder, detail=True)
        except FileNotFoundError:
            return
        for entry in sorted(entries, key=_in_order):
            path = entry["name"].rstrip("/")
            if entry["type"] == "directory":
                yield from self._below(path)
            elif path != folder:
                yield path


def _in_order(entry: dict[str, Any]) -> bytes:
    """Folders stand where the names of what is in them do."""
    name = str(entry["name"]).rstrip("/") + ("/" if entry["type"] == "directory" else "")
    return name.encode("utf-8", "surrogateescape")
