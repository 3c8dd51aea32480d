"""Answer sheets that were filled in elsewhere join those of an open survey, in one set."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from kinerja_flow.db import transaction
from kinerja_flow.errors import Blocker, Invalid
from kinerja_flow.policy import Actor
from kinerja_flow.services.survey_asked import asked_in, only_hr, refuse_over, survey_of
from kinerja_flow.services.survey_forms import SHEET, read_comment, read_sheet
from kinerja_flow.services.survey_replies import beside, seal

#: So many answer sheets are taken at once.
MOST_SHEETS = 20_000


def add_sheets(survey_id: UUID, actor: Actor, sheets: Iterable[Mapping[str, Any]]) -> int:
    """Take answer sheets that were filled in elsewhere (on paper, on a device of the counter) into
    an open survey, in one set; how many.

    Each has answers and, where the instrument takes one, a comment. They lie sealed with the
    others. Raises Forbidden, NotFound, Conflict (closed), Invalid with each sheet's problems.
    """
    only_hr(actor)
    with transaction() as session:
        survey = survey_of(session, survey_id, actor, lock=True)
        refuse_over(session, survey)
        asked = asked_in(session, survey)
        rows, problems = [], []
        for number, sheet in enumerate(sheets, start=1):
            if number > MOST_SHEETS:
                raise Invalid.of("too_many_sheets", "sheets", most=MOST_SHEETS)
            values, wrong = SHEET.read(beside(sheet))
            answers, bad = read_sheet(asked, sheet.get("answers") or {})
            wrong += bad + read_comment(asked, values)
            problems += [_of_sheet(number, blocker) for blocker in wrong]
            rows.append((answers, values.get("comment")))
        if problems:
            raise Invalid(problems)
        random.SystemRandom().shuffle(rows)
        seal(session, survey, rows)
        return len(rows)


def _of_sheet(number: int, blocker: Blocker) -> Blocker:
    place = f"sheets.{number}.{blocker.field or 'answers'}"
    return Blocker(blocker.rule, place, (), blocker.params, blocker.catalogue)
