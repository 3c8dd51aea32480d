"""What HR sends to hand the appraisals of one assessor over to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kinerja_flow.errors import Invalid
from kinerja_flow.policy import Actor, only_hr
from kinerja_flow.services import forms
from kinerja_flow.services.succession import GROUNDS, MOST_CASES, HandOver, hand_over
from workflows.fields import Listed


class HandOverForm(forms.Form):
    """From whom to whom, on which ground; `cases` where not everything that the first one has."""

    old = forms.identity("from")
    new = forms.identity("to")
    ground = forms.choice("ground", GROUNDS)
    cases = Listed(forms.identity("case"), least=1, most=MOST_CASES)


FORM = HandOverForm()


def hand_over_by(actor: Actor, entry: Mapping[str, Any]) -> HandOver:
    """Hand over (`succession.hand_over`) as HR sends it. Raises what that raises."""
    only_hr(actor, "hand_over")
    values, wrong = FORM.read(entry)
    if wrong:
        raise Invalid(wrong)
    return hand_over(actor, values["old"], values["new"], values["ground"], values.get("cases"))
