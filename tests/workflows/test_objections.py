"""A template in which an objection is decided by the wrong people, or unheard, is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kinerja_flow.services.templates import read_template, shipped_source
from workflows import TemplateError
from workflows.definition import Definition

TWO_LEVELS = (Path(__file__).parents[1] / "templates" / "berjenjang.yaml").read_text("utf-8")
NASIONAL = shipped_source("nasional")
OFFER = "tawaran_hasil_kerja: hasil_kerja, tawaran_perilaku: perilaku"
SETTING = "penilai_meninjau_dahulu"
OFFERS = {"offer_correction", "accept_correction", "pass_on_objection"}


def problems(source: str) -> list[str]:
    try:
        read_template(source)
    except TemplateError as error:
        return [problem.code for problem in error.problems]
    return []


def changed(source: str, old: str, new: str) -> list[str]:
    assert old in source
    return problems(source.replace(old, new, 1))


def test_both_routes_in_two_levels_are_sound() -> None:
    assert problems(TWO_LEVELS) == problems(NASIONAL) == []


BY_EXAMINER = (
    "to: decided, by: [examiner], takes: {mutu: {rating: mutu}, reasons: text}, requires: "
)
HEARD = "[{both_heard: {employee: [hear], assessor: [hear]}}], does: "
COMPUTED = "[compute_result, decide_objection,"
OPENED = "opens: {exhibits: [employee]}"
UPHELD = "{name: uphold, from: second_level, to: decided, by: "


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (OPENED, "opens: {exhibits: [employee, peer]}", "exhibits_of_stranger"),
        ("told: {phase: delivered,", f"told: {{phase: delivered, {OPENED},", "exhibits_elsewhere"),
        (UPHELD + "[examiner]", UPHELD + "[examiner, hr]", "decided_by_others"),
        ("{reasons: text}, requires", "{reasons: text?}, requires", "decided_without_reasons"),
        (COMPUTED, "[decide_objection, compute_result,", "decided_before_computed"),
        ("by: [owner]", "by: [owner], does: [refer_up]", "no_objection_here"),
        (
            BY_EXAMINER + HEARD + COMPUTED,
            BY_EXAMINER.replace("examiner", "assessor") + HEARD + "[compute_result,",
            "rater_decides",
        ),
    ],
)
def test_what_the_law_fixes_no_template_may_say_otherwise(old: str, new: str, code: str) -> None:
    assert changed(TWO_LEVELS, old, new) == [code]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (OFFER, "alasan_koreksi: hasil_kerja", "offer_of_other_kind"),
        (OFFER, "berita_acara: hasil_kerja", "offer_of_other_kind"),
        ("action: offer_correction,", "action: hold_hearing,", "offer_of_others"),
    ],
)
def test_an_offer_is_the_assessors_and_of_what_it_counts_as(old: str, new: str, code: str) -> None:
    assert changed(NASIONAL, old, new) == [code]


@pytest.mark.parametrize(("flag", "shown"), [(False, set()), (True, OFFERS)])
def test_a_step_is_there_where_its_setting_says_so(flag: bool, shown: set[str]) -> None:
    machine = _with(flag).machines["objection"]
    offered = {action.name for action in machine.actions_from("objection_filed")}
    assert offered & OFFERS == shown
    assert {name for name, action in machine.actions.items() if action.is_off} == OFFERS - shown


def _with(flag: Any) -> Definition:
    return read_template(NASIONAL, {SETTING: flag})


@pytest.mark.parametrize("value", ["true", 1, None])
def test_a_flag_is_true_or_false(value: object) -> None:
    with pytest.raises(TemplateError) as refused:
        _with(value)
    assert "other_kind" in {problem.code for problem in refused.value.problems}


def test_a_state_that_only_a_step_that_is_off_leads_out_of_is_no_end() -> None:
    """The checks judge what a cycle chose: without its only way out a state holds everybody."""
    only_way = "{name: give, from: proposed, to: given, by: [owner], requires: [{enabled: FLAG}]}"
    old = "{name: give, from: proposed, to: given, by: [owner]}"
    assert changed(TWO_LEVELS, old, only_way.replace("FLAG", "true")) == []
    found = changed(TWO_LEVELS, old, only_way.replace("FLAG", "false"))
    assert "nobody_may_act" in found
