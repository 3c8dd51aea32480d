"""Holds every kept document against the SHA-256 that the history has of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, exists, func, select, tuple_

from kinerja_flow.models import Case, Document, HistoryEvent
from kinerja_flow.services.redacted_documents import as_redacted
from kinerja_flow.workflow import sha256_of

#: As many deliveries are read by one query, each with the document it handed over.
CHUNK = 200

_H, _D = HistoryEvent, Document
_KEY = (_H.agency_id, _H.year, _H.case_id, _H.seq)
_TOLD = _H.change["document"].as_string()
_OF_CASE = and_(Case.agency_id == _H.agency_id, Case.year == _H.year, Case.id == _H.case_id)
#: The delivery of a document: in the history of its appraisal, or of a case that hangs on it.
_HANDED = and_(
    _D.agency_id == _H.agency_id,
    _D.year == _H.year,
    _D.case_id == func.coalesce(Case.parent_id, Case.id),
    _D.seq == _H.seq,
    _D.number == _H.change["delivered"].as_integer(),
)
#: A broken rule, what it expected, what it found, the case, and the number of the event.
Broken = tuple[str, object, object, UUID, int]


def documents(connection: Connection, agency_id: int | None) -> Iterator[Broken]:
    """Where a document of an agency, or of any, is not what its delivery put on record.

    A document that is gone, one whose content or own SHA-256 is another, and one of which no event
    knows. A content that was redacted must be the one to which the recorded redactions lead.
    """
    after: tuple[Any, ...] | None = None
    while rows := connection.execute(_deliveries(agency_id, after)).all():
        for row in rows:
            yield from _compared(connection, row)
        after = tuple(rows[-1][:4])
    for row in connection.execute(_unrecorded(agency_id)):
        yield "document_recorded", "a delivery in the history", row.sha256, row.case_id, row.seq


def _deliveries(agency_id: int | None, after: tuple[Any, ...] | None) -> Select[Any]:
    kept = (_D.case_id.label("home"), _D.number, _D.sha256, _D.content)
    found = select(*_KEY, _TOLD.label("told"), *kept).join(Case, _OF_CASE)
    found = found.outerjoin(_D, _HANDED).where(_TOLD.is_not(None))
    if agency_id is not None:
        found = found.where(_H.agency_id == agency_id)
    if after is not None:
        found = found.where(tuple_(*_KEY) > tuple_(*after))
    return found.order_by(*_KEY).limit(CHUNK)


def _compared(connection: Connection, row: Row[Any]) -> Iterator[Broken]:
    at = (row.case_id, row.seq)
    if row.sha256 is None:
        yield "document", row.told, None, *at
        return
    if row.sha256 != row.told:
        yield "document_sha256", row.told, row.sha256, *at
    content = sha256_of(row.content)
    if content != row.told and content != (led := as_redacted(connection, row, row.told)):
        yield "document_content", led, content, *at


def _unrecorded(agency_id: int | None) -> Select[UUID, int, str]:
    told = exists().where(_OF_CASE, _HANDED, _TOLD.is_not(None))
    ours = () if agency_id is None else (_D.agency_id == agency_id,)
    return select(_D.case_id, _D.seq, _D.sha256).where(~told, *ours)
