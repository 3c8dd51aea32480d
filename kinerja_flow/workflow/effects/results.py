"""Effects on results: computing, delivering, receiving, signing."""

from __future__ import annotations

from uuid import UUID

from marshmallow import Schema

from kinerja_flow.errors import Blocker, Refused
from kinerja_flow.facts import Facts
from kinerja_flow.models import Document, Objection, Receipt, Result, ResultGrounds, Signature
from kinerja_flow.models.outcomes import RECEIPTS
from kinerja_flow.scoring import digest, grounds_digest, to_grounds, to_json
from kinerja_flow.workflow.draft import Draft
from kinerja_flow.workflow.effects.registry import effect
from kinerja_flow.workflow.scope import sha256_of
from workflows import Chosen


class Kind(Schema):
    kind = Chosen(*RECEIPTS, required=True)


class Subject(Schema):
    subject = Chosen("plan", "result", "steps", required=True)


@effect("material", "results", requires=("result_computable",), meets=("has_result",))
def compute_result(draft: Draft) -> None:
    """Compute the score and keep it as the appraisal's newest result, with its explanation.

    An earlier result stays readable for ever; the new one supersedes it. Whoever acts is recorded
    as having set it, and may not examine an objection to it.
    """
    behind = draft.on_behalf["on_behalf_of_id"]
    keep_result(draft, draft.facts, draft.actor.person_id, behind)


def keep_result(draft: Draft, facts: Facts, by: UUID | None, behind: UUID | None) -> None:
    """Keep the score of the facts as the appraisal's newest result, set by somebody, perhaps for
    another."""
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
        decided_by=by,
        decided_for_id=behind,
        computed_at=facts.now,
    )
    grounds = to_grounds(facts.material)
    kept = {"grounds": grounds, "digest": grounds_digest(grounds)}
    draft.insert(ResultGrounds, **draft.home_key, number=number, **kept)
    draft.change["result"] = {"number": number, "level": score.level, "digest": found}
    if facts.case.parent_id is not None:
        draft.update(Objection, draft.case_key, replaced_by=number)


@effect("results", "shown", "plan_digest", requires=("has_result",))
def deliver(draft: Draft) -> None:
    """Hand the newest result to the employee; terms from delivery begin anew, those from receipt
    wait for its receipt.

    What its document shows of people and plan is kept as it stands; the SHA-256 goes on record.
    """
    number, facts = newest(draft), draft.facts
    content = {**facts.shown, "plan_digest": facts.plan_digest}
    sha256 = sha256_of(content)
    keys = {**draft.home_key, "number": number, "seq": draft.seq}
    draft.insert(Document, **keys, content=content, sha256=sha256, shown_at=facts.now)
    draft.sets |= {"delivered_at": facts.now, "received_at": None}
    draft.change |= {"delivered": number, "document": sha256}


@effect("results", params=Kind, requires=("has_result",))
def record_receipt(draft: Draft, kind: str) -> None:
    """Record that the result reached the employee: opened, acknowledged, or deemed received.

    The first receipt starts the terms that run from it (regulations: PP 30/2019 article 59); a
    later one changes nothing.
    """
    if draft.facts.case.received_at is not None:
        return
    number = newest(draft)
    person = draft.actor.person_id
    keys = {**draft.home_key, "number": number, "kind": kind, "seq": draft.seq}
    draft.insert(Receipt, **keys, person_id=person, received_at=draft.facts.now)
    draft.sets["received_at"] = draft.facts.now
    draft.change["receipt"] = {"number": number, "kind": kind}


@effect("results", "plan_digest", "steps_digest", params=Subject)
def sign(draft: Draft, subject: str) -> None:
    """Sign the plan, the result, or the steps of the case: who, when, in which capacity, and the
    SHA-256 of what was shown."""
    shown = _shown(draft, subject)
    _signed(draft, subject, shown)


@effect("report_digest")
def sign_report(draft: Draft) -> None:
    """Sign what was reported: the SHA-256 covers all realisations and evidence as they stand."""
    _signed(draft, "report", draft.facts.report_digest)


def _signed(draft: Draft, subject: str, shown: str) -> None:
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


def _shown(draft: Draft, subject: str) -> str:
    if subject == "steps":
        return draft.facts.steps_digest
    return draft.facts.plan_digest if subject == "plan" else _result_digest(draft)


def newest(draft: Draft) -> int:
    """The number of the newest result, counting one that this very act computes."""
    computed = draft.change.get("result")
    return int(computed["number"]) if computed else draft.facts.results[-1].number


def _result_digest(draft: Draft) -> str:
    computed = draft.change.get("result")
    if computed:
        return str(computed["digest"])
    if not draft.facts.results:
        raise Refused([Blocker("has_result", None, ("assessor",))])
    return draft.facts.results[-1].digest
