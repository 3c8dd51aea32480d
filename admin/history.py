"""The history of the agency: searched by year, day, employee or case, and taken out as a table."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from flask import Response
from flask_admin import expose

from admin.screen import Screen, listing
from kinerja_flow.language import language
from kinerja_flow.policy import READERS
from kinerja_flow.services import forms, markers
from kinerja_flow.services.callers import person_called
from kinerja_flow.services.exports import FORMS
from kinerja_flow.services.history_search import Place, Sought, export, search, years
from workflows.faults import refuse
from workflows.kinds import TextInput

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class PlaceInput(TextInput):
    """Where a page of the history ended."""

    def taken(self, value: Any) -> Any:
        try:
            at, case_id, seq = str(value).split("_")
            return Place(markers.instant(at), UUID(case_id), markers.number(seq))
        except ValueError:
            raise refuse("cursor_unreadable") from None


class Filter(forms.Form):
    """Which acts are wanted; `whose` is the NIP or id of an employee."""

    year = forms.whole("year", **{"from": 2000, "to": 9999})
    from_on = forms.day("from_on", optional=True)
    until_on = forms.day("until_on", optional=True)
    whose = forms.text("whose", 60, optional=True)
    case = forms.identity("case", optional=True)
    after = PlaceInput(forms.spec("after", optional=True))


class FileFilter(Filter):
    """Which acts are wanted, and as which file."""

    form = forms.choice("form", FORMS)


FORM, FILE_FORM = Filter(), FileFilter()


class History(Screen):
    """What was done, newest first. Acts of those who rate anonymously are never in it."""

    key = "history"
    path = "riwayat"
    section = "section_oversight"
    offices = READERS

    @expose("/")
    def index(self) -> Response:
        of, known = self.asked(FORM), years(self.actor)
        if not known:
            return self.page("history.html", years=known, of=of, listing=None)
        sought, after = self._sought(of, known), of.get("after")
        found = listing(search, self.actor, sought, after=after, place=_place)
        chosen = {**of, "year": sought.year}
        return self.page("history.html", years=known, of=chosen, listing=found, forms=FORMS)

    @expose("/berkas")
    def file(self) -> Response:
        of, into = self.asked(FILE_FORM), io.BytesIO()
        sought = self._sought(of, years(self.actor))
        export(self.actor, sought, of["form"], into, language())
        name = f'attachment; filename="riwayat-{sought.year}.{of["form"]}"'
        headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
        return Response(into.getvalue(), content_type=TYPES[of["form"]], headers=headers)

    def _sought(self, of: dict[str, Any], known: list[int]) -> Sought:
        whose = of.get("whose")
        person = None if whose is None else person_called(self.actor.agency_id, whose)
        year = of.get("year") or (known[0] if known else 0)
        return Sought(year, of.get("from_on"), of.get("until_on"), person, of.get("case"))


def _place(found: Any) -> str:
    at, case_id, seq = found.place
    return f"{at.isoformat()}_{case_id}_{seq}"
