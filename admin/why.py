"""Why somebody may or may not do something to a case now, or read something of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask_admin import expose

from admin.screen import PAGES, Screen
from kinerja_flow.language import language
from kinerja_flow.policy import READERS
from kinerja_flow.services import case_list, forms, reports
from kinerja_flow.services import why as whys
from kinerja_flow.services.callers import person_called
from kinerja_flow.services.directory import names_by_id
from kinerja_flow.services.why_told import ACTION, ASPECTS, BOOK, READING
from kinerja_flow.workflow.naming import term
from workflows.definition import Label
from workflows.definition.words import BOOKS
from workflows.kinds import TextInput


class WhatInput(TextInput):
    """What is asked about: an aspect, and which one of it."""

    def taken(self, value: Any) -> Any:
        aspect, _, name = str(value).partition(".")
        return forms.choice("what", ASPECTS).deserialize(aspect), name


class Asked(forms.Form):
    """Of which case it is asked, about whom (NIP or id), and what: `action.<name>`, `book.<name>`
    or `reading.<name>`."""

    case = forms.identity("case", optional=True)
    person = forms.text("person", 60, optional=True)
    what = WhatInput(forms.spec("what", optional=True))


FORM = Asked()


class WhyNot(Screen):
    """The case first, then the person and the thing; the answer names every rule in the way, and
    who can lift it."""

    key = "why"
    path = "mengapa"
    section = "section_oversight"
    offices = READERS

    @expose("/")
    def index(self) -> Response:
        of = self.asked(FORM)
        if "case" not in of:
            return self.page("why.html", of=of)
        words: dict[str, Any] = self._case(of["case"])
        if {"person", "what"} <= of.keys():
            words |= self._answer(of, words["case"].cycle_id)
        return self.page("why.html", of=of, **words)

    def _case(self, case_id: UUID) -> dict[str, Any]:
        """The case with what may be asked of it."""
        case, chosen = case_list.one_case(case_id, self.actor), language()
        definition = reports.course_of(case.cycle_id, self.actor)
        acts = definition.machines[case.kind].actions.values()
        return {
            "case": case,
            "things": {
                ACTION: {one.name: one.label(chosen) for one in acts},
                BOOK: {name: _book(name)(chosen) for name in BOOKS},
                READING: {name: PAGES.saying(chosen)(f"thing_{name}") for name in whys.READINGS},
            },
        }

    def _answer(self, of: dict[str, Any], cycle_id: UUID) -> dict[str, Any]:
        person = person_called(self.actor.agency_id, of["person"])
        found = whys.why(of["case"], self.actor, person, *of["what"])
        people = [person, *(one for holders in found.holders.values() for one in holders)]

        return {
            "why": found,
            "names": names_by_id(self.actor, people),
            "called": self.called(cycle_id),
        }


def _book(name: str) -> Label:
    """What the field calls a book of a case."""
    return term("book", name) or Label(name, name)
