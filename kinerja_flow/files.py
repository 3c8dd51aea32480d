"""Files that people hand in: what is taken, and where it is kept, beside the database.

A file lies under an id that was drawn for it, never under a name that somebody gave it. `fsspec`
opens the place: a folder, or whatever its address names (`s3://bucket/folder` with s3fs).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import IO, Any, cast
from uuid import UUID

import filetype
from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from kinerja_flow.errors import Invalid, NotFound
from workflows.faults import listing, shown

MEGABYTE = 1024 * 1024
PIECE = 64 * 1024
#: So much of a file tells its type.
HEAD = 8192
#: Other endings under which files of a type go.
SAME = {"jpeg": "jpg", "tiff": "tif", "mpeg": "mpg", "m4v": "mp4"}
_OURS = re.compile(r"[0-9a-f]{32}")
TYPES: Mapping[str, str] = {kind.extension: kind.mime for kind in filetype.types}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody sends it, under the name that they gave it: a text, and nothing more."""

    name: str
    content: IO[bytes]

    def pieces(self) -> Iterator[bytes]:
        """All of the file from its beginning, a piece at a time."""
        self.content.seek(0)
        return iter(lambda: self.content.read(PIECE), b"")

    def digest(self) -> str:
        found = hashlib.sha256()
        for piece in self.pieces():
            found.update(piece)
        return found.hexdigest()

    @property
    def title(self) -> str:
        """The name without the folders before it."""
        return PurePosixPath(self.name.replace("\\", "/")).name

    @property
    def ending(self) -> str:
        """The ending of the name in small letters, without its dot."""
        ending = PurePosixPath(self.title).suffix[1:].lower()
        return SAME.get(ending, ending)


@dataclass(frozen=True, slots=True)
class Found:
    """What a file is, found in its content."""

    sha256: str
    media_type: str
    size: int

    def as_entry(self) -> dict[str, Any]:
        return {"sha256": self.sha256, "media_type": self.media_type, "size": self.size}


@dataclass(frozen=True)
class Files:
    """A place for files, and which are taken: `most` bytes, `endings` that stand for types."""

    address: str
    most: int
    endings: tuple[str, ...]

    @cached_property
    def _place(self) -> tuple[AbstractFileSystem, str]:
        """Opened with the first file, so that nobody needs the place who keeps none."""
        return cast(tuple[AbstractFileSystem, str], url_to_fs(self.address))

    def examined(self, upload: Upload) -> Found:
        """What the file is. Raises Invalid for one that is empty, too large, of a type that is not
        taken, or of another one than its name says."""
        size = sum(map(len, upload.pieces()))
        if size == 0:
            raise Invalid.of("file_empty", "file")
        if size > self.most:
            raise Invalid.of("attachment_too_large", "file", most=self.most // MEGABYTE)
        ending = self._type_of(upload)
        return Found(upload.digest(), TYPES[ending], size)

    def _type_of(self, upload: Upload) -> str:
        """The ending that stands for what the content is, whatever the name says."""
        kind = filetype.guess(next(upload.pieces()).ljust(1)[:HEAD])
        found = str(kind.extension) if kind is not None else ""
        if found not in self.endings:
            told = found or upload.ending[:10]
            raise Invalid.of(
                "file_type_not_taken", "file", found=shown(told), known=listing(self.endings)
            )
        if upload.ending not in ("", found):
            named = shown(upload.ending[:10])
            raise Invalid.of("file_disguised", "file", found=found, named=named)
        return found

    def keep(self, agency_id: int, file_id: UUID, upload: Upload) -> None:
        """Write the file to its place, lastingly."""
        fs, _ = self._place
        path = self._path(agency_id, file_id)
        fs.makedirs(path.rpartition("/")[0], exist_ok=True)
        with fs.open(path, "wb") as kept:
            for piece in upload.pieces():
                kept.write(piece)
            kept.flush()
            if isinstance(fs, LocalFileSystem):
                os.fsync(kept.fileno())  # before the row that names it is committed

    def drop(self, agency_id: int, file_id: UUID) -> bool:
        """Remove the file; whether it was there."""
        fs, _ = self._place
        path = self._path(agency_id, file_id)
        try:
            is_there = bool(fs.exists(path))
            if is_there:
                fs.rm_file(path)
        except FileNotFoundError:  # somebody else was faster
            return False
        return is_there

    def listed(self, agency_id: int) -> Iterator[UUID]:
        """The ids of an agency's files, a folder at a time; whatever else lies there is none."""
        fs, root = self._place
        fs.invalidate_cache()
        for folder in _within(fs, f"{root}/{agency_id}"):
            for path in _within(fs, folder):
                name = path.rpartition("/")[2]
                if _OURS.fullmatch(name):
                    yield UUID(name)

    def open(self, agency_id: int, file_id: UUID) -> IO[bytes]:
        """The file, to be read from its beginning; NotFound where there is none."""
        fs, _ = self._place
        try:
            return cast(IO[bytes], fs.open(self._path(agency_id, file_id), "rb"))
        except FileNotFoundError:
            raise NotFound.of("no_such_file", "file") from None

    def _path(self, agency_id: int, file_id: UUID) -> str:
        """Ids alone make up the path; the last digits of one spread files over folders."""
        return f"{self._place[1]}/{agency_id}/{file_id.hex[-2:]}/{file_id.hex}"


def _within(fs: AbstractFileSystem, folder: str) -> list[str]:
    try:
        return cast(list[str], fs.ls(folder, detail=False))
    except (FileNotFoundError, NotADirectoryError):
        return []


def ending_of(media_type: str) -> str:
    """The ending of names of such files; empty where none is known."""
    return next((ending for ending, mime in TYPES.items() if mime == media_type), "")
