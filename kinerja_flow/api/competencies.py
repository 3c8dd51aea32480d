"""What results say beyond themselves: competencies, trainings, placements, learning of a unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.fields import Count, Exact, Id, Said, Truth, Word, several
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import Page, page_of
from kinerja_flow.services import forms
from kinerja_flow.services.competencies import Competences, competencies_of_unit
from kinerja_flow.services.learning import Learning, Weak, learning
from kinerja_flow.services.placements import placements
from kinerja_flow.services.trainings import TrainingNeeds, training_needs

noun = Noun("competencies", "Gaps and strengths, and what follows from them for people and units.")


class CompetencyView(Schema):
    """What somebody attained of a competency against what a post requires."""

    instrument = Word("Key of the instrument", like="kompetensi")
    criterion = Word("Key of the criterion", like="integritas")
    label = Said("What it is called", like="Integritas")
    attained = Exact("The level attained; null where nobody was asked, or too few")
    required = Exact("The level required; null where the post requires none")
    gap = Exact("By how much it stays below; null where one of the two is")
    strength = Exact("By how much it exceeds; null where one of the two is")
    fit = Exact("How far it is met, in percent")


class CompetencesView(Schema):
    """The competencies of one person, as their newest delivered result explains them."""

    case_id = Id("Their appraisal")
    person_id = Id("Who")
    name = Word("Their name")
    unit_id = Id("Their unit")
    post = Word("Their post; null without one")
    result = Count("Number of the result", like=1)
    competencies = several(fields.Nested(CompetencyView), "All of them")
    gaps = several(Word("A criterion"), "What stays below the standard, the largest gap first")
    strengths = several(Word("A criterion"), "What exceeds it, the largest strength first")


class TrainingView(Schema):
    """A training of the catalogue."""

    key = Word("Its key", like="komunikasi")
    label = Said("What it is called")
    jp = Count("Its hours (JP)", like=20)


class MatchedView(Schema):
    """A gap, and the trainings that would close it."""

    competency = fields.Nested(CompetencyView, metadata={"description": "The gap"})
    trainings = several(fields.Nested(TrainingView), "What develops it")


class NeedsView(Schema):
    """What a result asks for in trainings."""

    gaps = several(fields.Nested(MatchedView), "The gaps, the largest first")
    proposed = several(fields.Nested(TrainingView), "What was proposed last")
    lacking = Count("How many hours the proposal stays below what is due in a year", like=0)
    exceeding = Count("How many hours it exceeds what somebody may have in a year", like=0)


class PlacementView(Schema):
    """Posts of one title, level and field, and how well somebody would fit. It decides nothing."""

    title = Word("Title of the posts", like="Analis")
    level = Word("Their level")
    field = Word("Their field of work")
    posts = Count("How many there are", like=3)
    vacant = Count("How many of them nobody holds definitively", like=1)
    is_present = Truth("Whether they are of the person's own kind")
    fit = Exact("Mean fit in percent; null where nothing required was assessed")
    competencies = several(fields.Nested(CompetencyView), "What they require")


class Most(forms.Form):
    """How many are wanted."""

    limit = forms.whole("limit", **{"from": 1, "to": 100})


class LearnedView(Schema):
    """How a question or an indicator came out over the people of a unit."""

    key = several(Word("A part of the key"), "Instrument, criterion and relation; or the indicator")
    label = Said("What it is called")
    people = Count("Over how many people", like=12)
    mean = Exact("Their exact mean")
    lowest = Exact("The lowest")
    highest = Exact("The highest")
    variance = Exact("The exact variance of the whole group")
    before = Exact("The mean of the cycle before; null where none is told")


class ProposedView(Schema):
    """A training that develops something, and for how many it was proposed."""

    training = fields.Nested(TrainingView, metadata={"description": "The training"})
    people = Count("For how many it was proposed", like=0)


class WeakView(Schema):
    """A question on which the unit is weakest."""

    learned = fields.Nested(LearnedView, metadata={"description": "How it came out"})
    trainings = several(fields.Nested(ProposedView), "What develops it")


class LearningView(Schema):
    """What the delivered results of a unit say together; never of fewer people than may be told."""

    people = Count("How many were told a result", like=12)
    answers = several(fields.Nested(LearnedView), "Questions, the weakest first")
    indicators = several(fields.Nested(LearnedView), "Indicators, the weakest first")
    weakest = several(fields.Nested(WeakView), "The weakest questions")
    too_few = several(several(Word("A part"), "A key"), "What too few people were told of")
    compared_with = Word("Name of the cycle before; null where there is none")


@noun.gets("/cycles/<uuid:cycle_id>/units/<uuid:unit_id>/competencies", page_of(CompetencesView))
def of_unit(call: Call, cycle_id: UUID, unit_id: UUID) -> Page:
    """Gaps and strengths of a unit's people, for HR and the officials above them."""
    found = competencies_of_unit(cycle_id, unit_id, call.actor)
    return Page([_person(one) for one in found])


def _person(one: Competences) -> dict[str, Any]:
    said = {name: getattr(one, name) for name in Competences.__dataclass_fields__}
    ranked = {"gaps": one.gaps, "strengths": one.strengths}
    return {**said, **{name: [c.criterion for c in of] for name, of in ranked.items()}}


@noun.gets("/cycles/<uuid:cycle_id>/units/<uuid:unit_id>/learning", LearningView)
def of_cycle(call: Call, cycle_id: UUID, unit_id: UUID) -> Mapping[str, Any]:
    """What a unit can learn from a cycle, for HR and the officials above."""
    found = learning(cycle_id, unit_id, call.actor)
    said = {name: getattr(found, name) for name in Learning.__dataclass_fields__}
    return {**said, "weakest": [_weak(one) for one in found.weakest]}


def _weak(one: Weak) -> dict[str, Any]:
    trainings = [{"training": training, "people": people} for training, people in one.trainings]
    return {"learned": one.learned, "trainings": trainings}


@noun.gets("/cases/<uuid:case_id>/trainings", NeedsView)
def trainings(call: Call, case_id: UUID) -> TrainingNeeds:
    """Which trainings would close the gaps of the newest delivered result."""
    return training_needs(case_id, call.actor)


@noun.gets("/cases/<uuid:case_id>/placements", page_of(PlacementView), Most())
def fitting(call: Call, case_id: UUID) -> Page:
    """Which posts fit best, for HR and the officials above; never for the employee."""
    return Page(placements(case_id, call.actor, call.query.get("limit", 20)))
