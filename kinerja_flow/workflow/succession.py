"""Who follows whom in an office of a case: parts end and begin, sheets stay with their writer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any
from uuid import UUID

from kinerja_flow.db import new_id
from kinerja_flow.facts import Facts, Part
from kinerja_flow.models import Participant, Sheet
from kinerja_flow.policy.raters import deciders, former_examiners, side_raters
from kinerja_flow.rules.appointing import unfit
from kinerja_flow.workflow.draft import Insert, Update, Write
from workflows.vocabulary import EXAMINER, FORMER

#: The parts that one person at a time holds by office, and that somebody has to hold.
OFFICES = ("assessor", "reviewer", EXAMINER)


@dataclass(frozen=True, slots=True)
class Succession:
    """Somebody new in a relation; None where it falls vacant. `ground` is a code, and `by`
    whoever decided it (None: time)."""

    relation: str
    new: UUID | None
    ground: str
    by: UUID | None


@dataclass(frozen=True, slots=True)
class Succeeded:
    """What a succession comes to: rows, what the history says, and who stands in which relation."""

    writes: tuple[Write, ...]
    change: Mapping[str, Any]
    people: Mapping[str, frozenset[UUID]]


def succeed(facts: Facts, succession: Succession) -> Succeeded:
    """End the part of whoever holds the relation in this very case, and begin the new one's.

    A former assessor keeps what they wrote: as `former_assessor`, where the template declares it,
    with the named sheets of instruments that this relation answers; else the sheets stay as they
    are and count no more. Whoever holds the relation already goes on as before. Reads people.
    """
    relation, new = succession.relation, succession.new
    own = [part for part in _lasting(facts) if part.relation == relation]
    gone = [part for part in own if part.person_id != new or not part.is_active]
    stays = len(gone) < len(own)
    writes: list[Write] = [_ended(facts, part) for part in gone]
    if new is not None and not stays:
        writes.append(_begun(facts, relation, new, succession))
    people = {relation: frozenset(() if new is None else (new,))}
    before = sorted({part.person_id for part in gone if part.is_active} - {new})
    if relation == "assessor" and FORMER in facts.definition.relations:
        formerly, people[FORMER] = _formerly(facts, before, succession)
        writes += formerly
    said = {"from": [str(person) for person in before], "to": new and str(new)}
    return Succeeded(tuple(writes), {relation: {**said, "ground": succession.ground}}, people)


def _key(facts: Facts) -> dict[str, Any]:
    case = facts.case
    return {"agency_id": case.agency_id, "year": case.year, "case_id": case.id}


def _lasting(facts: Facts) -> Iterator[Part]:
    """The parts in this very case that have not ended."""
    return (part for part in facts.parts if not (part.in_parent or part.has_ended))


def _ended(facts: Facts, part: Part) -> Update:
    table: Any = Participant.__table__
    return Update(table, {**_key(facts), "id": part.id}, {"until_at": facts.now})


def _begun(facts: Facts, relation: str, person: UUID, succession: Succession) -> Insert:
    table: Any = Participant.__table__
    part = {"id": new_id(), "relation": relation, "person_id": person}
    span = {"from_at": facts.now, "until_at": None}
    ground = {"ground": succession.ground, "proposed_by": succession.by}
    return Insert(table, {**_key(facts), **part, **ground, **span})


def _formerly(
    facts: Facts, before: Iterable[UUID], succession: Succession
) -> tuple[list[Write], frozenset[UUID]]:
    """Those who assessed before: who joins them, and the new assessor, who is no longer one."""
    known = [part for part in _lasting(facts) if part.relation == FORMER]
    joining = [person for person in before if person not in {part.person_id for part in known}]
    back = [part for part in known if part.person_id == succession.new]
    writes: list[Write] = [_ended(facts, part) for part in back]
    writes += [_begun(facts, FORMER, person, succession) for person in joining]
    for person in before:
        writes += _sheets(facts, person, "assessor", FORMER)
    for part in back:
        writes += _sheets(facts, part.person_id, FORMER, "assessor")
    standing = {part.person_id for part in known if part.is_active} | set(joining)
    return writes, frozenset(standing - {succession.new})


def _sheets(facts: Facts, person: UUID, out_of: str, into: str) -> Iterator[Update]:
    """The person's sheets go with them into the other relation, where it answers them as well."""
    table: Any = Sheet.__table__
    home = {**_key(facts), "case_id": facts.home_id, "relation": out_of, "rater_id": person}
    relations = facts.definition.relations
    if any(relations[name].anonymous for name in (out_of, into) if name in relations):
        return
    for key, instrument in facts.definition.instruments.items():
        if {out_of, into} <= set(instrument.answered_by):
            yield Update(table, {**home, "instrument": key}, {"relation": into})


def next_assessor(facts: Facts, examiners: frozenset[UUID]) -> UUID | None:
    """The nearest superior of today who may assess; nobody above whoever examines an objection,
    who would else have to judge their own superior's answer. Reads people, eligible, line."""
    below = takewhile(lambda person: person not in examiners, facts.line)
    return next((person for person in below if _fits(facts, "assessor", person)), None)


def next_reviewer(facts: Facts, assessor: UUID | None) -> UUID | None:
    """The nearest superior of today above the assessor who does not rate as a peer or the like;
    nobody where nobody assesses. Reads people, line."""
    if assessor is None:
        return None
    place = facts.line.index(assessor) + 1 if assessor in facts.line else 0
    raters = side_raters(facts)
    return next((person for person in facts.line[place:] if person not in raters), None)


def _fits(facts: Facts, relation: str, person: UUID) -> bool:
    return not any(unfit(facts, relation, person, relation, ("hr",)))


def next_examiner(facts: Facts, apart: frozenset[UUID] = frozenset()) -> UUID | None:
    """The assessor's superior; where they set the result themself, the next one above.

    Nobody below whoever rated examines the rating, nor below whoever examined it before: the line
    is searched from there upwards. `apart` are others who may not. Reads people, results, writers,
    line.
    """
    return _examiner(facts, former_examiners(facts), apart)


def examiner_above(facts: Facts) -> UUID | None:
    """The next superior above the present examiner, who neither set nor examined the result.

    Nobody where the examiner stands outside the line: who is above them there is for HR to say.
    Reads people, gone, results, writers, line.
    """
    present = facts.people.get(EXAMINER, frozenset())
    if present - set(facts.line):
        return None
    return _examiner(facts, former_examiners(facts) | present, facts.gone)


def _examiner(facts: Facts, examined: frozenset[UUID], apart: frozenset[UUID]) -> UUID | None:
    barred = {facts.case.subject_id, *(result.decided_by for result in facts.results)}
    barred |= {result.decided_for for result in facts.results}
    barred |= facts.people.get("assessor", frozenset()) | examined
    kept = barred | deciders(facts) | apart
    highest = max((i for i, person in enumerate(facts.line) if person in barred), default=-1)
    above = facts.line[highest + 1 :]
    below = set(facts.line[: highest + 1])
    candidates = [*sorted(facts.people.get("reviewer", frozenset()) - below), *above]
    return next((person for person in candidates if person not in kept), None)
