"""Results of surveys, and complaints, from files: tried first, taken whole or not at all, once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import Blocker, Invalid, NotFound
from kinerja_flow.models import Complaint, Cycle, Survey, SurveyImport, SurveyTally, Unit
from kinerja_flow.policy import CITIZEN, Actor, only_hr
from kinerja_flow.scoring import number_of
from kinerja_flow.services.briefing import cycle_of
from kinerja_flow.services.late_answers import hold_asked, tell_asked
from kinerja_flow.services.survey_asked import (
    Asked,
    asked_in,
    for_citizens,
    held_survey,
    refuse_over,
    today_in,
)
from kinerja_flow.services.survey_closing import told
from kinerja_flow.services.survey_import_forms import COMPLAINT_ROW, tally_form
from kinerja_flow.services.survey_sheets import at, checked, put_away
from kinerja_flow.services.survey_tables import Row, read_table
from kinerja_flow.workflow import DEFINITIONS
from workflows.faults import listing

COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows a file has; whether it was taken before, and so did nothing now."""

    rows: int
    is_repeat: bool = False


class _Tried(Exception):
    """The end of a dry run: what was done in it is undone."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file (CSV or XLSX) as HR sends it; `dry_run`: say what is wrong, and change nothing."""

    content: bytes
    dry_run: bool = False

    def taken(
        self, actor: Actor, kind: str, about: UUID | str, take: Callable[[Session], int]
    ) -> Imported:
        """What `take` makes of the file, in one transaction, unless the same file was read into
        the same thing before. Raises Invalid with the problems of all rows."""
        only_hr(actor, "survey")
        said = f"{kind}:{about}:".encode("utf-8", "replace") + self.content
        digest = hashlib.sha256(said).hexdigest()
        known = (SurveyImport.agency_id == actor.agency_id, SurveyImport.digest == digest)
        rows = 0
        try:
            with transaction() as session:
                before = session.scalar(select(SurveyImport.row_count).where(*known))
                if before is not None:
                    return Imported(before, is_repeat=True)
                rows = take(session)
                if self.dry_run:
                    raise _Tried
                assert actor.agency_id is not None
                today = today_in(session, actor.agency_id)
                whose = {"agency_id": actor.agency_id, "imported_by": actor.person_id}
                read = {"digest": digest, "kind": kind, "row_count": rows, "imported_on": today}
                session.add(SurveyImport(**whose, **read))
        except _Tried:
            pass
        return Imported(rows)


def import_sheets(survey_id: UUID, actor: Actor, upload: Upload) -> Imported:
    """Take one answer sheet a row into an open survey: a column for each criterion, and comment.

    A cell holds the key of a level, or its number. Raises Forbidden, NotFound, Conflict, Invalid.
    """

    def take(session: Session) -> int:
        survey = held_survey(session, survey_id, actor, lock=True)
        refuse_over(session, survey)
        asked = asked_in(session, survey)
        columns = [criterion.key for criterion in asked.criteria] + [COMMENT]
        rows = read_table(upload.content, columns)
        return put_away(session, survey, checked(asked, _sheets(asked, rows)))

    return upload.taken(actor, "sheets", survey_id, take)


def _sheets(asked: Asked, rows: list[Row]) -> Iterable[tuple[str, dict[str, Any]]]:
    levels = {str(number_of(asked.scale, key)): key for key in asked.scale.keys}
    for row in rows:
        cells = {name: cell for name, cell in row.cells.items() if name != COMMENT}
        answers = {name: levels.get(cell.strip(), cell.strip()) for name, cell in cells.items()}
        comment = {COMMENT: row.cells[COMMENT]} if COMMENT in row.cells else {}
        yield row.place, {**comment, "answers": answers}


