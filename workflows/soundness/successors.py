"""Does somebody follow whoever is missing? Examiners that are appointed, former assessors heard."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.definition import Action, Machine
from workflows.problems import TemplateProblem
from workflows.soundness.draft import Draft
from workflows.vocabulary import APPOINT, EXAMINER, FORMER, OBJECTION


def examiners(draft: Draft) -> Iterator[TemplateProblem]:
    """Nobody's objection stays without an examiner: PP 30/2019 article 59."""
    objections = objection_machines(draft)
    for machine in draft.machines_read("name", "from", "by", "does", "final"):
        if machine.name in objections:
            for name in machine.states:
                if _waits(machine, name) and not _appoints(machine, name):
                    path = draft.state_path(machine, name)
                    yield draft.finding("nobody_appoints_examiner", path, name=name)


def objection_machines(draft: Draft) -> set[str]:
    """The machines of the cases that an objection opens."""
    machines = draft.definition.machines.values()
    acts = [action for machine in machines for action in machine.actions.values()]
    calls = (call for action in acts for call in action.does if call.name == OBJECTION)
    return {str(call.params.get("machine")) for call in calls}


def _waits(machine: Machine, state: str) -> bool:
    """Whether something can be done by the examiner alone."""
    return any(set(action.by) == {EXAMINER} for action in machine.actions_from(state))


def _appoints(machine: Machine, state: str) -> bool:
    return any(map(_appoints_examiner, machine.actions_from(state)))


def _appoints_examiner(action: Action) -> bool:
    """Whether somebody other than the examiner, who may be missing, appoints one."""
    named = (call.params.get("relation") for call in action.does if call.name == APPOINT)
    return EXAMINER in named and bool(set(action.by) - {EXAMINER})


def former_assessors(draft: Draft) -> Iterator[TemplateProblem]:
    """A former assessor who is declared may act, write or answer."""
    if FORMER not in draft.definition.relations:
        return
    machines = draft.definition.machines.values()
    able = {name for machine in machines for a in machine.actions.values() for name in a.by}
    states = (state for machine in machines for state in machine.states.values())
    able |= {name for state in states for opened in state.opens.values() for name in opened}
    instruments = draft.definition.instruments.values()
    able |= {name for instrument in instruments for name in instrument.answered_by}
    if FORMER not in able and not draft.problems:
        yield draft.finding("former_assessor_idle", ("relations", FORMER), name=FORMER)


CHECKS = (examiners, former_assessors)
