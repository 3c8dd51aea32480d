"""Pengamatan langsung: what an appointed observer saw of the employee's work, day by day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from kinerja_flow import policy
from kinerja_flow.db import new_id, reading, transaction
from kinerja_flow.errors import Blocker, Forbidden, Invalid, NotFound, Stale
from kinerja_flow.facts import Facts
from kinerja_flow.models import Observation, PlanItem
from kinerja_flow.policy import Actor
from kinerja_flow.services import books
from kinerja_flow.services.books import not_yet, of_home, outside_period
from kinerja_flow.services.entries import refuse_stranger
from kinerja_flow.services.progress_forms import OBSERVATION

BOOK = Observation.book


@dataclass(frozen=True, slots=True)
class Observed:
    """One observation as its reader sees it; `version` counts its corrections from 1."""

    id: UUID
    day_on: date
    text: str
    item_id: UUID | None
    instrument: str | None
    criterion: str | None
    author_id: UUID
    noted_at: datetime
    version: int


def observe(case_id: UUID, actor: Actor, entry: Mapping[str, Any]) -> UUID:
    """Note a direct observation: day, text; perhaps item (RHK), instrument with criterion; its id.

    It carries its author's name, so who takes part anonymously notes none. Raises NotFound,
    Conflict (the book is closed), Forbidden, or Invalid with every problem.
    """
    with transaction() as session:
        facts = _opened(session, case_id, actor)
        said = _read(session, facts, entry)
        owned = {**books.home_key(facts), **books.author(facts, actor, BOOK), "id": new_id()}
        session.add(Observation(**owned, **said))
        return UUID(str(owned["id"]))


def correct_observation(
    case_id: UUID, actor: Actor, observation_id: UUID, entry: Mapping[str, Any], version: int
) -> int:
    """Replace what an observation says, by its author who saw its `version`; its new version.

    Refuses like `observe`; NotFound where the case has no such observation, Stale where it was
    corrected meanwhile.
    """
    with transaction() as session:
        facts = _opened(session, case_id, actor)
        o = Observation
        found = of_home(facts, o, o.author_id, o.version).where(o.id == observation_id)
        row = session.execute(found.with_for_update()).one_or_none()
        if row is None:
            raise NotFound.of("no_such_observation", BOOK)
        if row.author_id != actor.person_id:
            raise Forbidden.of("not_author", BOOK)
        if row.version != version:
            raise Stale.of("stale", "version", seen=version, present=row.version)
        said = _read(session, facts, entry)
        key = {**books.home_key(facts), "id": observation_id}
        mine = [getattr(o, name) == value for name, value in key.items()]
        session.execute(update(o).where(*mine).values(**said, version=version + 1))
        return version + 1


def observations_for(case_id: UUID, actor: Actor) -> list[Observed]:
    """The observations of a case that the actor may read, by their days.

    The employee, those who assess or examine, and HR read all of them; others what they noted
    themselves.
    """
    with reading() as session:
        facts = books.facts_for(session, case_id, actor)
        o = Observation
        columns = (o.id, o.day_on, o.text, o.item_id, o.instrument, o.criterion)
        rows = of_home(facts, o, *columns, o.author_id, o.noted_at, o.version)
        if not policy.relations(facts, actor) & policy.OPEN_READERS:
            rows = rows.where(o.author_id == actor.person_id)
        ordered = rows.order_by(o.day_on, o.noted_at, o.id)
        found = [Observed(*row) for row in session.execute(ordered)]
        if not found:
            refuse_stranger(facts, actor)
        return found


def _opened(session: Session, case_id: UUID, actor: Actor) -> Facts:
    facts = books.opened(session, case_id, actor, BOOK)
    books.refuse_anonymous(facts, actor, Forbidden.of("observation_is_named", BOOK))
    return facts


def _read(session: Session, facts: Facts, entry: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that an entry comes to; Invalid with every problem of it."""
    values, wrong = OBSERVATION.read(entry)
    day, item = values.get("day"), values.get("item")
    wrong += [*outside_period(facts, "day", day), *not_yet(facts, "day", day)]
    known = of_home(facts, PlanItem, PlanItem.id).where(PlanItem.id == item)
    if item is not None and session.scalar(known) is None:
        wrong.append(Blocker("no_such_item", "item"))
    wrong += _criterion(facts, values)
    if wrong:
        raise Invalid(wrong)
    kept = {name: values.get(name) for name in ("text", "instrument", "criterion")}
    return {"day_on": day, "item_id": item, **kept}


def _criterion(facts: Facts, values: Mapping[str, Any]) -> Iterator[Blocker]:
    """What an observation is of: a criterion of the template that applies to the employee."""
    instrument, criterion = values.get("instrument"), values.get("criterion")
    if instrument is None or criterion is None:
        return
    if instrument not in facts.criteria:
        yield Blocker("no_such_instrument", "instrument", (), {"instrument": instrument})
    elif criterion not in facts.criteria[instrument]:
        params = {"instrument": instrument, "criterion": criterion}
        yield Blocker("no_such_criterion", "criterion", (), params)
