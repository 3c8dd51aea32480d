"""Rules in which a person's word is the value: the chosen level, and the override."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, TypeGuard

from kinerja_flow.scoring.figures import exact, written
from kinerja_flow.scoring.material import VALUED, Chosen, Material, Statement
from kinerja_flow.scoring.node import LEVEL, NUMBER, Missing, Node, Value, excused
from kinerja_flow.scoring.rule import Asked, Outcome, pending, scoring_rule, waiting
from kinerja_flow.scoring.saying import sentence, sentences
from workflows import Record, Ref
from workflows.definition import Label


class JudgementParams(Record):
    field = Ref("field", takes=VALUED, required=True)
    scale = Ref("scale", required=True)
    suggestion = Ref("node", load_default=None)


class OverrideParams(Record):
    of = Ref("node", required=True)
    field = Ref("field", takes=VALUED, required=True)


@scoring_rule(version=1, params=JudgementParams, yields=LEVEL, needs={"suggestion": LEVEL})
def judgement(asked: Asked) -> Outcome:
    """The level of `scale` that a person chose as `field` of an action; pending until then.

    A `suggestion`, the level of an earlier node such as bands, is shown with its ground and decides
    nothing; to choose otherwise needs a reason (PermenPANRB 6/2022 leaves the rating to the
    Pejabat Penilai). The reason is the text input that `override_reasoned` names beside the field,
    else the only text input of the action; any other text is none. What the suggestion still lacks
    does not hold the judgement up: `node_known` asks for it.

    `{judgement: {field: predikat, scale: predikat, suggestion: saran}}`
    """
    suggested = asked.params["suggestion"]
    parts = (asked.level(suggested),) if suggested else ()
    stated = asked.material.statements.get(asked.params["field"])
    if stated is None:
        return _unstated(asked, parts)
    key = str(stated.value)
    if key not in _keys(asked):
        return _held(LEVEL, parts, (_unknown(asked, stated),), _inputs(stated))
    return _chosen(asked, key, stated, parts)


@scoring_rule(version=1, params=OverrideParams, yields="of")
def override(asked: Asked) -> Outcome:
    """A person's value as `field` in place of the node `of`, if there is one; both values stay.

    It takes the kind of the node, a number or a level, and needs a reason where it differs: the
    same text input as in `judgement`.

    `{override: {of: predikat_angka, field: predikat_ditetapkan}}`
    """
    part = asked.earlier(asked.params["of"])
    stated = asked.material.statements.get(asked.params["field"])
    if stated is None:
        return _untouched(part)
    value = stated.value if part.kind == NUMBER else str(stated.value)
    if not _may_replace(value, part.kind, asked.material):
        return _held(part.kind, (part,), (_unknown(asked, stated),), _inputs(stated))
    return _replaced(asked, value, stated, part)


def _unstated(asked: Asked, parts: tuple[Node, ...]) -> Outcome:
    label = asked.material.label("field", asked.params["field"])
    return _held(LEVEL, parts, (asked.lack("judgement", asked.params["field"], field=label),), {})


def _chosen(asked: Asked, key: str, stated: Statement, parts: tuple[Node, ...]) -> Outcome:
    inputs = _inputs(stated) | {f"suggested:{part.name}": part.level for part in parts}
    departs = any(part.level not in (None, key) for part in parts)
    if departs and stated.reason is None:
        return _held(LEVEL, parts, (_no_reason(asked),), inputs)
    label = asked.material.level(key, asked.params["scale"])
    said = sentence("judgement", level=label, action=_action(asked, stated))
    against = sentence("departs", suggested=parts[0].shown) if departs else None
    agrees = sentence("agrees") if any(part.level == key for part in parts) else None
    said = sentences(said, against, agrees)
    return Outcome(LEVEL, key, said, inputs, parts, excused(parts), label)


def _untouched(part: Node) -> Outcome:
    if part.value is None:
        return waiting(part)
    said = sentence("not_overridden", of=part.label, value=part.shown)
    return Outcome(part.kind, part.value, said, {}, (part,), part.missing, part.shown)


def _replaced(asked: Asked, value: Value, stated: Statement, part: Node) -> Outcome:
    inputs = _inputs(stated) | {"replaced": None if part.value is None else _plain(part.value)}
    if value != part.value and stated.reason is None:
        return _held(part.kind, (part,), (_no_reason(asked),), inputs)
    label = _written(asked, value)
    code = "confirmed" if value == part.value else "overridden"
    words = {"of": part.label, "old": part.shown, "value": label}
    said = sentence(code, action=_action(asked, stated), **words)
    return Outcome(part.kind, value, said, inputs, (part,), excused((part,)), label)


def _held(
    kind: str, parts: tuple[Node, ...], missing: tuple[Missing, ...], inputs: dict[str, Any]
) -> Outcome:
    """Pending for what a person still has to say, whatever the parts may lack."""
    said = pending(kind, missing=missing).sentence
    return Outcome(kind, None, said, inputs, parts, (*missing, *excused(parts)))


def _may_replace(value: Chosen, kind: str, material: Material) -> TypeGuard[Value]:
    """Whether the value is a number, or a level of some scale, as the node it replaces."""
    if kind == NUMBER:
        return isinstance(value, Fraction)
    return any(value in scale.keys for scale in material.scales.values())


def _unknown(asked: Asked, stated: Statement) -> Missing:
    return asked.lack("level", asked.params["field"], value=_written(asked, stated.value))


def _keys(asked: Asked) -> tuple[str, ...]:
    return asked.material.scales[asked.params["scale"]].keys


def _no_reason(asked: Asked) -> Missing:
    label = asked.material.label("field", asked.params["field"])
    return asked.lack("reason", asked.params["field"], field=label)


def _action(asked: Asked, stated: Statement) -> Label:
    return asked.material.label("action", stated.action)


def _written(asked: Asked, value: Chosen) -> Label:
    if isinstance(value, Fraction):
        return written(value)
    return asked.material.level(str(value))


def _plain(value: Chosen) -> str | bool:
    return exact(value) if isinstance(value, Fraction) else value


def _inputs(stated: Statement) -> dict[str, Any]:
    """Who said it is in the history, under the act's number; the reason is there by its hash."""
    kept = {"action": stated.action, "seq": stated.seq, "reason": stated.reason}
    return {"stated": _plain(stated.value), **kept}
