"""Somebody's data, table by table: about themself, about their appraisals, and what they wrote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from kinerja_flow import models as m
from kinerja_flow.services.my_data_parts import (
    OPENLY,
    Part,
    Whose,
    delivered,
    my_cases,
    part,
    told,
)


def parts(whose: Whose) -> Iterator[Part]:
    """Every part of somebody's data, each one query."""
    yield from _of_person(whose)
    yield from _of_cases(whose)
    yield from _judged(whose)
    yield from _done(whose)
    if not whose.by_letter:
        yield from _closed_to_others(whose)


def _of_person(whose: Whose) -> Iterator[Part]:
    me = whose.person_id
    held = select(m.PostHolding.post_id).where(
        m.PostHolding.agency_id == whose.agency_id, m.PostHolding.person_id == me
    )
    units = select(m.Post.unit_id).where(m.Post.agency_id == whose.agency_id, m.Post.id.in_(held))
    yield part(whose, m.Person, m.Person.id == me)
    yield from _of_account(whose)
    yield part(whose, m.RoleGrant, m.RoleGrant.person_id == me)
    yield part(whose, m.PostHolding, m.PostHolding.person_id == me)
    yield part(whose, m.Post, m.Post.id.in_(held))
    yield part(whose, m.Unit, m.Unit.id.in_(units))
    yield part(whose, m.ReportingLine, m.ReportingLine.post_id.in_(held))
    yield part(whose, m.Absence, m.Absence.person_id == me)
    s = m.Substitution
    yield part(whose, s, s.absent_id == me, s.substitute_id == me)
    yield part(whose, m.ServiceToken, m.ServiceToken.owner_id == me, without=_KEYS)
    yield part(whose, m.BriefingReceipt, m.BriefingReceipt.person_id == me)
    q = m.BriefingQuestion
    asked = and_(q.asked_by == me, q.is_named) if whose.by_letter else q.asked_by == me
    yield part(whose, q, asked)
    yield part(whose, m.Measurement, m.Measurement.person_id == me)


#: What opens a door stays where it is, hashed or not.
_KEYS = ("password_hash", "totp_secret", "totp_step", "sha256")
#: From where somebody signed in, which HR is not told.
_PLACES = ("network", "address", "agent")


def _of_account(whose: Whose) -> Iterator[Part]:
    """How somebody signs in: when, for themself from where, and never with what."""
    a, c, me = m.Account, m.SignInCode, whose.person_id
    mine = select(a.id).where(a.agency_id == whose.agency_id, a.person_id == me)
    without = (*_KEYS, *_PLACES) if whose.by_letter else _KEYS
    yield part(whose, a, a.person_id == me, without=_KEYS)
    yield part(whose, c, c.account_id.in_(mine), c.issued_by == me, without=_KEYS)
    e = m.AccountEvent
    yield part(whose, e, e.person_id == me, e.actor_id == me, without=without)
    for model in (m.SignInSession, m.RecoveryCode):
        yield part(whose, model, model.account_id.in_(mine), without=without)


#: Books of a case: all that its employee reads, and what somebody wrote in it for another.
_BOOKS: tuple[Any, ...] = (
    *(m.ActionStep, m.Activity, m.Realisation, m.Evidence, m.Observation),
    *(m.FollowUpStep, m.Exhibit),
)


def _of_cases(whose: Whose) -> Iterator[Part]:
    me, mine = whose.person_id, my_cases(whose)
    yield part(whose, m.Case, m.Case.subject_id == me)
    p = m.Participant
    openly = p.relation.in_(OPENLY)
    own = and_(p.person_id == me, openly) if whose.by_letter else p.person_id == me
    yield part(whose, p, and_(p.case_id.in_(mine), openly), own, without=("proposed_by",))
    for model in (m.PlanItem, m.PlanIndicator, m.PlanNote):
        yield part(whose, model, model.case_id.in_(mine))
    for model in _BOOKS:
        yield part(whose, model, model.case_id.in_(mine), model.author_id == me)
    f = m.Feedback
    wrote = select(f.id).where(f.agency_id == whose.agency_id, f.author_id == me)
    yield part(whose, f, f.case_id.in_(mine), f.author_id == me, f.reply_to_id.in_(wrote))
    o = m.Objection
    yield part(whose, o, o.case_id.in_(mine), o.filed_by == me)
    up = m.FollowUp
    yield part(whose, up, up.case_id.in_(mine), up.owner_id == me)


