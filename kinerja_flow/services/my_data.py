"""Everything about somebody, taken out: as JSON, and as a ZIP with documents and files.

For themself, and by letter through HR. UU 27/2022 article 7 (access and a copy) and 13 (a form in
common use). Nothing of others goes with it: no answers of single or hidden raters, no result that
was not delivered, no name of whoever rates unnamed.
"""

from __future__ import annotations

import json
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import NotFound
from kinerja_flow.files import Files
from kinerja_flow.models import Answer, Case, Document, Person, Result
from kinerja_flow.policy import Actor, Held, only_hr
from kinerja_flow.services.document import document
from kinerja_flow.services.my_data_files import add_files
from kinerja_flow.services.my_data_parts import Whose, delivered, my_cases, people_in
from kinerja_flow.services.my_data_tables import parts
from kinerja_flow.services.reading_log import Reader, note
from kinerja_flow.services.released import grouped
from kinerja_flow.services.results import read_results
from kinerja_flow.workflow import DEFINITIONS
from workflows.vocabulary import OFFICER

#: As many rows are held at a time.
CHUNK = 500
#: The parts that are no table: what others answered about somebody, and who is named.
ANSWERS, NAMES = "answers_about_me", "names"


def my_data(actor: Actor, into: BinaryIO) -> None:
    """Write everything about the actor as JSON: parts by table, each a list of rows.

    One query for each part, and one more for each CHUNK of names; of a table no more rows at a time
    than CHUNK, while all answers about the actor are held at once. Results that were delivered and
    not opened yet are opened by it one by one, which is their receipt. NotFound for an engine.
    """
    whose = _own(actor)
    _open_results(actor)
    with reading() as session:
        _write(session, whose, into)


def data_by_letter(actor: Actor, person_id: UUID, into: BinaryIO) -> None:
    """Write what is kept of somebody who asks by letter, as HR: without what nobody but its author
    reads, without from where they signed in or where they rate unnamed, and without results that
    they have not opened.

    Each result is kept as read by the officer. Raises Forbidden, NotFound.
    """
    only_hr(actor, "person")
    assert actor.agency_id is not None, "an officer is of an agency"
    here = (Person.agency_id == actor.agency_id, Person.kind != "practice")
    whose = Whose(actor.agency_id, person_id, by_letter=True)
    with transaction() as session:
        if session.scalar(select(Person.id).where(*here, Person.id == person_id)) is None:
            raise NotFound.of("no_such_person", "person")
        _write(session, whose, into)
        _note(session, actor, whose)


def _note(session: Session, officer: Actor, whose: Whose) -> None:
    """Keep that the officer read the results in it."""
    r = Result
    of = (r.agency_id == whose.agency_id, r.case_id.in_(my_cases(whose)), delivered(r))
    found: dict[int, list[tuple[UUID, int]]] = defaultdict(list)
    for row in session.execute(select(r.year, r.case_id, r.number).where(*of)):
        found[row.year].append((row.case_id, row.number))
    if officer.person_id != whose.person_id:
        for year, results in found.items():
            note(session, Reader(officer, year, "export", Held(OFFICER)), results)


def my_archive(actor: Actor, into: BinaryIO, files: Files) -> None:
    """Write a ZIP: `data.json` as `my_data` has it, the documents of the actor's results, and the
    files that were handed in, with their list `files.json`."""
    whose = _own(actor)
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("data.json", "w") as file:
            my_data(actor, file)  # type: ignore[arg-type]
        for case_id, number in _documents(whose):
            found = document(case_id, actor, number)
            name = f"documents/{case_id}-{number}.pdf"
            # Without the time of the clock: the same content is the same bytes.
            archive.writestr(zipfile.ZipInfo(name), found.pdf, zipfile.ZIP_DEFLATED)
        add_files(archive, whose, files)


