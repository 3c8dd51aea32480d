"""Opening a cycle from a template version, and launching its cases for thousands at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import INPUTS, Blocker, Invalid, NotFound
from kinerja_flow.models import Cycle, TemplateVersion
from kinerja_flow.policy import Actor, only_hr
from kinerja_flow.services import forms
from kinerja_flow.services.calendars import days_off
from kinerja_flow.services.forms import Form
from kinerja_flow.services.openings import Beginning, calendar_of, opening_of
from kinerja_flow.services.population import Population
from kinerja_flow.services.templates import keep, read_template
from kinerja_flow.services.webhook_events import note_launch
from kinerja_flow.services.windows import wrong_windows
from kinerja_flow.workflow import DEFINITIONS, opening_writes, write
from workflows.kinds import YEARS, IntegerInput

#: As many appraisals are opened in one transaction.
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class CyclePlan:
    """What HR chooses for a cycle: the year, its windows (name → first and last day), settings."""

    year: int
    name: str
    windows: Mapping[str, tuple[date, date]]
    settings: Mapping[str, Any] = field(default_factory=dict)
    from_on: date | None = None
    until_on: date | None = None

    @property
    def period(self) -> tuple[date, date]:
        """The period that is appraised: the calendar year unless HR says otherwise."""
        first, last = date(self.year, 1, 1), date(self.year, 12, 31)
        return self.from_on or first, self.until_on or last


@dataclass(slots=True)
class Launch:
    """What a launch came to: the cases opened by person, and why others have none; whether
    webhooks are to hear of it already."""

    opened: dict[UUID, UUID] = field(default_factory=dict)
    refused: dict[UUID, Blocker] = field(default_factory=dict)
    is_noted: bool = False


def open_cycle(template_id: UUID, actor: Actor, plan: CyclePlan) -> UUID:
    """Open a cycle that pins a template version, with the calendar as it stands today.

    Raises Invalid with all that is wrong with name, year, period and windows.
    """
    only_hr(actor, "cycle")
    _check_plan(plan)
    with transaction() as session:
        template = session.get(TemplateVersion, template_id)
        if template is None or template.agency_id != actor.agency_id:
            raise NotFound.of("no_such_template", "template", key=str(template_id))
        definition = read_template(template.source, plan.settings)
        if wrong := list(wrong_windows(definition.window_labels, plan.windows, all_of_them=True)):
            raise Invalid(wrong)
        from_on, until_on = plan.period
        cycle = Cycle(
            agency_id=template.agency_id,
            year=plan.year,
            name=plan.name,
            template_id=template.id,
            digest=keep(session, definition),
            settings=json.loads(json.dumps(dict(plan.settings), default=str)),
            windows={
                name: [day.isoformat() for day in days] for name, days in plan.windows.items()
            },
            days_off=days_off(session, template.agency_id, plan.year),
            from_on=from_on,
            until_on=until_on,
            opened_at=clock.now(),
        )
        session.add(cycle)
        session.flush()
        return cycle.id


_YEARS: dict[str, Any] = {"from": YEARS[0], "to": YEARS[-1]}


class PlanForm(Form):
    """What of a cycle somebody types."""

    name = forms.text("name", 200)
    year = IntegerInput(forms.spec("year", **_YEARS))


PLAN = PlanForm()


def _check_plan(plan: CyclePlan) -> None:
    _, wrong = PLAN.read({"name": plan.name, "year": plan.year})
    if wrong:
        raise Invalid(wrong)
    spans = {"period": plan.period, **plan.windows}
    wrong = [
        Blocker("no_such_date", name, ("hr",), {"value": day.isoformat()}, INPUTS)
        for name, span in spans.items()
        for day in span
        if day.year not in YEARS
    ]
    if plan.period[1] < plan.period[0]:
        wrong.append(Blocker("window_backwards", "period", ("hr",), {"window": "period"}))
    if wrong:
        raise Invalid(wrong)


def launch(
    cycle_id: UUID, actor: Actor, people: Iterable[UUID], *, goes_on: bool = False
) -> Launch:
    """Open an appraisal for each of these people, in sets; who can't be appraised is named.

    Assessor and reviewer are the two nearest superiors of today. Nobody is opened without both:
    without a second superior nobody could examine an objection. Somebody who has an appraisal in
    the cycle already is refused, so that a second start does nothing twice. `goes_on`: it is the
    rest of one that has begun, of which webhooks hear once.
    """
    only_hr(actor, "cycle")
    report = Launch(is_noted=goes_on)
    wanted = list(dict.fromkeys(people))
    for start in range(0, len(wanted), CHUNK):
        with transaction() as session:
            _launch(session, cycle_id, actor, wanted[start : start + CHUNK], report)
    return report


def _launch(
    session: Session, cycle_id: UUID, actor: Actor, people: list[UUID], report: Launch
) -> None:
    cycle = session.get(Cycle, cycle_id, with_for_update=True)
    if cycle is None or cycle.agency_id != actor.agency_id or cycle.practice_of is not None:
        raise NotFound.of("no_such_cycle", "cycle")
    calendar = calendar_of(session, cycle)
    population = Population(session, cycle, calendar.day_of(clock.now()), people)
    DEFINITIONS.get(session, cycle.digest)
    writes = []
    for person_id in people:
        blocker = population.why_not(person_id)
        if blocker is not None:
            report.refused[person_id] = blocker
            continue
        person, post = population.people[person_id], population.post_of(person_id)
        begun = Beginning(person, post, population.superiors(person_id), cycle.from_on)
        opening = opening_of(cycle, calendar, begun, actor, "launch")
        writes += opening_writes(opening)
        report.opened[person_id] = opening.case_id
    write(session, writes)
    if report.opened and not report.is_noted:
        note_launch(session, cycle)
        report.is_noted = True
