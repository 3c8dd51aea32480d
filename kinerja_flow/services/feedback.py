"""Umpan balik berkelanjutan: signed remarks on an appraisal or its rows, and who reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from kinerja_flow import policy
from kinerja_flow.db import new_id, reading, transaction
from kinerja_flow.errors import Conflict, Forbidden, Invalid
from kinerja_flow.facts import Facts
from kinerja_flow.models import COUNTED, Case, Feedback, Notification
from kinerja_flow.policy import Actor
from kinerja_flow.services import books
from kinerja_flow.services.books import of_home
from kinerja_flow.services.entries import refuse_stranger
from kinerja_flow.services.remark_forms import FEEDBACK, REPLY, about, strangers
from kinerja_flow.services.remarks import FeedbackBook, Remark, Remarks
from kinerja_flow.workflow import Insert, notification, recipients, write

BOOK = Feedback.book


def give_feedback(case_id: UUID, actor: Actor, entry: Mapping[str, Any]) -> UUID:
    """Give feedback (`remark_forms.FeedbackForm`): kind, text and what it is about; or a reply.

    It is about one row (item, indicator, step, activity, realisation, evidence) or the case as a
    whole. To a remark (`reply_to`) its author, the employee and whoever may write in the book
    reply while the case is not closed; a reply is not replied to. The employee hears of it, and
    whoever is replied to. It carries its author's name, so who takes part anonymously gives none.
    Raises NotFound, Conflict (the book is closed), Forbidden, or Invalid with every problem.
    """
    with transaction() as session:
        facts = books.facts_for(session, case_id, actor, lock="entry")
        values, wrong = FEEDBACK.read(entry)
        is_reply = "reply_to" in values
        if not is_reply:
            books.refuse_unless_open(facts, actor, BOOK)
        books.refuse_anonymous(facts, actor, Forbidden.of("feedback_is_named", BOOK))
        if not is_reply:
            wrong += strangers(session, facts, values)
        if wrong:
            raise Invalid(wrong)
        hears = _replied(session, facts, actor, values["reply_to"]) if is_reply else frozenset()
        return _keep(session, facts, actor, values, hears)


def _replied(session: Session, facts: Facts, actor: Actor, remark_id: UUID) -> frozenset[UUID]:
    """Whoever is replied to; a refusal where the actor may not reply."""
    if facts.state.final:
        raise Conflict([books.closed(facts, BOOK)])
    f = Feedback
    found = of_home(facts, f, f.author_id, f.kind).where(f.id == remark_id)
    row = session.execute(found.where(_seen(facts, actor))).one_or_none()
    if row is None:
        raise Invalid.of("no_such_feedback", "reply_to")
    if row.kind == REPLY:
        raise Invalid.of("reply_to_reply", "reply_to")
    if row.author_id != actor.person_id and actor.person_id != facts.case.subject_id:
        books.refuse_unless_open(facts, actor, BOOK)
    return frozenset({row.author_id})


def _keep(
    session: Session,
    facts: Facts,
    actor: Actor,
    values: Mapping[str, Any],
    hears: frozenset[UUID],
) -> UUID:
    remark_id = new_id()
    kind = values.get("kind", REPLY)
    owned = {**books.home_key(facts), **books.author(facts, actor, BOOK), **about(values)}
    said = {"kind": kind, "text": values["text"], "reply_to_id": values.get("reply_to")}
    session.add(Feedback(id=remark_id, **owned, **said))
    session.flush()
    people = {**facts.people, REPLY: hears}
    case = facts.case
    key = {"agency_id": case.agency_id, "year": case.year, "case_id": case.id}
    heard = recipients(facts, ("employee", REPLY), people) - {actor.person_id}
    event = f"{case.kind}.feedback.{kind}"
    lines = (notification(key, case.version, event, one, facts) for one in sorted(heard))
    write(session, [Insert(Notification.__table__, line) for line in lines])  # type: ignore[arg-type]
    return remark_id


def feedback_for(case_id: UUID, actor: Actor) -> FeedbackBook:
    """The feedback on an appraisal that the actor may read.

    The employee, those who assess and HR read all of it; others read what they wrote themselves,
    and the replies to it.
    """
    with reading() as session:
        facts = books.facts_for(session, case_id, actor)
        f = Feedback
        rows = session.execute(
            of_home(facts, f).where(_seen(facts, actor)).order_by(f.noted_at, f.id)
        )
        remarks = _threads([*rows])
        if not remarks:
            refuse_stranger(facts, actor)
    places = dict.fromkeys(remark.about for remark in remarks)
    rows_of = {place: Remarks.of(r for r in remarks if r.about == place) for place in places}
    return FeedbackBook(Remarks.of(remarks), rows_of)


def recognitions_of(actor: Actor, year: int | None = None) -> tuple[Remark, ...]:
    """The recognition of the actor's good work in all their appraisals of a year (None: of all
    years), by whoever gave it, oldest first."""
    f = Feedback
    of_case = (Case.agency_id == f.agency_id) & (Case.year == f.year) & (Case.id == f.case_id)
    mine = (
        select(f.__table__)
        .join(Case, of_case)
        .where(Case.agency_id == actor.agency_id, Case.subject_id == actor.person_id)
        .where(f.kind == "recognition", Case.cycle_id.in_(COUNTED))
        .order_by(f.noted_at, f.id)
    )
    with reading() as session:
        rows = session.execute(mine if year is None else mine.where(f.year == year))
        return _threads([*rows])


def _seen(facts: Facts, actor: Actor) -> Any:
    """Which feedback the actor may read: all, or their own with the replies to it."""
    f, own = Feedback, aliased(Feedback)
    if policy.relations(facts, actor) & policy.OPEN_READERS:
        return f.agency_id == facts.case.agency_id
    mine = of_home(facts, own, own.id).where(own.author_id == actor.person_id)
    return or_(f.author_id == actor.person_id, f.reply_to_id.in_(mine))


def _threads(rows: list[Any]) -> tuple[Remark, ...]:
    """The remarks in the order of the rows, each with its replies."""
    replies: dict[UUID | None, list[Remark]] = {}
    for row in rows:
        replies.setdefault(row.reply_to_id, []).append(_remark(row, ()))
    return tuple(
        _remark(row, tuple(replies.get(row.id, ()))) for row in rows if row.reply_to_id is None
    )


def _remark(row: Any, replies: tuple[Remark, ...]) -> Remark:
    place = (row.about_kind, row.about_id) if row.about_kind else None
    said = (row.kind, row.text, row.author_id, row.noted_at)
    return Remark(row.id, row.case_id, place, *said, replies=replies)
