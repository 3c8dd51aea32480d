"""The closed words that a template may use. The registries above hand them to the checker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema

#: The relations, the rule and the effects that the checker itself must know by name.
CLOCK, SYSTEM, EMPLOYEE, OFFICER = "clock", "system", "employee", "hr"
EXAMINER, FORMER = "examiner", "former_assessor"
COMPUTE, DELIVER, RECEIPT = "compute_result", "deliver", "record_receipt"
SIGN = "sign"
#: The effect that causes an action of the parent, and the scoring rules in which somebody chooses.
ADVANCE, JUDGEMENT, OVERRIDE = "advance_parent", "judgement", "override"
#: The scoring rules that are made from answers.
FROM_ANSWERS = ("answers_mean", "competency_fit")
OBJECTION, REFER, DECIDE, ADOPT = "open_objection", "refer_up", "decide_objection", "adopt_offer"
#: The book of both sides' evidence, and who may write in it.
EXHIBITS, PARTIES = "exhibits", ("employee", "assessor", EXAMINER)
#: The rule that makes a step optional.
ENABLED = "enabled"
NOMINATE, CONFIRM, APPOINT, JOIN = "nominate", "confirm", "appoint", "join"
STEP_ASIDE, NOTE_PRESENT = "step_aside", "note_present"
#: The rules that say who has answered, or who was there; and the books whose entries are signed.
ANSWERED, QUORUM_ANSWERED, QUORUM_PRESENT = "answered", "quorum_answered", "quorum_present"
SIGNED_BOOKS = ("feedback", "observation", "exhibits")
#: The words about units: guidance for their people, and their achievement as that of their head.
DISTRIBUTION, UNIT_HEAD = "distribution_reasoned", "unit_head_level"
#: The words about angka kredit: how much a result comes to, its record, and what it reaches.
CREDIT, RECORD_CREDIT, CREDIT_FROM = "credit", "record_credit", "credit_from"
#: The rule that asks for answers to contradictions, and the book in which they are given.
SETTLED, CONTRADICTION = "contradictions_answered", "contradiction"
#: The effects that open what a result opens, and a further entry of it by its key; the rules that
#: ask for steps, and the books in which they and their outcomes are written.
FOLLOW_UPS, FURTHER = "open_follow_ups", "open_follow_up"
STEP_RULES, STEP_BOOKS = ("steps_given", "steps_done"), ("steps", "step_outcomes")
#: The scoring rule that holds people against what their posts require, the rule that asks for a
#: gap in it, and the kind of input that names trainings, with the rule that it brings along.
FIT, HAS_GAP = "competency_fit", "has_gap"
TRAININGS, TRAININGS_APPLY = "trainings", "trainings_apply"


@dataclass(frozen=True, slots=True)
class Word:
    """A rule, an effect or a scoring rule as a template sees it.

    `params` is the marshmallow schema of its parameters (None: it takes none); `sole` names the
    parameter that a bare value fills, so that `{weights_total: 100}` reads well. `of` restricts an
    effect or rule to machines with a parent ("child"), or to none ("any").

    `needs` says which kind ("number" or "level") the nodes in a parameter must be; `levels` are the
    parameters that name levels of the scale in the parameter `scale`, or of the node that is named.

    A scoring rule also says what it makes: `yields` is "number", "level", or the parameter whose
    node it takes the kind of, and `needs_where` what is needed where another parameter has a value,
    as {("by", "months"): {"of": "number"}}; `follows` says whether the employee may see such a
    step while it is in the making.
    """

    name: str
    meaning: str
    params: type[Schema] | None = None
    sole: str | None = None
    of: str = "any"
    yields: str = ""
    needs: Mapping[str, str] = field(default_factory=dict, hash=False)
    needs_where: Mapping[tuple[str, str], Mapping[str, str]] = field(
        default_factory=dict, hash=False
    )
    levels: tuple[str, ...] = ()
    follows: bool = False

    def needed(self, params: Mapping[str, Any]) -> dict[str, str]:
        """Which kind the nodes in each parameter must be, with the parameters as they are given."""
        found = dict(self.needs)
        for (name, value), needs in self.needs_where.items():
            found |= needs if params.get(name) == value else {}
        return found


@dataclass(frozen=True, slots=True)
class RelationWord:
    """A relation that templates may name: `single` when one person at a time stands in it.

    `person` is False for the clock, for acts that other acts cause, and for those who only answer.
    `rates` is True for these last: nobody is known to stand there, no account acts, and the word
    may be named only where somebody answers. Such answers are anonymous whatever a template says.
    """

    name: str
    meaning: str
    single: bool = True
    person: bool = True
    rates: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """All words of one installation; `rules` serve both `requires` and the `when` of branches."""

    relations: Mapping[str, RelationWord] = field(default_factory=dict)
    rules: Mapping[str, Word] = field(default_factory=dict)
    effects: Mapping[str, Word] = field(default_factory=dict)
    scoring: Mapping[str, Word] = field(default_factory=dict)
