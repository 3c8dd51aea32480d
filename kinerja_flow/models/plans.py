"""The plan (SKP): results to reach (RHK), each with indicators (IKI) and targets."""

from __future__ import annotations

from fractions import Fraction
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinerja_flow.db import Base, Key, Name, Text, new_id
from kinerja_flow.models.cases import OfCase

ASPECTS = ("kuantitas", "kualitas", "waktu", "biaya")
POLARITIES = ("higher", "lower", "range")
SECTIONS = ("utama", "tambahan")
PERSPECTIVES = ("penerima_layanan", "proses_bisnis", "penguatan_internal", "anggaran")
NOTE_SECTIONS = ("resources", "accountability", "consequences", "expectation")


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """The column holds one of a closed set of codes (or nothing, where it may be empty)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class PlanItem(OfCase, Base):
    """A rencana hasil kerja (RHK). It may hang on an RHK of the superior, also later.

    `superior_item_id` is the superior's RHK that it serves (mengintervensi), in another case of
    the same agency; `superior_text` says it in words where the superior keeps no plan here.
    """

    __tablename__ = "plan_items"
    also = (
        one_of("section", SECTIONS),
        one_of("perspective", PERSPECTIVES),
        UniqueConstraint("agency_id", "id"),
        Index("ix_plan_items_superior", "superior_item_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ordinal: Mapped[int]
    section: Mapped[Key] = mapped_column(default="utama")
    title: Mapped[Text]
    perspective: Mapped[Key | None]
    weight: Mapped[Fraction | None]
    superior_item_id: Mapped[UUID | None]
    superior_text: Mapped[Text | None]


class PlanIndicator(OfCase, Base):
    """An indikator kinerja individu (IKI) of an RHK, with its target as value, unit and raw text.

    `polarity`: higher or lower is better, or a range from `target` to `upper`. One that cannot be
    measured objectively says so (`is_objective`). `baseline` is what "improved by" counts from.
    """

    __tablename__ = "plan_indicators"
    also = (
        one_of("aspect", ASPECTS),
        one_of("polarity", POLARITIES),
        Index("ix_plan_indicators_item", "item_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[UUID]
    ordinal: Mapped[int]
    aspect: Mapped[Key]
    title: Mapped[Text]
    catalogue_key: Mapped[Key | None]
    target: Mapped[Fraction | None]
    upper: Mapped[Fraction | None]
    unit: Mapped[Name]
    target_raw: Mapped[Name]
    polarity: Mapped[Key] = mapped_column(default="higher")
    is_objective: Mapped[bool] = mapped_column(default=True)
    baseline: Mapped[Fraction | None]


class PlanNote(OfCase, Base):
    """The plan's lists beside the RHK: resources, accountability, consequences, expectations.

    The first three are the Lampiran of the SKP; an expectation (ekspektasi khusus pimpinan)
    belongs to the behaviour named by `about` (PermenPANRB 6/2022).
    """

    __tablename__ = "plan_notes"
    also = (one_of("section", NOTE_SECTIONS),)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    section: Mapped[Key]
    about: Mapped[Key | None]
    text: Mapped[Text]
