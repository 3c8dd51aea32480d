"""Redaction of a free text by a recorded act: two HR officers, where the agency has two.

The text gives way to a marker. Its SHA-256 stays, with who redacted it and on which ground; where
it belongs to a case, its history gets an event with the same. What it decided stays decided: no
result, signature or event is changed. UU 27/2022 article 8 (erasure by the data subject's right).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from kinerja_flow import clock, policy
from kinerja_flow.clock import Calendar
from kinerja_flow.db import transaction
from kinerja_flow.errors import Forbidden, Invalid, NotFound
from kinerja_flow.facts import Facts
from kinerja_flow.models import GROUNDS, Agency, Person, Redaction, RoleGrant
from kinerja_flow.policy import Actor, only_hr
from kinerja_flow.services import forms
from kinerja_flow.services.redacted_documents import (
    MARKER,
    REDACTED,
    Copied,
    forget_requests,
    redact_copies,
)
from kinerja_flow.services.redaction_places import PLACES, Target
from kinerja_flow.workflow import Amendment, always, amend, load_one, store
from workflows.vocabulary import OFFICER

#: So many officers it takes, where the agency has as many who may.
EYES = 2
_NEEDS = always("people", "officers")


class RedactionForm(forms.Form):
    """Which text, by table, row and field, and on which ground."""

    place = forms.choice("place", tuple(sorted(PLACES)))
    row = forms.text("row", 80)
    field = forms.text("field", 40)
    ground = forms.choice("ground", GROUNDS)


FORM = RedactionForm()


@dataclass(frozen=True, slots=True)
class Redacted:
    """Where a redaction stands: done, or still waiting for another officer. `sha256` is that of the
    text; None where it went when its time was over, and no officer redacted it."""

    is_done: bool
    sha256: str | None


@dataclass(frozen=True, slots=True)
class _Asked:
    """An officer's wish: the text with its row, and the case that it belongs to."""

    session: Session
    actor: Actor
    target: Target
    facts: Facts | None
    row: Any
    ground: str

    @property
    def text(self) -> str:
        return str(getattr(self.row, self.target.column))

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def concerned(self) -> set[UUID | None]:
        """Whose words they are, and whom the case is about: they redact nothing here. Whoever asked
        without their name is not among them: who may decide would tell who asked."""
        of_case = {self.facts.case.subject_id} if self.facts else set()
        return {getattr(self.row, name) for name in self._named_authors()} | of_case

    def _named_authors(self) -> Iterator[str]:
        is_named = getattr(self.row, "is_named", True)
        return (name for name in self.target.place.authors if is_named or name != "asked_by")


def redact(actor: Actor, entry: Mapping[str, Any]) -> Redacted:
    """Redact a text as HR (`RedactionForm`), or be the first of the two officers that it takes.

    The second one names the same text and the same ground. Neither wrote the text, but for a
    question that they asked without their name, nor is the case about them. The same wish twice is
    one. Raises Forbidden, Invalid, or NotFound.
    """
    only_hr(actor, "redaction")
    assert actor.agency_id is not None, "an officer is of an agency"
    values, wrong = FORM.read(entry)
    if wrong:
        raise Invalid(wrong)
    of = (values["row"].lower(), values["field"])
    target = Target(actor.agency_id, PLACES[values["place"]], *of)
    with transaction() as session:
        asked = _asked(session, actor, target, values["ground"])
        if asked.text == MARKER:
            return Redacted(True, _before(asked))
        if actor.person_id in asked.concerned:
            raise Forbidden.of("own_text", "row")
        wishing = _wishing(asked)
        is_done = len(wishing | {actor.person_id}) >= min(EYES, len(_officers(asked)))
        if actor.person_id not in wishing or is_done:
            _record(asked, is_done=is_done)
        if is_done:
            _carry_out(asked)
        return Redacted(is_done, asked.sha256)


def _asked(session: Session, actor: Actor, target: Target, ground: str) -> _Asked:
    """The text under a lock, its case first, as all acts take it. NotFound: there is none."""
    case_id = target.case_of(session)
    facts = None
    if case_id is not None:
        facts = load_one(session, target.agency_id, case_id, _NEEDS, lock="move")
        if policy.is_hidden(facts, actor):
            raise NotFound.of("no_such_text", "row")
    row = target.read(session)
    if not getattr(row, target.column):
        raise NotFound.of("no_such_text", "row")
    return _Asked(session, actor, target, facts, row, ground)


def _before(asked: _Asked) -> str | None:
    """The hash of the text that the marker took the place of."""
    r = Redaction
    of = [getattr(r, name) == value for name, value in asked.target.key.items()]
    last = select(r.sha256).where(*of, r.is_done).order_by(r.asked_at.desc(), r.id.desc()).limit(1)
    return asked.session.scalar(last)


def _wishing(asked: _Asked) -> set[UUID | None]:
    """The officers who want this text redacted on this ground."""
    r = Redaction
    of = [getattr(r, name) == value for name, value in asked.target.key.items()]
    same = (r.sha256 == asked.sha256, r.ground == asked.ground)
    return set(asked.session.scalars(select(r.officer_id).where(*of, *same)))


def _officers(asked: _Asked) -> set[UUID]:
    """The HR officers of today who may: nobody who has left, wrote the text, or is concerned."""
    g, agency_id = RoleGrant, asked.target.agency_id
    zone = asked.session.scalars(select(Agency.zone).where(Agency.id == agency_id)).one()
    today = Calendar(zone).day_of(clock.now())
    held = (
        select(g.person_id)
        .join(Person, (Person.agency_id == g.agency_id) & (Person.id == g.person_id))
        .where(g.agency_id == agency_id, g.role == OFFICER, g.from_on <= today)
        .where(or_(g.until_on.is_(None), g.until_on >= today))
        .where(or_(Person.left_on.is_(None), Person.left_on > today))
    )
    return set(asked.session.scalars(held)) - asked.concerned


def _record(asked: _Asked, *, is_done: bool) -> None:
    said = {"sha256": asked.sha256, "ground": asked.ground, "asked_at": clock.now()}
    officer = {"officer_id": asked.actor.person_id, "is_done": is_done}
    asked.session.add(Redaction(**asked.target.key, **said, **officer))
    asked.session.flush()


def _carry_out(asked: _Asked) -> None:
    session, target = asked.session, asked.target
    session.execute(
        update(target.place.model).where(*target.where()).values({target.column: MARKER})
    )
    case_id = asked.facts.case.id if asked.facts else None
    authors = [getattr(asked.row, name) for name in target.place.authors]
    forget_requests(session, (target.agency_id, case_id), authors, asked.text)
    if asked.facts is None:
        return
    copies = redact_copies(session, target, asked.text, asked.facts)
    for case_id in sorted({asked.facts.case.id, *copies}):
        _put_on_record(asked, case_id, copies.get(case_id, ()))


def _put_on_record(asked: _Asked, case_id: UUID, copies: Iterable[Copied]) -> None:
    """An event of the case: ids, hashes and the ground, and no text."""
    facts = load_one(asked.session, asked.target.agency_id, case_id, _NEEDS, lock="move")
    key = {name: value for name, value in asked.target.key.items() if name != "agency_id"}
    change: dict[str, Any] = {"redacted": {**key, "sha256": asked.sha256, "ground": asked.ground}}
    if told := [list(one) for one in copies]:
        change["documents"] = told
    event = Amendment(REDACTED, OFFICER, change, notify=("employee",))
    store(asked.session, [amend(facts, asked.actor, event)])