def import_tallies(
    cycle_id: UUID, actor: Actor, upload: Upload, *, unit_id: UUID, instrument: str
) -> Imported:
    """Take counts that were made elsewhere (criterion, level, count) as a closed survey of a unit.

    It meets the minimum count alone, criterion by criterion. Raises Forbidden, NotFound, Invalid.
    """

    def take(session: Session) -> int:
        cycle = _cycle(session, cycle_id, unit_id, actor)
        survey = _closed(session, cycle, unit_id, instrument)
        asked = asked_in(session, survey)
        columns = ("criterion", "level", "count")
        rows = read_table(upload.content, columns, columns)
        found = told(_counted(asked, rows), survey.min_count)
        if not found:
            raise Invalid.of("too_few_answers", "file", least=survey.min_count)
        hold_asked(session, survey)
        session.add(survey)
        session.flush()
        key = {"agency_id": survey.agency_id, "survey_id": survey.id}
        session.execute(insert(SurveyTally), [{**key, **tally} for tally in found])
        tell_asked(session, actor, survey)
        return len(rows)

    return upload.taken(actor, "tallies", f"{cycle_id}:{unit_id}:{instrument}", take)


def _closed(session: Session, cycle: Cycle, unit_id: UUID, instrument: str) -> Survey:
    definition = DEFINITIONS.get(session, cycle.digest)
    known = for_citizens(definition)
    if not isinstance(instrument, str) or instrument not in known:
        raise Invalid.of("not_for_citizens", "instrument", known=listing(list(known)))
    today = today_in(session, cycle.agency_id)
    of = {"agency_id": cycle.agency_id, "year": cycle.year, "cycle_id": cycle.id}
    days = {"opens_on": today, "closes_on": today, "closed_at": clock.now()}
    least = definition.relations[CITIZEN].min_count
    about = {"unit_id": unit_id, "instrument": instrument, "kind": "import", "min_count": least}
    return Survey(**of, **days, **about)


def _counted(asked: Asked, rows: list[Row]) -> Counter[tuple[str, str]]:
    form, counts, problems = tally_form(asked), Counter[tuple[str, str]](), []
    levels = {str(number_of(asked.scale, key)): key for key in asked.scale.keys}
    for row in rows:
        level = row.cells.get("level", "").strip()
        values, wrong = form.read({**row.cells, "level": levels.get(level, level)})
        pair = (values.get("criterion", ""), values.get("level", ""))
        if not wrong and pair in counts:
            wrong = [Blocker("row_twice", None)]
        problems += [at(row.place, blocker) for blocker in wrong]
        counts[pair] += values.get("count", 0)
    if problems:
        raise Invalid(problems)
    return counts


def import_complaints(cycle_id: UUID, actor: Actor, upload: Upload, *, unit_id: UUID) -> Imported:
    """Take complaints about a unit that came in elsewhere: received_on and text, and, where they
    were answered, answered_on and response. Raises Forbidden, NotFound, Invalid."""

    def take(session: Session) -> int:
        cycle = _cycle(session, cycle_id, unit_id, actor)
        rows = read_table(upload.content, COMPLAINT_ROW.fields, ("received_on", "text"))
        today = today_in(session, cycle.agency_id)
        of = {"agency_id": cycle.agency_id, "year": cycle.year, "unit_id": unit_id}
        found, problems = [], []
        for row in rows:
            values, wrong = COMPLAINT_ROW.read(row.cells)
            for name in ("received_on", "answered_on"):
                if name in values and values[name] > today:
                    params = {"day": values[name], "today": today}
                    wrong.append(Blocker("not_yet", name, (), params))
            problems += [at(row.place, blocker) for blocker in wrong]
            answered = {name: values.get(name) for name in ("answered_on", "response")}
            found.append({**of, "id": uuid4(), "source": "import", **values, **answered})
        if problems:
            raise Invalid(problems)
        if found:
            session.execute(insert(Complaint), found)
        return len(found)

    return upload.taken(actor, "complaints", f"{cycle_id}:{unit_id}", take)


def _cycle(session: Session, cycle_id: UUID, unit_id: UUID, actor: Actor) -> Cycle:
    cycle = cycle_of(session, cycle_id, actor)
    unit = session.get(Unit, unit_id)
    if unit is None or unit.agency_id != actor.agency_id:
        raise NotFound.of("no_such_unit", "unit")
    return cycle
