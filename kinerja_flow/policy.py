"""Who is who to a case, and what nobody may do whatever a template says.

Default deny: who stands in none of an action's relations may not do it. Beside the template's own
four-eyes rules three bars hold for every template (`design.md`, section 10, promise 2): nobody
acts on their own case but as its employee, nobody examines a result that they set, and a role of
the system (HR) is no relation to a case of another agency.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from kinerja_flow.errors import Blocker
from kinerja_flow.facts import Facts
from workflows.definition import Action
from workflows.vocabulary import RelationWord


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: a person with the roles they hold, or one of the two engines."""

    person_id: UUID | None = None
    agency_id: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    engine: str | None = None


#: Time: fires deadlines and the clock actions of templates.
CLOCK = Actor(engine="clock")
#: Acts that another act causes, such as the parent's move when an objection is decided.
SYSTEM = Actor(engine="system")

RELATIONS: Mapping[str, RelationWord] = {
    word.name: word
    for word in (
        RelationWord("employee", "Pegawai yang dinilai: whoever the appraisal is about."),
        RelationWord("assessor", "Pejabat Penilai Kinerja: rates; normally the direct superior."),
        RelationWord("reviewer", "Atasan Pejabat Penilai Kinerja: the assessor's superior."),
        RelationWord(
            "examiner",
            "Pejabat pemeriksa keberatan: decides an objection; never who set the result"
            " (PP 30/2019 article 59).",
        ),
        RelationWord("peer", "Rekan kerja who gives input to the appraisal.", single=False),
        RelationWord("owner", "Penanggung jawab: whoever a follow-up belongs to."),
        RelationWord(
            "hr", "Pengelola Kinerja: the agency's HR officers; they never rate.", single=False
        ),
        RelationWord("clock", "Waktu: the action happens by time alone.", person=False),
        RelationWord("system", "Sistem: another act causes this one.", person=False),
    )
}

#: Who reads what an appraisal came to, beside its employee, who reads it once it is delivered.
RESULT_READERS = frozenset({"assessor", "reviewer", "examiner", "hr"})
#: The relations in which somebody may stand to their own case.
OWN = frozenset({"employee", "owner"})
#: The relations that a part in a case gives: an office or an engine is no part.
PARTS = frozenset(word.name for word in RELATIONS.values() if word.person) - {"hr"}


def relations(facts: Facts, actor: Actor) -> frozenset[str]:
    """All relations in which the actor stands to the case now."""
    if actor.engine is not None:
        return frozenset({actor.engine})
    if actor.person_id is None or actor.agency_id != facts.case.agency_id:
        return frozenset()
    found = {name for name in facts.people.keys() & PARTS if actor.person_id in facts.people[name]}
    return frozenset(found | (actor.roles & {"hr"}))


def standing(facts: Facts, actor: Actor) -> frozenset[str]:
    """The relations in which the actor may act: to their own case only those of an employee."""
    held = relations(facts, actor)
    return held & OWN if actor.person_id == facts.case.subject_id else held


def capacity(facts: Facts, actor: Actor, action: Action) -> str | None:
    """The relation in which the actor may do this action: the first that the template names."""
    held = standing(facts, actor)
    return next((name for name in action.by if name in held), None)


def bars(facts: Facts, actor: Actor, action: Action) -> Iterator[Blocker]:
    """Why this actor may not do this action in any state of the case; nothing if they may."""
    held = capacity(facts, actor, action)
    if held is None:
        yield not_yours(facts, actor, action.by)
        return
    if held == "examiner" and _has_rated(facts, actor):
        yield Blocker("examiner_is_rater", lifted_by=("hr",))
    yield from _four_eyes(facts, actor, action)


def _has_rated(facts: Facts, actor: Actor) -> bool:
    """Whether the actor set a result of the appraisal, or was asked to answer for it."""
    is_setter = any(result.decided_by == actor.person_id for result in facts.results)
    return is_setter or actor.person_id in facts.raters


def not_yours(facts: Facts, actor: Actor, by: tuple[str, ...], field: str | None = None) -> Blocker:
    """That the actor stands in none of these relations, or in one of them to their own case."""
    is_own = actor.person_id is not None and actor.person_id == facts.case.subject_id
    rule = "own_case" if is_own and relations(facts, actor) & set(by) else "not_your_part"
    return Blocker(rule, field, by, {"by": ", ".join(by)})


def _four_eyes(facts: Facts, actor: Actor, action: Action) -> Iterator[Blocker]:
    if not action.distinct_from or actor.engine is not None:
        return
    for name in action.distinct_from:
        kind, _, act = name.rpartition(".")
        kind = kind or facts.case.kind
        done = (past for past in facts.acts if (past.kind, past.action) == (kind, act))
        if any(past.actor_id == actor.person_id for past in done):
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
    if not standing(facts, actor) & set(opens):
        yield not_yours(facts, actor, opens, book)
