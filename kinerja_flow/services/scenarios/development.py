"""What a step may expect of gaps in a unit, of the trainings for them, and of placement."""

from __future__ import annotations

from typing import Any

from kinerja_flow.policy import Actor
from kinerja_flow.services.competencies import competencies_of_unit
from kinerja_flow.services.organisations import actor_for
from kinerja_flow.services.placements import placements as placements_for
from kinerja_flow.services.scenarios.look import Look
from kinerja_flow.services.scenarios.registry import expectation
from kinerja_flow.services.scenarios.words import PersonField
from kinerja_flow.services.trainings import training_needs
from workflows.fields import Entries, Listed, Text

KEYS = Listed(Text(200), most=50)


@expectation(Entries(Entries(KEYS, keys=Text(40)), keys=PersonField(), most=200))
def gaps(look: Look, expected: Any) -> Any:
    """What each of these people sees of the unit of the case: who stays below the standard, in
    which criteria, the largest gap first."""
    return {name: _gaps(look, name) for name in expected}


def _gaps(look: Look, name: str) -> dict[str, list[str]]:
    case = look.facts.case
    assert case.unit_id is not None, "whoever has an appraisal in a scenario has a post"
    found = competencies_of_unit(case.cycle_id, case.unit_id, _actor(look, name))
    said = {look.stage.name_of(one.person_id) or "?": one.gaps for one in found}
    return {who: [one.criterion for one in gaps] for who, gaps in said.items() if gaps}


@expectation(Entries(Entries(KEYS, keys=Text(40)), keys=PersonField(), most=200))
def trainings(look: Look, expected: Any) -> Any:
    """The trainings of the catalogue that each of these people sees for the gaps of the delivered
    result, by criterion; those that were proposed under `proposed`."""
    return {name: _trainings(look, name) for name in expected}


def _trainings(look: Look, name: str) -> dict[str, list[str]]:
    found = training_needs(look.facts.case.id, _actor(look, name))
    said = {one.competency.criterion: [t.key for t in one.trainings] for one in found.gaps}
    proposed = [training.key for training in found.proposed]
    return {**said, **({"proposed": proposed} if proposed else {})}


@expectation(Entries(KEYS, keys=PersonField(), most=200))
def placements(look: Look, expected: Any) -> Any:
    """The posts that each of these people sees as fitting the employee best, by title, in order."""
    case_id = look.facts.case.id
    return {
        name: [p.title for p in placements_for(case_id, _actor(look, name))] for name in expected
    }


def _actor(look: Look, name: str) -> Actor:
    return actor_for(look.stage.agency_id, look.stage.people[name])
