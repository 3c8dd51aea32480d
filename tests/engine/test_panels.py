"""An assessor team and raters who decline: parts end, others join, and what is kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from kinerja_flow import clock, policy
from kinerja_flow.db import reading
from kinerja_flow.errors import Forbidden, Refused
from kinerja_flow.facts import Facts
from kinerja_flow.services import organisations
from kinerja_flow.services.answers import Answers, answer
from kinerja_flow.workflow.load import load_one
from tests.builders import digest_of_tables, table
from tests.engine.world import START, World, build

pytestmark = pytest.mark.slow

#: A team that judges together, and another one without names, in the fewest words.
TEAM = Path(__file__).parents[1] / "templates" / "sidang.yaml"


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    with app.app_context(), clock.at(START):
        here = build(TEAM, spans={})
        here.act("officer", "lead", ketua=_id(here, "secretary"))
        here.act("officer", "form", anggota=_ids(here, "tia", "uli"))
        yield here


def _id(world: World, name: str) -> str:
    return str(world.people[name])


def _ids(world: World, *names: str) -> list[str]:
    return [_id(world, name) for name in names]


def _facts(world: World) -> Facts:
    def needs(*_: object) -> frozenset[str]:
        return frozenset({"people", "gone"})

    with reading() as session:
        return load_one(session, world.agency_id, world.cases["sari"], needs)


def _who(world: World, relation: str) -> set[str]:
    return {world.names[person] for person in _facts(world).people.get(relation, ())}


def _answer(world: World, who: str, instrument: str = "sidang", value: int = 4) -> None:
    given = {"sikap": {"value": value}}
    answer(world.cases["sari"], world.actors[who], Answers(instrument, given, understood=True))


def _refused(world: World, *call: Any, **inputs: Any) -> list[tuple[str, str | None]]:
    """The codes and fields that an act is refused for; and that it changed nothing."""
    before = digest_of_tables()
    with pytest.raises(Refused) as refused:
        world.act(*call, **inputs)
    assert digest_of_tables() == before
    return [(blocker.rule, blocker.field) for blocker in refused.value.blockers]


def _judge(world: World, *present: str) -> dict[str, Any]:
    return {"hadir": _ids(world, *present), "hasil": "baik"}


# --- stepping aside -------------------------------------------------------------------------------


def test_a_member_who_recuses_themself_leaves_no_answer_behind(world: World) -> None:
    _answer(world, "tia")
    _answer(world, "uli")
    world.act("tia", "recuse")
    assert _who(world, "panel") == {"uli"}
    assert [row["rater_id"] for row in table("sheets")] == [world.people["uli"]]
    ended = [r for r in table("participants") if r["person_id"] == world.people["tia"]]
    assert [row["until_at"] is not None for row in ended] == [True]
    assert table("history")[-1]["change"] == {"stepped_aside": {"panel": [_id(world, "tia")]}}
    with pytest.raises(Forbidden):
        world.act("tia", "recuse")
    with pytest.raises(Forbidden):
        _answer(world, "tia")


def test_what_an_anonymous_peer_answered_before_they_declined_is_never_opened(
    world: World,
) -> None:
    peers = ("tia", "uli", "vina", "second_officer")
    world.act("officer", "ask", rekan=_ids(world, *peers))
    for name, value in zip(peers, (5, 4, 4, 1), strict=True):
        _answer(world, name, "masukan", value)
    world.act("second_officer", "decline")
    world.act("officer", "open_masukan")
    assert sorted(row["value"] for row in table("answers")) == ["4", "4", "5"]


def test_who_stands_in_another_relation_only_cannot_step_aside(world: World) -> None:
    for who in ("officer", "secretary", "chief", "sari"):
        with pytest.raises(Forbidden):
            world.act(who, "recuse")


def test_who_recused_themself_can_be_named_again(world: World) -> None:
    world.act("tia", "recuse")
    world.act("officer", "add", baru=_ids(world, "tia"))
    assert _who(world, "panel") == {"tia", "uli"}


# --- joining --------------------------------------------------------------------------------------


def test_who_joins_stands_beside_the_others_up_to_the_maximum(world: World) -> None:
    world.act("officer", "add", baru=_ids(world, "vina"))
    assert _who(world, "panel") == {"tia", "uli", "vina"}
    full = _refused(world, "officer", "add", baru=_ids(world, "second_officer"))
    assert full == [("room_to_join", "baru")]


def test_all_that_is_wrong_with_who_joins_is_told_at_once(world: World) -> None:
    wrong = _ids(world, "sari", "chief", "secretary", "uli")
    assert _refused(world, "officer", "add", baru=wrong) == [
        ("nominees_eligible", "baru"),
        ("room_to_join.present", "baru"),
        ("room_to_join", "baru"),
    ]


def test_nobody_of_another_agency_joins(world: World) -> None:
    other = build(key="lain")
    strange = str(other.people["tia"])
    assert _refused(world, "officer", "add", baru=[strange]) == [("nominees_eligible", "baru")]


# --- the quorum -----------------------------------------------------------------------------------


def test_the_team_judges_with_those_present_and_the_history_names_them(world: World) -> None:
    _answer(world, "tia")
    _answer(world, "uli")
    world.act("secretary", "judge", **_judge(world, "secretary", "tia"))
    change = table("history")[-1]["change"]
    assert change["present"] == {"panel": _ids(world, "secretary", "tia")}
    (result,) = table("results")
    assert result["decided_by"] == world.people["secretary"]


@pytest.mark.parametrize(
    ("present", "rules"),
    [
        (("secretary",), ["quorum_present"]),
        (("tia", "uli"), ["quorum_present.chair"]),
        (("tia",), ["quorum_present.chair", "quorum_present"]),
        (("secretary", "vina"), ["quorum_present.strangers", "quorum_present"]),
        (("secretary", "tia", "sari"), ["quorum_present.strangers"]),
    ],
)
def test_below_the_quorum_nothing_is_judged(
    world: World, present: tuple[str, ...], rules: list[str]
) -> None:
    _answer(world, "tia")
    _answer(world, "uli")
    found = _refused(world, "secretary", "judge", **_judge(world, *present))
    assert found == [(rule, "hadir") for rule in rules]


def test_the_quorum_counts_members_who_have_answered(world: World) -> None:
    _answer(world, "tia")
    found = _refused(world, "secretary", "judge", **_judge(world, "secretary", "tia"))
    assert found == [("quorum_answered", "sidang")]


def test_who_has_left_is_neither_present_nor_enough(world: World) -> None:
    _answer(world, "tia")
    _answer(world, "uli")
    world.act("officer", "is_enough")
    organisations.leave(world.agency_id, world.people["tia"], START.date())
    assert _refused(world, "officer", "is_enough") == [("enough_people", "panel")]
    found = _refused(world, "secretary", "judge", **_judge(world, "secretary", "tia"))
    assert found == [("quorum_present.strangers", "hadir"), ("quorum_present", "hadir")]


# --- who judged examines no objection -------------------------------------------------------------


def test_who_is_or_was_of_the_team_counts_as_rater(world: World) -> None:
    world.act("tia", "recuse")
    world.act("officer", "lead", ketua=_id(world, "regent"))
    facts = _facts(world)
    raters = {world.names[person] for person in facts.raters}
    assert raters == {"tia", "uli", "secretary", "regent"}
    assert not {"tia"} & _who(world, "panel")
    assert "panel" not in policy.relations(facts, world.actors["tia"])
