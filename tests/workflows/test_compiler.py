"""The shared machine moves exactly as the table says, and nothing but our conditions runs in it."""

import logging
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transitions import MachineError

from tests.workflows.strategies import sound_templates, written
from tests.workflows.words import TEMPLATE, VOCABULARY
from workflows import MoveError, compile_machine, fire, read
from workflows.compiler import Condition, SharedMachine
from workflows.definition import Call


@dataclass(slots=True)
class Row:
    state: str


templates = sound_templates(conditions=["plan_long", "plan_complete", {"weights_total": 100}])


@given(templates, st.data())
def test_machine_and_table_agree_on_every_move(data, more):
    definition = read(written(data), VOCABULARY)
    root = definition.root
    compiled = compile_machine(definition, root.name)
    held = more.draw(st.sets(st.sampled_from(["plan_long", "plan_complete", "weights_total"])))
    for state in root.states:
        assert {a.name for a in root.actions_from(state)} == set(
            compiled.machine.get_triggers(state)
        )
        for action in root.actions.values():
            row, targets = Row(state), compiled.table.get((state, action.name))
            if targets is None:
                with pytest.raises(MoveError):
                    fire(compiled, row, action.name, lambda call: True)
                with pytest.raises(MachineError):
                    compiled.machine.events[action.name].trigger(row, holds=lambda call: True)
                assert row.state == state
                continue
            holding = (b.state for b in action.branches if not b.when or b.when.name in held)
            expected = next(holding, state)
            assert fire(compiled, row, action.name, lambda call: call.name in held) == expected
            assert row.state == expected
            assert expected in targets


@given(templates, st.lists(st.integers(0, 50), max_size=30))
def test_a_random_walk_never_leaves_the_table_and_can_always_go_on_or_is_at_an_end(data, choices):
    definition = read(written(data), VOCABULARY)
    compiled, row = compile_machine(definition, "appraisal"), Row(definition.root.initial)
    for choice in choices:
        names = [name for state, name in compiled.table if state == row.state]
        assert names or definition.root.states[row.state].final
        if not names:
            return
        action, before = names[choice % len(names)], row.state
        after = fire(compiled, row, action, lambda call, even=choice % 2: bool(even))
        assert after in compiled.table[before, action]


MOVES = [
    ("review", "approve", {"plan_long"}, "peers"),
    ("review", "approve", set(), "rating"),
    ("review", "send_back", set(), "drafting"),
    ("peers", "lapse", set(), "rating"),
    ("delivered", "receive", set(), "delivered"),
    ("closed", "reopen", set(), "rating"),
]


@pytest.mark.parametrize(("state", "action", "held", "target"), MOVES)
def test_firing_moves_a_row_by_the_first_branch_that_holds(state, action, held, target):
    compiled, row = compile_machine(read(TEMPLATE, VOCABULARY), "appraisal"), Row(state)
    assert fire(compiled, row, action, lambda call: call.name in held) == target == row.state


def test_a_condition_is_asked_with_its_parameters():
    source = TEMPLATE.replace("when: plan_long, state", "when: {weights_total: 60}, state")
    compiled, asked = compile_machine(read(source, VOCABULARY), "appraisal"), []
    fire(compiled, Row("review"), "approve", lambda call: bool(asked.append(call)))
    assert asked == [Call("weights_total", {"total": 60})]


def test_a_condition_that_fails_to_answer_leaves_the_row_where_it_was():
    compiled, row = compile_machine(read(TEMPLATE, VOCABULARY), "appraisal"), Row("review")
    with pytest.raises(ZeroDivisionError):
        fire(compiled, row, "approve", lambda call: 1 / 0)
    assert row.state == "review"


@pytest.mark.parametrize(
    ("state", "action"), [("drafting", "rate"), ("review", "os.system"), ("x", "rate")]
)
def test_an_action_that_is_not_in_the_table_is_refused(state, action):
    compiled = compile_machine(read(TEMPLATE, VOCABULARY), "appraisal")
    with pytest.raises(MoveError):
        fire(compiled, Row(state), action, lambda call: True)


def test_a_machine_is_made_once_for_a_digest_and_holds_no_rows():
    compiled = compile_machine(read(TEMPLATE, VOCABULARY), "appraisal")
    assert compile_machine(read(TEMPLATE + "# again\n", VOCABULARY), "appraisal") is compiled
    fire(compiled, Row("review"), "approve", lambda call: True)
    assert compiled.machine.models == []


@pytest.mark.parametrize(
    "callback", ["os.system", "state", "builtins.exec", print, lambda event: True]
)
def test_nothing_but_our_own_conditions_is_ever_called(callback):
    with pytest.raises(TypeError):
        SharedMachine.resolve_callable(callback, None)


@pytest.mark.parametrize("place", ["conditions", "unless", "prepare", "before", "after"])
def test_a_string_callback_never_runs(place):
    machine = SharedMachine(model=None, states=["a", "b"], initial="a", auto_transitions=False,
                            send_event=True)  # fmt: skip
    machine.add_transition("go", "a", "b", **{place: "os.abort"})
    with pytest.raises(TypeError):
        machine.events["go"].trigger(Row("a"))


def test_no_callback_of_a_compiled_machine_is_a_string():
    machine = compile_machine(read(TEMPLATE, VOCABULARY), "appraisal").machine
    for event in machine.events.values():
        for moves in event.transitions.values():
            for move in moves:
                assert not [*move.prepare, *move.before, *move.after]
                assert all(type(condition.func) is Condition for condition in move.conditions)
    for state in machine.states.values():
        assert not [*state.on_enter, *state.on_exit]


def test_moves_are_not_logged_one_by_one():
    assert logging.getLogger("transitions").level == logging.WARNING
