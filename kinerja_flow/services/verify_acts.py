"""Whatever stands as a result is what an act put on record, and nothing that one did is gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, and_, func, select

from kinerja_flow.models import Case, HistoryEvent, Result

#: What does not hold: the rule, what was expected and found, the case, and the number.
Wrong = tuple[str, object, object, UUID, int]
_CHUNK = 1_000


def on_record(connection: Connection, agency_id: int | None) -> Iterator[Wrong]:
    """Results of an agency, or of all, that differ from the events of the acts that set them, by
    two queries: those that are not as the event says, or gone; and those that have no event.
    """
    for row in connection.execute(_told(agency_id), execution_options={"yield_per": _CHUNK}):
        if row.found_number is None:
            yield "result_gone", row.digest, None, row.home, row.number
        elif row[2:6] != row[6:10]:
            yield "result_on_record", _said(row[2:6]), _said(row[6:10]), row.home, row.number
    for case_id, number, digest in connection.execute(_untold(agency_id)):
        yield "result_on_record", None, digest, case_id, number


def _said(told: Any) -> str:
    return ", ".join(map(str, told))


_h, _c, _r = HistoryEvent, Case, Result
#: The appraisal whose result an act set: that of the case, or the one above it.
_home = func.coalesce(_c.parent_id, _c.id)
_number = _h.change["result", "number"].as_integer()
_OF_CASE = and_(_c.agency_id == _h.agency_id, _c.year == _h.year, _c.id == _h.case_id)
_OF_HOME = and_(
    _r.agency_id == _h.agency_id, _r.year == _h.year, _r.case_id == _home, _r.number == _number
)


def _told(agency_id: int | None) -> Select[Any]:
    """Each event that set a result, and the result as it is kept now."""
    level, digest = (_h.change["result", name].as_string() for name in ("level", "digest"))
    told = (_home.label("home"), _number.label("number"))
    said = (digest.label("digest"), level, _h.seq, _h.definition)
    kept = (_r.digest, _r.level, _r.seq, _r.definition, _r.number.label("found_number"))
    set_by = select(*told, *said, *kept).join(_c, _OF_CASE).outerjoin(_r, _OF_HOME)
    set_by = set_by.where(_number.is_not(None)).order_by(_home, _number)
    return set_by if agency_id is None else set_by.where(_h.agency_id == agency_id)


def _untold(agency_id: int | None) -> Select[Any]:
    """The results that no event of their case, or of one below it, set."""
    acts_of = (_h.agency_id, _h.year, _home.label("home"), _number.label("number"))
    acts = select(*acts_of).join(_c, _OF_CASE).where(_number.is_not(None)).subquery()
    same = and_(
        acts.c.agency_id == _r.agency_id,
        acts.c.year == _r.year,
        acts.c.home == _r.case_id,
        acts.c.number == _r.number,
    )
    told: tuple[Any, ...] = (_r.case_id, _r.number, _r.digest)
    left = select(*told).outerjoin(acts, same).where(acts.c.number.is_(None))
    left = left.order_by(_r.case_id, _r.number)
    return left if agency_id is None else left.where(_r.agency_id == agency_id)
