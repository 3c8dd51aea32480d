"""The verbs about somebody's year: a move to another post, and an absence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from marshmallow import fields

from kinerja_flow.clock import Calendar
from kinerja_flow.services import absences, organisations, segments
from kinerja_flow.services.absences import ABSENCE
from kinerja_flow.services.scenarios.registry import verb
from kinerja_flow.services.scenarios.scenario import Step
from kinerja_flow.services.scenarios.stage import Stage
from kinerja_flow.services.scenarios.words import DayField, Given, PersonField
from workflows.fields import Entries, Listed, Record, Text


class MoveRecord(Record):
    person = PersonField(required=True)
    superior = PersonField()
    unit = Text(200)
    post = Text(200)
    field = Text(40)
    level = Text(40)
    day = DayField()
    windows = Entries(Listed(DayField(), least=2, most=2), most=20)
    next_windows = Entries(Listed(DayField(), least=2, most=2), most=20)


@verb(fields.Nested(MoveRecord), "as")
def move(stage: Stage, step: Step) -> None:
    """Somebody changes post, by default today: what they held ends the day before, and so does the
    segment of their appraisal; the next one opens under the superior of the new post."""
    given: Mapping[str, Any] = step.given
    name, actor = given["person"], stage.actor(step)
    day = given.get("day") or Calendar(stage.scenario.zone).day_of(stage.now)
    if "superior" in given:
        stage.posts[name] = _new_post(stage, given, day)
    spans = [{key: tuple(days) for key, days in given.get(k, {}).items()} for k in _WINDOWS]
    assert stage.cycle_id is not None
    windows = segments.Windows(*spans)
    case_id = segments.move(actor, stage.people[name], stage.cycle_id, day, windows)
    if name in stage.cases:
        stage.ended.setdefault(name, []).append(stage.cases[name])
    stage.cases[name] = case_id


_WINDOWS = ("windows", "next_windows")


def _new_post(stage: Stage, given: Mapping[str, Any], day: date) -> UUID:
    """A post for them alone, under the superior, which they hold from the day on."""
    agency_id, person_id = stage.agency_id, stage.people[given["person"]]
    unit = organisations.add_unit(agency_id, given.get("unit", "Unit kerja"))
    columns = {key: given[key] for key in ("level", "field") if key in given}
    title = given.get("post", f"Jabatan baru {given['person']}")
    post_id = organisations.add_post(agency_id, unit, title, **columns)
    organisations.end_holdings(agency_id, day - timedelta(days=1), person_id=person_id)
    organisations.hold_post(agency_id, person_id, post_id, day)
    above = stage.posts.get(given["superior"])
    superior = stage.people[given["superior"]]
    to = {"superior_post_id": above} if above else {"superior_id": superior}
    organisations.report_to(agency_id, post_id, day, **to)
    return post_id


_ABSENCE = {name: Given() for name in ABSENCE.fields if name != "person"}


@verb(fields.Nested(Record.from_dict({**_ABSENCE, "person": PersonField(required=True)})), "as")
def absence(stage: Stage, step: Step) -> None:
    """Record that somebody is away, on leave or for study, from `first` through `last`."""
    entry = {**step.given, "person": str(stage.people[step.given["person"]])}
    absences.add(stage.actor(step), entry)
