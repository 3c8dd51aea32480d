"""Who may do what, from where, and whether through a substitute: asked of policy and `decide`.

Nothing here knows a rule. A case is made up in which everybody of the agency has one part, and
everybody is tried: by themself, and for somebody else in every way that may be right or wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from kinerja_flow.clock import Calendar
from kinerja_flow.errors import Blocker, Problem
from kinerja_flow.facts import CaseFacts, Facts, Part, PastAct
from kinerja_flow.policy import RELATIONS, Actor, Grant, bars, may_write
from kinerja_flow.policy.raters import side_raters
from kinerja_flow.workflow import decide
from workflows.definition import Action, Definition, Machine

#: Ways to stand in for somebody, the first of which is how it should be.
WAYS = ("substitute", "employee", "rater", "over", "revoked", "of_substitute")
_NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
_TODAY, _DAY = date(2026, 3, 2), timedelta(days=1)
_AGENCY = 1
_NAMES = UUID(int=2026)
#: Why somebody may not: the codes of all that bars them, or nothing.
Codes = tuple[str, ...]


@dataclass(frozen=True)
class Right:
    """Something that may be done in a machine: an action, or writing in a book.

    `who` says by relation from which states it may be done by oneself; `ways` by the same relations
    what bars a substitute, by the way in which they stand in; `apart` names the earlier acts whose
    doer, or whoever they were done for, may not do it.
    """

    name: str
    who: Mapping[str, tuple[str, ...]]
    ways: Mapping[str, Mapping[str, Codes]]
    apart: tuple[str, ...] = ()


@dataclass(frozen=True)
class MachineRights:
    machine: Machine
    actions: tuple[Right, ...]
    books: tuple[Right, ...]


def rights_of(definition: Definition) -> list[MachineRights]:
    """The rights in every machine of a template, as the engine itself answers."""
    return [
        MachineRights(
            machine,
            tuple(_action(definition, machine, a) for a in machine.actions.values()),
            tuple(_book(definition, machine, name) for name in _books(machine)),
        )
        for machine in definition.machines.values()
    ]


def _books(machine: Machine) -> list[str]:
    return list(dict.fromkeys(book for state in machine.states.values() for book in state.opens))


@dataclass
class _Trial:
    """Everybody tried at one thing, in every state; `ask` says what bars somebody in a case."""

    definition: Definition
    machine: Machine
    ask: Callable[[Facts, Actor], Codes]
    cases: dict[str, Facts] = field(init=False)

    def __post_init__(self) -> None:
        names = self.machine.states
        self.cases = {name: _case(self.definition, self.machine, name) for name in names}

    def who(self) -> dict[str, tuple[str, ...]]:
        """By relation the states in which whoever stands in it may do the thing by themself."""
        found = {name: self._where(_by_oneself(name)) for name in (*RELATIONS, "stranger")}
        return {name: states for name, states in found.items() if states}

    def _where(self, actor: Actor) -> tuple[str, ...]:
        return tuple(name for name, facts in self.cases.items() if not self.ask(facts, actor))

    def ways(self, who: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, Codes]]:
        """What bars a substitute of each of these, in the states in which they may act; whoever
        may by themself is no substitute."""
        return {
            relation: {
                way: self._barred(states, actor)
                for way, actor in self._lent(relation)
                if self._barred(states, replace(actor, grants=()))
            }
            for relation, states in who.items()
            if RELATIONS[relation].person
        }

    def _lent(self, relation: str) -> Iterator[tuple[str, Actor]]:
        facts = next(iter(self.cases.values()))
        raters = sorted(side_raters(facts))
        yield from _standing_in(relation, raters[0] if raters else None)

    def _barred(self, states: Iterable[str], actor: Actor) -> Codes:
        """What bars the actor, the same in each of the states; else all of it."""
        return tuple(dict.fromkeys(code for s in states for code in self.ask(self.cases[s], actor)))


def _action(definition: Definition, machine: Machine, action: Action) -> Right:
    trial = _Trial(definition, machine, lambda facts, actor: _refused(facts, actor, action))
    who = trial.who()
    apart = tuple(name for name in action.distinct_from if _is_apart(trial, who, name))
    return Right(action.name, who, trial.ways(who), apart)


def _book(definition: Definition, machine: Machine, book: str) -> Right:
    trial = _Trial(definition, machine, lambda facts, actor: _rules(may_write(facts, actor, book)))
    who = trial.who()
    return Right(book, who, trial.ways(who))


def _refused(facts: Facts, actor: Actor, action: Action) -> Codes:
    """What policy bars, or that the state is another; whatever else an act needs is no right."""
    barred = _rules(bars(facts, actor, action))
    if not barred and facts.case.state in action.sources:
        return ()
    refusal = decide(facts, action.name, actor, {})
    assert isinstance(refusal, Problem), "an act that is barred was decided on"
    return _rules(refusal.blockers)


def _rules(blockers: Iterable[Blocker]) -> Codes:
    return tuple(dict.fromkeys(blocker.rule for blocker in blockers))


def _is_apart(trial: _Trial, who: Mapping[str, tuple[str, ...]], name: str) -> bool:
    """Whether four eyes bar whoever did the earlier act or had it done, by themself or for another:
    everybody who may act at all."""
    probes = []
    for relation, states in who.items():
        if not RELATIONS[relation].person:
            continue
        own, lent = _by_oneself(relation), dict(_standing_in(relation, None))["substitute"]
        facts = trial.cases[states[0]]
        actors = [own] if trial.ask(facts, lent) else [own, lent]
        people = {_person(relation), *(actor.person_id for actor in actors)}
        past = [_past(trial.machine, name, *pair) for one in people for pair in _pairs(one)]
        probes += [trial.ask(_after(facts, act), actor) for act in past for actor in actors
                   if _touches(act, actor)]  # fmt: skip
    return bool(probes) and all("four_eyes" in codes for codes in probes)


def _pairs(person: UUID | None) -> list[tuple[UUID | None, UUID | None]]:
    somebody = _person("somebody")
    return [(person, None), (somebody, person), (person, somebody)]


def _touches(act: PastAct, actor: Actor) -> bool:
    now = {actor.person_id, *(grant.absent_id for grant in actor.grants)}
    return bool(now & {act.actor_id, act.on_behalf_of})


def _past(machine: Machine, name: str, who: UUID | None, behind: UUID | None) -> PastAct:
    kind, _, act = name.rpartition(".")
    return PastAct(kind or machine.name, act, who, 1, _NOW, behind)


def _after(facts: Facts, act: PastAct) -> Facts:
    return replace(facts, groups={**facts.groups, "acts": (act,)})


def _person(name: str) -> UUID:
    return uuid5(_NAMES, name)


def _by_oneself(relation: str) -> Actor:
    word = RELATIONS.get(relation)
    if word is not None and not word.person:
        return Actor(agency_id=_AGENCY, engine=relation)
    roles = frozenset({relation} & {"hr"})
    return Actor(_person(relation), _AGENCY, roles)


def _standing_in(relation: str, rater: UUID | None) -> Iterator[tuple[str, Actor]]:
    """Each way to stand in for whoever holds the relation."""
    absent, other = _person(relation), _person("substitute")
    today = _grant(absent, _TODAY)
    yield "substitute", Actor(other, _AGENCY, grants=(today,))
    yield "employee", Actor(_person("employee"), _AGENCY, grants=(today,))
    if rater is not None:
        yield "rater", Actor(rater, _AGENCY, grants=(today,))
    yield "over", Actor(other, _AGENCY, grants=(_grant(absent, _TODAY - _DAY),))
    # A revoked grant is not read for its actor at all.
    yield "revoked", Actor(other, _AGENCY)
    yield "of_substitute", Actor(_person("third"), _AGENCY, grants=(_grant(other, _TODAY),))


def _grant(absent: UUID, last: date) -> Grant:
    return Grant(_person("grant"), absent, _TODAY - 7 * _DAY, last)


def _case(definition: Definition, machine: Machine, state: str) -> Facts:
    """A case in a state, in which each relation is held by somebody of its own."""
    held = [name for name, word in RELATIONS.items() if word.person and name != "hr"]
    parts = tuple(Part(_person(n), n, _person(n), True, False) for n in held if n != "employee")
    groups: dict[str, Any] = {"people": parts, "acts": (), "results": ()}
    groups |= {"writers": frozenset(), "officers": frozenset({_person("hr")})}
    case = CaseFacts(
        agency_id=_AGENCY,
        year=_TODAY.year,
        id=_person("case"),
        cycle_id=_person("cycle"),
        kind=machine.name,
        parent_id=_person("parent") if machine.parent else None,
        subject_id=_person("employee"),
        post_id=None,
        unit_id=None,
        from_on=_TODAY,
        until_on=_TODAY,
        profile={},
        digest=definition.digest,
        windows=None,
        state=state,
        version=1,
        entered_at=_NOW,
        delivered_at=None,
        received_at=None,
        closed_at=None,
    )
    return Facts(case, definition, _NOW, Calendar("Asia/Jakarta"), {}, groups)
