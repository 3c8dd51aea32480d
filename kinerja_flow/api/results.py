"""Results of an appraisal: each with its explanation, what others said, and who read it."""

from __future__ import annotations

from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.explanation import NodeView
from kinerja_flow.api.fields import Count, Exact, Id, Instant, Said, Truth, Word, several
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import SIZE, Page, Paged, page, page_of, place_of
from kinerja_flow.services.closing import closing_assessments
from kinerja_flow.services.readings import readings_of
from kinerja_flow.services.released import released_answers
from kinerja_flow.services.results import read_results
from kinerja_flow.services.running import RunningScore, running_score

noun = Noun("results", "What an appraisal came to, what it is made from, and who read it.")


class ContestView(Schema):
    """The last objection to a result, and what became of it."""

    case_id = Id("The objection's own case")
    level = Count("How often it was referred upwards, from 1", like=1)
    outcome = Word("stands, changed or accepted; null while it is open", like="stands")
    replaced_by = Count("Number of the result that took its place; null where none did")
    decided_by_id = Id("Who decided it", attribute="decided_by")
    decided_at = Instant("When")


class ResultView(Schema):
    """A result as its reader sees it; it never changes, and a later one takes its place."""

    number = Count("Its number, from 1", like=1)
    value = Exact("The exact value; null where there is none", like="191/2")
    level = Word("Key of the level", like="baik")
    explanation = fields.Nested(
        NodeView, allow_none=True, metadata={"description": "How it came about, step by step"}
    )
    digest = Word("SHA-256 of the canonical explanation")
    computed_at = Instant("When it was computed")
    is_superseded = Truth("Whether a later one took its place")
    rests_on_superseded = Truth(
        "Whether a segment's result or unit's predikat in it is another now"
    )
    is_provisional = Truth("Whether it may still change: an objection is open")
    is_outdated = Truth("Whether data that it rests on came, or were corrected, after it")
    outdated_indicator_ids = several(
        Id("An indicator"), "The indicators whose measurements did", attribute="outdated"
    )
    outdated_answers = several(
        Word("An instrument", like="kepuasan"), "The instruments whose answers by citizens did"
    )
    objective_share = Exact("Percentage of the plan's weight that was measured objectively")
    objection = fields.Nested(
        ContestView, allow_none=True, metadata={"description": "The last objection to it"}
    )


class RunningView(Schema):
    """What a score stands at while it is in the making; it is not the result."""

    at = Instant("As of when")
    notice = Said("That it is not the result, and of which day it is")
    steps = several(fields.Nested(NodeView), "The steps that may be followed")


class FiguresView(Schema):
    """The answers to one criterion, of all who rated it."""

    criterion = Word("Key of the criterion", like="kerja_sama")
    count = Count("How many answered", like=5)
    mean = Exact("Their exact mean on the scale of the instrument", like="4.2")
    distribution = fields.Dict(
        allow_none=True, metadata={"description": "How often each level; null for too few"}
    )


class CommentView(Schema):
    """What somebody wrote to a criterion."""

    criterion = Word("Key of the criterion", like="kerja_sama")
    text = Word("What was written")
    author_id = Id("Who wrote it; null where the relation is anonymous")


class ReleasedView(Schema):
    """What one relation said to an instrument."""

    instrument = Word("Key of the instrument", like="kolaborasi")
    relation = Word("Who answered", like="peer")
    figures = several(fields.Nested(FiguresView), "By criterion, in the template's order")
    comments = several(fields.Nested(CommentView), "In the order of chance")


class ClosingView(Schema):
    """A closing assessment by a former assessor."""

    author_id = Id("Who gave it")
    given_at = Instant("When")
    action = Word("The action with which it was given", like="give_closing")
    values = fields.Dict(metadata={"description": "What was chosen, by input"})
    texts = fields.Dict(metadata={"description": "What was written, by input"})


class ReadingView(Schema):
    """That somebody read a result of somebody else."""

    id = Id("Its id")
    number = Count("Number of the result", like=1)
    reader_id = Id("Who read it; null where they rate anonymously")
    reader = Word("Their name; null where they rate anonymously")
    capacity = Word("As what they read it", like="assessor")
    on_behalf_of_id = Id("The absent official for whom they did; null for themself")
    way = Word("By which way", like="document")
    read_at = Instant("When")


@noun.gets("/cases/<uuid:case_id>/results", page_of(ResultView))
def listed(call: Call, case_id: UUID) -> Page:
    """All results that the caller may read; the employee's first opening is their receipt."""
    return Page(read_results(case_id, call.actor))


@noun.gets("/cases/<uuid:case_id>/running-score", RunningView)
def running(call: Call, case_id: UUID) -> RunningScore:
    """What the score stands at now, for the employee and whoever assesses them."""
    return running_score(case_id, call.actor)


@noun.gets("/cases/<uuid:case_id>/released-answers", page_of(ReleasedView))
def released(call: Call, case_id: UUID) -> Page:
    """What raters said, as figures of enough of them; nothing before the release."""
    return Page(released_answers(case_id, call.actor))


@noun.gets("/cases/<uuid:case_id>/closing-assessments", page_of(ClosingView), known=True)
def closings(call: Call, case_id: UUID) -> Page:
    """What former assessors said of the time under them, as far as the caller may read it."""
    return Page(closing_assessments(case_id, call.actor))


@noun.gets("/cases/<uuid:case_id>/readings", page_of(ReadingView), Paged())
def readings(call: Call, case_id: UUID) -> Page:
    """Who read the results, newest first: for the employee whose they are, and for HR."""
    after, most = place_of(call.query.get("cursor"), UUID), call.query.get("limit", SIZE)
    last = after[0] if after else None
    found = readings_of(case_id, call.actor, after=last, most=most + 1)
    return page(found, most, lambda one: (one.id,))
