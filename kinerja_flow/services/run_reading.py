"""What bulk runs came to: the runs that somebody may see, their rows, and the files they wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session

from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Blocker, NotFound
from kinerja_flow.models import Case, Run, RunFile, RunRow
from kinerja_flow.policy import Actor
from kinerja_flow.services.exports import note_taken
from kinerja_flow.services.run_blockers import told
from kinerja_flow.services.run_kinds import KINDS
from kinerja_flow.services.why_told import sealed
from workflows.vocabulary import OFFICER

MOST = 100


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run: what of it is done, refused and undone, and who let it go on (`started_by`). What
    others gave with it, and why, is not in its `params`."""

    id: UUID
    kind: str
    params: Mapping[str, Any]
    state: str
    total: int
    done: int
    refused: int
    prepared_by: UUID
    prepared_at: datetime
    started_by: UUID | None
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def undone(self) -> int:
        """Rows that nobody has come to; in a run that was cancelled they stay so."""
        return self.total - self.done - self.refused


@dataclass(frozen=True, slots=True)
class RowSeen:
    """A row: the case or person that it is about (`id`) or the cells of its line, what came of
    it, why it was refused, and how often it was tried."""

    ordinal: int
    id: UUID | None
    cells: Mapping[str, Any] | None
    outcome: str
    blockers: tuple[Blocker, ...]
    attempt: int


def runs_for(actor: Actor, *, after: UUID | None = None, most: int = MOST) -> list[RunSeen]:
    """The runs of the agency for HR, for others their own of the kinds that are not HR's alone;
    newest first, from below `after`."""
    wanted = select(Run).where(Run.agency_id == actor.agency_id, _may_see(actor))
    if after is not None:
        wanted = wanted.where(Run.id < after)
    page = wanted.order_by(Run.id.desc()).limit(max(1, min(most, MOST + 1)))
    with reading() as session:
        return [seen(run, actor) for run in session.scalars(page)]


def one_run(run_id: UUID, actor: Actor) -> RunSeen:
    """One of these runs; NotFound for any other."""
    with reading() as session:
        return seen(held(session, run_id, actor), actor)


def rows_of(
    run_id: UUID,
    actor: Actor,
    outcome: str | None = None,
    *,
    after: int | None = None,
    most: int = MOST,
) -> list[RowSeen]:
    """The rows of a run in their order, from behind the row `after`; of one outcome, or all. Of a
    run that somebody else prepared: without one's own cases, and without figures of results."""
    r = RunRow
    with reading() as session:
        run = held(session, run_id, actor)
        wanted = select(r).where(r.agency_id == run.agency_id, r.run_id == run.id)
        wanted = wanted if outcome is None else wanted.where(r.outcome == outcome)
        wanted = wanted if after is None else wanted.where(r.ordinal > after)
        is_own = _is_own(run, actor)
        wanted = wanted if is_own else wanted.where(_is_of_others(actor))
        page = wanted.order_by(r.ordinal).limit(max(1, min(most, MOST + 1)))
        return [_row(row, is_own=is_own) for row in session.scalars(page)]


def _is_of_others(actor: Actor) -> ColumnElement[bool]:
    of = (Case.agency_id == actor.agency_id, Case.subject_id == actor.person_id)
    mine = select(Case.id).where(*of)
    return or_(RunRow.about.is_(None), RunRow.about.not_in(mine))


def _row(row: RunRow, *, is_own: bool) -> RowSeen:
    cells = None if row.cells is None else row.cells["row"]
    blockers = told(row.blockers)
    blockers = blockers if is_own else tuple(map(sealed, blockers))
    return RowSeen(row.ordinal, row.about, cells, row.outcome, blockers, row.attempt)


def file_of(run_id: UUID, actor: Actor) -> tuple[str, bytes]:
    """The name and content of the file that a run wrote; NotFound where none is left. Whose results
    are in it were read by whoever takes it out, each time."""
    f = RunFile
    with transaction() as session:
        run = held(session, run_id, actor)
        mine = (f.agency_id == run.agency_id, f.run_id == run.id)
        found = session.execute(select(f.name, f.content, f.made_at).where(*mine)).one_or_none()
        if found is None:
            raise NotFound.of("no_such_file", "file")
        given = run.params
        note_taken(session, UUID(given["cycle"]), actor, given["table"], found.made_at)
        return found.name, found.content


def held(session: Session, run_id: UUID, actor: Actor, *, lock: bool = False) -> Run:
    """A run that the actor may see, within the caller's transaction; NotFound for any other."""
    here = (Run.agency_id == actor.agency_id, Run.id == run_id)
    wanted = select(Run).where(*here, _may_see(actor))
    run = session.scalar(wanted.with_for_update() if lock else wanted)
    if run is None:
        raise NotFound.of("no_such_run", "run")
    return run


def _may_see(actor: Actor) -> ColumnElement[bool]:
    # A persona knows of nothing but the case that it plays in.
    if actor.confined_to is not None or actor.person_id is None:
        return false()
    if OFFICER in actor.roles:
        return true()
    theirs = [name for name, kind in KINDS.items() if not kind.by_officers]
    return and_(Run.prepared_by == actor.person_id, Run.kind.in_(theirs))


def _is_own(run: Run, actor: Actor) -> bool:
    # Whoever only starts a run of somebody else's would otherwise read all of it by that.
    return run.prepared_by == actor.person_id


#: What somebody gave with a run: it may say how they rate.
_GIVEN = ("inputs", "reason")


def seen(run: Run, actor: Actor) -> RunSeen:
    """A run as the actor is told it."""
    found = RunSeen(*(getattr(run, name) for name in RunSeen.__dataclass_fields__))
    if _is_own(run, actor):
        return found
    kept = {name: value for name, value in run.params.items() if name not in _GIVEN}
    return replace(found, params=kept)
