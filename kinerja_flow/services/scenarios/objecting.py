"""Objections in a scenario: evidence of both sides, and what is provisional meanwhile."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from kinerja_flow.db import reading
from kinerja_flow.errors import NotFound
from kinerja_flow.models import Exhibit, Objection
from kinerja_flow.services.exhibits import exhibits_for, show_exhibit, withdraw_exhibit
from kinerja_flow.services.organisations import actor_for
from kinerja_flow.services.progress_forms import EXHIBIT
from kinerja_flow.services.scenarios.expectations import Names
from kinerja_flow.services.scenarios.look import Look
from kinerja_flow.services.scenarios.naming import CALLED, OneOrMore, record_of
from kinerja_flow.services.scenarios.problems import Unplayable
from kinerja_flow.services.scenarios.registry import expectation, verb
from kinerja_flow.services.scenarios.scenario import Step
from kinerja_flow.services.scenarios.stage import Stage
from kinerja_flow.services.scenarios.words import PersonField
from kinerja_flow.workflow import provisional as provisional_cases
from workflows.faults import listing, shown
from workflows.fields import Entries, Flag, Text


@verb(OneOrMore(record_of(EXHIBIT)), needs=("as",))
def exhibit(stage: Stage, step: Step) -> None:
    """Show evidence in an objection, and say what it shows."""
    case_id = stage.the_case(step)
    for said in step.given:
        entry = {name: value for name, value in said.items() if name != CALLED}
        show_exhibit(case_id, stage.actor(step), entry)


@verb(Text(200), needs=("as",))
def withdraw(stage: Stage, step: Step) -> None:
    """Take back evidence that was shown in an objection, by its name."""
    case_id, e = stage.the_case(step), Exhibit
    rows = select(e.name, e.id).where(e.agency_id == stage.agency_id, e.case_id == case_id)
    with reading() as session:
        known = {row.name: row.id for row in session.execute(rows)}
    if step.given not in known:
        names = {"name": shown(step.given), "known": listing(list(known))}
        raise Unplayable.of("no_such_name", "withdraw", **names)
    withdraw_exhibit(case_id, stage.actor(step), known[step.given])


@expectation(Entries(Names(), keys=PersonField(), most=200))
def exhibits(look: Look, expected: Any) -> Any:
    """The names of the evidence in the objection that each of these people reads, without what
    was withdrawn; nothing for those who may not read it."""
    return {name: _read(look, name) for name in expected}


def _read(look: Look, name: str) -> list[str]:
    actor = actor_for(look.stage.agency_id, look.stage.people[name])
    try:
        found = exhibits_for(look.facts.case.id, actor)
    except NotFound:
        return []
    return sorted(one.name for one in found if one.withdrawn_at is None)


@expectation(Flag())
def provisional(look: Look, _: Any) -> Any:
    """Whether the newest result may still change, since an objection is under way."""
    home = look.facts.home_id
    with reading() as session:
        return home in provisional_cases(session, look.stage.agency_id, [home])


@expectation(Text(40, allow_none=True))
def outcome(look: Look, _: Any) -> Any:
    """What became of the objection: stands, changed, accepted; null while it is open, and where it
    was withdrawn."""
    o = Objection
    found = look.rows(o, o.outcome)
    return found[0].outcome if found else None
