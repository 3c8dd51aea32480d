"""Answer sheets that were filled in elsewhere join those of an open survey, in one set."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kinerja_flow.db import transaction
from kinerja_flow.errors import INPUTS, Blocker, Invalid
from kinerja_flow.models import Survey
from kinerja_flow.policy import Actor, only_hr
from kinerja_flow.services.survey_asked import Asked, asked_in, held_survey, refuse_over
from kinerja_flow.services.survey_forms import SHEET, read_comment, read_sheet
from kinerja_flow.services.survey_replies import beside, seal

#: So many answer sheets are taken at once.
MOST_SHEETS = 20_000
Sheet = tuple[dict[str, str], str | None]


def add_sheets(survey_id: UUID, actor: Actor, sheets: Iterable[Mapping[str, Any]]) -> int:
    """Take answer sheets that were filled in elsewhere (on paper, on a device of the counter) into
    an open survey, in one set; how many.

    Each has answers and, where the instrument takes one, a comment. They lie sealed with the
    others. Raises Forbidden, NotFound, Conflict (closed), Invalid with each sheet's problems.
    """
    only_hr(actor, "survey")
    if not isinstance(sheets, Iterable):
        raise Invalid([Blocker("input_not_list", "sheets", catalogue=INPUTS)])
    with transaction() as session:
        survey = held_survey(session, survey_id, actor, lock=True)
        refuse_over(session, survey)
        asked = asked_in(session, survey)
        given = ((f"sheets.{number}", sheet) for number, sheet in enumerate(sheets, start=1))
        rows = checked(asked, islice(given, MOST_SHEETS + 1))
        if len(rows) > MOST_SHEETS:
            raise Invalid.of("too_many_sheets", "sheets", most=MOST_SHEETS)
        return put_away(session, survey, rows)


def checked(asked: Asked, sheets: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Sheet]:
    """Levels and comment of each sheet; Invalid with every problem, by the sheet's place."""
    rows: list[Sheet] = []
    problems: list[Blocker] = []
    for place, sheet in sheets:
        if not isinstance(sheet, Mapping):
            problems.append(Blocker("inputs_not_mapping", place, catalogue=INPUTS))
            continue
        values, wrong = SHEET.read(beside(sheet))
        answers, bad = read_sheet(asked, sheet.get("answers") or {})
        wrong = [*wrong, *bad, *read_comment(asked, values)]
        problems += [at(place, blocker) for blocker in wrong]
        rows.append((answers, values.get("comment")))
    if problems:
        raise Invalid(problems)
    return rows


def put_away(session: Session, survey: Survey, rows: list[Sheet]) -> int:
    """Seal sheets in an order that says nothing; how many."""
    random.SystemRandom().shuffle(rows)
    seal(session, survey, rows)
    return len(rows)


def at(place: str, blocker: Blocker) -> Blocker:
    """A blocker of one row among many."""
    field = ".".join(filter(None, (place, blocker.field)))
    return Blocker(blocker.rule, field, (), blocker.params, blocker.catalogue)
