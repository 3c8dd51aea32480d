"""The verbs that write in a book of a case: plan, rencana aksi, progress, evidence, feedback."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy import select

from kinerja_flow.clock import Calendar
from kinerja_flow.db import transaction
from kinerja_flow.models import Activity, PlanIndicator
from kinerja_flow.policy import Actor
from kinerja_flow.services import feedback as feedbacks
from kinerja_flow.services import plans
from kinerja_flow.services import progress as entries
from kinerja_flow.services.forms import Form
from kinerja_flow.services.plan_forms import ITEM, LINK, NOTE
from kinerja_flow.services.progress_forms import ACTIVITY, EVIDENCE, FEEDBACK, REALISATION, STEP
from kinerja_flow.services.scenarios.naming import NameField, call, entry_for, id_of, record_of
from kinerja_flow.services.scenarios.registry import verb
from kinerja_flow.services.scenarios.scenario import Step
from kinerja_flow.services.scenarios.stage import Stage
from kinerja_flow.services.scenarios.words import STALE
from workflows.fields import Listed, Record

INDICATOR: Form = ITEM.fields["indicators"].inner.schema  # type: ignore[attr-defined]


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


_Indicator = record_of(INDICATOR)
_Item = record_of(ITEM, indicators=Listed(fields.Nested(_Indicator), most=100))
_Link = record_of(LINK, item=NameField(required=True))
_Note = record_of(NOTE)
_Activity = record_of(ACTIVITY, id=NameField())
_SUPERIOR = {"superior_item_id": "item"}


@dataclass(frozen=True, slots=True)
class _Book:
    """A book of entries that are added one by one, all in the same way."""

    kind: str
    form: Form
    put: Callable[[UUID, Actor, Mapping[str, Any]], UUID]


_STEPS = _Book("step", STEP, entries.add_step)
_ACTIVITIES = _Book("activity", ACTIVITY, entries.add_activity)
_REALISATIONS = _Book("realisation", REALISATION, entries.record_realisation)
_EVIDENCE = _Book("evidence", EVIDENCE, entries.attach_evidence)
_FEEDBACK = _Book("feedback", FEEDBACK, feedbacks.give_feedback)


@verb(OneOrMore(_Item), "version", needs=("as",))
def plan(stage: Stage, step: Step) -> None:
    """Add RHK with their indicators to the plan; with `id`, replace the one that is called so."""
    case_id, actor = stage.the_case(step), stage.actor(step)
    for said in step.given:
        entry = entry_for(stage, case_id, ITEM, {"id": "item", **_SUPERIOR}, said)
        indicators = said.get("indicators")
        if isinstance(indicators, list):
            of_indicator = {"id": "indicator"}
            entry["indicators"] = [
                entry_for(stage, case_id, INDICATOR, of_indicator, one) for one in indicators
            ]
        item_id = plans.put_item(case_id, actor, entry, stage.version_for(step, case_id))
        call(stage, case_id, "item", said, item_id)
        for one, indicator_id in zip(indicators or (), _indicators(stage, item_id), strict=True):
            call(stage, case_id, "indicator", one, indicator_id)


def _indicators(stage: Stage, item_id: UUID) -> Iterator[UUID]:
    n = PlanIndicator
    with transaction() as session:
        mine = select(n.id).where(n.agency_id == stage.agency_id, n.item_id == item_id)
        yield from session.scalars(mine.order_by(n.ordinal)).all()


class RemoveRecord(Record):
    item = NameField()
    note = NameField()


@verb(fields.Nested(RemoveRecord), "version", needs=("as",))
def remove(stage: Stage, step: Step) -> None:
    """Take an RHK, or a line of its lists, out of the plan."""
    case_id, actor = stage.the_case(step), stage.actor(step)
    verbs: dict[str, Callable[..., None]] = {"item": plans.remove_item, "note": plans.remove_note}
    for kind, name in step.given.items():
        thing = id_of(stage, case_id, kind, name)
        verbs[kind](case_id, actor, thing, stage.version_for(step, case_id))


@verb(OneOrMore(_Link), "version", needs=("as",))
def link(stage: Stage, step: Step) -> None:
    """Say which RHK of the superior an RHK serves."""
    case_id, actor = stage.the_case(step), stage.actor(step)
    for said in step.given:
        item_id = id_of(stage, case_id, "item", said["item"])
        link_said = {key: value for key, value in said.items() if key != "item"}
        entry = entry_for(stage, case_id, LINK, _SUPERIOR, link_said)
        plans.link_item(case_id, actor, item_id, entry, stage.version_for(step, case_id))


@verb(OneOrMore(_Note), "version", needs=("as",))
def note(stage: Stage, step: Step) -> None:
    """Add a line to one of the plan's lists, such as an expectation of a behaviour."""
    case_id, actor = stage.the_case(step), stage.actor(step)
    for said in step.given:
        entry = entry_for(stage, case_id, NOTE, {"id": "note"}, said)
        note_id = plans.put_note(case_id, actor, entry, stage.version_for(step, case_id))
        call(stage, case_id, "note", said, note_id)


