"""Who is who to a case, and what nobody may do whatever a template says.

Default deny: who stands in none of an action's relations may not do it. Beside the template's own
four-eyes rules four bars hold for every template (`design.md`, section 10, promise 2): nobody
acts on their own case but as its employee, nobody examines a result that they set, a role of
the system (HR) is no relation to a case of another agency, and a substitute (Plt, Plh, during
leave) holds only what the absent official holds by themself, and only the capacities of an office.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from kinerja_flow.errors import Blocker
from kinerja_flow.facts import Facts
from kinerja_flow.grants import DELEGABLE, Grant, Held, first_held, on_behalf
from kinerja_flow.raters import deciders, side_raters
from workflows.definition import Action
from workflows.vocabulary import RelationWord

__all__ = [
    "CLOCK",
    "DELEGABLE",
    "RELATIONS",
    "SYSTEM",
    "Actor",
    "Grant",
    "Held",
    "bars",
    "capacity",
    "first_held",
    "may_write",
    "not_yours",
    "on_behalf",
    "relations",
    "standing",
]


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: a person with the roles they hold, or one of the two engines.

    `grants` are those under which they stand in for somebody today. A persona acts in the one
    practice case that it is `confined_to`, and holds its `office` (HR) there alone: never a role of
    the agency.
    """

    person_id: UUID | None = None
    agency_id: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    engine: str | None = None
    grants: tuple[Grant, ...] = ()
    confined_to: UUID | None = None
    office: str | None = None


#: Time: fires deadlines and the clock actions of templates.
CLOCK = Actor(engine="clock")
#: Acts that another act causes, such as the parent's move when an objection is decided.
SYSTEM = Actor(engine="system")

#: Those who answer surveys: no account and no person stands behind the word.
CITIZEN = "citizen"

RELATIONS: Mapping[str, RelationWord] = {
    word.name: word
    for word in (
        RelationWord("employee", "Pegawai yang dinilai: whoever the appraisal is about."),
        RelationWord("assessor", "Pejabat Penilai Kinerja: rates; normally the direct superior."),
        RelationWord(
            "former_assessor",
            "Pejabat Penilai sebelumnya: assessed until somebody else took over, keeps what they"
            " wrote, and may give a closing assessment.",
            single=False,
        ),
        RelationWord("reviewer", "Atasan Pejabat Penilai Kinerja: the assessor's superior."),
        RelationWord(
            "examiner",
            "Pejabat pemeriksa keberatan: decides an objection; never who set the result"
            " (PP 30/2019 article 59).",
        ),
        RelationWord("peer", "Rekan kerja who gives input to the appraisal.", single=False),
        RelationWord(
            "subordinate", "Bawahan: stands below the employee and gives input.", single=False
        ),
        RelationWord(
            "other_unit",
            "Pihak dari unit lain (mitra kerja): works with the employee from another unit.",
            single=False,
        ),
        RelationWord(
            "panel", "Anggota tim penilai: judges as one of an assessor team.", single=False
        ),
        RelationWord("chair", "Ketua tim penilai: leads the assessor team and speaks for it."),
        RelationWord(
            "observer", "Pengamat: notes direct observations through the year.", single=False
        ),
        RelationWord(
            CITIZEN,
            "Masyarakat penerima layanan: answer surveys without an account, always anonymously;"
            " named only where somebody answers (`answered_by`, `from`, `minimum`, `relations`).",
            single=False,
            person=False,
            rates=True,
        ),
        RelationWord("owner", "Penanggung jawab: whoever a follow-up belongs to."),
        RelationWord(
            "hr", "Pengelola Kinerja: the agency's HR officers; they never rate.", single=False
        ),
        RelationWord("clock", "Waktu: the action happens by time alone.", person=False),
        RelationWord("system", "Sistem: another act causes this one.", person=False),
    )
}

#: Who reads what an appraisal came to, beside its employee, who reads it once it is delivered.
RESULT_READERS = frozenset({"assessor", "reviewer", "examiner", "panel", "chair", "hr"})
#: The relations in which somebody may stand to their own case.
OWN = frozenset({"employee", "owner"})
#: The relations that a part in a case gives: an office or an engine is no part.
PARTS = frozenset(word.name for word in RELATIONS.values() if word.person) - {"hr"}


def _own(facts: Facts, actor: Actor) -> frozenset[str]:
    """The relations in which the actor stands to the case by themself."""
    if actor.engine is not None:
        return frozenset({actor.engine})
    if actor.person_id is None or actor.agency_id != facts.case.agency_id:
        return frozenset()
    offices = actor.roles
    if facts.is_practice or actor.confined_to is not None:
        # Of practice nobody knows but whoever practises, and a persona knows nothing else.
        if facts.home_id != actor.confined_to and actor.person_id != facts.case.subject_id:
            return frozenset()
        offices = frozenset(filter(None, [actor.office]))
    found = {name for name in facts.people.keys() & PARTS if actor.person_id in facts.people[name]}
    return frozenset(found | (offices & {"hr"}))


