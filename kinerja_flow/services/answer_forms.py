"""What answers to an instrument look like: a level of its scale and a comment for a criterion."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from kinerja_flow.errors import INPUTS, Blocker
from kinerja_flow.facts import Facts
from kinerja_flow.services import forms
from kinerja_flow.services.forms import Form
from workflows.definition import Definition, Input, Instrument, Label
from workflows.faults import listing, shown
from workflows.kinds import ChoiceInput

FIELD = "answers"
Given = dict[str, dict[str, str]]


@lru_cache(maxsize=256)
def _form(definition: Definition, key: str) -> Form:
    """The form of one answer; a comment is unknown where the instrument takes none."""
    instrument = definition.instruments[key]
    levels = definition.scales[instrument.scale].levels
    value = ChoiceInput(
        Input("value", "rating", Label("value", "value"), False, {"levels": levels})
    )
    comment = {"comment": forms.text("comment", optional=True)} if instrument.comments else {}
    return cast(type[Form], Form.from_dict({"value": value, **comment}))()


def read_answers(
    facts: Facts, instrument: Instrument, given: object
) -> tuple[Given, list[Blocker]]:
    """The good answers by criterion, and a blocker for all that is wrong with the others.

    A criterion must apply to the employee: to their field, post and rank.
    """
    if not isinstance(given, Mapping):
        return {}, [Blocker("inputs_not_mapping", FIELD, catalogue=INPUTS)]
    if not given:
        return {}, [Blocker("required", FIELD, catalogue=INPUTS)]
    form = _form(facts.definition, instrument.key)
    known = facts.groups["criteria"][instrument.key]
    answers: Given = {}
    wrong: list[Blocker] = []
    for criterion, said in given.items():
        if criterion not in known:
            params = {"known": listing(known)}
            wrong.append(Blocker("criterion_not_asked", f"{FIELD}.{shown(criterion)}", (), params))
            continue
        values, found = form.read(said)
        wrong += [_within(criterion, blocker) for blocker in found]
        answers[criterion] = values
    return answers, wrong


def _within(criterion: str, blocker: Blocker) -> Blocker:
    place = f"{FIELD}.{criterion}" + (f".{blocker.field}" if blocker.field else "")
    return Blocker(blocker.rule, place, (), blocker.params, blocker.catalogue)
