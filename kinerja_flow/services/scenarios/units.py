"""Units and credit in a scenario: predikat set one level up, balances entered, what comes of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy import select

from kinerja_flow.db import reading
from kinerja_flow.models import Post
from kinerja_flow.policy import Actor
from kinerja_flow.scoring import Distribution
from kinerja_flow.scoring.figures import decimal
from kinerja_flow.services import credits, unit_ratings
from kinerja_flow.services.organisations import actor_for
from kinerja_flow.services.scenarios.look import Look
from kinerja_flow.services.scenarios.problems import Unplayable
from kinerja_flow.services.scenarios.registry import expectation, verb
from kinerja_flow.services.scenarios.scenario import Step
from kinerja_flow.services.scenarios.stage import Stage
from kinerja_flow.services.scenarios.words import Figure, Given, PersonField
from kinerja_flow.services.unit_standings import UnitStanding, unit_standings
from workflows.fields import Entries, Flag, Listed, Record, Text


class RateUnitRecord(Record):
    of = PersonField(required=True)
    level, reason = Given(), Given()


@verb(fields.Nested(RateUnitRecord), needs=("as",))
def rate_unit(stage: Stage, step: Step) -> None:
    """Set the predikat of somebody's unit (`of`) in the cycle, with the reason."""
    said = {name: value for name, value in step.given.items() if name != "of"}
    unit = unit_of(stage, step.given["of"])
    unit_ratings.rate_unit(_cycle(stage), unit, stage.actor(step), said)


class BalanceRecord(Record):
    of = PersonField(required=True)
    level, value, day, basis = Given(), Given(), Given(), Given()


@verb(fields.Nested(BalanceRecord), "as")
def credit_balance(stage: Stage, step: Step) -> None:
    """Enter somebody's opening balance of credit in a jenjang, as HR, with its basis."""
    said = {**step.given, "person": str(stage.people[step.given["of"]])}
    said.pop("of")
    credits.enter_balance(stage.actor(step), said)


def unit_of(stage: Stage, name: str) -> UUID:
    """The unit of somebody's post."""
    with reading() as session:
        unit = session.scalar(select(Post.unit_id).where(Post.id == stage.posts.get(name)))
    if unit is None:
        raise Unplayable.of("no_post_held", "person", person=name)
    return unit


def _cycle(stage: Stage) -> UUID:
    assert stage.cycle_id is not None, "the cycle is opened before the first step"
    return stage.cycle_id


@expectation(Entries(Text(40), keys=PersonField(), most=50), of_case=False)
def unit_level(look: Look, expected: Any) -> Any:
    """The predikat of the unit of each of these people, as they themselves read it."""
    found = {}
    for name in expected:
        actor = actor_for(look.stage.agency_id, look.stage.people[name])
        unit = unit_of(look.stage, name)
        ratings = unit_ratings.unit_ratings(_cycle(look.stage), unit, actor)
        found[name] = ratings[-1].level if ratings else None
    return found


class DistributionRecord(Record):
    checked = Flag()
    broken = Listed(Listed(Text(40)), most=20)
    says = Text(500)


@expectation(Entries(fields.Nested(DistributionRecord), keys=PersonField(), most=50), of_case=False)
def distribution(look: Look, expected: Any) -> Any:
    """How the unit of each of these people keeps to its guidance: whether it is `checked`, the
    levels of each guideline that is `broken`, a text that its sentences contain (`says`)."""
    officer = Actor(agency_id=look.stage.agency_id, roles=frozenset({"hr"}))
    known = {one.unit_id: one for one in unit_standings(_cycle(look.stage), officer)}
    return {
        name: _told(known[unit_of(look.stage, name)], said, look.stage.language)
        for name, said in expected.items()
        if unit_of(look.stage, name) in known
    }


def _told(unit: UnitStanding, said: Any, language: str) -> dict[str, Any]:
    found: Distribution = unit.distribution
    lines = [found.sentence(language), *(line.sentence(language) for line in found.lines)]
    text = " ".join(lines)
    known = {
        "checked": found.is_checked,
        "broken": [list(line.guideline.levels) for line in found.broken],
        "says": text if said.get("says", "") not in text else said.get("says"),
    }
    return {name: known[name] for name in said}


@expectation(Entries(Entries(Figure(), keys=Text(40)), keys=PersonField(), most=50), of_case=False)
def credit(look: Look, expected: Any) -> Any:
    """What each of these people has in credit, exactly, by jenjang."""
    found = {}
    for name in expected:
        person = look.stage.people[name]
        record = credits.credit_of(actor_for(look.stage.agency_id, person), person)
        found[name] = {level.level: decimal(level.total) for level in record}
    return found
