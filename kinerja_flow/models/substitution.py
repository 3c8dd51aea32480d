"""Who stands in for whom from day to day: as Plt, as Plh, or during leave."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from kinerja_flow.db import Base, Key, Text
from kinerja_flow.models.organisation import OfAgency, within_agency

KINDS = ("plt", "plh", "leave")


class Substitution(OfAgency, Base):
    """A dated grant: the substitute does the absent official's part from a day through a last day.

    Both days are inclusive, in the agency's zone. `kind` is plt (vacancy), plh (absence) or leave.
    The row stays when the grant is over or revoked, since acts under it name it. `ground` is a
    text, which may be redacted.
    """

    __tablename__ = "substitutions"
    __table_args__ = (
        UniqueConstraint("agency_id", "id"),
        within_agency("absent_id", "people"),
        within_agency("substitute_id", "people"),
        CheckConstraint("kind IN ('plt', 'plh', 'leave')", name="kind"),
        CheckConstraint("until_on >= from_on", name="days"),
        CheckConstraint("absent_id <> substitute_id", name="two_people"),
        Index("ix_substitutions_substitute", "agency_id", "substitute_id", "until_on"),
        Index("ix_substitutions_absent", "agency_id", "absent_id", "until_on"),
    )
    absent_id: Mapped[UUID]
    substitute_id: Mapped[UUID]
    kind: Mapped[Key]
    from_on: Mapped[date]
    until_on: Mapped[date]
    granted_by: Mapped[UUID | None]
    granted_at: Mapped[datetime]
    ground: Mapped[Text | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]


class OnBehalf:
    """Of an act: the official on whose behalf it was done, and the grant. Neither: in one's own
    right."""

    on_behalf_of_id: Mapped[UUID | None]
    grant_id: Mapped[UUID | None]
