"""The course of a case: states, actions, and the machine that they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.definition.words import Call, Label, Notice, Term
from workflows.vocabulary import ENABLED


@dataclass(frozen=True, slots=True)
class State:
    name: str
    phase: str
    label: Label
    opens: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    collects: tuple[str, ...] = ()
    within: str | None = None
    due: Term | None = None
    on_due: tuple[Notice, ...] = ()
    final: bool = False

    @property
    def deadline(self) -> Term | None:
        """The term that `due` states, else the end of the window that the state lies within."""
        return self.due or (Term(window=self.within) if self.within else None)


@dataclass(frozen=True, slots=True)
class Branch:
    """One way out of an action; `when` is None for the last, the else."""

    state: str
    when: Call | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """One typed input of an action. `kind` is one of workflows.inputs.KINDS, with its options."""

    name: str
    kind: str
    label: Label
    optional: bool = False
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Action:
    """What may be done. No branch means that the case stays in its state (the act is recorded)."""

    name: str
    label: Label
    sources: tuple[str, ...]
    branches: tuple[Branch, ...]
    by: tuple[str, ...]
    takes: Mapping[str, Input] = field(default_factory=dict, hash=False)
    requires: tuple[Call, ...] = ()
    does: tuple[Call, ...] = ()
    notify: tuple[str, ...] = ()
    distinct_from: tuple[str, ...] = ()
    after: Term | None = None
    revision: bool = False

    @property
    def is_off(self) -> bool:
        """Whether a setting keeps the step out of the cycle."""
        return any(c.name == ENABLED and not c.params.get("flag", True) for c in self.requires)

    def reason_for(self, field: str) -> str | None:
        """The text input that gives the reason for what is chosen in `field`: the one that a rule
        of the action names beside it, else the only text of the act."""
        named = (c.params.get("reason") for c in self.requires if c.params.get("field") == field)
        texts = [name for name, given in self.takes.items() if given.kind == "text"]
        return next(filter(None, named), texts[0] if len(texts) == 1 else None)

    def targets(self, source: str) -> tuple[str, ...]:
        """The states in which a case that stands in `source` may find itself after the act."""
        return tuple(dict.fromkeys(branch.state for branch in self.branches)) or (source,)


@dataclass(frozen=True, slots=True)
class Machine:
    """The course of one kind of case; `parent` is the kind of case it hangs on, if any."""

    name: str
    label: Label
    initial: str
    states: Mapping[str, State]
    actions: Mapping[str, Action]
    parent: str | None = None

    def actions_from(self, state: str) -> tuple[Action, ...]:
        """What may be done in a state; without the steps that a setting keeps out of the cycle."""
        return tuple(a for a in self.actions.values() if state in a.sources and not a.is_off)
