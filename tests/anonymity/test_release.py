"""The release itself: what is stored, which groups join others, and what is forgotten."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinerja_flow.facts import Facts, SheetFacts
from kinerja_flow.models import Answer, IdempotencyKey, Sheet
from kinerja_flow.policy import Actor
from kinerja_flow.workflow.draft import Delete, Draft, Insert
from kinerja_flow.workflow.effects.answers import release_answers
from kinerja_flow.workflow.holders import invited
from tests.engine.facts import facts, person, work
from workflows.definition import Action, Definition, Label, Relation

LABEL = Label("x", "x")
INSTRUMENT = "masukan"
#: Three hidden groups: outsiders join subordinates, and these join the peers.
RELATIONS = {
    "peer": Relation("peer", LABEL, anonymous=True, min_count=3),
    "subordinate": Relation("subordinate", LABEL, anonymous=True, rolls_up_to="peer"),
    "outsider": Relation("outsider", LABEL, anonymous=True, min_count=2, rolls_up_to="subordinate"),
}


def _definition(*relations: str) -> Definition:
    asked = replace(work().instruments[INSTRUMENT], answered_by=("assessor", *relations))
    known = {name: RELATIONS[name] for name in relations}
    return replace(work(), relations=known, instruments={INSTRUMENT: asked})


def _release(
    sheets: list[SheetFacts], definition: Definition, by: list[str] | None = None
) -> Draft:
    known: Facts = facts("rating")
    known = replace(known, definition=definition, groups={**known.groups, "sheets": tuple(sheets)})
    action = Action("close", LABEL, ("rating",), (), ("clock",))
    draft = Draft(known, action, Actor(engine="clock"), "clock", {})
    release_answers(draft, INSTRUMENT, by)
    return draft


def _sheets(relation: str, count: int, criteria: tuple[str, ...] = ("kerja",)) -> list[SheetFacts]:
    said = {key: {"value": "3", "comment": f"{relation}"} for key in criteria}
    return [
        SheetFacts(INSTRUMENT, relation, person(f"{relation} {number}"), said)
        for number in range(count)
    ]


def _rows(draft: Draft) -> list[dict[str, Any]]:
    table = Answer.__table__
    return [dict(w.row) for w in draft.writes if isinstance(w, Insert) and w.table is table]


def _figures(draft: Draft) -> dict[str, int]:
    return dict(Counter(row["relation"] for row in _rows(draft) if row["value"]))


@pytest.mark.parametrize(
    ("counts", "released"),
    [
        ({"peer": 3, "subordinate": 3}, {"peer": 3, "subordinate": 3}),
        ({"peer": 3, "subordinate": 2}, {"peer": 5}),  # joins
        ({"peer": 1, "subordinate": 2}, {"peer": 3}),  # together they are enough
        ({"peer": 1, "subordinate": 1}, {}),  # not even together
        ({"peer": 2, "subordinate": 3}, {"subordinate": 3}),  # peers have nowhere to go
        ({"peer": 0, "subordinate": 2}, {}),
        ({"peer": 1, "subordinate": 1, "outsider": 1}, {"peer": 3}),  # one after another
        ({"peer": 0, "subordinate": 2, "outsider": 1}, {"subordinate": 3}),
        ({"peer": 0, "subordinate": 0, "outsider": 2}, {"outsider": 2}),
        ({}, {}),
    ],
)
def test_a_group_below_its_minimum_joins_another_or_is_discarded(
    counts: dict[str, int], released: dict[str, int]
) -> None:
    sheets = [sheet for name, count in counts.items() for sheet in _sheets(name, count)]
    draft = _release(sheets, _definition("peer", "subordinate", "outsider"))
    assert _figures(draft) == released
    assert draft.change["released"] == {INSTRUMENT: released}
    deleted = {w.match["relation"] for w in draft.writes
               if isinstance(w, Delete) and w.table is Sheet.__table__}  # fmt: skip
    assert deleted == {"assessor", "peer", "subordinate", "outsider"}


def test_a_group_joins_only_one_that_the_same_release_opens() -> None:
    sheets = [*_sheets("peer", 3), *_sheets("subordinate", 2)]
    definition = _definition("peer", "subordinate")
    alone = _release(sheets, definition, ["subordinate"])
    assert _figures(alone) == {}
    assert _figures(_release(sheets, definition, ["peer", "subordinate"])) == {"peer": 5}


def test_what_is_released_twice_in_one_act_is_told_together() -> None:
    draft = _release(_sheets("peer", 3), _definition("peer", "subordinate"), ["peer"])
    release_answers(draft, INSTRUMENT, ["subordinate"])
    assert draft.change["released"] == {INSTRUMENT: {"peer": 3}}


def test_what_fewer_said_of_one_criterion_is_left_out_with_its_comments() -> None:
    sheets = [*_sheets("peer", 2, ("kerja", "sikap")), *_sheets("peer", 3)[2:]]
    rows = _rows(_release(sheets, _definition("peer")))
    assert {row["criterion"] for row in rows} == {"kerja"}
    assert len(rows) == 6


def test_figures_and_comments_of_a_hidden_group_share_no_row_and_name_nobody() -> None:
    rows = _rows(_release(_sheets("peer", 3), _definition("peer")))
    assert all((row["value"] is None) != (row["comment"] is None) for row in rows)
    assert {row["rater_id"] for row in rows} == {None}
    named = _rows(_release(_sheets("assessor", 1), _definition("peer")))
    assert [row["rater_id"] for row in named] == [person("assessor 0")]


SHEETS = st.lists(
    st.dictionaries(st.sampled_from(["kerja", "sikap"]), st.integers(1, 5), min_size=1),
    min_size=3,
    max_size=8,
)


@given(said=SHEETS, order=st.randoms(use_true_random=False), seed=st.integers(0, 2**16))
def test_what_is_stored_depends_on_what_was_said_and_on_chance_alone(
    said: list[dict[str, int]], order: Random, seed: int
) -> None:
    def stored(given: list[dict[str, int]], raters: list[UUID]) -> list[dict[str, Any]]:
        answers = [{c: {"value": str(v)} for c, v in one.items()} for one in given]
        pairs = zip(raters, answers, strict=True)
        sheets = [SheetFacts(INSTRUMENT, "peer", rater, one) for rater, one in pairs]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(secrets, "SystemRandom", lambda: Random(seed))
            rows = _rows(_release(sheets, _definition("peer")))
        return [{**row, "id": None} for row in rows]

    raters = [uuid4() for _ in said]
    shuffled = order.sample(said, len(said))
    assert stored(said, raters) == stored(shuffled, raters[::-1])


def test_requests_of_all_who_were_asked_are_forgotten_not_only_of_those_who_answered() -> None:
    known = facts("rating", people={"peer": "tia"})
    sheets = tuple(_sheets("peer", 3))
    known = replace(
        known, definition=_definition("peer"), groups={**known.groups, "sheets": sheets}
    )
    action = Action("close", LABEL, ("rating",), (), ("clock",))
    draft = Draft(known, action, Actor(engine="clock"), "clock", {})
    release_answers(draft, INSTRUMENT, None)
    forgotten = {w.match["actor_id"] for w in draft.writes
                 if isinstance(w, Delete) and w.table is IdempotencyKey.__table__}  # fmt: skip
    assert forgotten == {person("tia"), *(sheet.rater_id for sheet in sheets)}


def test_who_was_invited_is_told_of_groups_together_that_may_join() -> None:
    definition = _definition("peer", "subordinate", "outsider")
    asked = {"assessor": 1, "peer": 3, "subordinate": 2, "outsider": 1}
    expected = {"assessor": 1, "peer": 6, "subordinate": 3, "outsider": 1}
    assert invited(definition, asked) == expected
    assert invited(definition, {"subordinate": 2}) == {"subordinate": 2, "peer": 2}
