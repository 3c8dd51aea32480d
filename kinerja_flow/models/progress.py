"""What happens during the year: steps, activities, realisations, evidence, observations, feedback.

Entries stand beside the moves of a case: each has a version of its own, and none makes the
superior's screen stale. Texts live here, where they can be redacted, and never in the history.
"""

from __future__ import annotations

from datetime import date, datetime, time
from fractions import Fraction
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinerja_flow.db import Base, Digest, Key, Name, Text, new_id
from kinerja_flow.models.cases import OfCase
from kinerja_flow.models.plans import one_of
from kinerja_flow.models.substitution import OnBehalf

FEEDBACK_KINDS = ("strength", "improvement", "note", "recognition", "reply")
#: What a remark may be about, beside the case as a whole: a row of its plan or of its year.
ABOUT_KINDS = ("item", "indicator", "step", "activity", "realisation", "evidence")


class Entry(OfCase, OnBehalf):
    """A row that somebody adds while the case runs; `version` counts its corrections.

    `author_id` is whoever wrote it, also where a substitute did on behalf of somebody else.
    `book` is the book of the case that entries of the kind stand in.
    """

    book: ClassVar[str]
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    version: Mapped[int] = mapped_column(default=1)
    author_id: Mapped[UUID]
    noted_at: Mapped[datetime]


class ActionStep(Entry, Base):
    """A rencana aksi: a step towards an RHK, with its own target and day."""

    __tablename__ = "action_steps"
    book = "action_plan"
    also = (Index("ix_action_steps_item", "item_id"),)
    item_id: Mapped[UUID]
    title: Mapped[Text]
    target_raw: Mapped[Name]
    due_on: Mapped[date | None]


class Activity(Entry, Base):
    """A daily activity: day, from when to when, what, for which rencana aksi, and the source."""

    __tablename__ = "activities"
    book = "activity"
    also = (
        CheckConstraint("ended_at_time > started_at_time", name="span"),
        Index("ix_activities_day", "agency_id", "year", "case_id", "day_on"),
    )
    day_on: Mapped[date]
    started_at_time: Mapped[time]
    ended_at_time: Mapped[time]
    title: Mapped[Text]
    step_id: Mapped[UUID | None]
    source: Mapped[Name | None]


class Realisation(Entry, Base):
    """What was reached of an indicator up to a day: exact value, raw text, and data source.

    Later rows supersede earlier ones of the same indicator; none is changed or removed.
    """

    __tablename__ = "realisations"
    book = "progress"
    also = (Index("ix_realisations_indicator", "indicator_id", "day_on"),)
    indicator_id: Mapped[UUID]
    day_on: Mapped[date]
    value: Mapped[Fraction | None]
    raw: Mapped[Name]
    source: Mapped[Name | None]


class Evidence(Entry, Base):
    """Bukti dukung: a name with a link or a file; a file is known by its SHA-256 and size."""

    __tablename__ = "evidence"
    book = "evidence"
    also = (
        CheckConstraint("(link IS NULL) <> (sha256 IS NULL)", name="link_or_file"),
        Index("ix_evidence_item", "item_id"),
    )
    item_id: Mapped[UUID]
    step_id: Mapped[UUID | None]
    name: Mapped[Name]
    link: Mapped[Text | None]
    sha256: Mapped[Digest | None]
    media_type: Mapped[Name | None]
    size: Mapped[int | None] = mapped_column(BigInteger)


class Observation(Entry, Base):
    """A direct observation of the employee at work, on a day, by whoever was appointed to observe.

    It may be of an RHK (`item_id`), and of a criterion of an instrument of the template.
    """

    __tablename__ = "observations"
    book = "observation"
    also = (Index("ix_observations_day", "agency_id", "year", "case_id", "day_on"),)
    day_on: Mapped[date]
    text: Mapped[Text]
    item_id: Mapped[UUID | None]
    instrument: Mapped[Key | None]
    criterion: Mapped[Key | None]


class Feedback(Entry, Base):
    """Umpan balik on a case or on any row of it; a reply hangs on a remark, and on nothing else."""

    __tablename__ = "feedback"
    book = "feedback"
    also = (
        one_of("kind", FEEDBACK_KINDS),
        one_of("about_kind", ABOUT_KINDS),
        CheckConstraint("(about_kind IS NULL) = (about_id IS NULL)", name="about_one_thing"),
        CheckConstraint("(kind = 'reply') = (reply_to_id IS NOT NULL)", name="reply"),
        Index("ix_feedback_about", "about_id"),
    )
    kind: Mapped[Key]
    text: Mapped[Text]
    about_kind: Mapped[Key | None]
    about_id: Mapped[UUID | None]
    reply_to_id: Mapped[UUID | None]


class FollowUpStep(Entry, Base):
    """A step of an improvement plan (rencana perbaikan): what, by which day, and what came of it.

    It belongs to the case of the follow-up itself. It is open until it has an outcome: what came
    of it where it was done (`done_on`), else why it was dropped. `closed_by_id` said so, perhaps
    on behalf of `closed_for_id`.
    """

    __tablename__ = "follow_up_steps"
    book = "steps"
    also = (
        CheckConstraint("done_on IS NULL OR outcome IS NOT NULL", name="outcome"),
        UniqueConstraint("agency_id", "year", "case_id", "number"),
    )
    number: Mapped[int]
    title: Mapped[Text]
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    outcome: Mapped[Text | None]
    closed_by_id: Mapped[UUID | None]
    closed_for_id: Mapped[UUID | None]


class PrivateNote(Entry, Base):
    """What somebody who assesses notes for themself. No reading service but its author's own
    knows this table: it is in no export, no hand-over and no report."""

    __tablename__ = "private_notes"
    book = "private_note"
    also = (
        one_of("about_kind", ABOUT_KINDS),
        CheckConstraint("(about_kind IS NULL) = (about_id IS NULL)", name="about_one_thing"),
        Index("ix_private_notes_author", "agency_id", "author_id"),
    )
    text: Mapped[Text]
    about_kind: Mapped[Key | None]
    about_id: Mapped[UUID | None]
