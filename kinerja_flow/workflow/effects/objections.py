"""Effects of an objection (keberatan): filing, referring upwards, correcting, deciding it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from marshmallow import Schema

from kinerja_flow.errors import Blocker, Refused
from kinerja_flow.facts import Facts, PastAct
from kinerja_flow.models import Objection, Statement
from kinerja_flow.models.outcomes import ACCEPTED, CHANGED, STANDS
from kinerja_flow.rules import Ask, unmet
from kinerja_flow.scoring import Statement as Said
from kinerja_flow.workflow.draft import Draft
from kinerja_flow.workflow.effects.cases import open_child
from kinerja_flow.workflow.effects.registry import effect
from kinerja_flow.workflow.effects.results import keep_result
from kinerja_flow.workflow.succession import Succession, examiner_above, next_examiner, succeed
from workflows import Entries, Ref
from workflows.definition import Call
from workflows.vocabulary import EXAMINER


class OfMachine(Schema):
    machine = Ref("child_machine", required=True)


class OfOffer(Schema):
    action = Ref("action", required=True)
    counts_as = Entries(Ref("field"), keys=Ref("field"), required=True)


@effect(
    *("people", "gone", "results", "objections", "writers", "line"),
    params=OfMachine,
    requires=("has_result", "result_uncontested"),
)
def open_objection(draft: Draft, machine: str) -> None:
    """Open an objection (keberatan) to the newest result as a case of its own.

    Its examiner is the assessor's superior, or the next superior who did not set the result: the
    superior must examine, and never whoever rated (PP 30/2019 article 59). Where nobody is found
    the case opens without one, and its template says who appoints. A result that has an open
    objection takes no other, and what was decided is final.
    """
    examiner = next_examiner(draft.facts, draft.facts.gone)
    case_id = open_child(draft, machine, {EXAMINER: examiner})
    draft.people[EXAMINER] = frozenset({examiner} if examiner else ())
    ended = dict.fromkeys(("replaced_by", "outcome", "decided_by", "decided_for_id", "decided_at"))
    draft.insert(
        Objection,
        **{**draft.case_key, "case_id": case_id},
        contested_id=draft.facts.case.id,
        number=draft.facts.results[-1].number,
        filed_by=draft.actor.person_id,
        level=1,
        **ended,
    )


@effect("people", "gone", "results", "objections", "writers", "line", of="child")
def refer_up(draft: Draft) -> None:
    """Refer the objection to the next superior above its examiner, by the lines of today.

    The new examiner neither set the result nor examined it before; whoever examined does so no
    more, and keeps what they wrote. Where nobody is found the part is vacant, and the template
    says who appoints. A two-level route is taught in some agencies (open in PP 30/2019).
    """
    facts = draft.facts
    new = examiner_above(facts)
    ground, by = draft.action.name, draft.actor.person_id
    done = succeed(facts, Succession(EXAMINER, new, ground, by))
    draft.writes += done.writes
    draft.people |= done.people
    draft.change["succession"] = {**draft.change.get("succession", {}), **done.change}
    level = 1 + next(o.level for o in facts.objections if o.case_id == facts.case.id)
    draft.change["level"] = level
    draft.update(Objection, draft.case_key, level=level)


@effect(of="child")
def decide_objection(draft: Draft) -> None:
    """Decide the objection: the result stands, or is changed by what the same act computed before.

    The decision is final (PP 30/2019 article 59): no further objection to its result is taken. It
    belongs to the examiner alone, comes with reasons, and says who decided it, when, and for whom.
    """
    outcome = CHANGED if draft.change.get("result") else STANDS
    _end(draft, outcome, draft.actor.person_id, draft.on_behalf["on_behalf_of_id"])


@effect("material", "people", "results", "acts", params=OfOffer, meets=("has_result",), of="child")
def adopt_offer(draft: Draft, action: str, counts_as: Mapping[str, str]) -> None:
    """Compute the score with what was offered in `action`, and keep it as the newest result.

    `counts_as` says as which input of the scoring each input of the offer counts from now on; until
    it is adopted an offer counts nowhere. The result is set by whoever offered, not by whoever
    accepts, and is no decision: a corrected result can be objected to like any other.
    """
    facts = draft.facts
    offer = _offer(facts, action)
    known = facts.material.statements
    if offer is None or not counts_as.keys() <= known.keys():
        raise Refused([Blocker("adopt_offer", None, ("assessor",), {"action": action})])
    adopted = {name: known[source] for source, name in counts_as.items()}
    statements = {name: _restated(draft, one) for name, one in adopted.items()}
    restated = _computable(draft, {**known, **statements})
    capacity = facts.machine.actions[action.rpartition(".")[2]].by[0]
    for name, one in adopted.items():
        _state(draft, name, one, {"actor_id": offer.actor_id, "capacity": capacity})
    # On whose behalf it was offered is kept with the objection: the grant may be over by now.
    keep_result(draft, restated, offer.actor_id, None)
    _end(draft, ACCEPTED, offer.actor_id, offer.on_behalf_of)


def _offer(facts: Facts, action: str) -> PastAct | None:
    """The latest act of this name on this very case."""
    kind, name = facts.case.kind, action.rpartition(".")[2]
    found = [past for past in facts.acts if (past.kind, past.action) == (kind, name)]
    return found[-1] if found else None


def _restated(draft: Draft, one: Said) -> Said:
    return Said(one.value, draft.action.name, draft.seq, one.reason)


def _computable(draft: Draft, statements: Mapping[str, Said]) -> Facts:
    """The facts with these statements, where no part of the score is missing; else Refused."""
    material = replace(draft.facts.material, statements=statements)
    facts = replace(draft.facts, groups={**draft.facts.groups, "material": material})
    if missing := unmet(Ask(facts, draft.action), (Call("result_computable"),)):
        raise Refused(missing)
    return facts


def _state(draft: Draft, name: str, one: Said, by: Mapping[str, Any]) -> None:
    """Keep an adopted value as said with this act, with the hash of the offer's reason."""
    at = {"seq": draft.seq, "action": draft.action.name, "said_at": draft.facts.now, **by}
    value = str(one.value)
    draft.insert(
        Statement, **draft.case_key, **at, field=name, value=value, text=None, sha256=one.reason
    )
    draft.change.setdefault("adopted", {})[name] = value


def _end(draft: Draft, outcome: str, by: UUID | None, behind: UUID | None) -> None:
    who = {"decided_by": by, "decided_for_id": behind, "decided_at": draft.facts.now}
    draft.update(Objection, draft.case_key, outcome=outcome, **who)
    draft.change["outcome"] = outcome