def is_hidden(facts: Facts, actor: Actor) -> bool:
    """Whether the actor may not even know of the case, since somebody else practises in it."""
    is_apart = facts.is_practice or actor.confined_to is not None
    return is_apart and actor.engine is None and not relations(facts, actor)


def _lent(facts: Facts, actor: Actor) -> dict[str, Grant]:
    """What absent officials hold by themselves, by the grants that are in force on the day."""
    if not actor.grants or actor.agency_id != facts.case.agency_id or facts.is_practice:
        return {}
    today = facts.calendar.day_of(facts.now)
    found: dict[str, Grant] = {}
    for grant in actor.grants:
        is_in_force = grant.from_on <= today <= grant.until_on
        if is_in_force and grant.absent_id != facts.case.subject_id:
            for name in DELEGABLE & facts.people.keys():
                if grant.absent_id in facts.people[name]:
                    found.setdefault(name, grant)
    return found


def _held(facts: Facts, actor: Actor) -> dict[str, Grant | None]:
    """Every relation that counts, each by oneself before under a grant.

    Nobody stands in for anybody in their own case, nor where they rate as a peer or the like.
    """
    own: dict[str, Grant | None] = dict.fromkeys(_own(facts, actor))
    if actor.person_id == facts.case.subject_id or actor.person_id in side_raters(facts):
        return own
    return {**_lent(facts, actor), **own}


def relations(facts: Facts, actor: Actor) -> frozenset[str]:
    """All relations in which the actor stands to the case now, by themself or for another."""
    return frozenset(_held(facts, actor))


def standing(facts: Facts, actor: Actor) -> Mapping[str, Grant | None]:
    """The relations in which the actor may act, each with the grant under which they do (None: by
    themself); to their own case only those of an employee."""
    held = _held(facts, actor)
    if actor.person_id != facts.case.subject_id:
        return held
    return {name: grant for name, grant in held.items() if name in OWN}


def capacity(facts: Facts, actor: Actor, action: Action) -> Held | None:
    """In which relation, and under which grant, the actor may do this action: the first that the
    template names, by themself before for another."""
    return first_held(standing(facts, actor), action.by)


def bars(facts: Facts, actor: Actor, action: Action) -> Iterator[Blocker]:
    """Why this actor may not do this action in any state of the case; nothing if they may."""
    held = capacity(facts, actor, action)
    if held is None:
        yield not_yours(facts, actor, action.by)
        return
    acting = frozenset({actor.person_id, held.grant.absent_id if held.grant else None}) - {None}
    if held.relation == "examiner" and acting & _apart(facts, held):
        yield Blocker("examiner_is_rater", lifted_by=("hr",))
    yield from _four_eyes(facts, acting, action)


def _apart(facts: Facts, held: Held) -> frozenset[UUID]:
    """Who had a hand in the result, and so examines no objection to it; nor does the assessor
    under a grant, whom nobody could have appointed."""
    rated = deciders(facts)
    return rated | facts.people.get("assessor", frozenset()) if held.grant else rated


def not_yours(facts: Facts, actor: Actor, by: tuple[str, ...], field: str | None = None) -> Blocker:
    """That the actor stands in none of these relations, or in one of them to their own case, or
    for another where they rate themself."""
    lent = _lent(facts, actor).keys() & set(by)
    is_own = actor.person_id is not None and actor.person_id == facts.case.subject_id
    if not is_own and lent:
        return Blocker("substitute_is_rater", field, ("hr", *sorted(lent)), {"by": ", ".join(by)})
    rule = "own_case" if is_own and (lent or _own(facts, actor) & set(by)) else "not_your_part"
    return Blocker(rule, field, by, {"by": ", ".join(by)})


def _four_eyes(facts: Facts, acting: frozenset[UUID | None], action: Action) -> Iterator[Blocker]:
    """Whoever acted before, or on whose behalf, is not the one who acts now, or for whom."""
    if not action.distinct_from or not acting:
        return
    for name in action.distinct_from:
        kind, _, act = name.rpartition(".")
        kind = kind or facts.case.kind
        done = (past for past in facts.acts if (past.kind, past.action) == (kind, act))
        if any(acting & {past.actor_id, past.on_behalf_of} for past in done):
            yield Blocker("four_eyes", lifted_by=action.by, params={"action": name})


def may_read_answers(facts: Facts, actor: Actor, delivered: int, phase: str) -> bool:
    """Whether the actor may read the released answers of an appraisal that is in this phase.

    The employee may once a result was `delivered` (its number, else 0) and none is in the making:
    answers to the next one are read with it. No role reads sealed ones, HR neither.
    """
    if actor.person_id == facts.case.subject_id:
        return delivered > 0 and phase != "assessing"
    return bool(relations(facts, actor) & RESULT_READERS)


def may_write(facts: Facts, actor: Actor, book: str) -> Iterator[Blocker]:
    """What keeps the actor from writing in a book of the case (plan, progress, …) now."""
    opens = facts.state.opens.get(book, ())
    if not opens:
        yield Blocker("book_closed", field=book, params={"book": book, "state": facts.state.name})
        return
    if not standing(facts, actor).keys() & set(opens):
        yield not_yours(facts, actor, opens, book)
