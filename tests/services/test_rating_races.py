"""Two people at once, where one act takes the ground from under the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.errors import Problem
from kinerja_flow.models import Case, FollowUp, Result, Signature, UnitRating
from kinerja_flow.scoring import from_json, headed
from kinerja_flow.services import steps
from kinerja_flow.services.cases import Act, act
from kinerja_flow.services.credits import enter_balance
from kinerja_flow.services.results import read_results
from kinerja_flow.services.succession import hand_over
from kinerja_flow.services.unit_ratings import rate_unit
from kinerja_flow.services.verify import verify_history
from tests.engine.racing import codes, race
from tests.engine.world import START, World, build, row, rows
from tests.services.following import FOLLOW, make, opened, rated
from tests.services.successions import SOURCE, rate, standing, to_objection, to_rating
from tests.services.test_credits import balance, record
from tests.services.town import town

pytestmark = pytest.mark.slow

LATER = START + timedelta(days=181)
#: The same with an improvement plan that goes on, marked, when its ground is gone.
STAYING = "".join(
    line
    for line in FOLLOW.read_text("utf-8").splitlines(keepends=True)
    if "name: fall_away" not in line and "dropped: {" not in line
)


@pytest.fixture
def now(app: Flask) -> Iterator[None]:
    with app.app_context(), clock.at(START):
        yield
        assert list(verify_history()) == []


def taking(
    world: World, who: str, action: str, of: UUID, seen: int | None = None, **said: Any
) -> Any:
    return partial(act, of, world.actors[who], Act(action, said, seen))


def improving(world: World) -> UUID:
    """Sari's improvement plan, opened by a low result, agreed on and running."""
    rated(world, "kurang")
    plan = opened(world)["perbaikan"]
    due = (START.date() + timedelta(days=30)).isoformat()
    for title in ("Pelatihan", "Pendampingan"):
        steps.add(plan, world.actors["sari"], {"title": title, "due_on": due})
    world.act("chief", "agree", plan)
    return plan


def contested_to(world: World, level: str) -> None:
    """The result told anew, and changed on objection; not yet sealed."""
    world.act("head", "tell", why="Belum disampaikan")
    world.act("sari", "object", grounds="Bukti sudah ada")
    world.act("head", "change", row(Case, kind="objection").id, mutu=level, reasons="Bukti sah")


@pytest.mark.parametrize("source", [FOLLOW, STAYING], ids=["falls_away", "goes_on"])
@pytest.mark.usefixtures("now")
def test_what_a_follow_up_opens_while_its_result_is_superseded_is_marked_too(
    app: Flask, source: Any
) -> None:
    world = make(source)
    plan = improving(world)
    contested_to(world, "baik")
    failed = taking(world, "chief", "find_failed", plan)
    sealed = taking(world, "officer", "seal", world.cases["sari"])
    acted, superseded = race(app, START, [failed, sealed], spread=0.02)
    assert not isinstance(superseded, Problem)
    assert {one.key: one.superseded_by for one in rows(FollowUp)} == dict.fromkeys(opened(world), 2)
    assert ("konseling" in opened(world)) == (not isinstance(acted, Problem))
    if isinstance(acted, Problem):
        assert acted.code == "conflict"


@pytest.mark.parametrize("decision", ["find_failed", "extend"])
@pytest.mark.usefixtures("now")
def test_whoever_takes_over_during_a_second_look_has_all_that_comes_of_it(
    app: Flask, decision: str
) -> None:
    world = make()
    plan = improving(world)
    world.act("head", "tell", why="Belum disampaikan")
    with clock.at(LATER):
        act(plan, world.clock, Act("time_is_up"))
    old, new = world.people["chief"], world.people["second_officer"]
    handing = partial(hand_over, world.actors["officer"], old, new, "mutasi")
    looking = taking(world, "chief", decision, plan)
    handed, looked = race(app, LATER, [handing, looking], spread=0.02)
    if isinstance(handed, Problem):
        assert handed.code == "conflict"
        with clock.at(LATER):
            handed = handing()
    assert handed.handed == [world.cases["sari"]]
    assert standing(world, world.cases["sari"])["assessor"] == ["second_officer"]
    owned = [one for key, one in opened(world).items() if key != "perbaikan"]
    assert {standing(world, one)["owner"][0] for one in owned} == {"second_officer"}
    if isinstance(looked, Problem):
        assert looked.code in ("forbidden", "conflict")
        with clock.at(LATER):
            world.act("second_officer", decision, plan)


@pytest.mark.parametrize("before", [None, "kurang"])
@pytest.mark.usefixtures("now")
def test_a_heads_result_is_of_the_newest_predikat_or_says_that_it_is_not(
    app: Flask, before: str | None
) -> None:
    here = town(of=("kadis",))
    if before:
        here.rate(before)
    entry = {"level": "istimewa", "reason": "Data akhir"}
    unit = (here.cycle_id, here.units["Dinas"], here.who("sekda"), entry)
    said = {"hasil": "sesuai", "capaian": "sesuai", "alasan": "Menurut bukti"}
    judging = partial(act, here.cases["kadis"], here.who("sekda"), Act("judge", said))
    found = race(app, START, [judging, partial(rate_unit, *unit)], spread=0.02)
    assert codes(found) == ["done"] * 2
    [read] = read_results(here.cases["kadis"], here.who("officer"))
    explanation = row(Result, case_id=here.cases["kadis"]).explanation
    [(_, number)] = headed(from_json(explanation))
    assert number in (1, 2) if before else number in (None, 1)
    assert read.rests_on_superseded == (number != len(rows(UnitRating)))


@pytest.mark.usefixtures("now")
def test_a_result_is_signed_or_contested_and_never_both(app: Flask) -> None:
    world = build(SOURCE)
    to_rating(world)
    rate(world)
    world.act("sari", "open_result")
    case_id = world.cases["sari"]
    objecting = taking(world, "sari", "object", case_id, grounds="Belum dihitung")
    found = race(app, START, [taking(world, "head", "sign_off", case_id), objecting])
    assert codes(found).count("done") == 1
    assert (len(rows(Signature, subject="result")) == 1) == (
        row(Case, id=case_id).state == "sealed"
    )


@pytest.mark.usefixtures("now")
def test_what_is_signed_while_a_result_is_superseded_is_the_one_that_was_seen(app: Flask) -> None:
    world = build(SOURCE)
    to_rating(world)
    objection, case_id = to_objection(world), world.cases["sari"]
    seen = row(Case, id=case_id).version
    changing = taking(world, "head", "change", objection, hasil="baik", reasons="Bukti sah")
    signing = [taking(world, "head", "sign_off", case_id, at) for at in (seen, seen + 1)]
    changed, *signed = race(app, START, [changing, *signing], spread=0.02)
    assert not isinstance(changed, Problem)
    assert isinstance(signed[0], Problem)
    newest = rows(Result)[-1]
    assert (newest.number, newest.level) == (2, "baik")
    kept = [one.sha256 for one in rows(Signature, subject="result")]
    assert kept == ([] if isinstance(signed[1], Problem) else [newest.digest])


@pytest.mark.usefixtures("now")
def test_a_balance_and_a_result_of_the_same_days_never_count_both(app: Flask) -> None:
    here = town(of=("ani",))
    here.judge("ani", "di_atas")
    entry = balance(here, day="2026-06-30")
    entering = partial(enter_balance, here.who("officer"), entry)
    sealing = partial(act, here.cases["ani"], here.who("sekda"), Act("seal"))
    found = race(app, START, [entering, sealing], spread=0.02)
    assert codes(found).count("done") == 1
    assert sum(one.counts for one in record(here).entries) == 1