def _judged(whose: Whose) -> Iterator[Part]:
    """What the appraisals came to, as far as it was delivered."""
    me, mine = whose.person_id, my_cases(whose)
    for model in (m.Result, m.Document):
        yield part(whose, model, and_(model.case_id.in_(mine), delivered(model)))
    yield _read(whose)
    yield part(whose, m.Receipt, m.Receipt.case_id.in_(mine), m.Receipt.person_id == me)
    s = m.Signature
    yield part(whose, s, s.person_id == me, and_(s.case_id.in_(mine), told(s, s.signed_at)))
    c = m.ContradictionAnswer
    seen = and_(c.case_id.in_(mine), told(c, c.answered_at))
    yield part(whose, c, seen, c.answered_by == me)
    yield part(whose, m.CreditEntry, m.CreditEntry.person_id == me)
    yield part(whose, m.Reason, m.Reason.id.in_(_reasons(whose)))
    yield part(whose, m.Answer, m.Answer.rater_id == me)


def _read(whose: Whose) -> Part:
    """Who read their results, without the name of whoever rates unnamed, and what they read."""
    r = m.Reading
    is_own, is_open = r.reader_id == whose.person_id, r.capacity.in_(OPENLY)
    by_me = and_(is_own, is_open) if whose.by_letter else is_own
    of_mine = and_(r.case_id.in_(my_cases(whose)), delivered(r))
    where = dict.fromkeys(("reader_id", "on_behalf_of_id", "grant_id"), or_(is_own, is_open))
    return part(whose, r, of_mine, by_me, where=where)


def _reasons(whose: Whose) -> Any:
    e, u = m.CreditEntry, m.UnitRating
    of_credit = select(e.reason_id).where(
        e.agency_id == whose.agency_id, e.person_id == whose.person_id, e.reason_id.is_not(None)
    )
    of_units = select(u.reason_id).where(
        u.agency_id == whose.agency_id, u.set_by == whose.person_id
    )
    return of_credit.union_all(of_units)


def _done(whose: Whose) -> Iterator[Part]:
    """What somebody did and said, and what was done and said openly in their appraisals."""
    me, mine = whose.person_id, my_cases(whose)
    h, s = m.HistoryEvent, m.Statement
    own = and_(h.actor_id == me, h.capacity.in_(OPENLY)) if whose.by_letter else h.actor_id == me
    here = and_(h.case_id.in_(mine), h.capacity.in_(OPENLY))
    yield part(whose, h, here, own, without=("change", "definition"))
    yield part(whose, s, _heard(whose), _said(whose))
    u = m.UnitRating
    yield part(whose, u, u.set_by == me)
    yield part(whose, m.Survey, m.Survey.opened_by == me, without=("secret_hash",))
    i, t = m.SurveyImport, m.TemplateVersion
    yield part(whose, i, i.imported_by == me)
    yield part(whose, t, t.published_by == me, without=("source",))
    yield part(whose, m.Redaction, m.Redaction.officer_id == me)
    yield part(whose, m.Retention, m.Retention.set_by == me)
    yield from _runs(whose)


def _runs(whose: Whose) -> Iterator[Part]:
    """Bulk runs of somebody's, and that their person or appraisal was among the rows of one."""
    me, r, w = whose.person_id, m.Run, m.RunRow
    yield part(whose, r, r.prepared_by == me, r.started_by == me)
    mine = or_(w.about == me, w.about.in_(my_cases(whose)))
    yield part(whose, w, mine, without=("cells", "blockers"))


def _said(whose: Whose) -> ColumnElement[bool]:
    s = m.Statement
    mine = s.actor_id == whose.person_id
    return and_(mine, s.capacity.in_(OPENLY)) if whose.by_letter else mine


def _heard(whose: Whose) -> ColumnElement[bool]:
    """What others said in an appraisal, once it is told; of an objection both sides read all."""
    s, o = m.Statement, m.Objection
    objections = select(o.case_id).where(o.agency_id == whose.agency_id)
    is_read = told(s, s.said_at) | s.case_id.in_(objections)
    return and_(s.case_id.in_(my_cases(whose)), s.capacity.in_(OPENLY), is_read)


def _closed_to_others(whose: Whose) -> Iterator[Part]:
    """What nobody but its owner reads, HR neither."""
    me = whose.person_id
    yield part(whose, m.Sheet, m.Sheet.rater_id == me)
    yield part(whose, m.PrivateNote, m.PrivateNote.author_id == me)
    yield part(whose, m.Notification, m.Notification.recipient_id == me)
