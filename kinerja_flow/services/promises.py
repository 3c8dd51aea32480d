"""What an anonymous rater is told before the first answer: how it is protected, and how far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kinerja_flow.facts import Facts
from kinerja_flow.workflow import relation_label, releases
from kinerja_flow.workflow.naming import worded
from workflows.definition import Label

#: The codes of the sentences, in the order in which they are told.
PROMISED = ("sealed", "mixed", "minimum")
LIMITS = ("database", "equal", "collusion", "style", "roster")


@dataclass(frozen=True, slots=True)
class Promise:
    """What holds for the answers of one relation, in both languages.

    `minimum` is the least number of answers that are shown or counted, `closes_at` the instant at
    which they are opened (None where no date is set).
    """

    relation: str
    minimum: int
    closes_at: datetime | None
    promised: tuple[Label, ...]
    limits: tuple[Label, ...]


def promise(facts: Facts, instrument: str, relation: str) -> Promise | None:
    """The promise to those who answer in this relation; None where answers carry their names."""
    use = facts.definition.relations.get(relation)
    if use is None or not use.anonymous:
        return None
    promised = [worded(f"anonymity.{code}", least=use.min_count) for code in PROMISED]
    if use.rolls_up_to is not None:
        into = relation_label(facts.definition, use.rolls_up_to)
        promised.append(worded("anonymity.joins", relation=into))
    limits = tuple(worded(f"anonymity.limit.{code}") for code in LIMITS)
    closes_at = _closes_at(facts, instrument, relation)
    return Promise(relation, use.min_count, closes_at, tuple(promised), limits)


def _closes_at(facts: Facts, instrument: str, relation: str) -> datetime | None:
    """When time opens the answers; else when the state is due."""
    acts = facts.machine.actions_from(facts.case.state)
    terms = [act.after for act in acts if act.after and releases(act, instrument, relation)]
    if not terms and facts.state.deadline is not None:
        terms = [facts.state.deadline]
    days = [day for term in terms if (day := facts.last_day(term)) is not None]
    return facts.calendar.end_of(min(days)) if days else None
