"""Effects on results: computing, delivering, receiving, signing, releasing answers."""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from typing import Any
from uuid import uuid4

from marshmallow import Schema

from kinerja_flow.errors import Blocker, Refused
from kinerja_flow.facts import SheetFacts
from kinerja_flow.models import Answer, IdempotencyKey, Objection, Receipt, Result, Sheet, Signature
from kinerja_flow.models.outcomes import RECEIPTS
from kinerja_flow.scoring import digest, to_json
from kinerja_flow.workflow.draft import Draft
from kinerja_flow.workflow.effects.registry import effect
from workflows import Chosen, Ref


class Kind(Schema):
    kind = Chosen(*RECEIPTS, required=True)


class Subject(Schema):
    subject = Chosen("plan", "result", required=True)


class OfAnswers(Schema):
    instrument = Ref("instrument", required=True)
    by = Ref("relation", person=True, load_default=None)


@effect("material", "results", requires=("result_computable",), meets=("has_result",))
def compute_result(draft: Draft) -> None:
    """Compute the score and keep it as the appraisal's newest result, with its explanation.

    An earlier result stays readable for ever; the new one supersedes it. Whoever acts is recorded
    as having set it, and may not examine an objection to it.
    """
    facts = draft.facts
    score = facts.score()
    number = facts.results[-1].number + 1 if facts.results else 1
    value = score.value
    found = digest(score)
    draft.insert(
        Result,
        **draft.home_key,
        number=number,
        seq=draft.seq,
        value=value,
        sort_value=None if value is None else float(value),
        level=score.level,
        explanation=to_json(score),
        digest=found,
        definition=facts.case.digest,
        decided_by=draft.actor.person_id,
        decided_for_id=draft.on_behalf["on_behalf_of_id"],
        computed_at=facts.now,
    )
    draft.change["result"] = {"number": number, "level": score.level, "digest": found}
    if facts.case.parent_id is not None:
        draft.update(Objection, draft.case_key, replaced_by=number)


@effect("results", requires=("has_result",))
def deliver(draft: Draft) -> None:
    """Hand the newest result to the employee; terms that run from receipt wait for its receipt."""
    draft.sets["received_at"] = None
    draft.change["delivered"] = _newest(draft)


@effect("results", params=Kind, requires=("has_result",))
def record_receipt(draft: Draft, kind: str) -> None:
    """Record that the result reached the employee: opened, acknowledged, or deemed received.

    The first receipt starts the terms that run from it (regulations: PP 30/2019 article 59); a
    later one changes nothing.
    """
    if draft.facts.case.received_at is not None:
        return
    number = _newest(draft)
    person = draft.actor.person_id
    keys = {**draft.home_key, "number": number, "kind": kind, "seq": draft.seq}
    draft.insert(Receipt, **keys, person_id=person, received_at=draft.facts.now)
    draft.sets["received_at"] = draft.facts.now
    draft.change["receipt"] = {"number": number, "kind": kind}


@effect("results", "plan_digest", params=Subject)
def sign(draft: Draft, subject: str) -> None:
    """Sign the plan or the result: who, when, in which capacity, and the SHA-256 of what was
    shown."""
    shown = draft.facts.plan_digest if subject == "plan" else _result_digest(draft)
    draft.insert(
        Signature,
        **draft.case_key,
        seq=draft.seq,
        subject=subject,
        person_id=draft.actor.person_id,
        capacity=draft.capacity,
        **draft.on_behalf,
        sha256=shown,
        signed_at=draft.facts.now,
    )
    draft.change["signed"] = {"subject": subject, "sha256": shown}


def _newest(draft: Draft) -> int:
    computed = draft.change.get("result")
    return int(computed["number"]) if computed else draft.facts.results[-1].number


def _result_digest(draft: Draft) -> str:
    computed = draft.change.get("result")
    if computed:
        return str(computed["digest"])
    if not draft.facts.results:
        raise Refused([Blocker("has_result", None, ("assessor",))])
    return draft.facts.results[-1].digest


@effect("sheets", "people", params=OfAnswers)
def release_answers(draft: Draft, instrument: str, by: str | None) -> None:
    """Open the sealed answers to an instrument as one batch, and delete the sealed sheets.

    With `by` only those of that relation: what others have answered stays theirs to correct.

    Answers of an anonymous relation are copied in random order under random ids, with no common
    id, and only when at least its minimum count has answered; the requests that could link them
    to their raters are deleted with the sheets.
    """
    groups: dict[str, list[SheetFacts]] = defaultdict(list)
    for sheet in draft.facts.sheets:
        if sheet.instrument == instrument and by in (None, sheet.relation):
            groups[sheet.relation].append(sheet)
    released = {}
    for relation, found in sorted(groups.items()):
        use = draft.facts.definition.relations.get(relation)
        is_hidden = use is not None and use.anonymous
        if not (use and is_hidden and len(found) < use.min_count):
            _copy(draft, found, use.min_count if use and is_hidden else None)
            released[relation] = len(found)
        _forget(draft, instrument, relation, found if is_hidden else [])
    draft.change["released"] = {instrument: released}


def _copy(draft: Draft, sheets: list[SheetFacts], least: int | None) -> None:
    is_hidden = least is not None
    rows: list[dict[str, Any]] = [
        {
            **draft.home_key,
            "instrument": sheet.instrument,
            "relation": sheet.relation,
            "criterion": criterion,
            "value": given.get("value"),
            "comment": given.get("comment"),
            "rater_id": None if is_hidden else sheet.rater_id,
            "written_by_id": None if is_hidden else sheet.written_by,
        }
        for sheet in sheets
        for criterion, given in sheet.answers.items()
    ]
    # A comment of an anonymous rater stands apart from their figures, or it would link them.
    # A figure that fewer gave enters no score, and must not join those of a later batch either.
    if least is not None:
        count = Counter(row["criterion"] for row in rows if row["value"])
        apart = [{**row, "value": None} for row in rows if row["comment"]]
        rows = [{**row, "comment": None} for row in rows if count[row["criterion"]] >= least]
        rows += apart
    secrets.SystemRandom().shuffle(rows)
    for row in rows:
        draft.insert(Answer, id=uuid4(), **row)


def _forget(draft: Draft, instrument: str, relation: str, hidden: list[SheetFacts]) -> None:
    draft.delete(Sheet, **draft.home_key, instrument=instrument, relation=relation)
    for sheet in hidden:
        draft.delete(
            IdempotencyKey,
            agency_id=draft.facts.case.agency_id,
            case_id=draft.facts.home_id,
            actor_id=sheet.rater_id,
        )
