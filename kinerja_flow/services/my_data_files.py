"""The files in somebody's download: evidence in their appraisals, and what they handed in."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from kinerja_flow.db import reading
from kinerja_flow.errors import NotFound
from kinerja_flow.files import MEGABYTE, PIECE, Files, ending_of
from kinerja_flow.models import Evidence, Exhibit
from kinerja_flow.services.my_data_parts import Whose, my_cases

#: All files of one download are no larger together, so that it does not fill the server's disk;
#: each of the rest is had by its own address.
MOST_BYTES = 1024 * MEGABYTE
LIST = "files.json"


@dataclass(slots=True)
class Listed:
    """A file in the list: of which table and row, and its `path` in the archive. Where it has none,
    `missing` says why: `gone` (it is not kept any more) or `too_much`."""

    table: str
    id: str
    name: str
    sha256: str
    size: int
    path: str | None = None
    missing: str | None = None


def add_files(archive: zipfile.ZipFile, whose: Whose, files: Files) -> None:
    """Add the files to an archive, a piece at a time, and their list. One that is gone is named."""
    room, told = MOST_BYTES, []
    for table, row in _rows(whose):
        one = Listed(table, str(row.id), row.name, row.sha256, row.size)
        path = f"files/{one.id}.{ending_of(row.media_type) or 'bin'}"
        one.missing = _missing(archive, path, files, (whose.agency_id, row.id), room - row.size)
        if one.missing is None:
            one.path, room = path, room - row.size
        told.append(asdict(one))
    listed = json.dumps({"files": told}, ensure_ascii=False, indent=1)
    archive.writestr(zipfile.ZipInfo(LIST), listed, zipfile.ZIP_DEFLATED)


def _missing(
    archive: zipfile.ZipFile, path: str, files: Files, key: tuple[int, UUID], room: int
) -> str | None:
    """Put a file in; why it is not in where it is not."""
    if room < 0:
        return "too_much"
    try:
        content = files.open(*key)
    except NotFound:
        return "gone"
    info = zipfile.ZipInfo(path)  # stored as it is: images and documents are packed already
    with content, archive.open(info, "w") as place:
        shutil.copyfileobj(content, place, PIECE)
    return None


def _rows(whose: Whose) -> Iterator[tuple[str, Any]]:
    with reading() as session:
        found = [
            (model.__tablename__, session.execute(_of(whose, model)).all())
            for model in (Evidence, Exhibit)
        ]
    return ((table, row) for table, rows in found for row in rows)


def _of(whose: Whose, model: Any) -> Any:
    """The rows with files among those that `my_data_tables` takes of these tables."""
    columns = (model.id, model.name, model.sha256, model.media_type, model.size)
    mine = or_(model.case_id.in_(my_cases(whose)), model.author_id == whose.person_id)
    of = (model.agency_id == whose.agency_id, model.sha256.is_not(None), mine)
    return select(*columns).where(*of).order_by(model.noted_at, model.id)
