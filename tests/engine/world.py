"""A small agency with one running cycle: who is who, and what its tables say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from kinerja_flow import clock
from kinerja_flow.db import db, transaction
from kinerja_flow.models import PlanIndicator, PlanItem, Realisation
from kinerja_flow.policy import CLOCK, Actor
from kinerja_flow.services import cycles, organisations, templates
from kinerja_flow.services.cases import Act, Outcome, act

SMALL = Path(__file__).parents[1] / "templates" / "small.yaml"
WORK = Path(__file__).with_name("work.yaml")
#: Monday morning in Jakarta; the cycle is opened then.
START = datetime(2026, 1, 5, 2, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)
#: Everybody by name, with the superior whom they report to.
LINES: Mapping[str, str | None] = {
    "regent": None,
    "secretary": "regent",
    "head": "secretary",
    "chief": "head",
    "sari": "chief",
    "tia": "chief",
    "uli": "chief",
    "vina": "chief",
    "officer": "secretary",
    "second_officer": "secretary",
}
OFFICERS = ("officer", "second_officer")


@dataclass(frozen=True)
class World:
    """An agency, its people by name, and the appraisals that were launched, by whose they are."""

    agency_id: int
    year: int
    cycle_id: UUID
    people: Mapping[str, UUID]
    actors: Mapping[str, Actor]
    cases: Mapping[str, UUID]
    names: Mapping[UUID, str] = field(default_factory=dict)

    def act(self, who: str, action: str, of: UUID | str = "sari", **inputs: Any) -> Outcome:
        """Take an action of the template on a case, or on the appraisal of somebody by name."""
        return act(self.case(of), self.actors[who], Act(action, inputs))

    @property
    def clock(self) -> Actor:
        return Actor(agency_id=self.agency_id, engine=CLOCK.engine)

    def case(self, of: UUID | str) -> UUID:
        return self.cases[of] if isinstance(of, str) else of


def windows(start: date, length: int = 30) -> dict[str, tuple[date, date]]:
    """A planning window from `start`, and a rating window right after it."""
    day = timedelta(days=1)
    planned = start + length * day
    return {"planning": (start, planned - day), "rating": (planned, planned + (length - 1) * day)}


def build(
    source: Path | str = SMALL,
    *,
    key: str = "kota",
    zone: str = "Asia/Jakarta",
    of: tuple[str, ...] = ("sari",),
    spans: Mapping[str, tuple[date, date]] | None = None,
    settings: Mapping[str, Any] | None = None,
) -> World:
    """A new agency with a running cycle of the template, launched for `of`, in one transaction."""
    text = source if isinstance(source, str) else source.read_text(encoding="utf-8")
    with transaction():
        agency_id, people = _people(key, zone)
        actors = {n: organisations.actor_for(agency_id, person) for n, person in people.items()}
        officer = actors["officer"]
        template = templates.publish(text, officer)
        today = clock.now().date()
        plan = cycles.CyclePlan(
            today.year, "2026", windows(today) if spans is None else spans, settings or {}
        )
        cycle_id = cycles.open_cycle(template, officer, plan)
        report = cycles.launch(cycle_id, officer, [people[name] for name in of])
        assert not report.refused
        cases = {name: report.opened[people[name]] for name in of}
    named = {person: name for name, person in people.items()}
    return World(agency_id, today.year, cycle_id, people, actors, cases, named)


def _people(key: str, zone: str) -> tuple[int, dict[str, UUID]]:
    agency_id = organisations.create_agency(key, "Kota", zone)
    unit = organisations.add_unit(agency_id, "Dinas")
    people, posts = {}, {}
    for name, superior in LINES.items():
        people[name] = organisations.add_person(agency_id, name)
        posts[name] = organisations.add_post(agency_id, unit, name)
        organisations.hold_post(agency_id, people[name], posts[name], LONG_AGO)
        if superior:
            above = {"superior_post_id": posts[superior]}
            organisations.report_to(agency_id, posts[name], LONG_AGO, **above)
    for name in OFFICERS:
        organisations.grant_role(agency_id, people[name], "hr", LONG_AGO)
    return agency_id, people


def write_plan(world: World, of: str = "sari", weights: tuple[int, ...] = (100,)) -> None:
    """A plan with an indicator, a target and a realisation for every RHK, past the services."""
    key = {"agency_id": world.agency_id, "year": world.year, "case_id": world.cases[of]}
    author = {"author_id": world.people[of], "noted_at": clock.now()}
    with transaction() as session:
        for ordinal, weight in enumerate(weights):
            item = PlanItem(**key, ordinal=ordinal, title="Layanan", weight=weight)
            session.add(item)
            session.flush()
            of_item = {"item_id": item.id, "ordinal": ordinal, "aspect": "kuantitas"}
            goal = {"target": 2, "unit": "Dokumen", "target_raw": "2 Dokumen"}
            indicator = PlanIndicator(**key, **of_item, **goal, title="Dokumen")
            session.add(indicator)
            session.flush()
            reached = {"indicator_id": indicator.id, "day_on": clock.now().date()}
            session.add(Realisation(**key, **author, **reached, value=2, raw="2"))


def rows(table: Any, **match: Any) -> list[Any]:
    """The rows of a model's table that match, by their key, read on a connection of their own."""
    of = table.__table__
    wanted = select(of).where(*(of.c[name] == v for name, v in match.items()))
    wanted = wanted.order_by(*of.primary_key.columns)
    with db.engine.connect() as connection:
        return list(connection.execute(wanted))


def row(table: Any, **match: Any) -> Any:
    (found,) = rows(table, **match)
    return found
