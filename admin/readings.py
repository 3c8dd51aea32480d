"""Who read the results of an appraisal, in which capacity and by which way."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_admin import expose

from admin.screen import Paged, Screen, listing
from kinerja_flow.policy import READERS
from kinerja_flow.services import case_list, forms
from kinerja_flow.services.readings import readings_of


class Filter(Paged):
    """Of which appraisal."""

    case = forms.identity("case", optional=True)


FORM = Filter()


class Readings(Screen):
    """Of delivered results; what its employee reads themself is no matter of it."""

    key = "readings"
    path = "pembacaan"
    section = "section_oversight"
    offices = READERS

    @expose("/")
    def index(self) -> Response:
        of = self.asked(FORM)
        words: dict[str, Any] = {}
        if "case" in of:
            case = case_list.one_case(of["case"], self.actor)
            words = {"case": case, "called": self.called(case.cycle_id)}
            words["listing"] = listing(readings_of, of["case"], self.actor, after=of.get("after"))
        return self.page("readings.html", of=of, **words)
