"""Names instead of ids: what a scenario calls an RHK, an indicator, a step, and finds it by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy import select

from kinerja_flow.db import transaction
from kinerja_flow.models import (
    ActionStep,
    Activity,
    Case,
    Evidence,
    Feedback,
    FollowUpStep,
    Observation,
    PlanIndicator,
    PlanItem,
    PlanNote,
    PrivateNote,
    Realisation,
)
from kinerja_flow.services.forms import Form, IdInput
from kinerja_flow.services.scenarios.problems import Unplayable
from kinerja_flow.services.scenarios.stage import Stage
from kinerja_flow.services.scenarios.words import Given, PersonField
from workflows.faults import listing, shown
from workflows.fields import Listed, Record, Text
from workflows.kinds import TextInput

#: What may be named, and the text that names it where the scenario gave no name of its own.
NAMED: Mapping[str, tuple[Any, Any]] = {
    "item": (PlanItem, PlanItem.title),
    "indicator": (PlanIndicator, PlanIndicator.title),
    "step": (ActionStep, ActionStep.title),
    "activity": (Activity, Activity.title),
    "observation": (Observation, Observation.text),
    "note": (PlanNote, PlanNote.text),
    "realisation": (Realisation, Realisation.raw),
    "evidence": (Evidence, Evidence.name),
    "feedback": (Feedback, Feedback.text),
    "memo": (PrivateNote, PrivateNote.text),
    "improvement": (FollowUpStep, FollowUpStep.title),
}
#: What is of its own case, and not of the appraisal on which that hangs.
OF_CHILD = ("improvement",)
CALLED = "called"


@dataclass(frozen=True, slots=True)
class Of:
    """A thing of somebody else's appraisal."""

    owner: str
    name: str


class _OfRecord(Record):
    of = PersonField(required=True)
    name = Text(2000, required=True)


class NameField(fields.Field[Any]):
    """What something is called here, or its title: `layanan`; of another: {of: budi, name: x}."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        if not isinstance(value, dict):
            return Text(2000).deserialize(value)
        named = _OfRecord().load(value)
        return Of(named["of"], named["name"])


class OneOrMore(fields.Field[Any]):
    """One entry, or a list of them."""

    def __init__(self, record: type[Record]) -> None:
        super().__init__()
        self.many = Listed(fields.Nested(record), least=1, most=100)
        self.one = fields.Nested(record)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        if isinstance(value, list):
            return self.many.deserialize(value)
        return [self.one.deserialize(value)]


def record_of(form: Form, **more: fields.Field[Any]) -> type[Record]:
    """The keys of a service's form, with names where the form has ids, and `called`."""
    keys = {name: _field(field) for name, field in form.fields.items()}
    return Record.from_dict({**keys, **more, CALLED: Text(2000)})  # type: ignore[return-value]


def _field(field: Any) -> fields.Field[Any]:
    return NameField() if isinstance(field, IdInput) else Given()


def entry_for(
    stage: Stage, case_id: UUID, form: Form, kinds: Mapping[str, str], said: Mapping[str, Any]
) -> dict[str, Any]:
    """What the service is given: names turned into ids, numbers that stand for texts into texts.

    `kinds` says what kind of thing each key of the form names, where it is not the key itself.
    """
    entry = {}
    for name, value in said.items():
        field = form.fields.get(name)
        if isinstance(field, IdInput):
            entry[name] = id_of(stage, case_id, kinds.get(name, name), value)
        elif name != CALLED:
            entry[name] = _as_text(field, value)
    return entry


def _as_text(field: Any, value: Any) -> Any:
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return str(value) if isinstance(field, TextInput) and is_number else value


def call(stage: Stage, case_id: UUID, kind: str, said: Mapping[str, Any], thing: UUID) -> None:
    """Remember what the scenario calls a thing that it has just made."""
    if CALLED in said:
        stage.names[_home(stage, case_id, kind), kind, said[CALLED]] = thing


def id_of(stage: Stage, case_id: UUID, kind: str, name: str | Of) -> UUID:
    """The id of what is called so, or has that title, in the appraisal of the case."""
    if isinstance(name, Of):
        if name.owner not in stage.cases:
            raise Unplayable.of("no_appraisal", kind, person=name.owner)
        return id_of(stage, stage.cases[name.owner], kind, name.name)
    home = _home(stage, case_id, kind)
    if known := stage.names.get((home, kind, name)):
        return known
    found = _titled(stage, home, kind)
    if name not in found:
        given = {called for case, its, called in stage.names if (case, its) == (home, kind)}
        known_names = listing([*found, *given])
        raise Unplayable.of("no_such_name", kind, name=shown(name), known=known_names)
    return found[name]


def _home(stage: Stage, case_id: UUID, kind: str) -> UUID:
    """The case that things of the kind belong to."""
    if kind in OF_CHILD:
        return case_id
    with transaction() as session:
        parent = select(Case.parent_id).where(Case.agency_id == stage.agency_id, Case.id == case_id)
        return session.scalar(parent) or case_id


def _titled(stage: Stage, home: UUID, kind: str) -> dict[str, UUID]:
    model, title = NAMED[kind]
    statement = select(title, model.id).where(
        model.agency_id == stage.agency_id, model.case_id == home
    )
    with transaction() as session:
        rows = session.execute(statement.order_by(model.id.desc()))
        return {row[0]: row[1] for row in rows}
