"""Which states take answers: those that collect them, while an act that opens them may follow."""

from __future__ import annotations

from functools import lru_cache

from kinerja_flow.facts import Facts
from kinerja_flow.workflow.effects import answers
from workflows.definition import Action, Definition

_RELEASE = answers.release_answers.__name__


def collects(facts: Facts, instrument: str, relation: str) -> bool:
    """Whether the case takes answers of the relation to the instrument now.

    What somebody answers anonymously counts from its release on. Once no release can follow, their
    answer would lie sealed for ever: it is refused, and not lost.
    """
    case = facts.case
    if instrument not in facts.state.collects:
        return False
    use = facts.definition.relations.get(relation)
    if use is None or not use.anonymous:
        return True
    return case.state in _before_release(facts.definition, case.kind, instrument, relation)


@lru_cache(maxsize=1024)
def _before_release(
    definition: Definition, kind: str, instrument: str, relation: str
) -> frozenset[str]:
    """The states from which the release can be reached, other than by a revision."""
    machine = definition.machines[kind]
    found: set[str] = set()
    for other in definition.machines.values():
        if releasing := [a for a in other.actions.values() if releases(a, instrument, relation)]:
            own = [state for action in releasing for state in action.sources]
            found |= set(own if other is machine else machine.states)
    moves = [action for action in machine.actions.values() if not action.revision]
    while True:
        before = {
            state
            for action in moves
            if any(branch.state in found for branch in action.branches)
            for state in action.sources
        }
        if before <= found:
            return frozenset(found)
        found |= before


def releases(action: Action, instrument: str, relation: str) -> bool:
    """Whether the action opens what the relation has answered to the instrument."""
    return any(
        call.name == _RELEASE
        and call.params["instrument"] == instrument
        and relation in (call.params["by"] or (relation,))
        for call in action.does
    )
