"""Granting and revoking a substitution: by whom, for which days, and what two at once come to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from kinerja_flow.services import organisations
from kinerja_flow.services.substitutions import grant, revoke, substitutions_of
from tests.builders import NOON, Books, digest_of_tables, table
from tests.builders import books as books
from tests.engine.racing import codes, race
from tests.engine.test_sets import counted
from tests.engine.world import START, World, build

pytestmark = pytest.mark.slow

TODAY = date(2026, 1, 20)


def days(first: int = 0, last: int = 2) -> dict[str, str]:
    """The first and last day of a grant, counted from today."""
    named = {"from_on": first, "until_on": last}
    return {name: (TODAY + timedelta(days=n)).isoformat() for name, n in named.items()}


def plan(world: World, absent: str = "chief", by: str = "tia", **said: Any) -> dict[str, Any]:
    people = {"absent": str(world.people[absent]), "by": str(world.people[by])}
    return {**people, "kind": "plh", **days(), **said}


def let(books: Books, who: str = "officer", **said: Any) -> UUID:
    return grant(books.who(who), plan(books.world, **said))


def refused(kind: type[Problem], attempt: Any, *arguments: Any) -> list[tuple[str, str | None]]:
    before = digest_of_tables()
    with pytest.raises(kind) as caught:
        attempt(*arguments)
    assert type(caught.value) is kind
    assert digest_of_tables() == before
    for blocker in caught.value.blockers:
        assert all(
            said(language) for said in (blocker.say, blocker.way_out) for language in ("id", "en")
        )
    return [(blocker.rule, blocker.field) for blocker in caught.value.blockers]


def test_a_grant_is_kept_with_who_gave_it_and_when(books: Books) -> None:
    grant_id = let(books, ground="Dinas luar")
    (row,) = table("substitutions")
    assert row == {
        "id": grant_id,
        "agency_id": books.world.agency_id,
        "absent_id": books.world.people["chief"],
        "substitute_id": books.world.people["tia"],
        "kind": "plh",
        "from_on": TODAY,
        "until_on": TODAY + timedelta(days=2),
        "granted_by": books.world.people["officer"],
        "granted_at": NOON,
        "ground": "Dinas luar",
        "revoked_at": None,
        "revoked_by": None,
    }


@pytest.mark.parametrize("who", ["officer", "chief"])
def test_hr_and_the_absent_official_grant_and_revoke(books: Books, who: str) -> None:
    grant_id = let(books, who)
    revoke(books.who(who), grant_id)
    (row,) = table("substitutions")
    assert (row["revoked_at"], row["revoked_by"]) == (NOON, books.world.people[who])
    assert refused(Conflict, revoke, books.who(who), grant_id) == [("substitution_over", "grant")]


@pytest.mark.parametrize("who", ["tia", "head", "sari"])
def test_nobody_else_grants(books: Books, who: str) -> None:
    found = refused(Forbidden, grant, books.who(who), plan(books.world))
    assert found == [("substitution_not_yours", "absent")]


def test_nobody_else_revokes_and_who_has_no_part_does_not_know_of_it(books: Books) -> None:
    grant_id = let(books)
    found = refused(Forbidden, revoke, books.who("tia"), grant_id)
    assert found == [("substitution_not_yours", "absent")]
    for who in (books.who("sari"), books.other.actors["officer"]):
        assert refused(NotFound, revoke, who, grant_id) == [("no_such_substitution", "grant")]
    assert refused(NotFound, revoke, books.who("officer"), uuid4()) == [
        ("no_such_substitution", "grant")
    ]


def test_an_officer_does_not_name_themself_for_somebody_else(books: Books) -> None:
    own = plan(books.world, by="officer")
    assert refused(Forbidden, grant, books.who("officer"), own) == [("own_substitution", "by")]
    grant(books.who("second_officer"), own)


def test_the_absent_official_may_name_an_officer_and_an_officer_a_substitute(books: Books) -> None:
    grant(books.who("chief"), plan(books.world, by="officer"))
    grant(books.who("second_officer"), plan(books.world, absent="second_officer", by="tia"))


WRONG: list[tuple[dict[str, Any], list[tuple[str, str | None]]]] = [
    ({"by": "chief"}, [("substitute_for_oneself", "by")]),
    (days(-1, 2), [("substitution_past", "from_on")]),
    (days(3, 2), [("substitution_backwards", "until_on")]),
    (days(-3, -4), [("substitution_past", "from_on"), ("substitution_backwards", "until_on")]),
    (days(0, 366), [("substitution_too_long", "until_on")]),
    ({"kind": "cuti"}, [("not_an_option", "kind")]),
    (
        {"from_on": "besok", "until_on": 7},
        [("input_not_date", "from_on"), ("input_not_date", "until_on")],
    ),
    ({"kind": None}, [("required", "kind")]),
    ({"until_on": ""}, [("required", "until_on")]),
    ({"ground": "x" * 2001}, [("text_length", "ground")]),
    ({"granted_by": "tia"}, [("unknown_input", "granted_by")]),
]


@pytest.mark.parametrize(("said", "expected"), WRONG)
def test_what_is_wrong_is_said_with_its_field(
    books: Books, said: dict[str, Any], expected: list[tuple[str, str | None]]
) -> None:
    given = dict(said)
    people = {name: given.pop(name) for name in ("absent", "by") if name in given}
    sent = plan(books.world, **people) | given
    found = refused(Invalid, grant, books.who("officer"), sent)
    assert found == expected


@pytest.mark.parametrize("sent", [None, 7, "plh", [], {"absent": {"id": 1}}, {"by": "1" * 5000}])
def test_what_is_no_plan_at_all_is_refused(books: Books, sent: Any) -> None:
    assert refused(Invalid, grant, books.who("officer"), sent)


def test_a_year_is_the_longest_and_a_day_the_shortest(books: Books) -> None:
    let(books, **days(0, 365))
    let(books, absent="head", by="uli", **days(0, 0))


def test_today_is_the_agencys_day(books: Books) -> None:
    # Jakarta is seven hours ahead: at 17:30 UTC it is the next day there.
    with clock.at(datetime(2026, 1, 20, 17, 30, tzinfo=UTC)):
        found = refused(Invalid, grant, books.who("officer"), plan(books.world))
    assert found == [("substitution_past", "from_on")]


def test_nobody_of_another_agency(books: Books) -> None:
    stranger = str(books.other.people["tia"])
    for field in ("absent", "by"):
        sent = {**plan(books.world), field: stranger}
        assert refused(NotFound, grant, books.who("officer"), sent) == [("no_such_person", field)]
    foreign = refused(NotFound, grant, books.other.actors["officer"], plan(books.world))
    assert foreign == [("no_such_person", "absent")]


def test_who_has_left_stands_in_for_nobody_and_only_a_plt_for_who_has_left(books: Books) -> None:
    organisations.leave(books.world.agency_id, books.world.people["tia"], TODAY)
    assert refused(Invalid, grant, books.who("officer"), plan(books.world)) == [
        ("person_left", "by")
    ]
    organisations.leave(books.world.agency_id, books.world.people["chief"], TODAY)
    for kind in ("plh", "leave"):
        sent = plan(books.world, by="uli", kind=kind)
        assert refused(Invalid, grant, books.who("officer"), sent) == [("person_left", "absent")]
    let(books, by="uli", kind="plt")


def test_somebody_has_one_substitute_at_a_time(books: Books) -> None:
    grant_id = let(books, **days(2, 4))
    for first, last in ((0, 2), (4, 6), (3, 3), (0, 9)):
        sent = plan(books.world, by="uli", **days(first, last))
        found = refused(Conflict, grant, books.who("officer"), sent)
        assert found == [("substitution_overlaps", "from_on")]
    let(books, by="uli", **days(0, 1))
    let(books, by="uli", **days(5, 6))
    revoke(books.who("officer"), grant_id)
    let(books, by="uli", **days(2, 4))


def test_no_chain_of_grants_arises_in_either_order(books: Books) -> None:
    let(books, absent="chief", by="tia", **days(0, 4))
    for absent, by, rule, field in (
        ("tia", "uli", "absent_is_substitute", "absent"),
        ("head", "chief", "substitute_is_absent", "by"),
    ):
        sent = plan(books.world, absent=absent, by=by, **days(4, 9))
        assert refused(Conflict, grant, books.who("officer"), sent) == [(rule, field)]
        let(books, absent=absent, by=by, **days(5, 9))
    # One person may stand in for two.
    let(books, absent="secretary", by="tia", **days(0, 4))


def test_who_sees_which_grants(books: Books) -> None:
    let(books, absent="chief", by="tia", ground="Sakit")
    let(books, absent="head", by="uli", ground="Cuti", **days(1, 2))
    seen = {
        who: [(books.world.names[one.absent_id], one.ground) for one in substitutions_of(actor)]
        for who in ("officer", "chief", "tia", "sari", "head")
        if (actor := books.who(who))
    }
    assert seen == {
        "officer": [("head", "Cuti"), ("chief", "Sakit")],
        "chief": [("chief", "Sakit")],
        "tia": [("chief", None)],
        "sari": [],
        "head": [("head", "Cuti")],
    }
    assert substitutions_of(books.other.actors["officer"]) == []


def test_the_list_goes_on_where_the_page_before_ended(books: Books) -> None:
    for number in range(5):
        let(books, **days(number * 2, number * 2))
    officer, found = books.who("officer"), []
    page = substitutions_of(officer, most=2)
    while page:
        found += page
        with counted() as sent:
            page = substitutions_of(officer, after=page[-1].id, most=2)
        assert len([one for one in sent if one.startswith("SELECT")]) == 1
    assert [one.from_on for one in found] == [TODAY + timedelta(days=n) for n in (8, 6, 4, 2, 0)]


def test_an_actor_has_the_grants_of_today_alone(books: Books) -> None:
    over = let(books, absent="head", by="tia", **days(0, 0))
    grant_id = let(books, absent="chief", by="tia", **days(0, 1))
    tia = (books.world.agency_id, books.world.people["tia"])
    assert {one.id for one in organisations.actor_for(*tia).grants} == {over, grant_id}
    with clock.at(NOON + timedelta(days=1)):
        assert [one.id for one in organisations.actor_for(*tia).grants] == [grant_id]
        revoke(books.who("officer"), grant_id)
        assert organisations.actor_for(*tia).grants == ()


@pytest.mark.parametrize("round_", range(3))
def test_of_two_grants_at_once_for_the_same_days_one_is_kept(app: Flask, round_: int) -> None:
    with app.app_context(), clock.at(START):
        world = build()
        span = {"from_on": "2026-01-06", "until_on": "2026-01-08"}
        sent = [plan(world, by=by) | span for by in ("tia", "uli", "vina")]
        who = [world.actors[name] for name in ("officer", "chief", "second_officer")]
        jobs = [lambda a=a, s=s: grant(a, s) for a, s in zip(who, sent, strict=True)]  # type: ignore[misc]
        found = race(app, START, jobs)
        assert codes(found) == ["conflict", "conflict", "done"]
        assert len(table("substitutions")) == 1


@pytest.mark.parametrize("round_", range(3))
def test_of_two_links_of_a_chain_at_once_one_is_kept(app: Flask, round_: int) -> None:
    with app.app_context(), clock.at(START):
        world = build()
        span = {"from_on": "2026-01-06", "until_on": "2026-01-08"}
        officer = world.actors["officer"]
        one = plan(world, absent="chief", by="tia") | span
        other = plan(world, absent="tia", by="uli") | span
        found = race(app, START, [lambda: grant(officer, one), lambda: grant(officer, other)])
        assert codes(found) == ["conflict", "done"]
        assert len(table("substitutions")) == 1
