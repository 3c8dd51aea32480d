"""What opening a survey, and answering one, looks like: typed fields, each checked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from marshmallow import ValidationError, validates_schema

from kinerja_flow.errors import INPUTS, Blocker
from kinerja_flow.services import forms
from kinerja_flow.services.forms import Form
from kinerja_flow.services.survey_asked import Asked
from workflows.definition import Input, Label
from workflows.faults import Fault
from workflows.kinds import ChoiceInput, IntegerInput

#: How often one sender may use an open link on one day, unless HR says otherwise.
PER_DAY = 3
#: So many links are issued at once.
MOST_TOKENS = 10_000
LONGEST_COMPLAINT = 4000
_COUNT: dict[str, Any] = {"from": 1, "to": MOST_TOKENS}


class SurveyForm(Form):
    """A survey as HR opens it: about a `unit`, or about one employee's appraisal (`case`)."""

    instrument = forms.text("instrument", 40)
    unit = forms.identity("unit", optional=True)
    case = forms.identity("case", optional=True)
    kind = forms.choice("kind", ("token", "open"))
    opens_on = forms.day("opens_on")
    closes_on = forms.day("closes_on")
    min_count = forms.whole("min_count", **{"from": 2, "to": 100})
    per_day = forms.whole("per_day", **{"from": 1, "to": 1000})
    rolls_up_to = forms.identity("rolls_up_to", optional=True)

    @validates_schema
    def _hangs_together(self, data: Mapping[str, Any], **_: Any) -> None:
        if ("unit" in data) == ("case" in data):
            raise ValidationError({"unit": [Fault("unit_or_case")]})
        if data["closes_on"] < data["opens_on"]:
            raise ValidationError({"closes_on": [Fault("survey_backwards")]})
        if "per_day" in data and data["kind"] != "open":
            raise ValidationError({"per_day": [Fault("only_open_links_are_limited")]})
        if "rolls_up_to" in data and "case" not in data:
            raise ValidationError({"rolls_up_to": [Fault("only_employees_roll_up")]})


class TokensForm(Form):
    """How many one-time links, and through which day they can be used."""

    count = IntegerInput(forms.spec("count", **_COUNT))
    expires_on = forms.day("expires_on", optional=True)


class SheetForm(Form):
    """What stands on a sheet beside the answers."""

    comment = forms.text("comment", optional=True)


class ReplyForm(SheetForm):
    """What a citizen sends beside the answers. `nonce` is drawn anew for every form."""

    nonce = forms.text("nonce", 64)
    complaint = forms.text("complaint", LONGEST_COMPLAINT, optional=True)


SURVEY, TOKENS, SHEET, REPLY = SurveyForm(), TokensForm(), SheetForm(), ReplyForm()
Levels = dict[str, str]


@lru_cache(maxsize=256)
def _answers(criteria: tuple[str, ...], levels: tuple[tuple[str, Label], ...]) -> Form:
    fields: dict[str, Any] = {
        key: ChoiceInput(Input(key, "rating", Label(key, key), True, {"levels": levels}))
        for key in criteria
    }
    return cast(type[Form], Form.from_dict(fields))()


def read_sheet(asked: Asked, given: Mapping[str, Any]) -> tuple[Levels, list[Blocker]]:
    """The levels by criterion, at least one, and a blocker for all that is wrong with them."""
    form = _answers(tuple(c.key for c in asked.criteria), asked.scale.levels)
    answers, wrong = form.read(given)
    if not answers and not wrong:
        return {}, [Blocker("required", "answers", catalogue=INPUTS)]
    return answers, [_within(blocker) for blocker in wrong]


def _within(blocker: Blocker) -> Blocker:
    place = ".".join(filter(None, ("answers", blocker.field)))
    return Blocker(blocker.rule, place, (), blocker.params, blocker.catalogue)


def read_comment(asked: Asked, given: Mapping[str, Any]) -> list[Blocker]:
    """What is wrong with a comment where the instrument takes none."""
    if "comment" in given and not asked.instrument.comments:
        return [Blocker("no_comments_here", "comment")]
    return []
