"""Facts about a case as they might be loaded, made by hand, for rules that read nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from kinerja_flow.clock import Calendar
from kinerja_flow.facts import CaseFacts, Facts, Part, PastAct, ResultFacts, windows_of
from kinerja_flow.policy import Actor
from kinerja_flow.services.templates import read_template
from tests.engine.world import WORK
from workflows.definition import Definition

AGENCY, OTHER_AGENCY = 1, 2
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
WINDOWS = {"planning": ["2026-01-05", "2026-02-03"], "rating": ["2026-02-04", "2026-03-31"]}
NAMESPACE = UUID(int=7)


def person(name: str) -> UUID:
    """The id of somebody by name, the same each time."""
    return uuid5(NAMESPACE, name)


def actor(name: str, *roles: str, agency: int = AGENCY) -> Actor:
    return Actor(person(name), agency, frozenset(roles))


@cache
def work() -> Definition:
    return read_template(WORK.read_text(encoding="utf-8"))


def facts(
    state: str,
    *,
    kind: str = "appraisal",
    people: Mapping[str, str] | None = None,
    own_people: Mapping[str, str] | None = None,
    acts: tuple[tuple[str, ...], ...] = (),
    rated_by: str | None = None,
    rated_for: str | None = None,
    written_by: str | None = None,
    **case: Any,
) -> Facts:
    """A case of sari's. `people` stand in the appraisal, `own_people` in the child case itself;
    `acts` are (kind, action, who) in their order, with a fourth for whoever it was on behalf of."""
    is_child = kind != "appraisal"
    found: dict[str, Any] = {
        "agency_id": AGENCY,
        "year": 2026,
        "id": person("case"),
        "cycle_id": person("cycle"),
        "kind": kind,
        "parent_id": person("parent") if is_child else None,
        "subject_id": person("sari"),
        "post_id": None,
        "unit_id": None,
        "from_on": date(2026, 1, 1),
        "until_on": date(2026, 12, 31),
        "profile": {},
        "digest": work().digest,
        "windows": None,
        "state": state,
        "version": 5,
        "entered_at": NOW,
        "delivered_at": None,
        "received_at": None,
        "closed_at": None,
        **case,
    }
    line = {"assessor": "chief", "reviewer": "head", **(people or {})}
    parts = [_part(relation, who, is_child) for relation, who in line.items()]
    parts += [_part(relation, who, False) for relation, who in (own_people or {}).items()]
    past = [_past(seq, *act) for seq, act in enumerate(acts, 1)]
    results = () if rated_by is None else (_result(rated_by, rated_for),)
    writers = frozenset({person(written_by)} if written_by else ())
    known = {"people": tuple(parts), "acts": tuple(past), "results": results, "writers": writers}
    known |= {"pools": {}, "officers": frozenset({person("officer")}), "plan_digest": "0" * 64}
    windows = windows_of(WINDOWS, found["windows"])
    calendar = Calendar("Asia/Jakarta")
    return Facts(CaseFacts(**found), work(), NOW, calendar, windows, known)


def _part(relation: str, who: str, in_parent: bool) -> Part:
    return Part(person(f"part {relation}"), relation, person(who), True, in_parent)


def _past(seq: int, kind: str, action: str, who: str, on_behalf: str | None = None) -> PastAct:
    behind = person(on_behalf) if on_behalf else None
    return PastAct(kind, action, person(who), seq, NOW, behind)


def _result(rated_by: str, rated_for: str | None) -> ResultFacts:
    behind = person(rated_for) if rated_for else None
    return ResultFacts(1, "baik", None, "0" * 64, person(rated_by), behind)
