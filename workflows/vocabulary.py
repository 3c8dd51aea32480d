"""The closed words that a template may use. The registries above hand them to the checker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from marshmallow import Schema

#: The relations, the rule and the effects that the checker itself must know by name.
CLOCK, SYSTEM, EMPLOYEE, OFFICER = "clock", "system", "employee", "hr"
ANSWERED = "answered"
COMPUTE, DELIVER, RECEIPT = "compute_result", "deliver", "record_receipt"


@dataclass(frozen=True, slots=True)
class Word:
    """A rule, an effect or a scoring rule as a template sees it.

    `params` is the marshmallow schema of its parameters (None: it takes none); `sole` names the
    parameter that a bare value fills, so that `{weights_total: 100}` reads well. `of` restricts an
    effect or rule to machines with a parent ("child"), or to none ("any").

    A scoring rule also says what it makes: `yields` is "number", "level", or the parameter whose
    node it takes the kind of. `needs` says which of the two the nodes in a parameter must be;
    `levels` are the parameters that name levels of the scale in the parameter `scale`.
    """

    name: str
    meaning: str
    params: type[Schema] | None = None
    sole: str | None = None
    of: str = "any"
    yields: str = ""
    needs: Mapping[str, str] = field(default_factory=dict, hash=False)
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RelationWord:
    """A relation that templates may name: `single` when one person at a time stands in it.

    `person` is False for the clock and for acts that other acts cause.
    """

    name: str
    meaning: str
    single: bool = True
    person: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """All words of one installation; `rules` serve both `requires` and the `when` of branches."""

    relations: Mapping[str, RelationWord] = field(default_factory=dict)
    rules: Mapping[str, Word] = field(default_factory=dict)
    effects: Mapping[str, Word] = field(default_factory=dict)
    scoring: Mapping[str, Word] = field(default_factory=dict)
