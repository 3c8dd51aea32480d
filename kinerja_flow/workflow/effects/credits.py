"""The effect that puts the credit of a result on the employee's record."""

from __future__ import annotations

from datetime import date

from marshmallow import Schema

from kinerja_flow.db import new_id
from kinerja_flow.models import CreditEntry
from kinerja_flow.scoring.figures import exact
from kinerja_flow.workflow.draft import Draft
from kinerja_flow.workflow.effects.registry import effect
from kinerja_flow.workflow.effects.results import newest
from workflows import Ref


class OfNode(Schema):
    node = Ref("node", required=True)


@effect("credit", "results", params=OfNode, requires=("has_result", "credit_apart"))
def record_credit(draft: Draft, node: str) -> None:
    """Enter the credit (angka kredit) that the newest result comes to at `node` in the employee's
    record, exactly, with its period.

    A result is entered once; one that supersedes it is entered too, and counts in its place. Where
    the post earns no credit nothing is entered, and nothing twice: an opening balance that covers
    days of the period is put right first (`credit_apart`). PermenPANRB 1/2023.
    """
    facts, number = draft.facts, newest(draft)
    known = facts.score().nodes if "result" in draft.change else facts.credit.nodes
    found = known.get(node)
    is_new = (node, number) not in facts.credit.recorded
    if found is None or found.number is None or not is_new or facts.is_practice:
        return
    draft.insert(
        CreditEntry,
        **draft.home_key,
        id=new_id(),
        person_id=facts.case.subject_id,
        level=found.inputs["post_level"],
        value=found.number,
        from_on=date.fromisoformat(found.inputs["from"]),
        until_on=date.fromisoformat(found.inputs["until"]),
        number=number,
        node=node,
        noted_by=draft.actor.person_id,
        noted_at=facts.now,
    )
    draft.change["credit"] = {"node": node, "number": number, "value": exact(found.number)}
