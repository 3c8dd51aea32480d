"""Who may be named: found by the dated posts and lines, for one case as for many, never oneself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from kinerja_flow import clock
from kinerja_flow.db import reading, transaction
from kinerja_flow.errors import Forbidden, NotFound, Refused
from kinerja_flow.facts import Facts
from kinerja_flow.policy import Actor
from kinerja_flow.rules.pools import Pool, may_be_named
from kinerja_flow.services import cycles, organisations, templates
from kinerja_flow.services.candidates import candidates
from kinerja_flow.services.cases import offers
from kinerja_flow.workflow.load import load_many, load_one
from kinerja_flow.workflow.pools import Neighbours, neighbours
from kinerja_flow.workflow.scope import Scope
from tests.engine.test_sets import counted
from tests.engine.world import LONG_AGO, SMALL, START, World, build, windows
from workflows.definition import POOLS

pytestmark = pytest.mark.slow

DAY = timedelta(days=1)
#: The day on which the random organisations change.
CHANGE = START.date()
#: One relation for each pool, so that one case has all of them.
BY_POOL = {
    "peer": "agency",
    "panel": "unit",
    "observer": "colleagues",
    "subordinate": "subordinates",
    "other_unit": "other_units",
    "chair": "superiors",
}
PEER = (
    "  peer: {label: {id: Rekan kerja, en: Peer}, confirmed_by: assessor, min: 3, max: 5,"
    " anonymous: true, min_count: 3}"
)
FIRST = "      - {name: submit_plan,"


def template(**pools: str) -> str:
    """The small template, with a relation for each of these pools beside its peers."""
    said = [f"  {name}: {{max: 9, pool: {pool}}}" for name, pool in pools.items()]
    named = [
        f"      - {{name: name_{name}, from: drafting, by: [assessor],"
        f" takes: {{named: {{people: {name}}}}},"
        f" does: [{{confirm: {{relation: {name}, field: named}}}}]}}"
        for name in pools
    ]
    text = SMALL.read_text("utf-8")
    assert PEER in text
    return text.replace(PEER, "\n".join([PEER, *said])).replace(
        FIRST, "\n".join([*named, FIRST]), 1
    )


ALL = template(**{name: pool for name, pool in BY_POOL.items() if name != "peer"})


def _needs(*_: object) -> frozenset[str]:
    return frozenset({"people", "eligible", "pools", "line", "gone", "writers"})


def _facts(world: World, of: str = "sari") -> Facts:
    with reading() as session:
        return load_one(session, world.agency_id, world.cases[of], _needs)


def _names(world: World, of: str, relation: str) -> set[str]:
    return {world.names[person] for person in may_be_named(_facts(world, of), relation)}


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """Everybody sits in one unit; sari, tia, uli and vina report to the chief."""
    with app.app_context(), clock.at(START):
        yield build(ALL, of=("sari", "tia", "chief", "head"))


# --- by the lines of the day ----------------------------------------------------------------------


def test_each_pool_is_found_by_unit_and_line(world: World) -> None:
    team = {"tia", "uli", "vina"}
    assert _names(world, "sari", "observer") == team | {"officer", "second_officer"}
    assert _names(world, "sari", "panel") == team | {"officer", "second_officer"}
    assert _names(world, "chief", "observer") == {"officer", "second_officer"}
    assert _names(world, "chief", "subordinate") == team | {"sari"}
    assert _names(world, "head", "subordinate") == team | {"sari", "chief"}
    assert _names(world, "sari", "subordinate") == set()
    assert _names(world, "sari", "other_unit") == set()
    # The chief and the head are assessor and reviewer; who stands above them is left.
    assert _names(world, "sari", "chair") == {"secretary", "regent"}


def test_a_move_to_another_unit_and_superior_counts_from_its_day(world: World) -> None:
    tomorrow = clock.now().date() + DAY
    with transaction():
        unit = organisations.add_unit(world.agency_id, "Puskesmas")
        post = organisations.add_post(world.agency_id, unit, "Bidan")
        tia = world.people["tia"]
        organisations.end_holdings(world.agency_id, tomorrow - DAY, person_id=tia)
        organisations.hold_post(world.agency_id, tia, post, tomorrow)
    assert "tia" in _names(world, "sari", "observer")
    assert "tia" not in _names(world, "sari", "other_unit")
    with clock.at(START + DAY):
        assert "tia" not in _names(world, "sari", "observer")
        assert _names(world, "sari", "other_unit") == {"tia"}


def test_nobody_who_left_is_in_a_pool_nor_counts_towards_a_minimum(world: World) -> None:
    named = {"named": [str(world.people[name]) for name in ("tia", "uli")]}
    world.act("chief", "name_observer", **named)
    organisations.leave(world.agency_id, world.people["tia"], clock.now().date())
    assert all("tia" not in _names(world, "sari", relation) for relation in BY_POOL)
    facts = _facts(world)
    assert facts.gone == {world.people["tia"]}
    assert world.people["tia"] in facts.people["observer"]


def test_effects_hold_people_to_the_pool_whatever_the_template_leaves_unasked(
    world: World,
) -> None:
    for relation, name in (("observer", "chief"), ("observer", "sari"), ("subordinate", "tia")):
        with pytest.raises(Refused) as refused:
            world.act("chief", f"name_{relation}", named=[str(world.people[name])])
        assert [b.rule for b in refused.value.blockers] == ["nominees_eligible"]
    assert "observer" not in _facts(world).people


def test_a_pool_below_the_minimum_is_told_before_anybody_is_named(app: Flask) -> None:
    text = template(observer="colleagues").replace("observer: {max: 9", "observer: {min: 6, max: 9")
    with app.app_context(), clock.at(START):
        world = build(text)
        offer = next(o for o in _offers(world, "chief") if o.action.name == "name_observer")
    (blocker,) = offer.blockers
    assert blocker.rule == "enough_candidates"
    assert (blocker.params["least"], blocker.params["found"]) == (6, 5)


def _offers(world: World, who: str) -> list[Any]:
    return offers(world.cases["sari"], world.actors[who])


# --- the pick-list --------------------------------------------------------------------------------


def test_the_pick_list_says_name_post_and_unit(world: World) -> None:
    found = candidates(world.cases["sari"], world.actors["chief"], "observer")
    assert [(one.name, one.post, one.unit) for one in found] == [
        (name, name, "Dinas") for name in ("officer", "second_officer", "tia", "uli", "vina")
    ]
    official = candidates(world.cases["sari"], world.actors["officer"], "chair")
    assert [one.name for one in official] == ["regent", "secretary"]


def test_the_pick_list_is_for_those_who_name_and_for_hr(world: World) -> None:
    case_id = world.cases["sari"]
    for who in ("tia", "sari", "head"):
        with pytest.raises(Forbidden):
            candidates(case_id, world.actors[who], "observer")
    with pytest.raises(NotFound):
        candidates(case_id, world.actors["chief"], "owner")
    other = build(ALL, key="lain")
    with pytest.raises(NotFound):
        candidates(case_id, other.actors["officer"], "observer")


def test_the_pick_list_says_nothing_of_who_takes_part(world: World) -> None:
    before = candidates(world.cases["sari"], world.actors["officer"], "observer")
    world.act("chief", "name_observer", named=[str(world.people["tia"])])
    assert candidates(world.cases["sari"], world.actors["officer"], "observer") == before


# --- queries --------------------------------------------------------------------------------------


def test_pools_take_as_many_queries_for_one_case_as_for_many(world: World) -> None:
    _facts(world)  # what a process reads once is read
    counts = []
    for names in (["sari"], ["sari", "tia", "chief", "head"]):
        with reading() as session, counted() as sent:
            load_many(session, world.agency_id, [world.cases[n] for n in names], _needs)
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_a_template_without_pools_asks_for_none(app: Flask) -> None:
    with app.app_context(), clock.at(START):
        world = build()
        offers(world.cases["sari"], world.actors["sari"])
        counts = []
        for needs in (frozenset({"people"}), frozenset({"people", "pools"})):
            with reading() as session, counted() as sent:
                load_one(session, world.agency_id, world.cases["sari"], lambda *_, n=needs: n)
            counts.append(len(sent))
    assert counts[0] == counts[1]


def test_a_longer_pick_list_takes_no_more_queries(world: World) -> None:
    _facts(world)
    counts = []
    for newcomers in (0, 20):
        with transaction():
            unit = organisations.add_unit(world.agency_id, "Baru")
            for number in range(newcomers):
                person = organisations.add_person(world.agency_id, f"baru {number}")
                post = organisations.add_post(world.agency_id, unit, "Pelaksana")
                organisations.hold_post(world.agency_id, person, post, date(2020, 1, 1))
        with counted() as sent:
            found = candidates(world.cases["sari"], world.actors["chief"], "other_unit")
        assert len(found) == newcomers
        counts.append(len(sent))
    assert counts[0] == counts[1]


# --- random organisations -------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_pools_of_random_dated_organisations(app: Flask, seed: int) -> None:
    with app.app_context(), clock.at(START):
        organisation = Organisation(Random(seed))
        for day in (CHANGE - DAY, CHANGE):
            with reading() as session:
                now = clock.now()
                scope = Scope(session, organisation.agency_id, day.year, (), now, day, {})
                found = neighbours(scope)
            for person in organisation.people:
                if organisation.is_here(person, day):
                    _is_as_stated(organisation, day, person, found)


def _is_as_stated(organisation: Organisation, day: date, person: UUID, found: Neighbours) -> None:
    above = organisation.line(person, day)
    for pool in sorted(set(POOLS) - {"agency"}):
        people = getattr(found, pool)(person)
        assert person not in people
        assert len(people) == len(set(people))
        assert all(organisation.is_here(one, day) for one in people)
        if pool != "superiors":
            assert not set(people) & set(above)
        assert set(people) == organisation.pool(pool, person, day)


@pytest.mark.parametrize("seed", range(4))
def test_the_same_one_by_one_as_in_sets(app: Flask, seed: int) -> None:
    with app.app_context(), clock.at(START):
        organisation = Organisation(Random(seed))
        cases = organisation.launch()
        assert cases
        with reading() as session:
            together = load_many(session, organisation.agency_id, cases, _needs)
            alone = [load_one(session, organisation.agency_id, one, _needs) for one in cases]
        by_id = {facts.case.id: facts for facts in together}
        for facts in alone:
            for relation in BY_POOL:
                other = by_id[facts.case.id]
                named = set(may_be_named(facts, relation))
                assert named == set(may_be_named(other, relation))
                assert not named & (facts.people["assessor"] | facts.people["employee"])


class Organisation:
    """A random agency in which posts, units and superiors change on one day, and some leave."""

    def __init__(self, chance: Random) -> None:
        with transaction():
            self.agency_id = organisations.create_agency(f"acak{chance.random()}"[:30], "Acak")
            units = [organisations.add_unit(self.agency_id, f"Unit {n}") for n in range(3)]
            self.unit_of: dict[UUID, UUID] = {}
            for number in range(12):
                unit = chance.choice(units)
                post = organisations.add_post(self.agency_id, unit, f"Jabatan {number}")
                self.unit_of[post] = unit
            self.left: dict[UUID, date | None] = {}
            for number in range(12):
                left = chance.choice([None, None, None, CHANGE - 9 * DAY, CHANGE])
                who = organisations.add_person(self.agency_id, f"p{number}", left_on=left)
                self.left[who] = left
            self.official = organisations.add_person(self.agency_id, "bupati", kind="external")
            self.held, self.above = {}, {}
            for span in ((LONG_AGO, CHANGE - DAY), (CHANGE, None)):
                self._settle(chance, span)

    def _settle(self, chance: Random, span: tuple[date, date | None]) -> None:
        """Who holds which post in this span of time, and to whom the posts report."""
        first, last = span
        people, posts = list(self.left), list(self.unit_of)
        chance.shuffle(people)
        held = dict(zip(posts[chance.randrange(3) :], people, strict=False))
        for post, person in held.items():
            organisations.hold_post(self.agency_id, person, post, first, until_on=last)
        above: dict[UUID, UUID] = {}
        for place, post in enumerate(posts):
            # Mostly upwards; now and then a circle, as data have it.
            higher = posts[:place] if chance.random() < 0.9 else posts
            above[post] = chance.choice([*higher, self.official])
            is_official = above[post] == self.official
            to = {"superior_id" if is_official else "superior_post_id": above[post]}
            organisations.report_to(self.agency_id, post, first, until_on=last, **to)
        self.held[first], self.above[first] = held, above

    def launch(self) -> list[UUID]:
        with transaction():
            officer = Actor(self.official, self.agency_id, frozenset({"hr"}))
            template_id = templates.publish(ALL, officer)
            plan = cycles.CyclePlan(START.year, "2026", windows(START.date()))
            cycle_id = cycles.open_cycle(template_id, officer, plan)
            return list(cycles.launch(cycle_id, officer, self.people).opened.values())

    @property
    def people(self) -> list[UUID]:
        return list(self.left)

    def is_here(self, person: UUID, day: date) -> bool:
        left = self.left.get(person)
        return left is None or left > day

    def _then(self, day: date) -> date:
        return CHANGE if day >= CHANGE else LONG_AGO

    def post(self, person: UUID, day: date) -> UUID | None:
        held = self.held[self._then(day)]
        return next((post for post, holder in held.items() if holder == person), None)

    def unit(self, person: UUID, day: date) -> UUID | None:
        post = self.post(person, day)
        return self.unit_of[post] if post else None

    def line(self, person: UUID, day: date) -> list[UUID]:
        """Those above, nearest first, past vacant posts; no more steps than there are posts."""
        found: list[UUID] = []
        at = self.post(person, day)
        for _ in range(12):
            above = self.above[self._then(day)].get(at) if at else None
            holder = self.official if above == self.official else self._holder(above, day)
            if holder and holder != person and holder not in found:
                found.append(holder)
            at = above if above in self.unit_of else None
        return found

    def _holder(self, post: UUID | None, day: date) -> UUID | None:
        who = self.held[self._then(day)].get(post) if post else None
        return who if who and self.is_here(who, day) else None

    def pool(self, pool: str, person: UUID, day: date) -> set[UUID]:
        """The pool as the reference states it, said a second time."""
        line, own = self.line(person, day), self.unit(person, day)
        if pool == "superiors":
            return {one for one in line if self.is_here(one, day)}
        fits = {
            "unit": lambda one: own is not None and self.unit(one, day) == own,
            "other_units": lambda one: own is not None and self.unit(one, day) != own,
            "subordinates": lambda one: person in self.line(one, day),
            "colleagues": lambda one: (
                person not in self.line(one, day)
                and (self.unit(one, day) == own or self.line(one, day)[:1] == line[:1] != [])
            ),
        }[pool]
        placed = [one for one in self.left if self.is_here(one, day) and self.unit(one, day)]
        return {one for one in placed if one != person and one not in line and fits(one)}


@given(st.frozensets(st.integers(0, 9)), st.frozensets(st.integers(0, 9)))
def test_a_pool_is_the_difference_that_it_stands_for(
    people: frozenset[int], without: frozenset[int]
) -> None:
    ids, out = ({UUID(int=number) for number in group} for group in (people, without))
    pool = Pool(frozenset(ids), frozenset(out))
    assert (set(pool), len(pool)) == (ids - out, len(ids - out))
    assert all((one in pool) == (one in ids - out) for one in ids | out)
