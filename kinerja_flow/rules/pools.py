"""Who may be named for a relation: its pool, without those who hold an office in the case."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from uuid import UUID

from kinerja_flow.facts import Facts
from workflows.vocabulary import FORMER

#: Whoever stands in one of these to a case is named for no other relation of it.
OFFICES = ("employee", "assessor", FORMER, "reviewer", "examiner", "chair")


@dataclass(frozen=True, slots=True, eq=False)
class Pool(Set[UUID]):
    """Some people without some others, told without copying: most pools are a whole agency."""

    people: Set[UUID]
    without: frozenset[UUID]

    def __contains__(self, person: object) -> bool:
        return person in self.people and person not in self.without

    def __iter__(self) -> Iterator[UUID]:
        return (person for person in self.people if person not in self.without)

    def __len__(self) -> int:
        return len(self.people) - sum(person in self.people for person in self.without)


def may_be_named(facts: Facts, relation: str) -> Set[UUID]:
    """Whoever may be named for the relation today, by the dated posts and reporting lines.

    Takes the groups people, eligible, pools and writers. Never the employee, nor whoever stands in
    another office of the case (assessor, now or before, reviewer, examiner, chair of the assessor
    team) or filled the sheet of one as a substitute.
    """
    barred = in_office(facts, relation) | facts.writers
    return Pool(facts.pools.get(relation, facts.eligible), barred)


def in_office(facts: Facts, relation: str) -> frozenset[UUID]:
    """Those who hold another office in the case than this relation, the employee among them."""
    offices = [facts.people.get(name, frozenset()) for name in OFFICES if name != relation]
    return frozenset[UUID]().union(*offices)