@verb(OneOrMore(record_of(STEP)), needs=("as",))
def step(stage: Stage, step: Step) -> None:
    """Add a rencana aksi to an RHK."""
    _each(stage, step, _STEPS)


@verb(OneOrMore(_Activity), "version", needs=("as",))
def activity(stage: Stage, step: Step) -> None:
    """Note a daily activity, of today unless `day` says otherwise; with `id`, correct one."""
    for said in step.given:
        if "id" in said:
            _correct(stage, step, said)
        else:
            _entry(stage, step, _ACTIVITIES, said)


def _correct(stage: Stage, step: Step, said: Mapping[str, Any]) -> None:
    case_id = stage.the_case(step)
    activity_id = id_of(stage, case_id, "activity", said["id"])
    with transaction() as session:
        own = select(Activity.version).where(Activity.id == activity_id)
        present = session.scalars(own).one()
    words = _dated(stage, ACTIVITY, {key: value for key, value in said.items() if key != "id"})
    entry = entry_for(stage, case_id, ACTIVITY, {}, words)
    version = seen(step, present)
    entries.correct_activity(case_id, stage.actor(step), activity_id, entry, version)


def seen(step: Step, present: int) -> int:
    """The version of an entry that the actor says to have seen."""
    if step.version is None:
        return present
    return present - 1 if step.version == STALE else int(step.version)


@verb(OneOrMore(record_of(REALISATION)), needs=("as",))
def progress(stage: Stage, step: Step) -> None:
    """Record what was reached of an indicator, by today unless `day` says otherwise."""
    _each(stage, step, _REALISATIONS)


@verb(OneOrMore(record_of(EVIDENCE)), needs=("as",))
def evidence(stage: Stage, step: Step) -> None:
    """Attach bukti dukung to an RHK."""
    _each(stage, step, _EVIDENCE)


@verb(OneOrMore(record_of(FEEDBACK)), needs=("as",))
def feedback(stage: Stage, step: Step) -> None:
    """Give feedback on the appraisal, or on one of its RHK."""
    _each(stage, step, _FEEDBACK)


def _each(stage: Stage, step: Step, book: _Book) -> None:
    for said in step.given:
        _entry(stage, step, book, said)


def _entry(stage: Stage, step: Step, book: _Book, said: Mapping[str, Any]) -> None:
    case_id = stage.the_case(step)
    entry = entry_for(stage, case_id, book.form, {}, _dated(stage, book.form, said))
    call(stage, case_id, book.kind, said, book.put(case_id, stage.actor(step), entry))


def _dated(stage: Stage, form: Form, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """The entry with the agency's present day, where it has a day and names none."""
    if "day" not in form.fields:
        return said
    today = Calendar(stage.scenario.zone).day_of(stage.now)
    return {"day": today.isoformat(), **said}
