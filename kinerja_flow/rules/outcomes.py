"""Rules about time, results and what the actor gave with the act."""

from __future__ import annotations

from collections.abc import Iterator

from marshmallow import Schema

from kinerja_flow.errors import Blocker
from kinerja_flow.rules.registry import Ask, rule
from kinerja_flow.scoring import digest
from kinerja_flow.scoring.material import VALUED
from workflows import Listed, Ref, TermField, Text
from workflows.definition import Term

#: Who begins a term that waits for it.
_BEGUN_BY = {"delivery": ("assessor",), "receipt": ("employee",)}


class OfWindow(Schema):
    window = Ref("window", required=True)


class OfTerm(Schema):
    term = TermField(required=True)


class Levels(Schema):
    levels = Listed(Ref("level"), unique="", least=1, most=20, required=True)


class FieldIs(Schema):
    field = Ref("field", required=True)
    value = Text(required=True)


class OfField(Schema):
    field = Ref("field", required=True)


class GivenWhen(Schema):
    field = Ref("field", required=True)
    value = Text(required=True)
    needs = Ref("field", required=True)


class Override(Schema):
    field = Ref("field", takes=VALUED, required=True)
    node = Ref("node", required=True)
    reason = Ref("field", takes=("text",), required=True)


@rule(params=OfWindow, satisfied_by="Act within the window, or have it extended.")
def window_open(ask: Ask, window: str) -> Iterator[Blocker]:
    """Today lies within the cycle's window, as extended for this case."""
    span = ask.facts.windows[window]
    today = ask.facts.calendar.day_of(ask.facts.now)
    params = {"window": window, "opens": span.opens_on, "closes": span.closes_on}
    if today < span.opens_on:
        yield Blocker("window_open.early", window, ("clock",), params)
    if today > span.closes_on:
        yield Blocker("window_open", window, ("hr",), params)


@rule(params=OfTerm, satisfied_by="Act before the term ends.")
def within_term(ask: Ask, term: Term) -> Iterator[Blocker]:
    """The term has begun and has not ended: an objection is filed in time.

    Source: PP 30/2019 article 59, fourteen days from receipt (calendar or working days: a
    setting). A term that starts with a delivery or a receipt never runs before it.
    """
    last = ask.facts.last_day(term)
    if last is None:
        is_delivery = term.start == "delivery"
        code = "within_term.not_delivered" if is_delivery else "within_term.not_received"
        yield Blocker(code, None, _BEGUN_BY[term.start])
    elif ask.facts.calendar.day_of(ask.facts.now) > last:
        yield Blocker("within_term", None, (), {"last": last})


@rule(params=OfTerm, satisfied_by="Wait until the term has ended.")
def term_ended(ask: Ask, term: Term) -> Iterator[Blocker]:
    """The term has begun and has ended: nobody's right that runs with it is cut short."""
    last = ask.facts.last_day(term)
    if last is None:
        is_delivery = term.start == "delivery"
        code = "term_ended.not_delivered" if is_delivery else "term_ended.not_received"
        yield Blocker(code, None, _BEGUN_BY[term.start])
    elif ask.facts.calendar.day_of(ask.facts.now) <= last:
        yield Blocker("term_ended", None, ("clock",), {"last": last})


@rule("material", satisfied_by="Supply the parts that the score still lacks.")
def result_computable(ask: Ask) -> Iterator[Blocker]:
    """No part that the template requires is missing from the score: missing is not zero.

    Where the last step is a `judgement`, only the choice (with its reason, where it differs from
    the suggestion) is required: what the suggestion lacks holds nothing up. Ask for the figures
    beside it with `node_known`, each by the step that makes it. A reason for which
    `override_reasoned` asks already is not asked for twice.
    """
    asked = _reasons_asked(ask)
    for lack in ask.facts.score().pending:
        if lack.code == "reason":
            if lack.subject in asked:
                continue
            params = {"field": lack.subject}
            yield Blocker("result_computable.reason", lack.node, ask.action.by, params)
        else:
            yield Blocker("result_computable", lack.node, ("assessor",), {"part": lack.node})


