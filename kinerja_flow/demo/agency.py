"""The invented agencies: units, posts, people, days off, brought into the database by services.

Each has a folder of its own: `agency.yaml`, `plans.yaml`, and a file for each course of its year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from kinerja_flow.db import transaction
from kinerja_flow.services import organisations
from workflows import parse

FOLDER = Path(__file__).parent
#: What a person and a post may carry beside their name.
_OF_PERSON = ("kind", "nip", "rank")
_OF_POST = ("level", "field")


@dataclass(frozen=True, slots=True)
class Cast:
    """The agency as it is stored: who is who, by the names that the course uses."""

    agency_id: int
    said: Mapping[str, Any]
    people: dict[str, UUID] = field(default_factory=dict)
    posts: dict[str, UUID] = field(default_factory=dict)

    def called(self, name: str) -> str:
        called: str = self.said["people"][name]["name"]
        return called

    @property
    def since(self) -> date:
        return date.fromisoformat(self.said["since"])

    def superior(self, name: str) -> str | None:
        superior: str | None = self.said["people"][name].get("superior")
        return superior


def places() -> tuple[str, ...]:
    """The folders of the agencies, in the order in which they are shown."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/agency.yaml")))


def read(place: str, name: str) -> Any:
    """A YAML file of an agency's folder, read like a template; days are texts."""
    return parse((FOLDER / place / f"{name}.yaml").read_bytes()).data


def settle(said: Mapping[str, Any]) -> Cast:
    """Everybody in their post, under their superior, with their roles, in one transaction."""
    with transaction():
        cast = Cast(organisations.create_agency(said["key"], said["name"], said["zone"]), said)
        days_off = [(date.fromisoformat(row["day"]), row["name"]) for row in said["days_off"]]
        organisations.add_days_off(cast.agency_id, days_off)
        units = _units(cast)
        for name, row in said["people"].items():
            _person(cast, units, name, row)
        for name, row in said["people"].items():
            if "superior" in row:
                _report(cast, name, row["superior"])
    return cast


def _units(cast: Cast) -> dict[str, UUID]:
    units: dict[str, UUID] = {}
    for key, row in cast.said["units"].items():
        parent = units[row["in"]] if "in" in row else None
        units[key] = organisations.add_unit(cast.agency_id, row["name"], parent)
    return units


def _person(cast: Cast, units: Mapping[str, UUID], name: str, row: Mapping[str, Any]) -> None:
    since = cast.since
    columns = {key: row[key] for key in _OF_PERSON if key in row}
    if row.get("kind") != "external":
        columns["employment"] = row.get("employment", "pns")
    person_id = organisations.add_person(cast.agency_id, row["name"], **columns)
    cast.people[name] = person_id
    for role in row.get("roles", ()):
        organisations.grant_role(cast.agency_id, person_id, role, since)
    if "post" in row:
        of_post = {key: row[key] for key in _OF_POST if key in row}
        post_id = organisations.add_post(cast.agency_id, units[row["unit"]], row["post"], **of_post)
        cast.posts[name] = post_id
        organisations.hold_post(cast.agency_id, person_id, post_id, since)


def _report(cast: Cast, name: str, superior: str) -> None:
    above = cast.posts.get(superior)
    to = {"superior_post_id": above} if above else {"superior_id": cast.people[superior]}
    organisations.report_to(cast.agency_id, cast.posts[name], cast.since, **to)
