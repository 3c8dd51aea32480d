"""May this actor do this now, and what would it come to? Pure: facts in, a move or blockers out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from kinerja_flow import policy
from kinerja_flow.errors import (
    INPUTS,
    Blocker,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    Refused,
)
from kinerja_flow.facts import Facts
from kinerja_flow.models import Statement
from kinerja_flow.policy import Actor
from kinerja_flow.rules import RULES, Ask, holds, unmet
from kinerja_flow.workflow.draft import Draft, Move
from kinerja_flow.workflow.effects import EFFECTS, follow_ups, required_by
from kinerja_flow.workflow.given import Given, asked_by, given_to
from kinerja_flow.workflow.moves import move_of
from kinerja_flow.workflow.naming import named
from kinerja_flow.workflow.stated import said
from workflows import InputError, compile_machine, fire
from workflows.definition import Action, Call, Definition


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that the actor could take, with what still blocks it; empty: it can be taken."""

    action: Action
    capacity: str
    blockers: tuple[Blocker, ...]


@lru_cache(maxsize=4096)
def needs_of(definition: Definition, kind: str, name: str) -> frozenset[str]:
    """The groups of facts that deciding on an action takes."""
    action = definition.machines[kind].actions.get(name)
    if action is None:
        return frozenset({"people"})
    wanted = {"people"}.union(*(EFFECTS[does.name].reads for does in action.does))
    wanted |= wanted.union(*(RULES[call.name].reads for call in _rules_of(definition, action)))
    if action.distinct_from:
        wanted.add("acts")
    if "examiner" in action.by:
        wanted |= {"results", "writers"}
    if "hr" in action.notify:
        wanted.add("officers")
    return frozenset(wanted)


def _rules_of(definition: Definition, action: Action) -> list[Call]:
    """Every rule that may be asked when the action is decided on."""
    branching = [branch.when for branch in action.branches if branch.when is not None]
    caused = [call for does in action.does for call in required_by(does)]
    if any(does.name == follow_ups.open_follow_ups.__name__ for does in action.does):
        caused += [call for entry in definition.follow_up for call in entry.when]
    return [*action.requires, *asked_by(action), *branching, *caused]


@lru_cache(maxsize=4096)
def needs_in(definition: Definition, kind: str, state: str) -> frozenset[str]:
    """The groups of facts that it takes to say which actions are available in a state."""
    actions = definition.machines[kind].actions_from(state)
    return frozenset({"people"}).union(*(needs_of(definition, kind, a.name) for a in actions))


def available(facts: Facts, actor: Actor) -> list[Offer]:
    """The actions that this actor could take in the present state, each with all that blocks it.

    Rules that look at what the actor gives are left for `decide`.
    """
    return [
        Offer(
            action,
            held.relation,
            tuple(named(facts, (blocker for _, blocker in unmet_before(facts, action)))),
        )
        for action in facts.machine.actions_from(facts.case.state)
        if (held := policy.capacity(facts, actor, action)) is not None
        and not any(policy.bars(facts, actor, action))
    ]


def unmet_before(facts: Facts, action: Action) -> Iterator[tuple[Call, Blocker]]:
    """What is missing whatever the actor gives, each with the rule that asks for it: only what the
    act itself will not supply. Rules that look at what is given are left out (`given_later`)."""
    ask = Ask(facts, action)
    for call in _requirements(action):
        if not RULES[call.name].asks_inputs:
            yield from ((call, b) for b in unmet(ask, (call,)) if b.field not in action.takes)


def given_later(action: Action) -> tuple[str, ...]:
    """The rules of an action that can't be told before somebody gives its inputs."""
    asking = (call.name for call in _requirements(action) if RULES[call.name].asks_inputs)
    return tuple(dict.fromkeys(asking))


def not_from_here(facts: Facts, action: Action) -> Iterator[Blocker]:
    """That the action does not start from the present state of the case."""
    if facts.case.state not in action.sources:
        sources = ", ".join(action.sources)
        params = {"action": action.name, "state": facts.state.name, "from": sources}
        yield Blocker("not_in_state", "action", (), params)


