"""What becomes of a segment's checkpoints, and of what else hangs on it, when it ends early."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow.errors import Blocker, Conflict, Problem
from kinerja_flow.facts import Facts
from kinerja_flow.models import Case
from kinerja_flow.policy import SYSTEM, Actor
from kinerja_flow.services.books import PEOPLE
from kinerja_flow.services.cases import Act, act_all
from kinerja_flow.workflow import Amendment, Move, amend, load_many
from kinerja_flow.workflow.effects.cases import falls_away_by
from kinerja_flow.workflow.effects.periods import cancel_period


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """The cases that hang on a segment, locked before it: as an act of theirs locks it after them.

    Those that run over the new end are cut there and keep what was said in them. One that begins
    behind it falls away by the action that its template has for this (`cancel_period`); where it
    has none, or the case is closed with something said in it, the segment can't end so early.
    """

    rows: Sequence[Facts]

    @classmethod
    def locked(cls, session: Session, actor: Actor, case_id: UUID) -> Checkpoints:
        assert actor.agency_id is not None, "an actor acts for an agency"
        mine = (Case.agency_id == actor.agency_id, Case.parent_id == case_id)
        ids = session.scalars(select(Case.id).where(*mine))
        return cls(load_many(session, actor.agency_id, ids, PEOPLE, lock="move"))

    def refuse_if_changed(self, segment: Facts) -> None:
        """Conflict where another case was hung on the segment before it was locked."""
        if {child.id for child in segment.children} != {row.case.id for row in self.rows}:
            raise Conflict.of("changed_meanwhile", "case")

    def blockers(self, segment: Facts, day: date) -> Iterator[Blocker]:
        stuck = [row for row in self._behind(segment, day) if _falls_away(row) is None]
        if stuck:
            last = max(row.case.until_on for row in stuck)
            params = {"kind": stuck[0].machine.label, "count": len(stuck), "last": last}
            yield Blocker("checkpoints_beyond", "day", ("assessor", "hr"), params)

    def cut(self, actor: Actor, day: date) -> list[Move]:
        """The cases that run over the end, each with its new last day."""
        last = day - timedelta(days=1)
        over = [row for row in self.rows if row.case.from_on <= last < row.case.until_on]
        return [amend(row, actor, _cut(row.case.until_on, last)) for row in over]

    def drop(self, actor: Actor, segment: Facts, day: date) -> None:
        """Let those behind the end fall away, by an act of the system in each."""
        by_action: dict[str, list[UUID]] = defaultdict(list)
        for row in self._behind(segment, day):
            by_action[_falls_away(row) or ""].append(row.case.id)
        system = Actor(agency_id=actor.agency_id, engine=SYSTEM.engine)
        for action, ids in by_action.items():
            for found in act_all(ids, system, Act(action)).values():
                if isinstance(found, Problem):
                    raise found

    def _behind(self, segment: Facts, day: date) -> list[Facts]:
        """Those that begin on the day or later, but for what fell away at an earlier end."""
        until = segment.case.until_on
        return [row for row in self.rows if day <= row.case.from_on <= until]


def _cut(until_on: date, last: date) -> Amendment:
    change = {"until": [until_on.isoformat(), last.isoformat()]}
    return Amendment("period_cut", "hr", change, sets={"until_on": last})


def _falls_away(row: Facts) -> str | None:
    """The action, if there is one from its state, by which the case falls away."""
    return falls_away_by(row.machine, row.case.state, cancel_period.__name__)
