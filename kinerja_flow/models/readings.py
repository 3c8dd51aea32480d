"""Who read whose result: kept for the one whom it is about."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from kinerja_flow.db import Base, Key, new_id
from kinerja_flow.models.cases import OfCase
from kinerja_flow.models.plans import one_of
from kinerja_flow.models.substitution import OnBehalf

#: By which way a result is read: itself, as its document, in a table, or in what rests on it.
WAYS = ("results", "document", "export", "segments", "competencies", "trainings", "placements")


class Reading(OfCase, OnBehalf, Base):
    """That somebody read the result of somebody else: which one, in which capacity, by which way.

    What its owner reads themself is a receipt, and none of these. The database refuses to change
    or delete one.
    """

    __tablename__ = "readings"
    also = (one_of("way", WAYS),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int]
    reader_id: Mapped[UUID]
    capacity: Mapped[Key]
    way: Mapped[Key]
    read_at: Mapped[datetime]
