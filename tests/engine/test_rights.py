"""Who may do what in every shipped template: the tables of docs/rights say what the engine says."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from kinerja_flow.cli.rights import as_markdown
from kinerja_flow.policy import CITIZEN, RELATIONS
from kinerja_flow.policy.grants import DELEGABLE
from kinerja_flow.services.rights import WAYS, MachineRights, Right, rights_of
from kinerja_flow.services.templates import read_template, shipped_keys, shipped_source
from workflows.vocabulary import FORMER

pytestmark = pytest.mark.slow

TABLES = Path(__file__).parents[2] / "docs" / "rights"
KEYS = shipped_keys()


@cache
def rights(key: str) -> list[MachineRights]:
    return rights_of(read_template(shipped_source(key)))


def everything(key: str) -> Iterator[tuple[MachineRights, Right]]:
    for found in rights(key):
        for right in (*found.actions, *found.books):
            yield found, right


def rated_aside(key: str) -> bool:
    """Whether people of another kind than an office, such as peers, answer about the employee."""
    instruments = read_template(shipped_source(key)).instruments.values()
    asked = {name for one in instruments for name in one.answered_by}
    return bool(asked - DELEGABLE - {"employee", FORMER, CITIZEN})


@pytest.mark.parametrize("key", KEYS)
def test_the_table_in_the_documentation_is_what_the_engine_answers(key: str) -> None:
    table = TABLES / f"{key}.md"
    written = table.read_text(encoding="utf-8") if table.exists() else ""
    made = as_markdown(read_template(shipped_source(key)))
    again = f"`kinerja template rights {key} > docs/rights/{key}.md`"
    assert written == made, f"read what changed; if it is right, make the table anew: {again}"


def test_there_is_a_table_for_each_template_and_no_other() -> None:
    assert {path.stem for path in TABLES.glob("*.md")} == set(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_each_does_what_the_template_says_from_where_it_says(key: str) -> None:
    for found in rights(key):
        for right in found.actions:
            action = found.machine.actions[right.name]
            assert set(right.who) == set(action.by), right.name
            assert all(set(states) == set(action.sources) for states in right.who.values())
            assert right.apart == action.distinct_from
        for right in found.books:
            opened = {
                (name, state.name)
                for state in found.machine.states.values()
                for name in state.opens.get(right.name, ())
            }
            assert {(name, s) for name, states in right.who.items() for s in states} == opened


@pytest.mark.parametrize("key", KEYS)
def test_an_office_alone_is_delegated_and_only_as_it_should_be(key: str) -> None:
    seen = set()
    for _, right in everything(key):
        for relation, ways in right.ways.items():
            allowed = {way for way, codes in ways.items() if not codes}
            assert allowed == ({"substitute"} if relation in DELEGABLE else set()), right.name
            if relation in DELEGABLE:
                seen |= {(way, codes) for way, codes in ways.items() if way != "substitute"}
    assert seen - {("rater", ("substitute_is_rater",))} == {
        ("employee", ("own_case",)),
        ("over", ("not_your_part",)),
        ("revoked", ("not_your_part",)),
        ("of_substitute", ("not_your_part",)),
    }
    assert ("rater" in {way for way, _ in seen}) == rated_aside(key)


@pytest.mark.parametrize("key", KEYS)
def test_everybody_is_tried_in_every_way(key: str) -> None:
    for _, right in everything(key):
        assert set(right.ways) == {name for name in right.who if RELATIONS[name].person}
        for relation, ways in right.ways.items():
            by_themselves = {"employee", "rater"}
            assert set(WAYS) - set(ways) <= by_themselves, (right.name, relation)


def test_another_right_makes_another_table() -> None:
    source = shipped_source(KEYS[0])
    changed = source.replace("by: [hr]", "by: [assessor]", 1)
    assert changed != source
    assert as_markdown(read_template(changed)) != as_markdown(read_template(source))
