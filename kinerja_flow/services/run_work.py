"""The work on bulk runs: some rows at a time, each time in a transaction of its own.

Rows are claimed, done and marked as done in one transaction, so that a process that dies has done
all of them or none, and whoever comes next goes on. Several processes may work on one run: none
takes a row that another one holds (`SKIP LOCKED`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import bindparam, case, select, update
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Blocker, Conflict, Problem
from kinerja_flow.models import DONE, OVER, REFUSED, RUNNING, UNDONE, Run, RunRow
from kinerja_flow.policy import only_hr
from kinerja_flow.services.acting import actor_for
from kinerja_flow.services.run_blockers import kept
from kinerja_flow.services.run_kind import Job, Kind, Line, Refusals
from kinerja_flow.services.run_kinds import KINDS

log = structlog.get_logger()
_r: Any = Run.__table__
_w: Any = RunRow.__table__
COLUMNS = (RunRow.ordinal, RunRow.about, RunRow.cells, RunRow.attempt)


@dataclass(frozen=True, slots=True)
class Key:
    """Which run of which agency."""

    agency_id: int
    run_id: UUID

    def of(self, model: Any) -> tuple[Any, ...]:
        """The rows of a table that belong to the run."""
        name = "id" if model is Run else "run_id"
        return (model.agency_id == self.agency_id, getattr(model, name) == self.run_id)


Going = Callable[[], bool]


def go_on(goes_on: Going = lambda: True) -> int:
    """Work on all runs that are under way, some rows of each in turn, until none has any left that
    nobody else holds; how many times rows were taken. Safe when several do it."""
    rounds, running = 0, _running()
    while running and goes_on():
        key = running.pop(0)
        if work(key):
            running.append(key)
            rounds += 1
    return rounds


def _running() -> list[Key]:
    wanted = select(Run.agency_id, Run.id).where(Run.state == RUNNING).order_by(Run.started_at)
    with reading() as session:
        return [Key(*row) for row in session.execute(wanted)]


def carry_on(key: Key, size: int | None = None, goes_on: Going = lambda: True) -> None:
    """Work on one run until it is over, or others hold all that is left; `size` rows at a time."""
    while goes_on() and work(key, size):
        pass


def work(key: Key, size: int | None = None) -> bool:
    """Do the next rows of a run; False where there are none to take.

    Where they fail together they are done one by one: a row that fails alone is refused, by its
    blockers or as a fault of ours, and holds no other up.
    """
    try:
        return _together(key, size) > 0
    except Exception:
        return all(_alone(key) for _ in range(size or _kind_of(key).chunk))


def _kind_of(key: Key) -> Kind:
    with reading() as session:
        return KINDS[session.scalars(select(Run.kind).where(*key.of(Run))).one()]


def _together(key: Key, size: int | None) -> int:
    with transaction() as session:
        run, lines = _claimed(session, key, size)
        if lines:
            _mark(session, key, lines, taken(session, run, run.started_by, lines))
        return len(lines)


def _alone(key: Key) -> bool:
    lines: list[Line] = []
    try:
        with transaction() as session:
            run, found = _claimed(session, key, 1)
            lines += found
            if lines:
                _mark(session, key, lines, taken(session, run, run.started_by, lines))
            return bool(lines)
    except Exception as error:
        if not lines:
            raise
        _give_up(key, lines, error)
        return True


def _give_up(key: Key, lines: Sequence[Line], error: Exception) -> None:
    refused = refused_by(error)
    try:
        with transaction() as session:
            _mark(session, key, lines, {line.ordinal: refused for line in lines})
    except Conflict:
        return  # somebody else has seen to it since


def refused_by(error: Exception) -> Sequence[Blocker]:
    """Why a row is refused that failed alone; a fault of ours is logged."""
    if isinstance(error, Problem):
        return error.blockers
    log.error("run_row_failed", exc_info=error)
    return (Blocker("run_fault", "row"),)


def _claimed(session: Session, key: Key, size: int | None) -> tuple[Any, list[Line]]:
    """The run, if it is under way, and the next of its rows that nobody else holds."""
    wanted = (*key.of(Run), Run.state == RUNNING)
    run = session.execute(select(_r).where(*wanted)).one_or_none()
    if run is None:
        return None, []
    undone = select(*COLUMNS).where(*key.of(RunRow), RunRow.outcome == UNDONE)
    undone = undone.order_by(RunRow.ordinal).limit(size or KINDS[run.kind].chunk)
    rows = session.execute(undone.with_for_update(skip_locked=True))
    return run, [Line(*row) for row in rows]


def taken(session: Session, run: Any, person_id: UUID, lines: Sequence[Line]) -> Refusals:
    """Do rows of a run as somebody, with what they may do today, in the caller's transaction.

    Raises Conflict where two acts met, and what is a fault of ours: then row by row.
    """
    try:
        with transaction():
            return _take(session, run, person_id, lines)
    except Conflict:
        raise  # two acts met: one by one they may not
    except Problem as problem:
        return {line.ordinal: problem.blockers for line in lines}


def _take(session: Session, run: Any, person_id: UUID, lines: Sequence[Line]) -> Refusals:
    kind, actor = KINDS[run.kind], actor_for(run.agency_id, person_id)
    if kind.by_officers:
        only_hr(actor, "run")
    values, _ = kind.form.read(run.params)  # of what was read before, all but what rows hold
    return kind.take(session, Job(actor, run.id, values), lines)


_OF_ROW = {"agency_id": "b_agency", "run_id": "b_run", "ordinal": "b_ordinal", "attempt": "b_seen"}
_MARKED = (
    update(_w)
    .where(*(_w.c[name] == bindparam(given) for name, given in _OF_ROW.items()))
    .where(_w.c.outcome == UNDONE)
    .values(
        outcome=bindparam("b_outcome"),
        blockers=bindparam("b_blockers", type_=_w.c.blockers.type),
        attempt=_w.c.attempt + 1,
    )
)


def _mark(session: Session, key: Key, lines: Sequence[Line], refused: Refusals) -> None:
    """What came of the rows, each of which is at the attempt that was read; and the counts."""
    rows = [_marking(key, line, refused) for line in lines]
    marked = session.connection().execute(_MARKED, rows)
    if marked.rowcount != len(rows):
        raise Conflict.of("changed_meanwhile", "row")
    session.execute(_counted(key, len(lines) - len(refused), len(refused)))


def _marking(key: Key, line: Line, refused: Refusals) -> Mapping[str, Any]:
    blockers = refused.get(line.ordinal)
    return {
        "b_agency": key.agency_id,
        "b_run": key.run_id,
        "b_ordinal": line.ordinal,
        "b_seen": line.attempt,
        "b_outcome": DONE if blockers is None else REFUSED,
        "b_blockers": None if blockers is None else kept(blockers),
    }


def _counted(key: Key, done: int, refused: int) -> Any:
    """The counts go up; whoever does the last row ends the run."""
    is_last = Run.done + Run.refused + done + refused >= Run.total
    ends = is_last & (Run.state == RUNNING)
    return (
        update(Run)
        .where(*key.of(Run))
        .values(
            done=Run.done + done,
            refused=Run.refused + refused,
            state=case((ends, OVER), else_=Run.state),
            ended_at=case((ends, clock.now()), else_=Run.ended_at),
        )
        .execution_options(synchronize_session=False)
    )
