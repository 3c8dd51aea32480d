"""Planted faults: the sound template with one thing broken, and exactly what the check says."""
# ruff: noqa: E501 (a template's lines, as they are)

import pytest

from tests.workflows.words import TEMPLATE, VOCABULARY
from workflows import check, parse

# fault → (what stands in the template, what is written instead, the codes expected)
FAULTS = {
    # the shape of the document
    "no title": ("title: {id: Contoh, en: Example}\n", "", "missing"),
    "an unknown section": ("basis:", "bases:", "unknown_key"),
    "a key in the wrong script": ("key: contoh", "key: cоntoh", "bad_key"),
    "a key in capitals": ("key: contoh", "key: Contoh", "bad_key"),
    "a label without Indonesian": ("{id: Contoh, en: Example}", "{en: Example}", "bad_label"),
    "a label that is a number": ("{id: Contoh, en: Example}", "12", "bad_label"),
    "an empty label": ("purpose: Untuk apa", "purpose: ' '", "empty_value"),
    "a null label": ("purpose: Untuk apa", "purpose: null", "empty_value"),
    "a text that is too long": ("Untuk apa", "x" * 4001, "text_too_long"),
    "a basis that is no list": ("[PP 30/2019 art. 41]", "PP 30/2019", "not_list"),
    "a basis that is a number": ("[PP 30/2019 art. 41]", "[30]", "not_text"),
    "a window twice": ("[planning, rating]", "[planning, rating, planning]", "duplicate"),
    "a state that is text": ("rating: {phase: assessing}", "rating: assessing", "not_mapping"),
    "an unknown phase": ("{phase: delivered}", "{phase: sent}", "not_one_of"),
    "final as a word": (
        "final: true}\n    actions:\n      - n",
        "final: yes}\n    actions:\n      - n",
        "not_flag",
    ),
    "an unknown mark": ("mark: open", "mark: maybe", "not_one_of"),
    "a term that is none": ("after: {window: rating}", "after: two weeks", "bad_term"),
    "a term of two kinds": ("{window: rating}}", "{window: rating, days: 2}}", "bad_term"),
    "a term of zero days": ("due: P2W", "due: P0D", "bad_term"),
    "a term that is too long": ("days: 30", "days: 99999", "out_of_range"),
    "a term of half days": ("days: 30", "days: 0.5", "not_whole"),
    "a notice that is none": ("[remind, escalate]", "[remind, shout]", "bad_notice"),
    "a notice before and after": ("after: P2D}", "after: P2D, before: P1D}", "bad_notice"),
    "a notice of no days": ("after: P2D}", "after: soon}", "bad_days"),
    "a relation minimum over its maximum": ("min: 3, max: 5", "min: 6, max: 5", "min_over_max"),
    "a relation minimum that is true": ("min: 3, max: 5", "min: true, max: 5", "not_whole"),
    "a scale of both kinds": (
        "lima: {from: 0, to: 5}",
        "lima: {from: 0, to: 5, levels: [{key: aa}, {key: bb}]}",
        "bad_scale",
    ),
    "a scale of no kind": ("lima: {from: 0, to: 5}", "lima: {}", "bad_scale"),
    "a scale upside down": ("lima: {from: 0, to: 5}", "lima: {from: 5, to: 0}", "min_over_max"),
    "a scale without end": ("lima: {from: 0, to: 5}", "lima: {from: 0, to: 1000}", "too_many"),
    "a level twice": ("{key: kurang,", "{key: baik,", "duplicate"),
    "one level only": ("{key: kurang, label: Kurang}, ", "", "too_few"),
    "no criteria": (
        "[{key: helps, label: Menolong, applies_to: {field: [pendidikan]}}]",
        "[]",
        "too_few",
    ),
    "criteria by age": ("applies_to: {field:", "applies_to: {age:", "unknown_key"),
    # what an action takes
    "an unknown kind of input": ("{comment: text}", "{comment: essay}", "unknown_input_kind"),
    "two kinds of input at once": (
        "{comment: text}",
        "{comment: {text: {}, date: {}}}",
        "bad_input",
    ),
    "an input that is a list": ("{comment: text}", "{comment: [text]}", "bad_input"),
    "an unknown option of an input": (
        "{comment: text}",
        "{comment: {text: {size: 3}}}",
        "unknown_key",
    ),
    "a choice without options": ("{comment: text}", "{comment: choice}", "missing"),
    "an option twice": ("{comment: text}", "{comment: {choice: [yes, {key: yes}]}}", "duplicate"),
    "number limits upside down": (
        "{comment: text}",
        "{comment: {number: {from: 2, to: 1}}}",
        "min_over_max",
    ),
    "a number limit that is text": (
        "{comment: text}",
        "{comment: {number: {to: '9'}}}",
        "not_number",
    ),
    "a rating on no scale": ("{rating: mutu}", "{rating: mutus}", "unknown_scale unused_scale"),
    "a text input that may be long": (
        "{comment: text}",
        "{comment: {text: {max: 99999}}}",
        "out_of_range",
    ),
    # names
    "an unknown relation in by": ("by: [examiner]", "by: [judge]", "unknown_relation"),
    "an unknown relation in notify": ("notify: [assessor]", "notify: [boss]", "unknown_relation"),
    "an unknown relation in relations": (
        "peer: {nominated",
        "pear: {nominated",
        "unknown_relation",
    ),
    "the clock is notified": ("notify: [assessor]", "notify: [clock]", "not_a_person"),
    "an unknown book": ("opens: {plan:", "opens: {diary:", "unknown_book"),
    "an unknown rule": ("[plan_complete,", "[plan_done,", "unknown_rules"),
    "an unknown rule of a branch": (
        "when: plan_long, state",
        "when: plan_wide, state",
        "unknown_rules",
    ),
    "an unknown effect": ("[compute_result, deliver]", "[compute]", "unknown_effects"),
    "an unknown scoring rule": (
        "{answers_mean: collab}",
        "{answers_median: collab}",
        "unknown_scoring",
    ),
    "a dotted path as a rule": ("[plan_complete,", "[os.system,", "unknown_rules"),
    "a dotted path as a rule with an argument": (
        "[plan_complete,",
        "[{os.system: rm},",
        "unknown_rules",
    ),
    "a dotted path as an effect": ("[compute_result, deliver]", "[os.system]", "unknown_effects"),
    "a dotted path as a condition": (
        "when: plan_long, state",
        "when: os.system, state",
        "unknown_rules",
    ),
    "a dotted path as an action": ("name: receive", "name: os.system", "bad_key"),
    "a dotted path as a state": ("rating: {phase", "os.system: {phase", "bad_key unknown_state"),
    "an unknown parameter": (
        "{weights_total: 100}",
        "{weights_total: {total: 1, of: 2}}",
        "unknown_param",
    ),
    "parameters for a rule that takes none": (
        "[plan_complete,",
        "[{plan_complete: 3},",
        "needs_named_params",
    ),
    "a parameter left out": ("{weights_total: 100}", "weights_total", "missing"),
    "a parameter of another kind": ("{weights_total: 100}", "{weights_total: all}", "not_number"),
    "two rules in one": ("{weights_total: 100}", "{weights_total: 100, plan_long: 1}", "bad_call"),
    "an instrument that a rule misspells": (
        "{answers_mean: collab}",
        "{answers_mean: colab}",
        "unknown_instrument unused_instrument",
    ),
    "an unknown state in to": ("to: review", "to: reviews", "unknown_state"),
    "an unknown state in from": ("from: rating\n", "from: ratings\n", "unknown_state"),
    "an unknown initial state": ("initial: drafting", "initial: start", "unknown_state"),
    "an unknown window": ("within: planning", "within: plan", "unknown_window"),
    "an unknown scale": ("scale: lima", "scale: enam", "unknown_scale unused_scale"),
    "an unknown instrument": ("collects: [collab]", "collects: [collabs]", "unknown_instrument"),
    "an unknown parent": (
        "parent: appraisal",
        "parent: apraisal",
        "unknown_machine unknown_child_machine",
    ),
    "an unknown action in distinct_from": (
        "[appraisal.rate]",
        "[appraisal.rates]",
        "unknown_action",
    ),
    "an unknown machine of a follow-up": (
        "machine: objection, when",
        "machine: course, when",
        "unknown_machine",
    ),
    "a machine that is no child": (
        "{open_case: objection}",
        "{open_case: appraisal}",
        "unknown_child_machine",
    ),
    "a node that comes later": (
        "{weighted: {kerja_sama: 100}}",
        "{weighted: {total: 100}}",
        "unknown_node",
    ),
    "a level of no scale": (
        "[plan_complete,",
        "[plan_complete, {told: {result: bagus}},",
        "unknown_level",
    ),
    "an option of no choice": (
        "[plan_complete,",
        "[plan_complete, {told: {choice: bagus}},",
        "unknown_option",
    ),
    "an action twice": ("name: receive", "name: submit", "duplicate"),
    "a node twice": ("{node: total,", "{node: kerja_sama,", "duplicate"),
    "an action that is called like a word": ("name: receive", "name: state", "reserved_name"),
    "an unknown setting": (
        "{setting: objection_term}",
        "{setting: objection_terms}",
        "unknown_setting",
    ),
    "a rule for children in the parent": ("[plan_complete,", "[parent_is_open,", "only_in_child"),
    # weights
    "weights that make 99.9": ("{kerja_sama: 100}", "{kerja_sama: 99.9}", "weights_sum"),
    "a weight over 100": ("{kerja_sama: 100}", "{kerja_sama: 101}", "too_high"),
    "a negative weight": ("{kerja_sama: 100}", "{kerja_sama: -1}", "too_low"),
    "no weights": ("{weighted: {kerja_sama: 100}}", "{weighted: {parts: {}}}", "not_mapping"),
    # branches
    "branches without else": (
        "state: peers}, {else: rating}]",
        "state: peers}]",
        "branches_without_else",
    ),
    "no branches": (
        "[{when: plan_long, state: peers}, {else: rating}]",
        "[]",
        "branches_without_else",
    ),
    "a branch after else": (
        "[{when: plan_long, state: peers}, {else: rating}]",
        "[{else: rating}, {when: plan_long, state: peers}]",
        "else_not_last",
    ),
    "two branches of else": (
        "[{when: plan_long, state: peers}, {else: rating}]",
        "[{else: peers}, {else: rating}]",
        "else_not_last",
    ),
    "a branch without a state": (
        "{when: plan_long, state: peers}",
        "{when: plan_long}",
        "bad_branch",
    ),
    "a branch without a condition": (
        "{when: plan_long, state: peers}",
        "{state: peers}",
        "bad_branch",
    ),
    "a kind of input that is no key": (
        "takes: {comment: text}",
        "takes: {comment: {type: text, min: 10}}",
        "input_kind_named",
    ),
    "branches that are a number": ("to: review", "to: 3", "bad_branches"),
    # soundness: moves
    "a state that nobody can reach": (
        "rating: {phase: assessing}",
        "rating: {phase: assessing}\n      idle: {phase: running}",
        "unreachable_state nobody_may_act",
    ),
    "an island of states": (
        "- {name: receive,",
        "- {name: wander, from: idle, to: idle, by: [hr]}\n      - {name: receive,",
        "unreachable_state no_way_to_end +idle",
    ),
    "a dead end": (
        "- {name: lapse, from: peers, to: rating, by: [clock], after: {window: rating}}",
        "",
        "nobody_may_act",
    ),
    "a loop without an end": (
        "from: rating\n        to: delivered",
        "from: rating\n        to: review",
        "unreachable_state no_way_to_end",
    ),
    "no final state": (
        "decided: {phase: closed, final: true}",
        "decided: {phase: closed}",
        "no_final_state nobody_may_act child_may_block",
    ),
    "a way out of a final state": ("        revision: true\n", "", "final_with_way_out"),
    "a revision of what is not final": (
        "from: closed\n",
        "from: delivered\n",
        "revision_not_from_final",
    ),
    "a revision without a reason": (
        "takes: {reason: text}",
        "takes: {reason: text?}",
        "revision_without_reason",
    ),
    "a revision by the employee alone": (
        "to: rating\n        by: [hr]",
        "to: rating\n        by: [employee]",
        "revision_by_nobody_else",
    ),
    "a final state with a deadline": (
        "closed: {phase: closed, final: true}",
        "closed: {phase: closed, final: true, due: P3D}",
        "final_with_work",
    ),
    "a final state that opens a book": (
        "closed: {phase: closed, final: true}",
        "closed: {phase: closed, final: true, opens: {plan: [hr]}}",
        "final_with_work",
    ),
    "a clock that goes round": (
        "from: rating\n",
        "from: [rating, idle]\n",
        "clock_loop unreachable_state +idle +spin",
    ),
    "a clock that comes back to itself": (
        "to: rating, by: [clock]",
        "to: peers, by: [clock]",
        "clock_loop no_way_to_end",
    ),
    # soundness: times
    "a clock without a time": (
        "by: [clock], after: {window: rating}}",
        "by: [clock]}",
        "clock_without_after",
    ),
    "a time without a clock": (
        "by: [clock], after: {window: rating}}",
        "by: [hr], after: {window: rating}}",
        "after_without_clock",
    ),
    "a clock among people": (
        "to: rating, by: [clock]",
        "to: rating, by: [clock, hr]",
        "clock_with_others",
    ),
    "a clock that must write": (
        "after: {window: rating}}",
        "after: {window: rating}, takes: {why: text}}",
        "clock_takes_input",
    ),
    "a deadline without consequence": (
        "rating: {phase: assessing}",
        "rating: {phase: assessing, due: P3D}",
        "due_without_consequence",
    ),
    "a notice without a deadline": (
        "rating: {phase: assessing}",
        "rating: {phase: assessing, on_due: [remind]}",
        "notice_without_due",
    ),
    "a deadline with nobody to remind": (
        "collects: [collab], within: rating",
        "collects: [collab], within: rating, on_due: [remind]",
        "nobody_to_remind",
    ),
    "a receipt that nobody records": (", does: [record_receipt]", "", "receipt_never_recorded"),
    "a rule that counts from a receipt": (
        ", does: [record_receipt]",
        ", requires: [{in_time: {days: 3, from: receipt}}]",
        "receipt_never_recorded",
    ),
    "a term from a delivery that nobody makes": (
        "does: [compute_result, deliver]",
        "does: [compute_result]\n        requires: [{in_time: {days: 3, from: delivery}}]",
        "delivery_never_made result_never_delivered",
    ),
    "a term of an objection that runs from its parent's receipt": (
        "to: decided, by: [examiner], ",
        "to: decided, by: [examiner], requires: [{in_time: {days: 3, from: receipt}}], ",
        "begins_on_parent",
    ),
    "a deadline of an objection that runs from its parent's delivery": (
        "due: {setting: objection_term}",
        "due: {days: 3, from: delivery}",
        "begins_on_parent",
    ),
    # soundness: people
    "four eyes of one person": (
        "by: [assessor]\n        distinct_from: [submit]",
        "by: [employee]\n        distinct_from: [submit]",
        "four_eyes_impossible",
    ),
    "four eyes of one person over two cases": (
        "by: [examiner], ",
        "by: [assessor], ",
        "four_eyes_impossible",
    ),
    "the same effect twice": (
        "does: [compute_result, deliver]",
        "does: [compute_result, deliver, compute_result]",
        "effect_twice",
    ),
    "four eyes against oneself": (
        "distinct_from: [submit]",
        "distinct_from: [approve]",
        "four_eyes_itself",
    ),
    "too few to be anonymous": ("min: 3, max", "min: 2, max", "anonymous_too_few"),
    "a small group that joins one by name": (
        "anonymous: true}",
        "anonymous: true, rolls_up_to: assessor}",
        "rolls_up_openly",
    ),
    "a small group that joins itself": (
        "anonymous: true}",
        "anonymous: true, rolls_up_to: peer}",
        "rolls_up_in_circle",
    ),
    "a small group that joins one of fewer, elsewhere": (
        "anonymous: true}",
        "anonymous: true, rolls_up_to: hr}\n  hr: {anonymous: true, min: 2, min_count: 2}",
        "rolls_up_to_fewer rolls_up_elsewhere",
    ),
    "a step that waits for all the anonymous": (
        "requires: [plan_complete, {weights_total: 100}]",
        "requires: [plan_complete, {answered: {instrument: collab, by: peer}}]",
        "tells_who_is_late",
    ),
    "a relation that is not used": (
        "relations:\n",
        "relations:\n  examiner: {}\n  hr: {}\n  system: {}\n",
        "unused_relation",
    ),
    "a group that nobody set up": (
        "  peer: {nominated_by: employee, confirmed_by: assessor, min: 3, max: 5, anonymous: true}",
        "  employee: {}",
        "nobody_to_answer +only_peers",
    ),
    # soundness: contents
    "an instrument that no state collects": (
        "collects: [collab], ",
        "",
        "instrument_not_collected",
    ),
    "an instrument that no rule uses": (
        "  - {node: kerja_sama, rule: {answers_mean: collab}}\n  - {node: total, rule: {weighted: {kerja_sama: 100}}}",
        "  []",
        "unused_instrument",
    ),
    "a scale that is not used": ("  lima:", "  enam: {from: 1, to: 6}\n  lima:", "unused_scale"),
    "a window that is not used": (
        "[planning, rating]",
        "[planning, rating, running]",
        "unused_window",
    ),
    "an input of a kind that a rule cannot use": (
        "[plan_complete,",
        "[plan_complete, {told: {day: peers}},",
        "input_of_other_kind",
    ),
    "a result that nobody delivers": (", deliver]", "]", "result_never_delivered"),
    # soundness: family
    "two roots": (
        "    parent: appraisal\n",
        "",
        "several_roots follow_up_without_parent unknown_child_machine",
    ),
    "parents in a circle": (
        "    initial: drafting",
        "    parent: objection\n    initial: drafting",
        "parent_circle",
    ),
    "its own parent": (
        "parent: appraisal",
        "parent: objection",
        "parent_circle unknown_child_machine",
    ),
    "a follow-up that hangs on nothing": (
        "machine: objection, when",
        "machine: appraisal, when",
        "follow_up_without_parent",
    ),
    "a child that may block its parent": (
        "on_due: [remind, escalate]",
        "on_due: [remind]",
        "child_may_block",
    ),
}
# what else some faults need
EXTRA = {
    "+idle": (
        "      rating: {phase: assessing}\n",
        "      rating: {phase: assessing}\n      idle: {phase: running}\n",
    ),
    "+spin": (
        "      - {name: receive,",
        "      - {name: spin, from: idle, to: rest, by: [clock], after: P1D}\n      - {name: turn, from: rest, to: idle, by: [clock], after: P1D}\n      - {name: receive,",
    ),
    "+only_peers": ("[assessor, peer]", "[peer]"),
}
EXTRA_STATES = (
    "      idle: {phase: running}\n",
    "      idle: {phase: running}\n      rest: {phase: running}\n",
)


