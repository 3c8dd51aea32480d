"""The agency of a scenario: its people and their posts, and what changes in it on the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from marshmallow import fields

from kinerja_flow.clock import Calendar
from kinerja_flow.db import transaction
from kinerja_flow.services import organisations
from kinerja_flow.services.scenarios.problems import Unplayable
from kinerja_flow.services.scenarios.registry import verb
from kinerja_flow.services.scenarios.scenario import Step
from kinerja_flow.services.scenarios.stage import Stage
from kinerja_flow.services.scenarios.words import DayField, PersonField
from workflows.fields import Chosen, Listed, Record, Text

KINDS = ("employee", "external")
ROLES = ("hr", "administrator", "auditor")
HOLDINGS = ("definitive", "plt", "plh")


class PersonRecord(Record):
    """Somebody of the scenario; an official from outside has no post unless a superior is named."""

    name = Text(200)
    kind = Chosen(*KINDS)
    unit = Text(200)
    post = Text(200)
    field = Text(40)
    level = Text(40)
    rank = Text(40)
    superior = PersonField()
    roles = Listed(Chosen(*ROLES), unique="")
    left = DayField()


def settle(stage: Stage) -> None:
    """Bring everybody into the agency, with posts, reporting lines and roles since long ago."""
    scenario = stage.scenario
    since = date(scenario.cycle.year - 1, 1, 1)
    with transaction():
        days_off = [(day, "Libur instansi") for day in scenario.days_off]
        organisations.add_days_off(stage.agency_id, days_off)
        units: dict[str, UUID] = {}
        for name, said in scenario.people.items():
            stage.people[name] = _person(stage.agency_id, name, said)
            for role in said.get("roles", ()):
                organisations.grant_role(stage.agency_id, stage.people[name], role, since)
            if said.get("kind") != "external" or said.keys() & {"superior", "post"}:
                stage.posts[name] = _post(stage, units, name, since)
        for name, said in scenario.people.items():
            if "superior" in said:
                _report(stage, name, said["superior"], since)


def _person(agency_id: int, name: str, said: Mapping[str, Any]) -> UUID:
    columns = {key: said[key] for key in ("kind", "rank") if key in said}
    called = said.get("name", name.replace("_", " ").title())
    return organisations.add_person(agency_id, called, left_on=said.get("left"), **columns)


def _post(stage: Stage, units: dict[str, UUID], name: str, since: date) -> UUID:
    said = stage.scenario.people[name]
    unit = said.get("unit", "Unit kerja")
    if unit not in units:
        units[unit] = organisations.add_unit(stage.agency_id, unit)
    columns = {key: said[key] for key in ("level", "field") if key in said}
    title = said.get("post", f"Jabatan {name}")
    post_id = organisations.add_post(stage.agency_id, units[unit], title, **columns)
    until = _day_before(said["left"]) if "left" in said else None
    of = (stage.agency_id, stage.people[name], post_id)
    organisations.hold_post(*of, since, until_on=until)
    return post_id


def _report(stage: Stage, name: str, superior: str, since: date) -> None:
    above = stage.posts.get(superior)
    to = {"superior_post_id": above} if above else {"superior_id": stage.people[superior]}
    organisations.report_to(stage.agency_id, _post_of(stage, name), since, **to)


def _post_of(stage: Stage, name: str) -> UUID:
    if name not in stage.posts:
        raise Unplayable.of("no_post_held", "person", person=name)
    return stage.posts[name]


def _today(stage: Stage) -> date:
    return Calendar(stage.scenario.zone).day_of(stage.now)


def _day_before(day: date) -> date:
    return day - timedelta(days=1)


class AppointRecord(Record):
    person = PersonField(required=True)
    post_of = PersonField()
    superior = PersonField()
    kind = Chosen(*HOLDINGS)
    role = Chosen(*ROLES)


@verb(fields.Nested(AppointRecord))
def appoint(stage: Stage, step: Step) -> None:
    """Somebody takes over the post of another (definitively, as plt or plh), reports to another
    superior, or is given a role of the system, from today on."""
    given, today = step.given, _today(stage)
    name = given["person"]
    if "post_of" in given:
        _take_over(stage, name, given["post_of"], given.get("kind", HOLDINGS[0]))
    if "superior" in given:
        _report(stage, name, given["superior"], today)
    if "role" in given:
        organisations.grant_role(stage.agency_id, stage.people[name], given["role"], today)


def _take_over(stage: Stage, name: str, before: str, kind: str) -> None:
    post_id, today = _post_of(stage, before), _today(stage)
    if kind == HOLDINGS[0]:
        organisations.end_holdings(stage.agency_id, _day_before(today), post_id=post_id)
        stage.posts.pop(before)
        stage.posts[name] = post_id
    of = (stage.agency_id, stage.people[name], post_id)
    organisations.hold_post(*of, today, kind=kind)


@verb(PersonField())
def leave(stage: Stage, step: Step) -> None:
    """Somebody leaves the agency today; their posts are vacant from today on."""
    organisations.leave(stage.agency_id, stage.people[step.given], _today(stage))
