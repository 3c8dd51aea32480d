"""Surveys of citizens: HR opens one, issues links to it, and may close it before its last day."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kinerja_flow.db import transaction
from kinerja_flow.errors import Blocker, Conflict, Invalid
from kinerja_flow.models import Case, Cycle, Survey, SurveyToken, Unit
from kinerja_flow.policy import CITIZEN, Actor, only_hr
from kinerja_flow.services.briefing import cycle_of
from kinerja_flow.services.survey_asked import (
    for_citizens,
    hash_of,
    held_survey,
    refuse_over,
    refuse_own,
    today_in,
)
from kinerja_flow.services.survey_forms import PER_DAY, SURVEY, TOKENS
from kinerja_flow.workflow import DEFINITIONS
from workflows.definition import Definition
from workflows.faults import listing

#: The random bytes of a link: 128 bits, which nobody guesses.
BYTES = 16


@dataclass(frozen=True, slots=True)
class OpenedSurvey:
    """A new survey; `link` is the secret of an open one, shown this once and kept nowhere."""

    id: UUID
    link: str | None


def open_survey(cycle_id: UUID, actor: Actor, entry: Mapping[str, Any]) -> OpenedSurvey:
    """Open a survey of an instrument that citizens answer, about a unit or one employee.

    `entry` has instrument, unit or case, kind (token: one-time links; open: one link for all),
    opens_on, closes_on; and, if HR likes, min_count (the template's or more), per_day (of an open
    link) and rolls_up_to (a unit's survey that too few answers about an employee move to). The
    minimum count is frozen with it. Raises Forbidden, NotFound (cycle), Invalid.
    """
    only_hr(actor, "survey")
    values, wrong = SURVEY.read(entry)
    if wrong:
        raise Invalid(wrong)
    with transaction() as session:
        cycle = cycle_of(session, cycle_id, actor)
        refuse_own(session, values.get("case"), actor)
        definition = DEFINITIONS.get(session, cycle.digest)
        if wrong := list(_wrong(session, cycle, definition, values)):
            raise Invalid(wrong)
        survey, link = _survey(cycle, definition, values)
        survey.opened_by = actor.person_id
        session.add(survey)
        session.flush()
        return OpenedSurvey(survey.id, link)


def _survey(
    cycle: Cycle, definition: Definition, values: Mapping[str, Any]
) -> tuple[Survey, str | None]:
    is_open = values["kind"] == "open"
    link = secrets.token_urlsafe(BYTES) if is_open else None
    survey = Survey(
        agency_id=cycle.agency_id,
        year=cycle.year,
        cycle_id=cycle.id,
        instrument=values["instrument"],
        unit_id=values.get("unit"),
        case_id=values.get("case"),
        kind=values["kind"],
        opens_on=values["opens_on"],
        closes_on=values["closes_on"],
        min_count=values.get("min_count", definition.relations[CITIZEN].min_count),
        per_day=values.get("per_day", PER_DAY) if is_open else None,
        secret_hash=hash_of(link) if link else None,
        rolls_up_to=values.get("rolls_up_to"),
    )
    return survey, link


def _wrong(
    session: Session, cycle: Cycle, definition: Definition, values: Mapping[str, Any]
) -> Iterator[Blocker]:
    """What of a well-formed entry does not fit the cycle."""
    known = for_citizens(definition)
    if values["instrument"] not in known:
        yield Blocker("not_for_citizens", "instrument", (), {"known": listing(list(known))})
    else:
        least = definition.relations[CITIZEN].min_count
        if values.get("min_count", least) < least:
            yield Blocker("below_template_minimum", "min_count", (), {"least": least})
    today = today_in(session, cycle.agency_id)
    if values["closes_on"] < today:
        yield Blocker("survey_over", "closes_on", (), {"today": today})
    yield from _strangers(session, cycle, values)


def _strangers(session: Session, cycle: Cycle, values: Mapping[str, Any]) -> Iterator[Blocker]:
    """What is named and is not there, or is not of this cycle."""
    here: tuple[Any, ...] = (Unit.agency_id == cycle.agency_id, Unit.id == values.get("unit"))
    if "unit" in values and session.scalar(select(Unit.id).where(*here)) is None:
        yield Blocker("no_such_unit", "unit")
    here = (Case.agency_id == cycle.agency_id, Case.cycle_id == cycle.id)
    mine = (*here, Case.id == values.get("case"), Case.parent_id.is_(None))
    if "case" in values and session.scalar(select(Case.id).where(*mine)) is None:
        yield Blocker("no_such_case", "case")
    s = Survey
    above = (
        *(s.agency_id == cycle.agency_id, s.cycle_id == cycle.id, s.closed_at.is_(None)),
        *(s.id == values.get("rolls_up_to"), s.unit_id.is_not(None)),
        s.instrument == values["instrument"],
    )
    if "rolls_up_to" in values and session.scalar(select(s.id).where(*above)) is None:
        yield Blocker("no_such_survey", "rolls_up_to")


def issue_tokens(survey_id: UUID, actor: Actor, entry: Mapping[str, Any]) -> list[str]:
    """So many (`count`) one-time links to a survey, by default until its last day (`expires_on`).

    They are shown this once: only their SHA-256 is kept, and nothing of who is given which. Raises
    Forbidden, NotFound, Conflict (closed, or an open survey), Invalid.
    """
    only_hr(actor, "survey")
    values, wrong = TOKENS.read(entry)
    if wrong:
        raise Invalid(wrong)
    with transaction() as session:
        survey = held_survey(session, survey_id, actor)
        refuse_over(session, survey)
        if survey.kind != "token":
            raise Conflict.of("not_by_token", "survey")
        until = min(values.get("expires_on", survey.closes_on), survey.closes_on)
        tokens = [secrets.token_urlsafe(BYTES) for _ in range(values["count"])]
        key = {"agency_id": survey.agency_id, "survey_id": survey.id}
        rows = [{**key, "digest": hash_of(t), "expires_on": until} for t in tokens]
        session.execute(insert(SurveyToken), rows)
        return tokens
