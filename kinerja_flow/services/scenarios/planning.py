"""The verbs that write in the plan: RHK with their indicators, links, and lines of its lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

from marshmallow import fields
from sqlalchemy import select

from kinerja_flow.db import transaction
from kinerja_flow.models import PlanIndicator
from kinerja_flow.services import plans
from kinerja_flow.services.forms import Form
from kinerja_flow.services.plan_forms import ITEM, LINK, NOTE
from kinerja_flow.services.scenarios.naming import (
    NameField,
    OneOrMore,
    call,
    entry_for,
    id_of,
    record_of,
)
from kinerja_flow.services.scenarios.registry import verb
from kinerja_flow.services.scenarios.scenario import Step
from kinerja_flow.services.scenarios.stage import Stage
from workflows.fields import Listed, Record

INDICATOR: Form = ITEM.fields["indicators"].inner.schema  # type: ignore[attr-defined]
_Indicator = record_of(INDICATOR)
_Item = record_of(ITEM, indicators=Listed(fields.Nested(_Indicator), most=100))
_Link = record_of(LINK, item=NameField(required=True))
_Note = record_of(NOTE)
_SUPERIOR = {"superior_item_id": "item"}


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
