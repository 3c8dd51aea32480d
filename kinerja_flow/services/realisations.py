"""What was reached of an indicator, read against its target: the same unit, an exact value."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import Row
from sqlalchemy.orm import Session

from kinerja_flow.errors import Blocker
from kinerja_flow.facts import Facts
from kinerja_flow.models import PlanIndicator
from kinerja_flow.services import forms, measures
from kinerja_flow.services.books import of_home
from workflows.faults import Fault, faults_in

FIELD = "reached"


def reached(
    session: Session, facts: Facts, values: Mapping[str, Any]
) -> tuple[Fraction | None, list[Blocker]]:
    """The exact value of an entry, or the blockers; no value for a judged indicator in words."""
    if not {"indicator", FIELD} <= values.keys():
        return None, []
    n = PlanIndicator
    found = of_home(facts, n, n.unit, n.is_objective).where(n.id == values["indicator"])
    indicator = session.execute(found).one_or_none()
    if indicator is None:
        return None, []
    try:
        return _value(values[FIELD], indicator), []
    except ValidationError as error:
        return None, [forms.blocked((FIELD,), fault) for _, fault in faults_in(error.messages)]


def _value(text: str, indicator: Row[Any]) -> Fraction | None:
    if not indicator.is_objective and not measures.has_number(text):
        return None
    measure = measures.parse(text)
    if measure.upper is not None:
        raise ValidationError([Fault("range_reached", {"value": text})])
    if measure.unit and indicator.unit and not same_unit(measure.unit, indicator.unit):
        raise ValidationError([Fault("other_unit", {"unit": indicator.unit})])
    return measure.value


def same_unit(one: str, other: str) -> bool:
    """Whether two spellings mean the same unit."""
    return one.casefold().rstrip(".") == other.casefold().rstrip(".")
