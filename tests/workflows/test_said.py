"""What people say counts: it is computed, its reason is told apart, and its clock begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from kinerja_flow.services.templates import read_template
from workflows import TemplateError

SOURCE = (Path(__file__).parents[2] / "docs" / "examples" / "arsip.yaml").read_text("utf-8")
PEERS = "from: {assessor: 70, peer: 30}, minimum: {peer: 3}"
DELIVERS = "{sign: result}, deliver]"
DECIDED = "[compute_result, decide_objection, {advance_parent: deliver_anew}]"
REASONED = ", {override_reasoned: {field: predikat, node: saran, reason: alasan_beda}}"
ADVICE = (
    ", saran_pengembangan: {text: {max: 2000}, optional: true, "
    "label: {id: Saran pengembangan, en: Advice}}}"
)
IN_WINDOW = "within: determination, on_due: [remind, escalate]}"
#: An act after which the clock of `received` finds a result that nobody received.
PAST_RECEIPT = (
    "      - {name: open_result, ",
    "      - {name: skip, from: ready, to: received, by: [hr]}\n      - {name: open_result, ",
)
AFTER_REVISION = (
    "to: determining, by: [hr], takes: {alasan_buka: text}",
    "to: received, by: [hr], takes: {alasan_buka: text}",
)
CHANGED_HERE = (
    "does: [compute_result, decide_objection, {advance_parent: deliver_anew}]",
    "does: [decide_objection, {advance_parent: count_anew}]",
)
CAUSED = "      - {name: deliver_anew, "


def problems(*changes: tuple[str, str]) -> list[str]:
    source = SOURCE
    for old, new in changes:
        assert old in source
        source = source.replace(old, new, 1)
    try:
        read_template(source)
    except TemplateError as error:
        return [problem.code for problem in error.problems]
    return []


def test_the_template_is_sound_as_it_is() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (DECIDED, "[decide_objection, {advance_parent: deliver_anew}]", "never_computed"),
        ("takes: {bentuk_penghargaan: text}", "takes: {predikat: {rating: predikat}}", ""),
        ("takes: {alasan_kembali: text}", "takes: {predikat: {rating: predikat}}", ""),
        (
            "takes: {catatan_persetujuan: text?}",
            "takes: {predikat: {rating: predikat}}",
            "never_computed",
        ),
        (
            "by: [reviewer], does: [{sign: result}]",
            "by: [reviewer], takes: {predikat: {rating: predikat}}, does: [{sign: result}]",
            "never_computed",
        ),
        (DELIVERS, "{sign: result}]", "way_without_beginning"),
        (*PAST_RECEIPT, "way_without_beginning"),
        (*AFTER_REVISION, "way_without_beginning"),
        ("does: [{record_receipt: opened}]", "notify: [hr]", "way_without_beginning"),
        (PEERS, "from: {assessor: 70, peer: 30}", "waits_for_hidden"),
        (PEERS, f"{PEERS}, required: [assessor, peer]", "waits_for_hidden"),
        (PEERS, "from: {assessor: 70, peer: 30}, required: [assessor]", ""),
        (IN_WINDOW, "within: determination}", "window_without_consequence"),
        (
            "within: rating, on_due: [{remind: [assessor, peer], before: P5D}, escalate]",
            "within: rating",
            "",
        ),
        (REASONED, "", "reason_not_named"),
    ],
)
def test_what_could_never_count_or_begin_is_refused(old: str, new: str, code: str) -> None:
    found = problems((old, new))
    assert set(found) == ({code} if code else set()), found


def test_one_text_of_several_must_be_named_as_the_reason() -> None:
    assert problems((REASONED, "")) == ["reason_not_named"]
    assert problems((REASONED, ""), (ADVICE, "}")) == []


def test_a_decision_may_be_computed_by_the_act_that_it_causes() -> None:
    count = CAUSED.replace("deliver_anew", "count_anew") + (
        "from: received, to: delivered, by: [system], does: [compute_result, deliver]}\n"
    )
    others = ("{advance_parent: deliver_anew}", "{advance_parent: count_anew}")
    assert problems(CHANGED_HERE, (CAUSED, count + CAUSED)) == []
    assert problems((DECIDED, f"[decide_objection, {others[0]}]")) == ["never_computed"]


@pytest.mark.parametrize(
    ("label", "named"),
    [("{id: Setujui, dan sahkan}", "dan sahkan"), ("{id: A, en: B, fr: C}", "fr")],
)
def test_a_label_with_a_comma_is_told_to_need_quotes(label: str, named: str) -> None:
    source = SOURCE.replace("{id: Skala 1 sampai 5, en: Scale of 1 to 5}", label)
    with pytest.raises(TemplateError) as refused:
        read_template(source)
    [problem] = refused.value.problems
    assert problem.code == "label_with_more"
    assert f"“{named}”" in problem.say("en") and "needs quotes" in problem.say("en")
