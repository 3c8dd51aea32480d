"""Draws a machine as a Mermaid state diagram, as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflows.definition import Action, Branch, Machine

_PLAIN = re.compile(r"[^\w .,()/+'-]")


def diagram(machine: Machine, language: str) -> str:
    """The machine's states and actions as Mermaid text, with labels in `language`."""
    lines = ["stateDiagram-v2", f"    [*] --> {_id(machine.initial)}"]
    for name, state in machine.states.items():
        lines.append(f'    state "{_escaped(state.label(language))}" as {_id(name)}')
        if state.final:
            lines.append(f"    {_id(name)} --> [*]")
    for action in machine.actions.values():
        lines.extend(_arrows(action, language))
    return "\n".join(lines) + "\n"


def _arrows(action: Action, language: str) -> Iterator[str]:
    text = f"{action.label(language)} ({', '.join(action.by)})"
    for source in action.sources:
        for branch in action.branches or (Branch(source),):
            condition = f" / {branch.when.name}" if branch.when else ""
            yield f"    {_id(source)} --> {_id(branch.state)}: {_escaped(text + condition)}"


def _id(state: str) -> str:
    """An identifier that is no word of Mermaid's own, such as `end` or `note`."""
    return f"s_{state}"


def _escaped(text: str) -> str:
    """The text with every character that Mermaid could read as its own given by number."""
    return _PLAIN.sub(lambda match: f"#{ord(match[0])};", " ".join(text.split()))
