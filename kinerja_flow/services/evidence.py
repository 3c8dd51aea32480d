"""Files of bukti dukung and of objections: handed in with their rows, and read by whoever may.

A file is written before the row that names it is committed, and removed where nothing comes of the
row. What it is, is found in its content; the name that somebody gave it is only ever shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from kinerja_flow.db import if_undone, new_id, reading, transaction
from kinerja_flow.errors import NotFound
from kinerja_flow.facts import Facts
from kinerja_flow.files import Files, Upload, ending_of
from kinerja_flow.models import Evidence
from kinerja_flow.policy import Actor
from kinerja_flow.services import books
from kinerja_flow.services.entries import PAGE, listed
from kinerja_flow.services.exhibits import readable, show_exhibit, shown_in
from kinerja_flow.services.progress import attach_evidence


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of bukti dukung as its reader sees it: a link, or a file that was kept."""

    id: UUID
    item_id: UUID
    step_id: UUID | None
    name: str
    link: str | None
    sha256: str | None
    media_type: str | None
    size: int | None
    author_id: UUID
    on_behalf_of_id: UUID | None
    noted_at: datetime


_COLUMNS = tuple(field.name for field in dataclass_fields(Proof))


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that may be read, with the name and the ending under which it is saved."""

    content: IO[bytes]
    name: str
    ending: str
    media_type: str
    size: int
    sha256: str


def attach_file(
    case_id: UUID, actor: Actor, entry: Mapping[str, Any], upload: Upload, files: Files
) -> UUID:
    """Attach a file to an RHK (`progress_forms.EvidenceFileForm`) as bukti dukung; its id.

    Raises Invalid for a file that is not taken, and whatever `attach_evidence` raises.
    """
    with transaction():
        entry_id, said = _kept(actor, entry, upload, files)
        return attach_evidence(case_id, actor, said, entry_id)


def show_file(
    case_id: UUID, actor: Actor, entry: Mapping[str, Any], upload: Upload, files: Files
) -> UUID:
    """Show a file in an objection (`progress_forms.ExhibitFileForm`); its id. Refuses as
    `attach_file` and `show_exhibit` do."""
    with transaction():
        entry_id, said = _kept(actor, entry, upload, files)
        exhibit_id = show_exhibit(case_id, actor, said, entry_id)
        if exhibit_id != entry_id:  # it is shown already
            files.drop(_agency_of(actor), entry_id)
        return exhibit_id


def _kept(
    actor: Actor, entry: Mapping[str, Any], upload: Upload, files: Files
) -> tuple[UUID, dict[str, Any]]:
    """Keep the file under a new id; what is said of it. It goes if the transaction fails."""
    found, file_id = files.examined(upload), new_id()
    agency_id = _agency_of(actor)
    if_undone(lambda: files.drop(agency_id, file_id))
    files.keep(agency_id, file_id, upload)
    return file_id, {"name": upload.title, **entry, **found.as_entry()}


def _agency_of(actor: Actor) -> int:
    assert actor.agency_id is not None, "an actor acts for an agency"
    return actor.agency_id


def evidence_for(
    case_id: UUID, actor: Actor, *, after: UUID | None = None, most: int = PAGE
) -> list[Proof]:
    """The bukti dukung of an appraisal that the actor may read, as it was attached; a page `after`
    the one that was read last.

    The employee, those who assess or examine, and HR read all of it; others what they attached.
    """
    with reading() as session:
        facts = books.facts_for(session, case_id, actor)
        rows = listed(facts, actor, Evidence, after).limit(most)
        return [_proof(row) for row in session.execute(rows)]


def _proof(row: Any) -> Proof:
    return Proof(**{name: getattr(row, name) for name in _COLUMNS})


def evidence_file(case_id: UUID, actor: Actor, evidence_id: UUID, files: Files) -> KeptFile:
    """A file of bukti dukung, for whoever may read it; NotFound for anybody else, and for what is
    a link or was never handed in here."""
    with reading() as session:
        facts = books.facts_for(session, case_id, actor)
        found = listed(facts, actor, Evidence).where(Evidence.id == evidence_id)
        row = session.execute(found).one_or_none()
    return _file(facts, row, files)


def exhibit_file(case_id: UUID, actor: Actor, exhibit_id: UUID, files: Files) -> KeptFile:
    """A file that was shown in an objection, for whoever reads its record; NotFound as above."""
    with reading() as session:
        facts = readable(session, case_id, actor)
        row = next((one for one in shown_in(session, facts) if one.id == exhibit_id), None)
    return _file(facts, row, files)


def _file(facts: Facts, row: Any, files: Files) -> KeptFile:
    if row is None or row.sha256 is None:
        raise NotFound.of("no_such_file", "file")
    content = files.open(facts.case.agency_id, row.id)
    of_type = (ending_of(row.media_type), row.media_type)
    return KeptFile(content, row.name, *of_type, row.size, row.sha256)
