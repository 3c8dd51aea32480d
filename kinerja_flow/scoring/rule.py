"""What a scoring rule is: a named, versioned, pure function from material to one node."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, TypeAlias

from marshmallow import Schema

from kinerja_flow.scoring.figures import written
from kinerja_flow.scoring.material import Material
from kinerja_flow.scoring.node import LEVEL, NUMBER, Missing, Node, Value, inherited
from kinerja_flow.scoring.saying import Spoken, lacking, sentence
from workflows import Word
from workflows.definition import Label, Step


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule found: a Node without its name. `shown` may be left out for a number."""

    kind: str
    value: Value | None
    sentence: Label
    inputs: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Node, ...] = ()
    missing: tuple[Missing, ...] = ()
    shown: Label | None = None

    def node(self, name: str, label: Label, rule: str, version: int) -> Node:
        return Node(
            name=name,
            label=label,
            rule=rule,
            version=version,
            kind=self.kind,
            value=self.value,
            shown=self._shown(),
            inputs=self.inputs,
            sentence=self.sentence,
            parts=self.parts,
            missing=self.missing,
        )

    def _shown(self) -> Label:
        if self.value is None:
            return sentence("no_value")
        if isinstance(self.value, Fraction):
            return written(self.value)
        return self.shown or Label(self.value, self.value)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule works on: its step with loaded parameters, earlier nodes, the material."""

    step: Step
    params: Mapping[str, Any]
    nodes: Mapping[str, Node]
    material: Material
    version: int

    def number(self, name: str) -> Node:
        """An earlier node that holds a number. ValueError when it holds a level."""
        return self._earlier(name, NUMBER)

    def level(self, name: str) -> Node:
        """An earlier node that holds a level. ValueError when it holds a number."""
        return self._earlier(name, LEVEL)

    def earlier(self, name: str) -> Node:
        """An earlier node of either kind. ValueError when there is none of this name."""
        if name not in self.nodes:
            raise ValueError(f"{self.step.node}: no earlier scoring step is named {name!r}")
        return self.nodes[name]

    def within(self, path: str, label: Label, outcome: Outcome) -> Node:
        """A node inside this one: `path` is "kind.key", the kind becomes part of its rule."""
        kind = path.partition(".")[0]
        name = f"{self.step.node}/{path}"
        return outcome.node(name, label, f"{self.step.call.name}/{kind}", self.version)

    def lack(self, code: str, subject: str = "", required: bool = True, **words: Spoken) -> Missing:
        """Something missing here, said by the message `missing_<code>`."""
        said = sentence(f"missing_{code}", **words)
        return Missing(self.step.node, code, subject, required, said)

    def _earlier(self, name: str, kind: str) -> Node:
        node = self.earlier(name)
        if node.kind != kind:
            raise ValueError(f"{self.step.node}: {name!r} is a {node.kind}, not a {kind}")
        return node


#: The parameters of a step as it is shown while in the making: what is still missing holds nothing
#: up. A rule without one rests on what others judge unseen, and is shown only with the result.
Running: TypeAlias = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ScoringRule:
    """A rule of the registry. Whoever changes what it computes raises its version.

    `reads` names what of the material is gathered for the templates that use this rule alone.
    """

    name: str
    version: int
    params: type[Schema]
    judge: Callable[[Asked], Outcome]
    word: Word
    reads: str = ""
    running: Running | None = None


Judge: TypeAlias = Callable[[Asked], Outcome]


def scoring_rule(
    version: int,
    params: type[Schema],
    yields: str,
    reads: str = "",
    running: Running | None = None,
    **fits: Any,
) -> Callable[[Judge], ScoringRule]:
    """Make a rule of a function: its name is the rule's name, its docstring the meaning.

    `yields` and `fits` (needs, needs_where, levels) tell the checker of templates which steps fit:
    see `Word`. `running` is for rules whose steps may be shown while in the making: see `Running`.
    """

    def registered(judge: Judge) -> ScoringRule:
        name, meaning = judge.__name__, inspect.getdoc(judge) or ""
        word = Word(name, meaning, params, yields=yields, follows=running is not None, **fits)
        return ScoringRule(name, version, params, judge, word, reads, running)

    return registered


def as_is(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters unchanged: the rule waits for nothing but the nodes that it is made from."""
    return params


def not_required(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters of a rule that leaves out, openly, what it would else require."""
    return {**params, "required": False}


def pending(
    kind: str,
    parts: tuple[Node, ...] = (),
    missing: tuple[Missing, ...] = (),
    inputs: Mapping[str, Any] | None = None,
) -> Outcome:
    """No value yet, for what the parts lack or for what is missing here."""
    lacks = (*inherited(parts), *missing)
    return valueless(kind, parts, lacks, inputs)


def waiting(
    part: Node, kind: str | None = None, inputs: Mapping[str, Any] | None = None
) -> Outcome:
    """No value, since the part that this is made from has none, whatever it may do without."""
    lacks = part.lacks or tuple(replace(missing, required=True) for missing in part.missing)
    return valueless(kind or part.kind, (part,), lacks, inputs)


def valueless(
    kind: str,
    parts: tuple[Node, ...] = (),
    missing: tuple[Missing, ...] = (),
    inputs: Mapping[str, Any] | None = None,
) -> Outcome:
    """No value, for what is missing; where nothing of it is required, nothing waits for it."""
    return Outcome(kind, None, lacking(missing), inputs or {}, parts, missing)
