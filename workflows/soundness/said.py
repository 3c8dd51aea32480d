"""Does what people say count? Scores that are computed after it, reasons that can be told apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from workflows.definition import Action, Machine
from workflows.faults import listing
from workflows.problems import TemplateProblem
from workflows.soundness.contents import mentions
from workflows.soundness.draft import Draft
from workflows.soundness.moves import closure
from workflows.vocabulary import ADOPT, ADVANCE, COMPUTE, DECIDE, JUDGEMENT, OVERRIDE

_READ = ("name", "from", "to", "takes", "does", "revision")


def never_computed(draft: Draft) -> Iterator[TemplateProblem]:
    """A score that is made from an input is computed with it, or on some way after it."""
    words, steps = draft.names.vocabulary, draft.definition.scoring
    if COMPUTE not in words.effects or draft.problems:
        return
    read = {name for s in steps for _, name, _ in mentions(words.scoring[s.call.name], s.call)}
    for machine in draft.machines_read(*_READ):
        for action in machine.actions.values():
            said = sorted(read & action.takes.keys())
            if said and not _is_computed(draft, machine, action):
                path = draft.action_path(machine, action.name, "takes", said[0])
                yield draft.finding("never_computed", path, name=action.name, field=said[0])


def _is_computed(draft: Draft, machine: Machine, action: Action) -> bool:
    acts = [action, *_acts_after(machine, action)]
    parent = draft.definition.machines.get(machine.parent or "")
    if any(_computes(act) for act in acts):
        return True
    if parent is None:
        return False
    if not any(call.name == DECIDE for act in acts for call in act.does):
        return any(map(_computes, parent.actions.values()))
    caused = [call.params["action"] for a in acts for call in a.does if call.name == ADVANCE]
    known = [parent.actions[name] for name in caused if name in parent.actions]
    return any(_is_computed(draft, parent, act) for act in known)


def _acts_after(machine: Machine, action: Action) -> Iterator[Action]:
    """What may be done on the ways from an action on, until the case has ended."""
    acts = [act for act in machine.actions.values() if not act.revision]
    edges: dict[str, set[str]] = defaultdict(set)
    for act in acts:
        for source in act.sources:
            edges[source].update(act.targets(source))
    reached = closure({state for s in action.sources for state in action.targets(s)}, edges)
    yield from (act for act in acts if reached.intersection(act.sources))


def _computes(action: Action) -> bool:
    return any(call.name in (COMPUTE, ADOPT) for call in action.does)


def unnamed_reasons(draft: Draft) -> Iterator[TemplateProblem]:
    """Of several texts of an act it is said which is the reason for choosing otherwise."""
    fields = {
        str(step.call.params["field"])
        for step in draft.definition.scoring
        if step.call.name == OVERRIDE
        or (step.call.name == JUDGEMENT and step.call.params.get("suggestion"))
    }
    for machine in draft.machines_read("name", "takes", "requires"):
        for action in machine.actions.values():
            texts = [name for name, given in action.takes.items() if given.kind == "text"]
            for field in sorted(fields & action.takes.keys()):
                if len(texts) > 1 and action.reason_for(field) is None:
                    path = draft.action_path(machine, action.name, "takes", field)
                    params = {"name": action.name, "field": field, "texts": listing(texts)}
                    yield draft.finding("reason_not_named", path, **params)


CHECKS = (never_computed, unnamed_reasons)
