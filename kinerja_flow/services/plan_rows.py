"""The rows of a plan as they stand, what they become, and what hangs on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from kinerja_flow.db import new_id
from kinerja_flow.errors import Blocker, Conflict, NotFound
from kinerja_flow.facts import Facts
from kinerja_flow.models import (
    ActionStep,
    Activity,
    Evidence,
    Feedback,
    PlanIndicator,
    PlanItem,
    Realisation,
)
from kinerja_flow.services import books
from kinerja_flow.workflow import sha256_of


@dataclass(frozen=True, slots=True)
class OwnPlan:
    """The RHK of a case by id with their place, and each indicator with its RHK."""

    ordinals: Mapping[UUID, int]
    items: Mapping[UUID, UUID]

    @classmethod
    def of(cls, session: Session, facts: Facts) -> OwnPlan:
        placed = books.of_home(facts, PlanItem, PlanItem.id, PlanItem.ordinal)
        owned = books.of_home(facts, PlanIndicator, PlanIndicator.id, PlanIndicator.item_id)
        ordinals = {row.id: row.ordinal for row in session.execute(placed)}
        return cls(ordinals, {row.id: row.item_id for row in session.execute(owned)})

    def ordinal(self, item_id: UUID) -> int:
        """The place of an RHK: its own, or the one after the last."""
        return self.ordinals.get(item_id, max(self.ordinals.values(), default=0) + 1)

    def indicators_of(self, item_id: UUID) -> set[UUID]:
        return {own for own, of in self.items.items() if of == item_id}

    def lost(self, item_id: UUID, rows: Iterable[Mapping[str, Any]]) -> set[UUID]:
        """The indicators of an RHK that are not among its new rows."""
        return self.indicators_of(item_id) - {row["id"] for row in rows}

    def refuse_unknown(self, item_id: UUID) -> None:
        if item_id not in self.ordinals:
            raise NotFound.of("no_such_item", "item")

    def strangers(self, values: Mapping[str, Any]) -> Iterator[Blocker]:
        """The ids in an entry that are not of this plan, or that stand there twice."""
        item_id = values.get("id")
        if item_id is not None and item_id not in self.ordinals:
            yield Blocker("no_such_item", "id")
        own, seen = self.indicators_of(item_id) if item_id else set(), set()
        for place, indicator in enumerate(values.get("indicators") or ()):
            named = (indicator or {}).get("id")
            if named is not None and (named not in own or named in seen):
                yield Blocker("no_such_indicator", f"indicators.{place}.id")
            seen.add(named)


def item_row(ordinal: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of an RHK, without the key of its case."""
    weight = values.get("weight")
    plain = ("id", "section", "title", "perspective", "superior_item_id", "superior_text")
    return {
        "ordinal": ordinal,
        **{name: values.get(name) for name in plain},
        "weight": None if weight is None else Fraction(weight),
    }


def indicator_rows(item_id: UUID, entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The columns of the indicators of an RHK, in the order in which they were given."""
    return [
        {"id": entry.get("id") or new_id(), "item_id": item_id, "ordinal": place, **_said(entry)}
        for place, entry in enumerate(entries, 1)
    ]


def _said(entry: Mapping[str, Any]) -> dict[str, Any]:
    measure, baseline = entry["measure"], entry.get("baseline")
    plain = ("aspect", "title", "catalogue_key", "polarity", "is_objective")
    return {
        **{name: entry.get(name) for name in plain},
        "target": measure and measure.value,
        "upper": measure and measure.upper,
        "unit": measure.unit if measure else "",
        "target_raw": entry["target"],
        "baseline": None if baseline is None else Fraction(baseline),
    }


def content_digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 of what rows say, without the key of the case."""
    key = ("agency_id", "year", "case_id")
    said = [{n: str(v) for n, v in row.items() if n not in key and v is not None} for row in rows]
    return sha256_of(said)


def refuse_used_indicators(session: Session, facts: Facts, ids: Collection[UUID]) -> None:
    """Conflict where a realisation was recorded for one of these indicators, or feedback given."""
    of_them = ((Realisation, Realisation.indicator_id), (Feedback, Feedback.about_id))
    found = [books.of_home(facts, m, func.count()).where(about.in_(ids)) for m, about in of_them]
    if ids and (count := sum(session.scalar(one) or 0 for one in found)):
        raise Conflict.of("indicator_in_use", "indicators", count=count)


def refuse_used(session: Session, facts: Facts, item_id: UUID) -> None:
    """Conflict while something hangs on an RHK that its removal would leave in the air."""
    count = sum(session.scalar(found) or 0 for found in _uses(facts, item_id))
    if count:
        raise Conflict.of("item_in_use", "item", count=count)


def _uses(facts: Facts, item_id: UUID) -> Iterable[Any]:
    steps = books.of_home(facts, ActionStep, ActionStep.id).where(ActionStep.item_id == item_id)
    own = books.of_home(facts, PlanIndicator, PlanIndicator.id).where(
        PlanIndicator.item_id == item_id
    )
    of_it: list[tuple[Any, ColumnElement[bool]]] = [
        (Evidence, Evidence.item_id == item_id),
        (Feedback, or_(*(Feedback.about_id.in_(ids) for ids in ([item_id], steps, own)))),
        (Activity, Activity.step_id.in_(steps)),
        (Realisation, Realisation.indicator_id.in_(own)),
    ]
    for model, mine in of_it:
        yield books.of_home(facts, model, func.count()).where(mine)
    of_agency = select(func.count()).where(PlanItem.agency_id == facts.case.agency_id)
    yield of_agency.where(PlanItem.superior_item_id == item_id)
