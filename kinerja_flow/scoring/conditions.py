"""Rules that let a level stand only under a condition."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from kinerja_flow.scoring.figures import exact
from kinerja_flow.scoring.material import VALUED, Chosen
from kinerja_flow.scoring.node import LEVEL, Node
from kinerja_flow.scoring.rule import Asked, Outcome, pending, scoring_rule
from kinerja_flow.scoring.saying import sentence
from workflows import Flag, Listed, Record, Ref
from workflows.definition import Label

#: How a statement keeps a yes.
YES = "true"
#: The kinds of input that may hold or not.
DECISIVE = ("boolean", *VALUED)


class RequiresConditionParams(Record):
    of = Ref("node", required=True)
    level = Ref("level", required=True)
    needs = Ref("field", takes=DECISIVE, required=True)
    one_of = Listed(Ref("option"), unique="", load_default=list)
    else_level = Ref("level", required=True)
    required = Flag(load_default=True)


class VetoParams(Record):
    of = Ref("node", required=True)
    when = Ref("field", takes=DECISIVE, required=True)
    one_of = Listed(Ref("option"), unique="", load_default=list)
    at_most = Ref("level", required=True)
    scale = Ref("scale", required=True)


@scoring_rule(version=1, params=RequiresConditionParams, yields=LEVEL, needs={"of": LEVEL})
def requires_condition(asked: Asked) -> Outcome:
    """The level of the node `of`; `level` stands only where the field `needs` holds.

    Else it becomes `else_level`. A field holds when it is yes, a number above zero, or a choice in
    `one_of`. Until somebody has said so or not the score is pending; with `required` false, silence
    means no. PP 30/2019: 110 or more is Sangat Baik only with an innovation that benefits the
    organisation, else Baik.

    `{requires_condition: {of: angka, level: sangat_baik, needs: inovasi, else_level: baik}}`
    """
    part = asked.level(asked.params["of"])
    said = asked.material.statements.get(asked.params["needs"])
    inputs = _inputs(asked, "needs")
    if part.level is None:
        return pending(LEVEL, (part,), inputs=inputs)
    if part.level != asked.params["level"]:
        return _kept(part, sentence("condition_idle", **_words(asked, part, "needs")), inputs)
    if said is None and asked.params["required"]:
        field = asked.material.label("field", asked.params["needs"])
        missing = asked.lack("condition", asked.params["needs"], field=field, level=part.shown)
        return pending(LEVEL, (part,), (missing,), inputs)
    if said is not None and _holds(asked, said.value):
        return _kept(part, sentence("condition_met", **_words(asked, part, "needs")), inputs)
    return _lowered(asked, part, "else_level", "condition_unmet", "needs")


@scoring_rule(version=1, params=VetoParams, yields=LEVEL, needs={"of": LEVEL}, levels=("at_most",))
def veto(asked: Asked) -> Outcome:
    """The level of the node `of`, but `at_most` that level of `scale` where the field `when` holds.

    A field holds when it is yes, a number above zero, or a choice in `one_of`; a veto that nobody
    pronounced does not hold. For results that a disciplinary sanction limits.

    `{veto: {of: predikat, when: hukuman_disiplin, at_most: baik, scale: predikat}}`
    """
    part = asked.level(asked.params["of"])
    inputs = _inputs(asked, "when")
    if part.level is None:
        return pending(LEVEL, (part,), inputs=inputs)
    if part.level not in asked.material.scales[asked.params["scale"]].keys:
        stranger = asked.lack("level", asked.params["of"], value=part.shown)
        return pending(LEVEL, (part,), (stranger,), inputs)
    said = asked.material.statements.get(asked.params["when"])
    if said is None or not _holds(asked, said.value):
        return _kept(part, sentence("veto_absent", **_words(asked, part, "when")), inputs)
    if _rank(asked, part.level) <= _rank(asked, asked.params["at_most"]):
        return _kept(part, sentence("veto_idle", **_words(asked, part, "when")), inputs)
    return _lowered(asked, part, "at_most", "veto", "when")


def _holds(asked: Asked, value: Chosen) -> bool:
    if isinstance(value, str):
        return value == YES or value in asked.params["one_of"]
    return value > 0


def _kept(part: Node, said: Label, inputs: dict[str, Any]) -> Outcome:
    return Outcome(LEVEL, part.value, said, inputs, (part,), part.missing, part.shown)


def _lowered(asked: Asked, part: Node, to: str, code: str, field: str) -> Outcome:
    key = asked.params[to]
    label = asked.material.level(key, asked.params.get("scale"))
    said = sentence(code, **_words(asked, part, field), to=label)
    return Outcome(LEVEL, key, said, _inputs(asked, field), (part,), part.missing, label)


def _rank(asked: Asked, level: str) -> int:
    """The place of the level in its scale, from low to high. ValueError for a stranger to it."""
    return asked.material.scales[asked.params["scale"]].keys.index(level)


def _words(asked: Asked, part: Node, field: str) -> dict[str, Label]:
    label = asked.material.label("field", asked.params[field])
    return {"of": part.label, "level": part.shown, "field": label}


def _inputs(asked: Asked, field: str) -> dict[str, Any]:
    """What the condition is, and what was said of it by which act."""
    settings = {name: value for name, value in asked.params.items() if name != "of"}
    said = asked.material.statements.get(asked.params[field])
    if said is None:
        return settings
    value = exact(said.value) if isinstance(said.value, Fraction) else said.value
    return {**settings, "stated": value, "action": said.action, "seq": said.seq}
