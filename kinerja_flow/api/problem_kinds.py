"""What every refusal means: where the `type` of a problem points, for whoever asks."""

from __future__ import annotations

from marshmallow import Schema

from kinerja_flow.api.fields import Both, Count, Word
from kinerja_flow.api.noun import Call, Contract, Noun
from kinerja_flow.api.paging import Page, page_of
from kinerja_flow.services.problem_list import Known, problem_known, problems_known

noun = Noun("problems", "Every kind of problem and every rule, with what each says and means.")


class KnownView(Schema):
    """A kind of problem, or a rule that may stand in its blockers. Sentences are templates: what
    stands in braces is filled in."""

    code = Word("Its stable code", like="plan_complete")
    sort = Word("kind (a problem's type) or rule (a blocker's rule)", like="rule")
    status = Count("Status of the answer; null for a rule, which comes under its problem's")
    sentence = Both("What it says")
    way_out = Both("What to do about it, and who can; null for a kind")


@noun.operation("GET", "/problems", Contract(page_of(KnownView), by="anybody"))
def listed(call: Call) -> Page:
    """Every kind of problem and every rule, in both languages; without sign-in."""
    return Page(problems_known())


@noun.operation("GET", "/problems/<code>", Contract(KnownView, by="anybody"))
def one(call: Call, code: str) -> Known:
    """One kind of problem or rule; the `type` of a problem is this address."""
    return problem_known(code)
