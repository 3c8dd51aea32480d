"""Effects on follow-ups: opening what a result calls for, and letting go what it no longer does."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import Schema

from kinerja_flow.facts import FollowUpFacts
from kinerja_flow.models import FollowUp
from kinerja_flow.rules import Ask, holds
from kinerja_flow.workflow.draft import Draft, Follow
from kinerja_flow.workflow.effects.cases import falls_away_by, open_child
from kinerja_flow.workflow.effects.registry import effect
from kinerja_flow.workflow.effects.results import newest
from workflows import Ref
from workflows.definition import FollowUp as Entry


class OfEntry(Schema):
    key = Ref("follow_up", required=True)


@effect(
    *("material", "people", "results", "line", "eligible", "follow_ups", "told"),
    requires=("has_result",),
)
def open_follow_ups(draft: Draft) -> None:
    """Open a case for every entry of `follow_up` whose conditions all hold of the newest result.

    Its owner is whoever stands in the named relation; its due day is kept with it. What an earlier
    result opened and this one opens too goes on, and is not opened again. What this one does not
    open is marked as resting on a superseded result, and is withdrawn where its machine has an
    action by [system] that does `withdraw_follow_up`; so is what came after it (`open_follow_up`).
    """
    called_for = _called_for(draft)
    number, live, lost = newest(draft), set[str](), set[UUID]()
    for known in draft.facts.follow_ups:
        if known.is_withdrawn and known.number != number:
            continue
        is_grounded = known.key in called_for if known.after_id is None else True
        if known.after_id in lost or not is_grounded:
            lost.add(known.case_id)
            _let_go(draft, known, number)
        else:
            live.add(known.key)
            _confirm(draft, known)
    for entry in called_for.values():
        if entry.key not in live:
            _open(draft, entry, number)


def _called_for(draft: Draft) -> dict[str, Entry]:
    """The entries, by key, that the newest result opens: as it was computed, whatever is known
    since; their cases hang on the appraisal."""
    facts = draft.facts if "result" in draft.change else draft.facts.as_told()
    ask, machines = Ask(facts, draft.action, draft.inputs), facts.definition.machines
    home = facts.machine.parent or facts.case.kind
    mine = (e for e in facts.definition.follow_up if machines[e.machine].parent == home)
    return {e.key: e for e in mine if e.when and all(holds(ask, call) for call in e.when)}


def _let_go(draft: Draft, known: FollowUpFacts, number: int) -> None:
    """Mark a follow-up whose ground is gone, and withdraw it where its template has a way."""
    if known.superseded_by is None:
        draft.update(FollowUp, _match(draft, known), superseded_by=number)
    machine = draft.facts.definition.machines[known.kind]
    action = falls_away_by(machine, known.state, withdraw_follow_up.__name__)
    if action is not None and not known.is_closed:
        draft.follows.append(Follow(known.case_id, action))
    draft.change.setdefault("superseded", []).append(str(known.case_id))


def _confirm(draft: Draft, known: FollowUpFacts) -> None:
    if known.superseded_by is not None and not known.is_withdrawn:
        draft.update(FollowUp, _match(draft, known), superseded_by=None)


def _match(draft: Draft, known: FollowUpFacts) -> dict[str, Any]:
    return {**draft.case_key, "case_id": known.case_id}


@effect("people", "results", "follow_ups", params=OfEntry, requires=("has_result",), of="child")
def open_follow_up(draft: Draft, key: str) -> None:
    """Open one more entry of `follow_up`, named by its key, beside this case: counselling after an
    improvement plan that did not help.

    It hangs on the same parent, and rests on the result on which this case rests, also where that
    is superseded by now, which it is marked with as well. Where such a
    follow-up is still under way, or this case has opened one before, no other is opened.
    """
    case, known = draft.facts.case, draft.facts.follow_ups
    alike = [one for one in known if one.key == key]
    if any(not one.is_closed or one.after_id == case.id for one in alike):
        return
    own = next((one for one in known if one.case_id == case.id), None)
    ground = (own.number, own.superseded_by) if own else (newest(draft), None)
    entry = next(one for one in draft.facts.definition.follow_up if one.key == key)
    _open(draft, entry, *ground, after_id=case.id)


@effect("results", of="child", requires=("has_result",))
def withdraw_follow_up(draft: Draft) -> None:
    """Let a follow-up fall away, since the result that opened it no longer holds.

    An action by [system] that does this is taken on each open follow-up whose conditions a later
    result does not meet, when that result opens its own; without one it goes on, and is marked.
    """
    draft.update(FollowUp, draft.case_key, is_withdrawn=True)
    draft.change["withdrawn"] = newest(draft)


def _open(
    draft: Draft,
    entry: Entry,
    number: int,
    superseded_by: int | None = None,
    after_id: UUID | None = None,
) -> None:
    owner = min(draft.facts.people.get(entry.owner, frozenset()), default=None)
    home = draft.facts.home_id
    case_id = open_child(draft, entry.machine, {"owner": owner}, {"parent_id": home})
    draft.insert(
        FollowUp,
        **{**draft.case_key, "case_id": case_id},
        key=entry.key,
        opened_by_id=home,
        number=number,
        owner_id=owner,
        due_on=_due(draft, entry),
        after_id=after_id,
        superseded_by=superseded_by,
        is_withdrawn=False,
    )


def _due(draft: Draft, entry: Entry) -> date | None:
    """The last day of the entry's term, which runs from today where it runs from an entry."""
    term, facts = entry.due, draft.facts
    if term is None:
        return None
    if term.window or term.start == "period":
        return facts.last_day(term)
    return facts.calendar.last_day(term, facts.now)
