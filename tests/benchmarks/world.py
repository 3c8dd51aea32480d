"""The agency that is measured: one cycle of a template that goes back and forth, many cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import insert

from kinerja_flow import create_app
from kinerja_flow.config import Settings
from kinerja_flow.db import new_id, transaction, upgrade
from kinerja_flow.models import Person, Post, PostHolding, ReportingLine
from kinerja_flow.policy import Actor
from kinerja_flow.services import cycles, organisations, templates

TEMPLATE = Path(__file__).with_name("loop.yaml")
SINCE = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class World:
    """What every contender is told: where the rows are and who stands in them."""

    url: str
    agency_id: int
    cycle_id: UUID
    year: int
    digest: str
    assessor: UUID
    reviewer: UUID
    cases: tuple[tuple[UUID, UUID], ...]
    waiting: tuple[UUID, ...]

    def app(self) -> Flask:
        return create_app(Settings(database_url=self.url))


def build(url: str, cases: int, waiting: int) -> World:
    """Migrate the database and fill it: `cases` under way, and `waiting` people without one."""
    upgrade(url)
    app = create_app(Settings(database_url=url))
    with app.app_context():
        return _fill(url, cases, waiting)


def _fill(url: str, cases: int, waiting: int) -> World:
    agency_id = organisations.create_agency("ukur", "Kabupaten Ukur")
    unit_id = organisations.add_unit(agency_id, "Sekretariat")
    hr = Actor(organisations.add_person(agency_id, "HR"), agency_id, frozenset({"hr"}))
    (reviewer, top), (assessor, middle) = (_head(agency_id, unit_id, n) for n in ("Atasan", "PPK"))
    organisations.report_to(agency_id, middle, SINCE, superior_post_id=top)
    people = _staff(agency_id, unit_id, middle, cases + waiting)
    version = templates.publish(TEMPLATE.read_text(encoding="utf-8"), hr)
    year = date.today().year
    window = (date(year - 1, 1, 1), date(year + 1, 12, 31))
    plan = cycles.CyclePlan(year, "Siklus", {"planning": window})
    cycle_id = cycles.open_cycle(version, hr, plan)
    opened = cycles.launch(cycle_id, hr, people[:cases]).opened
    return World(
        url=url,
        agency_id=agency_id,
        cycle_id=cycle_id,
        year=year,
        digest=_digest(cycle_id),
        assessor=assessor,
        reviewer=reviewer,
        cases=tuple((case, person) for person, case in opened.items()),
        waiting=tuple(people[cases:]),
    )


def _digest(cycle_id: UUID) -> str:
    with transaction() as session:
        return str(session.get_one(cycles.Cycle, cycle_id).digest)


def _head(agency_id: int, unit_id: UUID, name: str) -> tuple[UUID, UUID]:
    person = organisations.add_person(agency_id, name)
    post = organisations.add_post(agency_id, unit_id, name)
    organisations.hold_post(agency_id, person, post, SINCE)
    return person, post


def _staff(agency_id: int, unit_id: UUID, superior: UUID, count: int) -> Sequence[UUID]:
    """So many employees, each on a post of their own under the same superior."""
    ids = [(new_id(), new_id()) for _ in range(count)]
    of: dict[str, Any] = {"agency_id": agency_id}
    since = {**of, "from_on": SINCE}
    rows = {
        Person: [{**of, "id": person, "name": "Pegawai"} for person, _ in ids],
        Post: [{**of, "id": post, "unit_id": unit_id, "title": "Staf"} for _, post in ids],
        PostHolding: [{**since, "person_id": person, "post_id": post} for person, post in ids],
        ReportingLine: [{**since, "post_id": p, "superior_post_id": superior} for _, p in ids],
    }
    with transaction() as session:
        for model, new in rows.items():
            session.execute(insert(model), new)
    return [person for person, _ in ids]
