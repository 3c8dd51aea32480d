"""Surveys of citizens: HR opens, hands out links, closes, and takes in what came on paper.

A new survey's link and new tokens are shown once: no answer with them is kept under a key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.fields import Count, Day, Id, Truth, Word
from kinerja_flow.api.figures import SatisfactionView, SurveyFiguresView
from kinerja_flow.api.noun import Call, Contract, Noun
from kinerja_flow.api.paging import Page, page_of
from kinerja_flow.services import (
    forms,
    survey_closing,
    survey_figures,
    survey_import,
    survey_sheets,
    surveys,
)
from kinerja_flow.services.survey_figures import Figures
from kinerja_flow.services.survey_forms import SURVEY, TOKENS
from kinerja_flow.services.survey_import import Imported, Upload
from kinerja_flow.services.survey_tables import LARGEST_FILE

noun = Noun("surveys", "Surveys of citizens, and files with what was answered elsewhere.")


class SurveyView(Schema):
    """A survey."""

    id = Id("Its id")
    instrument = Word("Key of the instrument", like="pelayanan")
    unit_id = Id("The unit that it is about; null where it is about one employee")
    case_id = Id("The appraisal of the employee whom it is about; null where it is about a unit")
    kind = Word("token, open, or import", like="token")
    opens_on = Day("The first day", like="2026-02-01")
    closes_on = Day("The last day", like="2026-02-28")
    is_closed = Truth("Whether it is closed")


class OpenedSurveyView(Schema):
    """A new survey."""

    id = Id("Its id")
    link = Word("The secret of an open link, shown this once; null for one-time links")


class SurveyTokensView(Schema):
    """New one-time links, shown this once."""

    links = fields.List(Word("Behind /s/ it is an address"), metadata={"description": "The links"})


class ImportedView(Schema):
    """What became of a file."""

    rows = Count("How many rows it has", like=120)
    is_repeat = Truth("Whether it was taken before, and so did nothing now")


class TakenView(Schema):
    """How many sheets were taken."""

    count = Count("How many", like=12)


class SheetsForm(forms.Form):
    """Answer sheets, each with answers (criterion → level) and perhaps a comment."""

    sheets = fields.List(fields.Dict(), required=True)


class FileForm(forms.Form):
    """What goes with a file (CSV or XLSX) of answer sheets."""

    dry_run = forms.choice("dry_run", ("true", "false"), default="false")


class OfUnitForm(FileForm):
    """What goes with a file about a unit."""

    unit = forms.identity("unit")


class TalliesForm(OfUnitForm):
    """What goes with a file of counts about a unit."""

    instrument = forms.text("instrument", 40)


FROM_FILE: dict[str, Any] = {"largest": LARGEST_FILE}


@noun.gets("/cycles/<uuid:cycle_id>/surveys", page_of(SurveyView))
def listed(call: Call, cycle_id: UUID) -> Page:
    """The surveys of a cycle, for HR."""
    return Page(survey_figures.surveys_of(cycle_id, call.actor))


@noun.adds("/cycles/<uuid:cycle_id>/surveys", SURVEY, OpenedSurveyView, keyed=False)
def add(call: Call, cycle_id: UUID) -> surveys.OpenedSurvey:
    """Open a survey about a unit or one employee, by one-time links or one link for all."""
    return surveys.open_survey(cycle_id, call.actor, call.body)


@noun.adds("/surveys/<uuid:survey_id>/tokens", TOKENS, SurveyTokensView, keyed=False)
def issue(call: Call, survey_id: UUID) -> Mapping[str, Any]:
    """Make one-time links to a survey."""
    return {"links": surveys.issue_tokens(survey_id, call.actor, call.body)}


@noun.does("/surveys/<uuid:survey_id>/close")
def close(call: Call, survey_id: UUID) -> None:
    """Close a survey before its last day is over: what enough citizens said is released."""
    survey_closing.close_survey(survey_id, call.actor)


@noun.gets("/surveys/<uuid:survey_id>/figures", SurveyFiguresView)
def figures(call: Call, survey_id: UUID) -> Figures:
    """The released figures of a survey, for HR and for whoever assesses those it is about."""
    return survey_figures.figures(survey_id, call.actor)


@noun.gets("/surveys/<uuid:survey_id>/satisfaction", SatisfactionView)
def satisfaction(call: Call, survey_id: UUID) -> Mapping[str, Any]:
    """The satisfaction index of a survey whose answers go from 1 to 4."""
    found = survey_figures.satisfaction(survey_id, call.actor)
    elements = [{"criterion": name, "mean": mean} for name, mean in found.elements.items()]
    return {"index": found.index, "grade": found.grade, "elements": elements}


@noun.adds("/surveys/<uuid:survey_id>/sheets", SheetsForm(), TakenView)
def add_sheets(call: Call, survey_id: UUID) -> Mapping[str, Any]:
    """Add answer sheets that were filled in elsewhere to an open survey, in one set."""
    sheets = call.body.get("sheets")
    return {"count": survey_sheets.add_sheets(survey_id, call.actor, sheets)}


def _upload(call: Call) -> Upload:
    assert call.file is not None, "an operation with a form has a file"
    call.file.content.seek(0)
    return Upload(call.file.content.read(), call.body["dry_run"] == "true")


@noun.operation(
    "POST",
    "/surveys/<uuid:survey_id>/imports/sheets",
    Contract(ImportedView, uploads=FileForm(), **FROM_FILE),
)
def import_sheets(call: Call, survey_id: UUID) -> Imported:
    """Take a file of answer sheets, one a row, into an open survey; the same file counts once."""
    return survey_import.import_sheets(survey_id, call.actor, _upload(call))


@noun.operation(
    "POST",
    "/cycles/<uuid:cycle_id>/imports/tallies",
    Contract(ImportedView, uploads=TalliesForm(), **FROM_FILE),
)
def import_tallies(call: Call, cycle_id: UUID) -> Imported:
    """Take a file of counts (criterion, level, count) as a closed survey of a unit."""
    about = {"unit_id": call.body["unit"], "instrument": call.body["instrument"]}
    return survey_import.import_tallies(cycle_id, call.actor, _upload(call), **about)


@noun.operation(
    "POST",
    "/cycles/<uuid:cycle_id>/imports/complaints",
    Contract(ImportedView, uploads=OfUnitForm(), **FROM_FILE),
)
def import_complaints(call: Call, cycle_id: UUID) -> Imported:
    """Take a file of complaints about a unit (received_on, text, answered_on, response)."""
    unit_id = call.body["unit"]
    return survey_import.import_complaints(cycle_id, call.actor, _upload(call), unit_id=unit_id)
