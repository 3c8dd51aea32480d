"""Citizens' answers that are released after a result: an event in each case that rests on them.

The event names the instrument, never who answered or how many: a batch is released as a whole.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kinerja_flow.facts import Facts
from kinerja_flow.models import COUNTED, Case, Cycle, Survey
from kinerja_flow.policy import Actor
from kinerja_flow.services.outdating import RELEASED, TOLD, hold, rated_cases
from kinerja_flow.workflow import Amendment, Move, amend, lies_within, store


def hold_asked(session: Session, survey: Survey) -> None:
    """Lock the appraisals that a survey is about until the end of the transaction: no result is
    computed from counts that are about to grow."""
    hold(session, survey.agency_id, _asked(survey))


def tell_asked(session: Session, actor: Actor, survey: Survey) -> None:
    """Leave the event in each case that has a result and a score that reckons with the survey's
    instrument; the employee and the assessor hear of it."""
    cycle = (Cycle.agency_id == survey.agency_id, Cycle.id == survey.cycle_id)
    last = session.scalars(select(Cycle.until_on).where(*cycle)).one()
    days = (survey.opens_on, survey.closes_on, last)
    store(
        session,
        [
            _released(facts, actor, survey)
            for facts in rated_cases(session, survey.agency_id, _asked(survey))
            if _reckons(facts, survey) and lies_within(facts.case, *days)
        ],
    )


def _asked(survey: Survey) -> Select[Any]:
    """The ids of the appraisals that the survey is about: the one, or all of its unit."""
    c = Case
    about = c.unit_id == survey.unit_id if survey.case_id is None else c.id == survey.case_id
    of_cycle = (c.agency_id == survey.agency_id, c.year == survey.year, c.cycle_id.in_(COUNTED))
    mine = (c.cycle_id == survey.cycle_id, c.parent_id.is_(None), about)
    return select(c.id).where(*of_cycle, *mine).order_by(c.id)


def _reckons(facts: Facts, survey: Survey) -> bool:
    steps = facts.definition.scoring
    return any(step.call.params.get("instrument") == survey.instrument for step in steps)


def _released(facts: Facts, actor: Actor, survey: Survey) -> Move:
    change = {"instruments": [survey.instrument], "result": facts.results[-1].number}
    return amend(facts, actor, Amendment(RELEASED, actor.engine or "hr", change, notify=TOLD))
