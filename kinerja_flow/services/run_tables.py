"""Bulk runs of HR over tables: people come in row by row, and a table of a cycle goes out."""

from __future__ import annotations

import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.db import new_id
from kinerja_flow.errors import Blocker
from kinerja_flow.models import Agency, Person, RunFile
from kinerja_flow.policy import Actor
from kinerja_flow.services import forms
from kinerja_flow.services.briefing import cycle_of
from kinerja_flow.services.exports import FORMS, KINDS, Wanted, export
from kinerja_flow.services.run_kind import MOST_ROWS, About, Job, Kind, Line, Refusals, Values
from workflows.definition import LANGUAGES
from workflows.faults import refuse
from workflows.fields import Listed
from workflows.kinds import TextInput

#: What somebody of the agency may be employed as: a civil servant, or by contract.
EMPLOYMENTS = ("pns", "pppk")
_NIP = re.compile("[0-9]{18}")


class ExportForm(forms.Form):
    """Which table of which cycle, as which file, in which language."""

    cycle = forms.identity("cycle")
    table = forms.choice("table", tuple(KINDS))
    form = forms.choice("form", FORMS, default=FORMS[0])
    language = forms.choice("language", LANGUAGES, default=LANGUAGES[0])


def _of_cycle(session: Session, actor: Actor, values: Values) -> Iterable[About]:
    return [About(cycle_of(session, values["cycle"], actor).id)]


def _export(session: Session, job: Job, _lines: Sequence[Line]) -> Refusals:
    given, into = job.values, io.BytesIO()
    wanted = Wanted(given["table"], given["form"], given["language"])
    export(given["cycle"], job.actor, wanted, into)
    key = {"agency_id": job.agency_id, "run_id": job.run_id}
    name = f"{wanted.kind}.{wanted.form}"
    session.add(RunFile(**key, name=name, content=into.getvalue(), made_at=clock.now()))
    session.flush()
    return {}


class ImportForm(forms.Form):
    """People as rows of named cells: nip, name, employment, rank."""

    rows = Listed(forms.named("row"), required=True, least=1, most=MOST_ROWS)


class NipInput(TextInput):
    """A NIP: 18 digits."""

    def taken(self, value: Any) -> str:
        if not isinstance(value, str) or not _NIP.fullmatch(value):
            raise refuse("nip_form")
        return value


class PersonForm(forms.Form):
    """Somebody of the agency, found again by their NIP; an empty cell changes nothing."""

    nip = NipInput(forms.spec("nip"))
    name = forms.text("name", 200)
    employment = forms.choice("employment", EMPLOYMENTS, optional=True)
    rank = forms.text("rank", 40, optional=True)


PERSON = PersonForm()


def _rows(_session: Session, _actor: Actor, values: Values) -> Iterable[About]:
    counts = Counter(str(row.get("nip")) for row in values["rows"])
    for row in values["rows"]:
        yield About(cells={"row": row, "is_twice": counts[str(row.get("nip"))] > 1})


def _import(session: Session, job: Job, lines: Sequence[Line]) -> Refusals:
    # Two imports at once would each find nobody, and add the same person twice.
    of_agency = select(Agency.id).where(Agency.id == job.agency_id)
    session.execute(of_agency.with_for_update(key_share=True))
    read = {line.ordinal: _read(line.cells or {}) for line in lines}
    there = _there(session, job.agency_id, [values.get("nip") for values, _ in read.values()])
    refused = {
        ordinal: why
        for ordinal, (values, wrong) in read.items()
        if (why := [*wrong, *_of_several(values, there)])
    }
    good = [values for ordinal, (values, _) in read.items() if ordinal not in refused]
    known = {values["nip"]: one for values in good for one in there[values["nip"]]}
    new = [_whole(values) for values in good if values["nip"] not in known]
    if new:
        keys = {"agency_id": job.agency_id}
        session.execute(insert(Person), [{"id": new_id(), **keys, **row} for row in new])
    if changed := [_changed(v, known[v["nip"]]) for v in good if _differs(v, known.get(v["nip"]))]:
        session.execute(update(Person), changed)
    return refused


def _of_several(values: Mapping[str, Any], there: Mapping[Any, list[Any]]) -> Iterator[Blocker]:
    if len(there[values.get("nip")]) > 1:
        yield Blocker("nip_of_several", "nip", (), {"nip": values["nip"]})


def _differs(values: Mapping[str, Any], there: Any) -> bool:
    return there is not None and any(getattr(there, name) != v for name, v in values.items())


def _changed(values: Mapping[str, Any], there: Any) -> dict[str, Any]:
    return {"id": there.id, **_whole(values, there)}


def _read(cells: Mapping[str, Any]) -> tuple[dict[str, Any], list[Blocker]]:
    values, wrong = PERSON.read(cells["row"])
    if cells["is_twice"]:
        wrong.append(Blocker("row_twice", "nip"))
    return values, wrong


def _there(session: Session, agency_id: int, nips: Iterable[str | None]) -> Mapping[Any, list[Any]]:
    p, found = Person, defaultdict(list)
    of = (p.agency_id == agency_id, p.nip.in_([nip for nip in nips if nip]))
    for row in session.execute(select(p.id, p.nip, p.name, p.employment, p.rank).where(*of)):
        found[row.nip].append(row)
    return found


def _whole(values: Mapping[str, Any], there: Any = None) -> dict[str, Any]:
    """All columns of a row: what is given, else what is there."""
    names = ("nip", "name", "employment", "rank")
    return {name: values.get(name, getattr(there, name, None)) for name in names}


EXPORT = Kind(ExportForm(), _of_cycle, _export)
IMPORT = Kind(ImportForm(), _rows, _import)
