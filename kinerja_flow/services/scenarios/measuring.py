"""Measurements in a scenario: what sources send and correct, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Invalid
from kinerja_flow.facts import Facts
from kinerja_flow.models import Post
from kinerja_flow.scoring import IndicatorRow
from kinerja_flow.scoring.figures import decimal
from kinerja_flow.scoring.objectivity import objective_share
from kinerja_flow.services import contradictions as answers
from kinerja_flow.services import measurements
from kinerja_flow.services.measurement_forms import ANSWER
from kinerja_flow.services.outdating import changes_after, touched
from kinerja_flow.services.scenarios.expectations import Names
from kinerja_flow.services.scenarios.look import Look
from kinerja_flow.services.scenarios.naming import OneOrMore, entry_for, id_of, record_of
from kinerja_flow.services.scenarios.problems import Unplayable
from kinerja_flow.services.scenarios.registry import expectation, verb
from kinerja_flow.services.scenarios.scenario import Step
from kinerja_flow.services.scenarios.stage import Stage
from kinerja_flow.services.scenarios.words import Figure, Given, MomentField, PersonField
from kinerja_flow.workflow import always, load_one
from workflows.faults import shown
from workflows.fields import Entries, Record, Text

_NEEDS = always("people", "results", "material")

KIND = "measurement"
SENT = ("key", "value", "unit", "source")


class MeasureRecord(Record):
    key, value, unit, source = Given(), Given(), Given(), Given()
    of = PersonField()
    unit_of = PersonField()
    at = MomentField()
    reference = Given()
    called = Text(200)
    correct = Text(200)
    reason = Given()


@verb(OneOrMore(MeasureRecord), "as")
def measure(stage: Stage, step: Step) -> None:
    """A source sends values of a person, or of somebody's unit; with `correct`, one is corrected.

    Without `as` an HR officer does it. All of a step is taken, or nothing.
    """
    with transaction():
        sent = [said for said in step.given if "correct" not in said]
        entries = [_entry(stage, step, place, said) for place, said in enumerate(sent, 1)]
        report = measurements.record(stage.actor(step), entries) if entries else None
        if report and report.refused:
            raise Invalid([b for problem in report.refused.values() for b in problem.blockers])
        for place, said in enumerate(sent):
            assert report is not None
            _call(stage, said.get("called"), report.ids[place])
        for said in step.given:
            if "correct" in said:
                _correct(stage, step, said)


def _entry(stage: Stage, step: Step, place: int, said: Mapping[str, Any]) -> dict[str, Any]:
    at = stage.instant(said["at"]) if "at" in said else stage.now
    entry: dict[str, Any] = {name: said.get(name) for name in SENT}
    entry |= {"at": at.isoformat(), "reference": said.get("reference", f"{step.line}.{place}")}
    if "of" in said:
        entry["person"] = stage.people[said["of"]]
    if "unit_of" in said:
        entry["work_unit"] = _unit_of(stage, said["unit_of"])
    return entry


def _unit_of(stage: Stage, name: str) -> UUID | None:
    with reading() as session:
        held = select(Post.unit_id).where(Post.id == stage.posts.get(name))
        return session.scalar(held)


def _correct(stage: Stage, step: Step, said: Mapping[str, Any]) -> None:
    name = said["correct"]
    found = stage.names.get((_home(stage), KIND, name))
    if found is None:
        raise Unplayable.of("no_such_name", "correct", name=shown(name), known="-")
    reason = said.get("reason", "wrong_value")
    later = measurements.correct(stage.actor(step), found, said.get("value"), reason)
    _call(stage, name, later)


def _call(stage: Stage, name: str | None, measurement_id: UUID) -> None:
    """A name stands for the last word of a chain of corrections."""
    if name is not None:
        stage.names[_home(stage), KIND, name] = measurement_id


def _home(stage: Stage) -> UUID:
    assert stage.cycle_id is not None, "the cycle is opened before the first step"
    return stage.cycle_id


@verb(OneOrMore(record_of(ANSWER)), needs=("as",))
def settle(stage: Stage, step: Step) -> None:
    """Say which of the sources that contradict each other counts for an indicator, and why."""
    case_id = stage.the_case(step)
    for said in step.given:
        entry = entry_for(stage, case_id, ANSWER, {}, said)
        answers.answer_contradiction(case_id, stage.actor(step), entry)


def _facts(look: Look) -> Facts:
    assert look.case_id is not None, "the player checked that there is a case"
    with reading() as session:
        return load_one(session, look.stage.agency_id, look.case_id, _NEEDS)


def _named(look: Look, expected: Any) -> dict[str, str]:
    """The ids of the indicators that are named, each with its name."""
    return dict(_ids(look, expected))


def _ids(look: Look, names: Any) -> Iterator[tuple[str, str]]:
    assert look.case_id is not None
    find = partial(id_of, look.stage, look.case_id, "indicator")
    for name in names:
        try:
            yield str(find(name)), name
        except Unplayable:
            continue


def _rows(facts: Facts) -> list[IndicatorRow]:
    return [row for item in facts.material.plan for row in item.indicators]


@expectation(Entries(Entries(Figure(), keys=Text(40)), keys=Text(2000), most=50))
def figures(look: Look, expected: Any) -> Any:
    """The exact figure of each source of an indicator now, the self-report among them."""
    known = _named(look, expected)
    return {
        known[row.id]: {one.source: decimal(one.value) for one in row.sources.figures}
        for row in _rows(_facts(look))
        if row.id in known and row.sources
    }


@expectation(Entries(Text(40), keys=Text(2000), most=50))
def counts(look: Look, expected: Any) -> Any:
    """The source that counts for an indicator now."""
    known = _named(look, expected)
    found = {known[row.id]: row.sources for row in _rows(_facts(look)) if row.id in known}
    return {
        name: sources.counting.source
        for name, sources in found.items()
        if sources and sources.counting
    }


@expectation(Names())
def contradictions(look: Look, expected: Any) -> Any:
    """The indicators whose sources contradict each other without an answer, all of them."""
    known = _named(look, expected)
    open_ = [
        row
        for row in _facts(look).contradictions
        if row.sources is not None and row.sources.chosen is None
    ]
    return sorted(known.get(row.id, row.title) for row in open_)


@expectation(Names())
def outdated(look: Look, expected: Any) -> Any:
    """The indicators of which measurements came or were corrected after the newest result, and the
    instruments of which citizens' answers were released after it."""
    known, facts = _named(look, expected), _facts(look)
    newest = facts.results[-1].number if facts.results else 1
    with reading() as session:
        changes = changes_after(session, facts)
    later = [one for one in changes if one["result"] >= newest]
    indicators = [known.get(key, key) for key in touched(later, "indicators")]
    return sorted([*indicators, *touched(later, "instruments")])


@expectation(Figure(allow_none=True))
def objective(look: Look, _: Any) -> Any:
    """The percentage of the plan's weight that is measured objectively; null without a plan."""
    share = objective_share(_facts(look).material.plan)
    return None if share is None else decimal(share)
