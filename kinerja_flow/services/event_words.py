"""What people call the events of a case, and the grounds on which somebody took part in it."""

from __future__ import annotations

from kinerja_flow.workflow.naming import term, worded
from workflows.definition import Definition, Label


def event_label(definition: Definition, kind: str, event: str) -> Label:
    """What an event of a case of this kind is called: an act as the template calls it, a reminder
    of a state with that state's name, the rest as the field does; else by its code."""
    machine = definition.machines[kind]
    if event in machine.actions:
        return machine.actions[event].label
    code, _, of = event.partition(".")
    if of in machine.states:
        return worded(f"event.{code}", state=machine.states[of].label)
    return term("event", code) or Label(event, event)


def ground_label(definition: Definition, ground: str) -> Label:
    """What a ground is called: one of a change, else the act by which it came about."""
    acts = (machine.actions.get(ground) for machine in definition.machines.values())
    act = next((one.label for one in acts if one is not None), None)
    return term("ground", ground) or act or Label(ground, ground)
