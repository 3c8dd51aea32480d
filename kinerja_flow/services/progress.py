"""What happens during the year: rencana aksi, daily activities, realisations and evidence.

Entries stand beside the moves of a case: none bumps its version, so that nobody's screen goes
stale, and each holds a share lock, so that the move that closes their book waits for them. Every
verb refuses with NotFound, Conflict (the book is closed), Forbidden, or Invalid with every problem
of what was sent; `progress_forms` has the shape of each entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kinerja_flow.db import new_id, transaction
from kinerja_flow.errors import Blocker, Forbidden, Invalid, NotFound, Stale
from kinerja_flow.facts import Facts
from kinerja_flow.models import (
    ActionStep,
    Activity,
    Evidence,
    Person,
    PlanIndicator,
    PlanItem,
    Realisation,
)
from kinerja_flow.policy import Actor
from kinerja_flow.services import books
from kinerja_flow.services.books import not_yet, of_home, opened, outside_period
from kinerja_flow.services.progress_forms import ACTIVITY, EVIDENCE, REALISATION, STEP
from kinerja_flow.services.realisations import reached


def add_step(case_id: UUID, actor: Actor, entry: Mapping[str, Any]) -> UUID:
    """Add a rencana aksi to an RHK: item, title, target ("1 Laporan"), due_on; its id."""
    with transaction() as session:
        facts = opened(session, case_id, actor, "action_plan")
        values, wrong = STEP.read(entry)
        wrong += _known(session, facts, values, "item", PlanItem)
        wrong += outside_period(facts, "due_on", values.get("due_on"))
        said = {"item_id": values.get("item"), "title": values.get("title")}
        said |= {"target_raw": values.get("target"), "due_on": values.get("due_on")}
        _refuse(wrong)
        return _add(session, facts, actor, ActionStep, said)


def add_activity(case_id: UUID, actor: Actor, entry: Mapping[str, Any]) -> UUID:
    """Note a daily activity: day, started and ended ("08:00"), title, step, source; its id.

    The day lies in the period and has come; no two activities of a day overlap.
    """
    with transaction() as session:
        facts = opened(session, case_id, actor, "activity")
        values, wrong = ACTIVITY.read(entry)
        wrong += _activity_problems(session, facts, actor, values)
        _refuse(wrong)
        return _add(session, facts, actor, Activity, _activity(values))


def correct_activity(
    case_id: UUID, actor: Actor, activity_id: UUID, entry: Mapping[str, Any], version: int
) -> int:
    """Replace what an activity says, by its author who saw its `version`; its new version."""
    with transaction() as session:
        facts = opened(session, case_id, actor, "activity")
        mine = Activity.id == activity_id
        found = of_home(facts, Activity, Activity.author_id, Activity.version).where(mine)
        row = session.execute(found.with_for_update()).one_or_none()
        if row is None:
            raise NotFound.of("no_such_activity", "activity")
        if row.author_id != actor.person_id:
            raise Forbidden.of("not_author", "activity")
        if row.version != version:
            raise Stale.of("stale", "version", seen=version, present=row.version)
        values, wrong = ACTIVITY.read(entry)
        wrong += _activity_problems(session, facts, actor, {**values, "id": activity_id})
        _refuse(wrong)
        own = _key(Activity, facts, activity_id)
        session.execute(
            update(Activity).where(*own).values(**_activity(values), version=version + 1)
        )
        return version + 1


def record_realisation(case_id: UUID, actor: Actor, entry: Mapping[str, Any]) -> UUID:
    """Record what was reached of an indicator by a day: indicator, day, reached, source; its id.

    `reached` is a number with or without the target's unit ("98%", "2 Dokumen"). Of an indicator
    that is judged it may be words. A later entry supersedes it; none is changed.
    """
    with transaction() as session:
        facts = opened(session, case_id, actor, "progress")
        values, wrong = REALISATION.read(entry)
        wrong += _known(session, facts, values, "indicator", PlanIndicator)
        wrong += [*outside_period(facts, "day", values.get("day"))]
        wrong += [*not_yet(facts, "day", values.get("day"))]
        value, unread = reached(session, facts, values)
        said = {"indicator_id": values.get("indicator"), "day_on": values.get("day")}
        said |= {"value": value, "raw": values.get("reached"), "source": values.get("source")}
        _refuse([*wrong, *unread])
        return _add(session, facts, actor, Realisation, said)


def attach_evidence(
    case_id: UUID, actor: Actor, entry: Mapping[str, Any], entry_id: UUID | None = None
) -> UUID:
    """Attach bukti dukung to an RHK: item, step, name, and a link or sha256, media_type, size.

    Its id is `entry_id` where it was drawn before, since a file is kept under it.
    """
    with transaction() as session:
        facts = opened(session, case_id, actor, "evidence")
        values, wrong = EVIDENCE.read(entry)
        wrong += _known(session, facts, values, "item", PlanItem)
        wrong += _step_of_item(session, facts, values)
        columns = ("name", "link", "sha256", "media_type", "size")
        said = {"item_id": values.get("item"), "step_id": values.get("step")}
        said |= {name: values.get(name) for name in columns}
        _refuse(wrong)
        said["id"] = entry_id or new_id()
        return _add(session, facts, actor, Evidence, said)


def _add(session: Session, facts: Facts, actor: Actor, model: Any, said: Mapping[str, Any]) -> UUID:
    owned = {"id": new_id(), **books.home_key(facts), **books.author(facts, actor, model.book)}
    row = {**owned, **said}
    session.add(model(**row))
    session.flush()
    return UUID(str(row["id"]))


def _refuse(wrong: list[Blocker]) -> None:
    if wrong:
        raise Invalid(wrong)


def _key(model: Any, facts: Facts, entry_id: UUID) -> list[Any]:
    key = {**books.home_key(facts), "id": entry_id}
    return [getattr(model, name) == value for name, value in key.items()]


def _activity(values: Mapping[str, Any]) -> dict[str, Any]:
    columns = {"day_on": "day", "started_at_time": "started", "ended_at_time": "ended"}
    columns |= {"title": "title", "step_id": "step", "source": "source"}
    return {column: values.get(name) for column, name in columns.items()}


def _known(
    session: Session, facts: Facts, values: Mapping[str, Any], name: str, model: Any
) -> Iterator[Blocker]:
    """What an entry names is of this very case."""
    named = values.get(name)
    found = named and session.scalar(of_home(facts, model, model.id).where(model.id == named))
    if named is not None and found is None:
        yield Blocker(_STRANGERS[name], name)


_STRANGERS = {"item": "no_such_item", "indicator": "no_such_indicator", "step": "no_such_step"}


def _step_of_item(session: Session, facts: Facts, values: Mapping[str, Any]) -> Iterator[Blocker]:
    step, item = values.get("step"), values.get("item")
    if step is not None and item is not None:
        found = of_home(facts, ActionStep, ActionStep.id)
        mine = found.where(ActionStep.id == step, ActionStep.item_id == item)
        if session.scalar(mine) is None:
            yield Blocker("no_such_step", "step")


def _activity_problems(
    session: Session, facts: Facts, actor: Actor, values: Mapping[str, Any]
) -> Iterator[Blocker]:
    yield from _known(session, facts, values, "step", ActionStep)
    yield from outside_period(facts, "day", values.get("day"))
    yield from not_yet(facts, "day", values.get("day"))
    if {"day", "started", "ended"} <= values.keys() and values["started"] < values["ended"]:
        yield from _overlap(session, facts, actor, values)


def _overlap(
    session: Session, facts: Facts, actor: Actor, values: Mapping[str, Any]
) -> Iterator[Blocker]:
    """The activity runs into another one of the author's on the same day."""
    # Entries don't wait for each other, so two that overlap wait here: one author at a time.
    mine = select(Person.id).where(Person.id == actor.person_id)
    session.execute(mine.with_for_update(key_share=True))
    a = Activity
    same_day = of_home(facts, a, a.started_at_time, a.ended_at_time).where(
        a.day_on == values["day"],
        a.author_id == actor.person_id,
        a.started_at_time < values["ended"],
        a.ended_at_time > values["started"],
    )
    others = same_day.where(a.id != values["id"]) if "id" in values else same_day
    for other in session.execute(others.order_by(a.started_at_time).limit(1)):
        span = {"started": f"{other[0]:%H:%M}", "ended": f"{other[1]:%H:%M}"}
        yield Blocker("activities_overlap", "started", (), span)
