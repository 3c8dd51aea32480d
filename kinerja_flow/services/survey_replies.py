"""Answering a survey without an account: what a citizen is told, and one reply with one effect.

Nothing here is logged, and nothing that is kept leads to whoever answered.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Blocker, Invalid, NotFound, Refused
from kinerja_flow.models import Case, Person, Survey, SurveyReply, SurveyToken, Unit
from kinerja_flow.services import complaints
from kinerja_flow.services.forms import is_blank
from kinerja_flow.services.survey_asked import (
    LONGEST_LINK,
    Asked,
    asked_in,
    hash_of,
    is_open,
    today_in,
)
from kinerja_flow.services.survey_forms import REPLY, read_comment, read_sheet
from kinerja_flow.services.survey_marks import Marks, Sender

_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """What a citizen is shown: who is judged on what, and the limits of what is kept secret.

    `about` is the name of the unit, or of the employee (`is_employee`). `nonce` marks this copy of
    the form, so that sending it twice counts once.
    """

    asked: Asked
    about: str
    is_employee: bool
    least: int
    closes_on: date
    nonce: str


@dataclass(frozen=True, slots=True)
class _Found:
    """A survey by its link, on a day on which it can be answered."""

    survey: Survey
    token: str | None
    is_used: bool
    today: date


def survey_form(link: str) -> SurveyPage:
    """What the survey behind a link asks. Raises NotFound, in the same words whether the link was
    used, is over, is not open yet, or never was."""
    with reading() as session:
        found = _find(session, link)
        if found.is_used:
            raise _dead()
        survey = found.survey
        return SurveyPage(
            asked=asked_in(session, survey),
            about=_about(session, survey),
            is_employee=survey.case_id is not None,
            least=survey.min_count,
            closes_on=survey.closes_on,
            nonce=secrets.token_urlsafe(16),
        )


def reply(link: str, given: Mapping[str, Any], sender: Sender) -> None:
    """Take one citizen's `answers` (criterion → level), comment and complaint, sealed.

    The same form (`nonce`) sent twice has one effect; a one-time link is used up. A complaint goes
    on at once, in a transaction of its own, so that nothing in the database ties it to the
    answers. Raises NotFound (the link), Invalid, or Refused (too often from one sender today).
    """
    values, wrong = REPLY.read(beside(given))
    wrong += _bad_nonce(values)
    with transaction() as session:
        found = _find(session, link, lock=True)
        survey = found.survey
        marks = Marks(session, survey.agency_id, found.today)
        nonce = values.get("nonce", "")
        if not marks.is_known("form", survey.id.hex, nonce):
            if found.is_used:
                raise _dead()
            answers = _read(session, survey, given, wrong)
            if marks.is_new("form", survey.id.hex, nonce):
                _use_up(session, found, marks, sender)
                seal(session, survey, [(answers, values.get("comment"))])
        place = complaints.Place(survey.agency_id, survey.year, survey.unit_id, survey.case_id)
    if "complaint" in values:
        complaints.pass_on(place, values["complaint"], nonce)


def beside(given: Mapping[str, Any]) -> dict[str, Any]:
    """What stands on a sheet beside the answers."""
    return {name: value for name, value in given.items() if name != "answers"}


def _dead() -> NotFound:
    """The one refusal of a link: whoever tries links learns nothing from it."""
    return NotFound([Blocker("survey_link_dead", "link")])


def _find(session: Session, link: str, *, lock: bool = False) -> _Found:
    """The survey of a link, by the hash of it. It stays open until the commit with `lock`: replies
    pass each other, and only the close waits for them."""
    digest, t = hash_of(link), SurveyToken
    by_token = select(t.survey_id, t.expires_on, t.is_used).where(t.digest == digest)
    row = session.execute(by_token).one_or_none()
    mine = Survey.id == row.survey_id if row else Survey.secret_hash == digest
    wanted = select(Survey).where(mine)
    survey = session.scalars(wanted.with_for_update(read=True) if lock else wanted).one_or_none()
    if survey is None or len(link) > LONGEST_LINK:
        raise _dead()
    today = today_in(session, survey.agency_id)
    if not is_open(survey, today) or (row and row.expires_on < today):
        raise _dead()
    return _Found(survey, digest if row else None, bool(row and row.is_used), today)


def _bad_nonce(values: Mapping[str, Any]) -> list[Blocker]:
    nonce = values.get("nonce")
    if nonce is None or _NONCE.fullmatch(nonce):
        return []
    return [Blocker("bad_nonce", "nonce")]


def _read(
    session: Session, survey: Survey, given: Mapping[str, Any], wrong: list[Blocker]
) -> dict[str, str]:
    asked = asked_in(session, survey)
    answers, bad = read_sheet(asked, given.get("answers") or {})
    said = {name: value for name, value in given.items() if not is_blank(value)}
    wrong = [*bad, *wrong, *read_comment(asked, said)]
    if wrong:
        raise Invalid(wrong)
    return answers


def _use_up(session: Session, found: _Found, marks: Marks, sender: Sender) -> None:
    """Use up the link, or count the sender where everybody has the same one."""
    survey, t = found.survey, SurveyToken
    if found.token is not None:
        unused = update(t).where(t.digest == found.token, t.is_used.is_(False))
        if session.connection().execute(unused.values(is_used=True)).rowcount != 1:
            raise _dead()
    elif marks.exceeds(sender, survey.id.hex, survey.per_day or 1):
        raise Refused([Blocker("survey_enough_today", None)])


def seal(session: Session, survey: Survey, sheets: list[tuple[dict[str, str], str | None]]) -> None:
    """Put levels by criterion, each with its comment, away until the close, under random ids."""
    key = {"agency_id": survey.agency_id, "survey_id": survey.id}
    rows = [{**key, "id": uuid4(), "answers": a, "comment": comment} for a, comment in sheets]
    if rows:
        session.execute(insert(SurveyReply), rows)


def _about(session: Session, survey: Survey) -> str:
    """The name of the unit, or of the employee, whose service is judged."""
    if survey.unit_id is not None:
        of_unit = (Unit.agency_id == survey.agency_id, Unit.id == survey.unit_id)
        return session.scalars(select(Unit.name).where(*of_unit)).one()
    of_case = (Case.agency_id == survey.agency_id, Case.id == survey.case_id)
    named = select(Person.name).join(Case, Case.subject_id == Person.id)
    return session.scalars(named.where(*of_case)).one()
