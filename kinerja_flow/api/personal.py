"""Everything about the caller, to take out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

from kinerja_flow.api.bodies import JSON
from kinerja_flow.api.noun import Call, Contract, File, Noun
from kinerja_flow.api.uploads import files
from kinerja_flow.policy import Actor
from kinerja_flow.services.my_data import my_archive, my_data

noun = Noun("personal", "What is kept of the caller themself: UU 27/2022 articles 7 and 13.")
ZIP = "application/zip"
#: So much is held in memory before a file takes its place, and so much is sent at a time.
MOST_HELD, PIECE = 1024 * 1024, 64 * 1024


@noun.operation("GET", "/me/data", Contract(None, files=(JSON,)))
def data(call: Call) -> File:
    """Everything about the caller as JSON, by tables; taking a result out is opening it."""
    return _file(my_data, call.actor, JSON, "data.json")


@noun.operation("GET", "/me/data/archive", Contract(None, files=(ZIP,)))
def archive(call: Call) -> File:
    """The same in a ZIP with the documents of the caller's results, and with the files that were
    handed in, listed in `files.json`."""
    return _file(partial(my_archive, files=files()), call.actor, ZIP, "data.zip")


def _file(write: Callable[[Actor, BinaryIO], None], actor: Actor, media: str, name: str) -> File:
    """The file, written before the answer begins: what is refused is refused as a whole."""
    into: Any = SpooledTemporaryFile(MOST_HELD)  # noqa: SIM115  (closed once it is sent)
    write(actor, into)
    size = into.tell()
    into.seek(0)
    told = {"Content-Type": media, "Content-Disposition": f'attachment; filename="{name}"'}
    return File(_pieces(into), {**told, "Content-Length": str(size)})


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        yield from iter(lambda: file.read(PIECE), b"")
