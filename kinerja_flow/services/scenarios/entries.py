"""The verbs that write in a book of a case: rencana aksi, progress, evidence, observations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kinerja_flow.clock import Calendar
from kinerja_flow.db import transaction
from kinerja_flow.policy import Actor
from kinerja_flow.services import observations
from kinerja_flow.services import progress as entries
from kinerja_flow.services.forms import Form
from kinerja_flow.services.progress_forms import (
    ACTIVITY,
    EVIDENCE,
    OBSERVATION,
    REALISATION,
    STEP,
)
from kinerja_flow.services.scenarios.naming import (
    NAMED,
    NameField,
    OneOrMore,
    call,
    entry_for,
    id_of,
    record_of,
)
from kinerja_flow.services.scenarios.registry import verb
from kinerja_flow.services.scenarios.scenario import Step
from kinerja_flow.services.scenarios.stage import Stage
from kinerja_flow.services.scenarios.words import STALE

_Activity = record_of(ACTIVITY, id=NameField())
_Observation = record_of(OBSERVATION, id=NameField())


@dataclass(frozen=True, slots=True)
class _Book:
    """A book of entries that are added one by one, all in the same way; `correct` replaces what
    one of them says, where the book lets its author do so."""

    kind: str
    form: Form
    put: Callable[[UUID, Actor, Mapping[str, Any]], UUID]
    correct: Callable[[UUID, Actor, UUID, Mapping[str, Any], int], int] | None = None


_STEPS = _Book("step", STEP, entries.add_step)
_ACTIVITIES = _Book("activity", ACTIVITY, entries.add_activity, entries.correct_activity)
_REALISATIONS = _Book("realisation", REALISATION, entries.record_realisation)
_EVIDENCE = _Book("evidence", EVIDENCE, entries.attach_evidence)
_OBSERVATIONS = _Book(
    "observation", OBSERVATION, observations.observe, observations.correct_observation
)


@verb(OneOrMore(record_of(STEP)), needs=("as",))
def step(stage: Stage, step: Step) -> None:
    """Add a rencana aksi to an RHK."""
    _each(stage, step, _STEPS)


@verb(OneOrMore(_Activity), "version", needs=("as",))
def activity(stage: Stage, step: Step) -> None:
    """Note a daily activity, of today unless `day` says otherwise; with `id`, correct one."""
    _each(stage, step, _ACTIVITIES)


@verb(OneOrMore(_Observation), "version", needs=("as",))
def observe(stage: Stage, step: Step) -> None:
    """Note a direct observation, of today unless `day` says otherwise; with `id`, correct one."""
    _each(stage, step, _OBSERVATIONS)


def _correct(stage: Stage, step: Step, book: _Book, said: Mapping[str, Any]) -> None:
    assert book.correct is not None, "only what may be corrected has an id"
    case_id, model = stage.the_case(step), NAMED[book.kind][0]
    entry_id = id_of(stage, case_id, book.kind, said["id"])
    with transaction() as session:
        present = session.scalars(select(model.version).where(model.id == entry_id)).one()
    words = _dated(stage, book.form, {key: value for key, value in said.items() if key != "id"})
    entry = entry_for(stage, case_id, book.form, {}, words)
    book.correct(case_id, stage.actor(step), entry_id, entry, seen(step, present))


def seen(step: Step, present: int) -> int:
    """The version of an entry that the actor says to have seen."""
    if step.version is None:
        return present
    return present - 1 if step.version == STALE else int(step.version)


@verb(OneOrMore(record_of(REALISATION)), needs=("as",))
def progress(stage: Stage, step: Step) -> None:
    """Record what was reached of an indicator, by today unless `day` says otherwise."""
    _each(stage, step, _REALISATIONS)


@verb(OneOrMore(record_of(EVIDENCE)), needs=("as",))
def evidence(stage: Stage, step: Step) -> None:
    """Attach bukti dukung to an RHK."""
    _each(stage, step, _EVIDENCE)


def _each(stage: Stage, step: Step, book: _Book) -> None:
    for said in step.given:
        if "id" in said:
            _correct(stage, step, book, said)
        else:
            _entry(stage, step, book, said)


def _entry(stage: Stage, step: Step, book: _Book, said: Mapping[str, Any]) -> None:
    case_id = stage.the_case(step)
    entry = entry_for(stage, case_id, book.form, {}, _dated(stage, book.form, said))
    call(stage, case_id, book.kind, said, book.put(case_id, stage.actor(step), entry))


def _dated(stage: Stage, form: Form, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """The entry with the agency's present day, where it has a day and names none."""
    if "day" not in form.fields:
        return said
    today = Calendar(stage.scenario.zone).day_of(stage.now)
    return {"day": today.isoformat(), **said}
