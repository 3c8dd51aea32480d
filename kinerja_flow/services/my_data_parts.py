"""What the download of somebody's data is made of: a part for each table, with the rows that are
theirs. Where nothing is said, a part holds whatever its table does, but for the agency."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from kinerja_flow.models import Case, HistoryEvent
from kinerja_flow.policy import DELEGABLE, READERS
from kinerja_flow.services.reading_log import ABOVE
from workflows.vocabulary import EMPLOYEE, FORMER

#: Relations whose people nobody promises to hide. Whoever else takes part in a case about me is not
#: in my download, and HR does not hand out where I do.
OPENLY = DELEGABLE | READERS | {EMPLOYEE, FORMER, ABOVE, "owner", "observer", "clock", "system"}


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose data, of which agency; `by_letter` where HR hands it out: then without what nobody
    but its author reads, and without where they rate unnamed."""

    agency_id: int
    person_id: UUID
    by_letter: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table that are somebody's."""

    name: str
    rows: Select[Any]


def part(
    whose: Whose,
    model: Any,
    *of: ColumnElement[bool],
    without: Collection[str] = (),
    where: Mapping[str, ColumnElement[bool]] = MappingProxyType({}),
) -> Part:
    """The rows of a table for which one of the conditions holds: `without` some of its columns,
    and with what some hold only `where` a condition of their own does, else null."""
    hidden = {"agency_id", *without}
    columns = [
        case((where[one.name], one)).label(one.name) if one.name in where else one
        for one in model.__table__.columns
        if one.name not in hidden
    ]
    rows = select(*columns).where(model.agency_id == whose.agency_id, or_(*of))
    return Part(model.__tablename__, rows.order_by(*model.__table__.primary_key.columns))


def my_cases(whose: Whose) -> Select[UUID]:
    """The ids of the cases about somebody."""
    of = (Case.agency_id == whose.agency_id, Case.subject_id == whose.person_id)
    return select(Case.id).where(*of)


def told(model: Any, at: Any) -> ColumnElement[bool]:
    """That a row of a case was there when the appraisal's result was last delivered, or that the
    appraisal is still before its assessment: what is judged in between is not told yet."""
    one, home = aliased(Case), aliased(Case)
    same = and_(one.agency_id == model.agency_id, one.year == model.year)
    above = and_(home.agency_id == one.agency_id, home.year == one.year)
    above &= home.id == func.coalesce(one.parent_id, one.id)
    is_before = and_(one.parent_id.is_(None), one._phase.in_(("planning", "running")))
    is_told = or_(at <= home.delivered_at, and_(home.delivered_at.is_(None), is_before))
    here = select(one.id).join(home, above).where(same, one.id == model.case_id, is_told)
    return here.exists()


def delivered(model: Any) -> ColumnElement[bool]:
    """That the result of the row is one that was delivered, or an earlier one."""
    h = HistoryEvent
    of = (h.agency_id == model.agency_id, h.year == model.year, h.case_id == model.case_id)
    newest = select(func.max(h.change["delivered"].as_integer())).where(*of).scalar_subquery()
    return and_(model.number <= newest, _opened(model))


def _opened(model: Any) -> ColumnElement[bool]:
    """That it reached the employee: a download that they did not open it by hands out nothing."""
    c = Case
    of = (c.agency_id == model.agency_id, c.year == model.year, c.id == model.case_id)
    return select(c.id).where(*of, c.received_at.is_not(None)).exists()


def people_in(row: Any) -> Iterator[UUID]:
    """The people whom a row names by their ids."""
    for name, value in row.items():
        if isinstance(value, UUID) and name.endswith(_PEOPLE):
            yield value


_PEOPLE = (
    *("person_id", "author_id", "actor_id", "_by", "_for_id", "behalf_of_id", "closed_by_id"),
    *("owner_id", "absent_id", "substitute_id", "subject_id", "superior_id", "reader_id"),
)
