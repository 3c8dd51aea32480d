"""Answers, results, receipts, signatures, objections and follow-ups: what a cycle comes to."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kinerja_flow.db import Base, Digest, Key, Name, Text
from kinerja_flow.models.cases import OfCase
from kinerja_flow.models.plans import one_of
from kinerja_flow.models.progress import Entry
from kinerja_flow.models.substitution import OnBehalf

RECEIPTS = ("opened", "acknowledged", "deemed")
#: How an objection came to its end: decided that the result stands, or changed; or the assessor's
#: own correction was accepted, which is no decision.
STANDS, CHANGED, ACCEPTED = OUTCOMES = ("stands", "changed", "accepted")
#: Those of them that are decisions, and so final.
DECISIONS = frozenset({STANDS, CHANGED})


class Sheet(OfCase, Base):
    """A rater's answers to an instrument while they are sealed: only the rater reads them.

    `answers` maps each criterion to {"value": level, "comment": text}. The close of the stage
    copies them into `Answer` rows and deletes the sheet (`design.md`, section 8). A sheet of an
    office is its official's, whoever fills it: `written_by_id` is the substitute who last did.
    """

    __tablename__ = "sheets"
    instrument: Mapped[Key] = mapped_column(primary_key=True)
    relation: Mapped[Key] = mapped_column(primary_key=True)
    rater_id: Mapped[UUID] = mapped_column(primary_key=True)
    written_by_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1)
    answers: Mapped[dict[str, Any]]


class Answer(OfCase, Base):
    """A released answer to one criterion. An anonymous one has no rater, and a random id."""

    __tablename__ = "answers"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    instrument: Mapped[Key]
    relation: Mapped[Key]
    criterion: Mapped[Key]
    value: Mapped[Key | None]
    comment: Mapped[Text | None]
    rater_id: Mapped[UUID | None]
    written_by_id: Mapped[UUID | None]


class Result(OfCase, Base):
    """A score with its whole explanation. It never changes; a later one supersedes it.

    `value` is exact and `sort_value` only orders lists. `digest` is the SHA-256 of the canonical
    explanation, `decided_by` whoever's act set it, `decided_for_id` the official on whose behalf:
    neither may examine an objection to it.
    """

    __tablename__ = "results"
    number: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]
    value: Mapped[Fraction | None]
    sort_value: Mapped[float | None]
    level: Mapped[Key | None]
    explanation: Mapped[dict[str, Any]]
    digest: Mapped[Digest]
    definition: Mapped[Digest]
    decided_by: Mapped[UUID | None]
    decided_for_id: Mapped[UUID | None]
    computed_at: Mapped[datetime]


class ResultGrounds(OfCase, Base):
    """What a result was made from, kept so that it can be computed again bit for bit.

    `grounds` is the material of its score in JSON, without names, texts or raters; `digest` the
    SHA-256 of its canonical form. The database refuses to change or remove one.
    """

    __tablename__ = "result_grounds"
    number: Mapped[int] = mapped_column(primary_key=True)
    grounds: Mapped[dict[str, Any]]
    digest: Mapped[Digest]


class Receipt(OfCase, Base):
    """That a result reached its employee, how and when; the first one starts the objection term.

    `seq` is the event that recorded it: a result upheld on objection is delivered, and received,
    once more.
    """

    __tablename__ = "receipts"
    also = (one_of("kind", RECEIPTS),)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Key] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[UUID | None]
    received_at: Mapped[datetime]


class Signature(OfCase, OnBehalf, Base):
    """Who signed what, when, in which capacity, and the SHA-256 of what was shown."""

    __tablename__ = "signatures"
    seq: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[Key] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    capacity: Mapped[Key]
    sha256: Mapped[Digest]
    signed_at: Mapped[datetime]


class Document(OfCase, Base):
    """What a result was handed over with, as it stood then: who its people were, and the plan.

    Names, ranks, posts and plans change; what was delivered does not. `sha256` is of the canonical
    JSON of `content`, and stands in the event of the delivery, `seq`. No trigger protects the row:
    its texts can be redacted by a recorded act, as everywhere.
    """

    __tablename__ = "documents"
    number: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]]
    sha256: Mapped[Digest]
    shown_at: Mapped[datetime]


class Objection(OfCase, Base):
    """A keberatan, PP 30/2019 article 59: the result it contests, and what became of it.

    Its own case is `case_id`; the contested result is `number` of the parent's results, and
    `replaced_by` the one that took its place. `level` counts how often it was referred upwards,
    from 1. `outcome` is empty while it is open and where it was withdrawn; `decided_by` is whoever
    decided it, or made the correction that was accepted, `decided_for_id` the official on whose
    behalf.
    """

    __tablename__ = "objections"
    also = (
        Index("ix_objections_contested", "contested_id", "number"),
        one_of("outcome", OUTCOMES),
    )
    contested_id: Mapped[UUID]
    number: Mapped[int]
    filed_by: Mapped[UUID]
    replaced_by: Mapped[int | None]
    level: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[Key | None]
    decided_by: Mapped[UUID | None]
    decided_for_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]


class Exhibit(Entry, Base):
    """Evidence of one side in an objection: a name with a link or a file, and what it shows.

    It belongs to the objection's own case, and is never changed: `version` stays 1. What is
    withdrawn stays readable; the withdrawal is an event of the case. `side` is the relation in
    which it was shown.
    """

    __tablename__ = "exhibits"
    book = "exhibits"
    also = (CheckConstraint("(link IS NULL) <> (sha256 IS NULL)", name="link_or_file"),)
    side: Mapped[Key]
    name: Mapped[Name]
    shows: Mapped[Text]
    link: Mapped[Text | None]
    sha256: Mapped[Digest | None]
    media_type: Mapped[Name | None]
    size: Mapped[int | None] = mapped_column(BigInteger)


class FollowUp(OfCase, Base):
    """What a result opened: its key in the template, whose it was then, by when.

    `number` is the result of the appraisal `opened_by_id` that it rests on, `superseded_by` the
    later one that would not have opened it. One that another follow-up asked for, by its key, came
    `after_id`. One that `is_withdrawn` fell away with its ground, by the template's own action.
    """

    __tablename__ = "follow_ups"
    also = (
        Index("ix_follow_ups_opened", "agency_id", "year", "opened_by_id"),
        # Neither a result nor another follow-up opens the same one twice.
        Index(
            "uq_follow_ups_of_result",
            *("agency_id", "year", "opened_by_id", "number", "key"),
            unique=True,
            sqlite_where=Column("after_id").is_(None),
            postgresql_where=Column("after_id").is_(None),
        ),
        UniqueConstraint("agency_id", "year", "after_id", "key"),
    )
    key: Mapped[Key]
    opened_by_id: Mapped[UUID]
    number: Mapped[int]
    owner_id: Mapped[UUID | None]
    due_on: Mapped[date | None]
    after_id: Mapped[UUID | None]
    superseded_by: Mapped[int | None]
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