def _reasons_asked(ask: Ask) -> set[object]:
    """The choices for which the same action refuses because their reason is missing."""
    calls = [call for call in ask.action.requires if call.name == "override_reasoned"]
    return {call.params["field"] for call in calls if any(override_reasoned(ask, **call.params))}


@rule("material", params=Levels, satisfied_by="The score comes to such a level.")
def result_is(ask: Ask, levels: list[str]) -> Iterator[Blocker]:
    """The score, with what the actor gives now, comes to one of these levels."""
    level = ask.facts.score().level
    if level not in levels:
        yield Blocker("result_is", None, (), {"levels": ", ".join(levels), "level": level or "-"})


@rule("results", satisfied_by="Compute a result first.")
def has_result(ask: Ask) -> Iterator[Blocker]:
    """A result has been computed."""
    if not ask.facts.results:
        yield Blocker("has_result", None, ("assessor",))


@rule(
    "material",
    "results",
    satisfied_by="Correct or add a measurement, say which source counts, or judge anew.",
)
def score_differs(ask: Ask) -> Iterator[Blocker]:
    """The score now comes out otherwise than the newest result, in a figure or in its ground:
    something was measured, corrected, settled or judged since."""
    newest = ask.facts.results[-1] if ask.facts.results else None
    if newest is not None and digest(ask.facts.score()) == newest.digest:
        yield Blocker("score_differs", None, ("hr",))


@rule(satisfied_by="The employee opens or acknowledges the result, or it is deemed received.")
def received(ask: Ask) -> Iterator[Blocker]:
    """The result has been received: opened, acknowledged, or deemed received."""
    if ask.facts.case.received_at is None:
        yield Blocker("received", None, ("employee",))


@rule(params=FieldIs, satisfied_by="Give that value in the field.", asks_inputs=True)
def field_is(ask: Ask, field: str, value: str) -> Iterator[Blocker]:
    """The actor gave exactly this value in the field."""
    if _worded(ask.inputs.get(field)) != value:
        yield Blocker("field_is", field, ask.action.by, {"field": field, "answer": value})


@rule(params=OfField, satisfied_by="Fill in the field.", asks_inputs=True)
def field_given(ask: Ask, field: str) -> Iterator[Blocker]:
    """The actor filled in the field; zero counts as filled in."""
    if ask.inputs.get(field) is None:
        yield Blocker("field_given", field, ask.action.by, {"field": field})


@rule(
    params=GivenWhen,
    satisfied_by="Fill in what the choice calls for.",
    asks_inputs=True,
)
def given_when(ask: Ask, field: str, value: str, needs: str) -> Iterator[Blocker]:
    """Who gave exactly this value in `field` (yes is "true") also filled in `needs`."""
    if _worded(ask.inputs.get(field)) == value and ask.inputs.get(needs) is None:
        yield Blocker("given_when", needs, ask.action.by, {"field": field, "needs": needs})


def _worded(given: object) -> str:
    return str(given).lower() if isinstance(given, bool) else str(given)


@rule(
    "material",
    params=Override,
    satisfied_by="Choose what is suggested, or give the reason for choosing otherwise.",
    asks_inputs=True,
)
def override_reasoned(ask: Ask, field: str, node: str, reason: str) -> Iterator[Blocker]:
    """A choice that differs from the suggestion of a scoring node comes with a reason.

    Source: PermenPANRB 6/2022 leaves the rating to the Pejabat Penilai; a helper may suggest.
    """
    chosen = ask.inputs.get(field)
    suggested = ask.facts.score().nodes[node].value
    differs = chosen is not None and suggested is not None and str(chosen) != str(suggested)
    if differs and not ask.inputs.get(reason):
        params = {"field": field, "suggested": suggested, "chosen": chosen}
        yield Blocker("override_reasoned", reason, ask.action.by, params)
