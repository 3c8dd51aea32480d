"""What an entry of the plan names elsewhere: catalogue, superior's plan, behaviours, own rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinerja_flow.errors import INPUTS, Blocker
from kinerja_flow.facts import Facts
from kinerja_flow.models import Case, Cycle, PlanItem
from kinerja_flow.services.realisations import same_unit
from kinerja_flow.workflow.measurements import measured_in
from workflows.faults import listing, shown
from workflows.measured import SHARE


def in_catalogue(facts: Facts, values: Mapping[str, Any]) -> Iterator[Blocker]:
    """Every catalogue key stands in the template's catalogue of indicators."""
    known = [indicator.key for indicator in facts.definition.indicators]
    for place, indicator in enumerate(values.get("indicators") or ()):
        key = (indicator or {}).get("catalogue_key")
        yield from _one_of(known, key, f"indicators.{place}.catalogue_key")


def measured_fits(facts: Facts, values: Mapping[str, Any]) -> Iterator[Blocker]:
    """An indicator that outside systems measure is planned in the unit and the direction in which
    they do: no choice of words keeps their figures out."""
    known = measured_in(facts.definition)
    for place, indicator in enumerate(values.get("indicators") or ()):
        entry = known.get((indicator or {}).get("catalogue_key") or "")
        if entry is None or entry.measured is None or "measure" not in indicator:
            continue
        is_share = entry.measured.aggregate == SHARE
        unit, polarity = ("%", "higher") if is_share else (entry.unit, entry.polarity)
        measure = indicator["measure"]
        if not indicator["is_objective"]:
            yield Blocker("planned_objectively", f"indicators.{place}.is_objective")
        if indicator["polarity"] != polarity:
            params = {"polarity": polarity}
            yield Blocker("planned_in_direction", f"indicators.{place}.polarity", (), params)
        if measure is not None and measure.unit and not same_unit(measure.unit, unit):
            yield Blocker("planned_in_unit", f"indicators.{place}.target", (), {"unit": unit})


def behaviour(facts: Facts, values: Mapping[str, Any]) -> Iterator[Blocker]:
    """An expectation is about a criterion of one of the template's instruments."""
    known = [c.key for i in facts.definition.instruments.values() for c in i.criteria]
    yield from _one_of(known, values.get("about"), "about")


def _one_of(known: list[str], key: str | None, field: str) -> Iterator[Blocker]:
    if key is not None and key not in known:
        params = {"value": shown(key), "known": listing(known)}
        yield Blocker("not_an_option", field, (), params, INPUTS)


def superiors(session: Session, facts: Facts, values: Mapping[str, Any]) -> Iterator[Blocker]:
    """A linked RHK is of the assessor's or the reviewer's own plan, in the same agency and year."""
    superior = values.get("superior_item_id")
    if superior is None:
        return
    above = facts.people.get("assessor", frozenset()) | facts.people.get("reviewer", frozenset())
    p, case = PlanItem, facts.case
    of_case = (Case.agency_id == p.agency_id) & (Case.year == p.year) & (Case.id == p.case_id)
    theirs = select(p.id).join(Case, of_case).where(Case.subject_id.in_(above), p.id == superior)
    # What a superior only practised with is no plan.
    real = select(Cycle.id).where(Cycle.agency_id == case.agency_id, Cycle.practice_of.is_(None))
    here = theirs.where(p.agency_id == case.agency_id, p.year == case.year)
    if session.scalar(here.where(Case.cycle_id.in_(real))) is None:
        yield Blocker("not_superiors_item", "superior_item_id", ("employee",))


def too_many(most: int) -> Blocker:
    return Blocker("too_many", None, (), {"max": most}, INPUTS)
