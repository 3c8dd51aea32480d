"""The verb by which somebody stands in for an absent official, and by which that ends."""

from __future__ import annotations

from uuid import UUID

from marshmallow import fields
from sqlalchemy import select

from kinerja_flow.db import transaction
from kinerja_flow.models import Substitution
from kinerja_flow.services import substitutions
from kinerja_flow.services.scenarios.problems import Unplayable
from kinerja_flow.services.scenarios.registry import verb
from kinerja_flow.services.scenarios.scenario import Step
from kinerja_flow.services.scenarios.stage import Stage
from kinerja_flow.services.scenarios.words import Given, PersonField
from workflows.fields import Flag, Record


class SubstituteRecord(Record):
    absent = PersonField(required=True)
    by = PersonField()
    kind = Given()
    from_on = Given(data_key="from")
    until_on = Given(data_key="until")
    ground = Given()
    revoke = Flag()


@verb(fields.Nested(SubstituteRecord), "as")
def substitute(stage: Stage, step: Step) -> None:
    """Somebody stands in for an absent official (plt, plh, leave) from a day through another; with
    `revoke: true` the latest grant of the absent official ends."""
    given, actor = dict(step.given), stage.actor(step)
    if given.pop("revoke", False):
        substitutions.revoke(actor, _latest(stage, given["absent"]))
        return
    people = {name: stage.people[given[name]] for name in ("absent", "by") if name in given}
    substitutions.grant(actor, {**given, **people})


def _latest(stage: Stage, absent: str) -> UUID:
    s = Substitution
    of = (s.agency_id == stage.agency_id, s.absent_id == stage.people[absent])
    with transaction() as session:
        found = session.scalar(select(s.id).where(*of).order_by(s.id.desc()).limit(1))
    if found is None:
        raise Unplayable.of("no_substitution", "absent", person=absent)
    return found