def _requirements(action: Action) -> list[Call]:
    """The template's own requirements, those that the inputs bring along, and those of its effects
    that no earlier effect meets."""
    met: set[str] = set()
    found = [*action.requires, *asked_by(action)]
    for does in action.does:
        found += [c for c in required_by(does) if c not in found and c.name not in met]
        met |= EFFECTS[does.name].meets
    return found


def decide(facts: Facts, name: str, actor: Actor, given: Mapping[str, Any]) -> Move | Problem:
    """The move that the act comes to, or the problem with every blocker. Changes nothing.

    The order of refusals is: no such action, not this actor, not from this state, and then all
    that is wrong with the inputs and all that is missing, together.
    """
    found = _judged(facts, name, actor, given)
    if isinstance(found, Problem):
        return type(found)(named(facts, found.blockers))
    return found


def _judged(facts: Facts, name: str, actor: Actor, given: Mapping[str, Any]) -> Move | Problem:
    action = facts.machine.actions.get(name)
    if action is None:
        return NotFound.of("no_such_action", "action", action=name[:40])
    if barred := list(policy.bars(facts, actor, action)):
        return Forbidden(barred)
    if elsewhere := list(not_from_here(facts, action)):
        return Conflict(elsewhere)
    try:
        taken = given_to(action, given)
    except InputError as error:
        wrong = [Blocker(p.code, p.field, action.by, p.params, INPUTS) for p in error.problems]
        return Invalid([*wrong, *(blocker for _, blocker in unmet_before(facts, action))])
    return _decide(_with_inputs(facts, action, taken), action, actor, taken)


def _decide(facts: Facts, action: Action, actor: Actor, taken: Given) -> Move | Problem:
    ask = Ask(facts, action, taken.values)
    if missing := unmet(ask, tuple(_requirements(action))):
        return Refused(missing)
    held = policy.capacity(facts, actor, action)
    assert held is not None, "the bars were checked before"
    draft = Draft(facts, action, actor, held.relation, taken.values, grant=held.grant)
    draft.people = dict(facts.people)
    draft.to_state = _target(ask)
    try:
        for call in action.does:
            EFFECTS[call.name].apply(draft, **call.params)
    except Problem as problem:
        return problem
    _state(draft, taken)
    return move_of(draft)


@dataclass
class _Row:
    """What the shared machine moves: a state, and nothing that it could call back."""

    state: str


def _target(ask: Ask) -> str:
    compiled = compile_machine(ask.facts.definition, ask.facts.case.kind)
    row = _Row(ask.facts.case.state)
    return fire(compiled, row, ask.action.name, lambda call: holds(ask, call))


def _with_inputs(facts: Facts, action: Action, taken: Given) -> Facts:
    """The facts as they will be once the inputs are stated: what a score must reckon with."""
    if "material" not in facts.groups or not taken.values:
        return facts
    known = facts.material
    seq, digests = facts.case.version + 1, taken.digests
    new = {
        name: said(text, action.name, seq, digests.get(action.reason_for(name) or ""))
        for name, text in taken.stated.items()
    }
    own = [
        replace(one, statements={**one.statements, **new}) if one.id == str(facts.case.id) else one
        for one in known.checkpoints
    ]
    statements = {**known.statements, **new}
    extended = replace(known, statements=statements, checkpoints=tuple(own))
    return replace(facts, groups={**facts.groups, "material": extended})


def _state(draft: Draft, taken: Given) -> None:
    """Keep what the actor gave: values and texts as statements, their hashes for the history."""
    at = {"seq": draft.seq, "action": draft.action.name, "actor_id": draft.actor.person_id}
    at |= {"capacity": draft.capacity, "said_at": draft.facts.now}
    for name, value in taken.stated.items():
        draft.insert(
            Statement, **draft.case_key, **at, field=name, value=value, text=None, sha256=None
        )
    for name, text in taken.texts.items():
        digest = taken.digests[name]
        draft.insert(
            Statement, **draft.case_key, **at, field=name, value=None, text=text, sha256=digest
        )
    said_then = {**taken.stated, **{name: f"sha256:{d}" for name, d in taken.digests.items()}}
    if said_then:
        draft.change["inputs"] = said_then
