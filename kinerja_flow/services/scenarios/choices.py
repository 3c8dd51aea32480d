"""What a step may expect of whom somebody may name, and of what nobody is told."""

from __future__ import annotations

from typing import Any

from kinerja_flow.services.candidates import candidates as candidates_for
from kinerja_flow.services.organisations import actor_for
from kinerja_flow.services.scenarios.expectations import People
from kinerja_flow.services.scenarios.look import Look
from kinerja_flow.services.scenarios.registry import expectation
from kinerja_flow.services.scenarios.words import PersonField
from workflows.fields import Entries, Listed, Text


@expectation(Entries(Entries(People(), keys=Text(40)), keys=PersonField(), most=200))
def candidates(look: Look, expected: Any) -> Any:
    """Everybody whom somebody may name for a relation now, by who names and for which relation."""
    return {
        name: {relation: _candidates(look, name, relation) for relation in relations}
        for name, relations in expected.items()
    }


@expectation(Listed(Text(500), most=50))
def unsaid(look: Look, expected: Any) -> Any:
    """Texts that stand nowhere in the explanation of the newest result, in neither language."""
    said = "\n".join(look.sentences())
    return [text for text in expected if text not in said]


def _candidates(look: Look, name: str, relation: str) -> list[str]:
    actor = actor_for(look.stage.agency_id, look.stage.people[name])
    found = candidates_for(look.facts.case.id, actor, relation)
    return sorted(look.stage.name_of(one.person_id) or "?" for one in found)
