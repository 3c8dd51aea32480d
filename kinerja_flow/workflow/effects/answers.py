"""Releasing answers: the close of a stage opens them as one batch that knows no raters.

What is stored is a function of the multiset of answers and of random numbers alone: not of who
gave which, nor of the order in which they came (`design.md`, section 8; `docs/anonymity.md`).
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from marshmallow import Schema

from kinerja_flow.facts import SheetFacts
from kinerja_flow.models import Answer, IdempotencyKey, Sheet
from kinerja_flow.workflow.draft import Draft
from kinerja_flow.workflow.effects.registry import effect
from workflows import Listed, Ref
from workflows.definition import Relation

#: The sheets of each relation that a release opens.
Groups = dict[str, list[SheetFacts]]


class OfAnswers(Schema):
    instrument = Ref("instrument", required=True)
    by = Listed(Ref("relation", person=True), unique="", least=1, alone=True, load_default=None)


@effect("sheets", "people", params=OfAnswers)
def release_answers(draft: Draft, instrument: str, by: list[str] | None) -> None:
    """Open the sealed answers to an instrument as one batch, and delete the sealed sheets.

    With `by` (a relation or several) only those of these relations: what others have answered
    stays theirs to correct.

    Answers of an anonymous relation are copied in random order under random ids, with no common
    id, and only when at least its minimum count has answered. A smaller group joins the relation
    that it `rolls_up_to`, where this release opens both and together they reach that one's
    minimum; else it is discarded. The requests that could link answers to their raters are deleted
    with the sheets.
    """
    relations = draft.facts.definition.relations
    opened = by or draft.facts.definition.instruments[instrument].answered_by
    groups: Groups = {relation: [] for relation in opened}
    for sheet in draft.facts.sheets:
        if sheet.instrument == instrument and sheet.relation in groups:
            groups[sheet.relation].append(sheet)
    told = draft.change.setdefault("released", {}).setdefault(instrument, {})
    for relation, found in sorted(_pooled(relations, groups).items()):
        if found:
            _copy(draft, relation, found)
            told[relation] = len(found)
    for relation in groups:
        _forget(draft, instrument, relation)


def _pooled(relations: Mapping[str, Relation], groups: Groups) -> Groups:
    """The groups that are opened, each with the smaller ones that joined it."""
    pools = {name: list(found) for name, found in groups.items()}
    for name in sorted(pools, key=lambda name: -len(_above(relations, name))):
        use = relations.get(name)
        if use is not None and use.anonymous and len(pools[name]) < use.min_count:
            small = pools.pop(name)
            if use.rolls_up_to in pools:
                pools[use.rolls_up_to] += small
    return pools


def _above(relations: Mapping[str, Relation], name: str) -> list[str]:
    """The relations that a group would join one after another; a template has no circles."""
    use = relations.get(name)
    above = use.rolls_up_to if use else None
    return [] if above is None else [above, *_above(relations, above)]


def _copy(draft: Draft, relation: str, sheets: list[SheetFacts]) -> None:
    use = draft.facts.definition.relations.get(relation)
    is_hidden = use is not None and use.anonymous
    rows: list[dict[str, Any]] = [
        {
            **draft.home_key,
            "instrument": sheet.instrument,
            "relation": relation,
            "criterion": criterion,
            "value": given.get("value"),
            "comment": given.get("comment"),
            "rater_id": None if is_hidden else sheet.rater_id,
            "written_by_id": None if is_hidden else sheet.written_by,
        }
        for sheet in sheets
        for criterion, given in sheet.answers.items()
    ]
    if use is not None and is_hidden:
        rows = _apart(rows, use.min_count)
    # Before chance has its say nothing of the order in which the answers came may be left.
    rows.sort(key=_content)
    secrets.SystemRandom().shuffle(rows)
    for row in rows:
        draft.insert(Answer, id=uuid4(), **row)


def _apart(rows: list[dict[str, Any]], least: int) -> list[dict[str, Any]]:
    """Figures and comments as rows of their own: beside each other they would link their rater.

    What fewer than `least` said of a criterion is left out: it enters no score, and must not join
    what a later batch says of it either.
    """
    count = Counter(row["criterion"] for row in rows)
    kept = [row for row in rows if count[row["criterion"]] >= least]
    figures = [{**row, "comment": None} for row in kept]
    return figures + [{**row, "value": None} for row in kept if row["comment"]]


def _content(row: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("criterion", "value", "comment", "rater_id")
    return tuple("" if row[name] is None else str(row[name]) for name in names)


def _forget(draft: Draft, instrument: str, relation: str) -> None:
    """Delete the sheets, and the requests of everybody who was asked anonymously: whose requests
    alone are gone would tell who has answered."""
    facts = draft.facts
    draft.delete(Sheet, **draft.home_key, instrument=instrument, relation=relation)
    use = facts.definition.relations.get(relation)
    if use is None or not use.anonymous:
        return
    raters = {sheet.rater_id for sheet in facts.sheets if sheet.relation == relation}
    for rater in sorted(raters | facts.people.get(relation, frozenset())):
        for case_id in sorted({facts.home_id, facts.case.id}):
            of = {"agency_id": facts.case.agency_id, "case_id": case_id, "actor_id": rater}
            draft.delete(IdempotencyKey, **of)
