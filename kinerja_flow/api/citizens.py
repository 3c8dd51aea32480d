"""The form of a citizens' survey, for whoever has its link: no sign-in, no trace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from marshmallow import Schema, fields

from kinerja_flow.api.fields import Count, Day, Said, Truth, Word
from kinerja_flow.api.noun import NO_CONTENT, Call, Contract, Noun
from kinerja_flow.security.links import HEADERS, LARGEST, sender, unlogged
from kinerja_flow.services.survey_forms import ReplyForm
from kinerja_flow.services.survey_replies import SurveyPage, reply, survey_form

noun = Noun("forms", "What citizens are asked, and their answers. The link is all that it takes.")


class CitizensLevelView(Schema):
    """A level of the scale."""

    key = Word("Its key: send it as the answer to a criterion", like="baik")
    label = Said("What it is called", like="Baik")


class CriterionView(Schema):
    """What is asked."""

    key = Word("Its key", like="u1")
    label = Said("What is judged", like="Kesesuaian persyaratan")
    guide = Said("What that means; null where nothing more is said")


class CitizensFormView(Schema):
    """What a citizen is shown before the first answer."""

    about = Word("Name of the unit, or of the employee, whose service is judged")
    is_employee = Truth("Whether it is one employee")
    least = Count("Fewer answers than these are shown to nobody", like=5)
    closes_on = Day("The last day", like="2026-02-28")
    nonce = Word("Send it with the answers: the same form sent twice counts once")
    comments = Truth("Whether a comment may be sent")
    levels = fields.List(
        fields.Nested(CitizensLevelView), metadata={"description": "From low to high"}
    )
    criteria = fields.List(fields.Nested(CriterionView), metadata={"description": "In order"})


class CitizensReplyForm(ReplyForm):
    """A citizen's answers: criterion → level, at least one of them."""

    answers = fields.Dict(required=True)


PUBLIC: dict[str, Any] = {"by": "anybody"}
AT = "/forms/<link>"


@noun.after_request
def _unkept(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


@noun.operation("GET", AT, Contract(CitizensFormView, **PUBLIC))
@unlogged
def ask(_call: Call, link: str) -> Mapping[str, Any]:
    """What is asked behind a link, and what a citizen should know before the first answer."""
    return _told(survey_form(link))


@noun.operation(
    "POST",
    AT,
    Contract(None, CitizensReplyForm(), status=NO_CONTENT, largest=LARGEST, **PUBLIC),
)
@unlogged
def take(call: Call, link: str) -> None:
    """Take one citizen's answers; a one-time link is used up. A complaint goes on apart."""
    reply(link, call.body, sender())


def _told(page: SurveyPage) -> dict[str, Any]:
    asked = page.asked
    plain = ("about", "is_employee", "least", "closes_on", "nonce")
    return {
        **{name: getattr(page, name) for name in plain},
        "comments": asked.instrument.comments,
        "levels": [{"key": key, "label": label} for key, label in asked.scale.levels],
        "criteria": asked.criteria,
    }