def _own(actor: Actor) -> Whose:
    if actor.agency_id is None or actor.person_id is None:
        raise NotFound.of("no_such_person", "person")
    return Whose(actor.agency_id, actor.person_id)


def _open_results(actor: Actor) -> None:
    """Whoever takes their results out has opened them."""
    c = Case
    of = (c.agency_id == actor.agency_id, c.subject_id == actor.person_id)
    waiting = (c.parent_id.is_(None), c.delivered_at.is_not(None), c.received_at.is_(None))
    with reading() as session:
        unopened = session.scalars(select(c.id).where(*of, *waiting)).all()
    for case_id in unopened:
        read_results(case_id, actor)


def _documents(whose: Whose) -> list[tuple[UUID, int]]:
    d = Document
    of = (d.agency_id == whose.agency_id, d.case_id.in_(my_cases(whose)), delivered(d))
    with reading() as session:
        found = select(d.case_id, d.number).where(*of).distinct().order_by(d.case_id, d.number)
        return [(row.case_id, row.number) for row in session.execute(found)]


def _write(session: Session, whose: Whose, into: BinaryIO) -> None:
    for piece in _pieces(session, whose):
        into.write(piece.encode())


def _pieces(session: Session, whose: Whose) -> Iterator[str]:
    """The JSON, a row at a time."""
    head = {"person": str(whose.person_id), "made_at": clock.now(), "by_letter": whose.by_letter}
    yield json.dumps(head, default=_plain)[:-1] + ', "data": {'
    people: set[UUID] = {whose.person_id}
    for one in parts(whose):
        rows = session.execute(one.rows.execution_options(yield_per=CHUNK))
        yield from _listed(one.name, _noting(people, rows.mappings()))
    yield from _listed(ANSWERS, _answers(session, whose))
    yield from _listed(NAMES, _names(session, whose, people), is_last=True)
    yield "}}\n"


def _noting(people: set[UUID], rows: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        people.update(people_in(row))
        yield dict(row)


def _listed(name: str, rows: Iterable[Any], *, is_last: bool = False) -> Iterator[str]:
    yield f'"{name}": ['
    for place, row in enumerate(rows):
        yield ("," if place else "") + "\n" + json.dumps(row, default=_plain, ensure_ascii=False)
    yield "]" if is_last else "],\n"


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    assert isinstance(value, UUID | Fraction), type(value)
    return str(value)


def _answers(session: Session, whose: Whose) -> Iterator[dict[str, Any]]:
    """What others answered about somebody, as they read it themself: figures and comments from the
    minimum on, of appraisals that were delivered and are not in the making again."""
    a, c = Answer, Case
    same = (c.agency_id == a.agency_id) & (c.year == a.year) & (c.id == a.case_id)
    mine = (c.agency_id == whose.agency_id, c.subject_id == whose.person_id)
    is_told = (c.delivered_at.is_not(None), c.received_at.is_not(None), c._phase != "assessing")
    columns = (a.instrument, a.relation, a.criterion, a.value, a.comment, a.rater_id)
    rows = select(c.id.label("case_id"), c.digest, *columns).join(a, same).where(*mine, *is_told)
    found: dict[tuple[UUID, str], list[Any]] = defaultdict(list)
    for row in session.execute(rows.order_by(c.id, a.instrument, a.relation, a.id)):
        found[row.case_id, row.digest].append(row)
    for (case_id, digest), given in found.items():
        for one in grouped(DEFINITIONS.get(session, digest), given):
            yield {"case_id": case_id, **asdict(one)}


def _names(session: Session, whose: Whose, people: set[UUID]) -> Iterator[dict[str, Any]]:
    """Who is named in the parts above."""
    p, wanted = Person, sorted(people)
    for start in range(0, len(wanted), CHUNK):
        of = (p.agency_id == whose.agency_id, p.id.in_(wanted[start : start + CHUNK]))
        for row in session.execute(select(p.id, p.name).where(*of).order_by(p.id)):
            yield {"id": row.id, "name": row.name}
