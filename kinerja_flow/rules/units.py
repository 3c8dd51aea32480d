"""Rules about a unit as a whole, and about what credit adds up to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from marshmallow import Schema

from kinerja_flow.errors import Blocker
from kinerja_flow.rules.registry import Ask, rule
from kinerja_flow.scoring import Node, reaches
from kinerja_flow.scoring.credit_steps import JENJANG, PANGKAT
from kinerja_flow.scoring.figures import listed
from workflows import Chosen, Ref
from workflows.vocabulary import COMPUTE, OFFICER


class Reasoned(Schema):
    reason = Ref("field", takes=("text",), required=True)


class OfNode(Schema):
    node = Ref("node", required=True)


class OfCredit(OfNode):
    to = Chosen(PANGKAT, JENJANG, required=True)


def _computes(ask: Ask) -> bool:
    """Whether the act itself computes the result, which then stands nowhere yet."""
    return any(does.name == COMPUTE for does in ask.action.does)


@rule(
    "unit",
    "results",
    params=Reasoned,
    satisfied_by="Give the reason for going on, or rate anew.",
    asks_inputs=True,
)
def distribution_reasoned(ask: Ask, reason: str) -> Iterator[Blocker]:
    """A result that breaks the guidance for its unit, as the unit stands now, comes with a reason.

    Only a result that has a part in it is asked: one of those who are too many, or one that is not
    among those who are too few. Nothing is asked where the unit has no predikat, or is smaller than
    the template's least size. SE MenPANRB 3/2023 is guidance: it re-rates nobody.
    """
    unit = ask.facts.unit
    if unit is None or not unit.is_counted or ask.inputs.get(reason):
        return
    newest = ask.facts.results[-1].level if ask.facts.results else None
    level = ask.facts.score().level if _computes(ask) else newest
    standing = unit.standing(ask.facts.definition, level)
    broken = standing.broken_by(level) if standing and level else ()
    if broken:
        params = {"level": level, "lines": listed([line.sentence for line in broken], " ")}
        yield Blocker("distribution_reasoned", reason, ask.action.by, params)


@rule("credit", params=OfCredit, satisfied_by="The credit adds up to the next threshold.")
def credit_from(ask: Ask, node: str, to: str) -> Iterator[Blocker]:
    """With the credit that the result comes to at `node`, what the person has in the jenjang of the
    post reaches the next "pangkat" or "jenjang", which it had not reached before.

    Thresholds: PermenPANRB 1/2023, Peraturan BKN 3/2023; from Terampil to Mahir it is 60.
    """
    found = _earning(ask, node)
    earned = found.number if found else None
    level = str(found.inputs.get("post_level")) if found else None
    before = ask.facts.credit.total.get(level or "", Fraction())
    if earned is None or not reaches(level, to, before, before + earned):
        total = before + (earned or 0)
        yield Blocker("credit_from", None, (), {"to": to, "total": total})


@rule("credit", params=OfNode, satisfied_by="HR enters the balance of a day before the period.")
def credit_apart(ask: Ask, node: str) -> Iterator[Blocker]:
    """No opening balance in the jenjang of the post covers days of the period whose credit the
    result comes to at `node`, and which would count twice: a balance says all that was earned up
    to its day. What is on record already is not asked about again. PermenPANRB 1/2023."""
    found, known = _earning(ask, node), ask.facts.credit
    if found is None or found.number is None or ask.facts.is_practice:
        return
    day, first = known.balances.get(found.inputs["post_level"]), found.inputs["from"]
    is_known = any(name == node for name, _ in known.recorded)
    if day is not None and day >= date.fromisoformat(first) and not is_known:
        yield Blocker("credit_apart", None, (OFFICER,), {"day": day, "first": first})


def _earning(ask: Ask, node: str) -> Node | None:
    """The step that reckons credit, in the result that the act computes or in the newest one."""
    known = ask.facts.score().nodes if _computes(ask) else ask.facts.credit.nodes
    return known.get(node)
