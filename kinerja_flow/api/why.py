"""Why: what lets somebody do something to a case now, or keeps them from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.fields import Count, Day, Id, Instant, Said, Truth, Word
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.problems import BlockerView
from kinerja_flow.api.states import CaseStateView
from kinerja_flow.language import language
from kinerja_flow.services import forms
from kinerja_flow.services.why import why
from kinerja_flow.services.why_told import ACTION, ASPECTS, Why

noun = Noun("why", "Why somebody may or may not do something, for HR.")


class StandsView(Schema):
    """A relation in which the person may act."""

    relation = Word("The relation", like="assessor")
    label = Said("What it is called", like="Pejabat Penilai Kinerja")
    grant_id = Id("The grant under which they stand in for another; null: by themself")
    absent_id = Id("For whom they stand in")
    until_on = Day("Last day of the grant")


class WhyCheckView(Schema):
    """One thing that is looked at."""

    name = Word("relation, state, requirements or reading", like="state")
    blockers = fields.List(
        fields.Nested(BlockerView), metadata={"description": "Everything that is in the way"}
    )


class DueView(Schema):
    """Something that falls due on the case."""

    kind = Word("remind, escalate or action", like="remind")
    action = Word("What the clock will do; null for reminders", like="close_input")
    due_at = Instant("When")
    problem = Word("The rule that kept it from firing so far; null: none", like="somebody_is")


class WhyView(CaseStateView):
    """Why somebody may or may not do this now."""

    case_id = Id("The case")
    person_id = Id("About whom it was asked")
    aspect = Word("action, book or reading", like="action")
    name = Word("What of it", like="submit_plan")
    version = Count("The version of the case", like=7)
    is_allowed = Truth("Whether nothing is in the way")
    stands = fields.List(
        fields.Nested(StandsView), metadata={"description": "In which relations they stand"}
    )
    checks = fields.List(
        fields.Nested(WhyCheckView), metadata={"description": "What was looked at, in its order"}
    )
    asked_later = fields.List(
        Word("A rule"), metadata={"description": "Rules that look at what is given with the act"}
    )
    holders = fields.Dict(
        keys=fields.String(),
        values=fields.List(Id("A person")),
        metadata={"description": "Who stands in the relations that could lift something"},
    )
    due_on = Day("Last day of the term of the state; null where there is none")
    deadlines = fields.List(
        fields.Nested(DueView), metadata={"description": "What is still to fall due"}
    )


class Question(forms.Form):
    """About whom, and what: the name of an action, of a book, or of something to be read."""

    person = forms.identity("person")
    aspect = forms.choice("aspect", ASPECTS, default=ACTION)
    name = forms.text("name", 40)


@noun.gets("/cases/<uuid:case_id>/why", WhyView, Question())
def asked(call: Call, case_id: UUID) -> Mapping[str, Any]:
    """Why somebody may or may not do this to the case now; for HR."""
    of = (call.query["person"], call.query["aspect"], call.query["name"])
    return told(why(case_id, call.actor, *of))


def told(found: Why) -> dict[str, Any]:
    """The answer with its blockers in words."""
    said = {name: getattr(found, name) for name in Why.__dataclass_fields__}
    checks = [
        {"name": one.name, "blockers": [b.as_json(language()) for b in one.blockers]}
        for one in found.checks
    ]
    return {**said, "checks": checks}