def planted(fault: str) -> tuple[str, set[str]]:
    old, new, expected = FAULTS[fault]
    words = expected.split()
    edits = [(old, new), *(EXTRA[word] for word in words if word in EXTRA)]
    if "+spin" in words:
        edits.append(EXTRA_STATES)
    source = TEMPLATE
    for before, after in edits:
        assert before in source
        source = source.replace(before, after, 1)
    return source, {word for word in words if word not in EXTRA}


def problems_of(source: str):
    definition, problems = check(parse(source), VOCABULARY)
    assert (definition is None) == bool(problems)
    return problems


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_named_and_nothing_else_is(fault):
    source, expected = planted(fault)
    assert {problem.code for problem in problems_of(source)} == expected


@pytest.mark.parametrize("fault", FAULTS)
def test_every_problem_says_its_place_in_both_languages(fault):
    lines = planted(fault)[0].splitlines()
    for problem in problems_of(planted(fault)[0]):
        assert 0 < problem.line <= len(lines)
        assert f"Baris {problem.line} (" in problem.say("id")
        assert f"Line {problem.line} (" in problem.say("en")


def test_a_sound_template_has_no_problem():
    assert problems_of(TEMPLATE) == []


def test_all_problems_come_at_once_and_in_the_order_of_the_file():
    source = TEMPLATE
    apart = [
        "an unknown rule",
        "a window that is not used",
        "a deadline without consequence",
        "four eyes against oneself",
        "a scale that is not used",
    ]
    for fault in apart:
        source = source.replace(*FAULTS[fault][:2], 1)
    source = source.replace("basis:", "bases:")
    problems = problems_of(source)
    expected = ["unknown_key", "unused_window", "unused_scale", "due_without_consequence"]
    assert [p.code for p in problems] == [*expected, "unknown_rules", "four_eyes_itself"]
    assert [p.line for p in problems] == sorted(p.line for p in problems)


def test_a_problem_stands_at_its_line_and_names_the_way_out():
    source = TEMPLATE.replace("to: review", "to: reviews")
    (problem,) = problems_of(source)
    assert source.splitlines()[problem.line - 1].strip() == "to: reviews"
    assert problem.place == "machines.appraisal.actions.#1.to"
    assert "drafting, peers, rating, review" in problem.say("en").replace("delivered, ", "")
