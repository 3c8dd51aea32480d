"""The scoring rules inside a template: the checker reads them, a re-reading changes no score."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from kinerja_flow.scoring import digest, evaluate, vocabulary
from tests.scoring.build import answers, indicator, item, said
from workflows import (
    RelationWord,
    TemplateError,
    Vocabulary,
    check,
    parse,
    read,
    read_canonical,
)

WORDS = Vocabulary(
    relations={
        "employee": RelationWord("employee", "the employee"),
        "assessor": RelationWord("assessor", "the rater"),
        "peer": RelationWord("peer", "gives input", single=False),
    },
    scoring=vocabulary(),
)
TEMPLATE = """\
key: skor
title: {id: Skor, en: Score}
basis: [PP 30/2019]
windows: [rating]
scales:
  lima: {label: {id: Lima, en: Five}, from: 1, to: 5}
  predikat:
    label: {id: Predikat, en: Rating}
    levels:
      - {key: cukup, label: {id: Cukup, en: Fair}}
      - {key: baik, label: {id: Baik, en: Good}}
      - {key: sangat_baik, label: {id: Sangat Baik, en: Very good}}
relations:
  peer: {label: {id: Rekan, en: Peer}, min: 3}
instruments:
  umpan_balik:
    label: {id: Umpan balik, en: Feedback}
    scale: lima
    answered_by: [assessor, peer]
    criteria: [{key: kerja_sama, label: {id: Kerja sama, en: Cooperation}}]
machines:
  appraisal:
    label: {id: Penilaian, en: Appraisal}
    initial: menilai
    states:
      menilai:
        phase: assessing
        label: {id: Menilai, en: Rating}
        collects: [umpan_balik]
        within: rating
        on_due: [remind]
      selesai: {phase: closed, label: {id: Selesai, en: Closed}, final: true}
    actions:
      - name: menetapkan
        label: {id: Menetapkan, en: Decide}
        from: menilai
        to: selesai
        by: [assessor]
        takes: {hasil: {rating: predikat}, inovasi: boolean?}
scoring:
  - {node: skp, label: {id: SKP, en: Plan}, rule: plan_achievement}
  - node: masukan
    label: {id: Masukan, en: Input}
    rule:
      answers_mean:
        instrument: umpan_balik
        from: {peer: 33.33, assessor: 66.67}
        minimum: {peer: 3}
        required: [assessor]
        trim: true
  - node: perilaku
    label: {id: Perilaku, en: Behaviour}
    rule: {scale_map: {to: [0, 120], of: masukan, from: [1, 5]}}
  - node: total
    label: {id: Nilai, en: Total}
    rule: {weighted_sum: {of: {skp: 60, perilaku: 40}, optional: [perilaku]}}
  - node: saran
    label: {id: Saran, en: Suggestion}
    rule:
      bands:
        of: total
        bands: [{level: sangat_baik, from: 110}, {level: baik, from: 90}, {level: cukup}]
  - node: hasil
    label: {id: Hasil, en: Result}
    rule: {judgement: {field: hasil, scale: predikat, suggestion: saran}}
  - node: predikat
    label: {id: Predikat, en: Rating}
    rule:
      requires_condition: {of: hasil, level: sangat_baik, needs: inovasi, else_level: baik}
"""
GIVEN = replace(
    answers({"assessor": {"kerja_sama": [4]}, "peer": {"kerja_sama": [5, 5, 5]}}),
    plan=(item("a", indicator("119.99")),),
    statements=said(reason=True, hasil="sangat_baik", inovasi=False).statements,
)


def test_a_template_scores_alike_as_written_and_as_kept() -> None:
    definition = read(TEMPLATE, WORDS)
    kept = read_canonical(definition.canonical, WORDS)
    given = replace(GIVEN, scales=definition.scales)
    found = evaluate(definition.scoring, given)
    assert found.level == "baik"
    behaviour = 30 * (Fraction("33.33") * 5 + Fraction("66.67") * 4) / 100 - 30
    assert found.value == Fraction("0.6") * Fraction("119.99") + Fraction("0.4") * behaviour
    assert digest(evaluate(kept.scoring, given)) == digest(found)


VETO = """\
  - node: batas
    label: {id: Batas, en: Limit}
    rule: {veto: {of: OF, when: inovasi, at_most: LEVEL, scale: predikat}}
"""


@pytest.mark.parametrize(
    ("written", "changed", "code"),
    [
        ("suggestion: saran", "suggestion: total", "level_needed"),
        ("of: hasil, level", "of: skp, level", "level_needed"),
        ("{of: {skp: 60, perilaku: 40}, optional: [perilaku]}", "{of: [SWAP]}", "number_needed"),
        ("of: total\n", "of: SWAP\n", "number_needed"),
        ("", VETO.replace("OF", "total").replace("LEVEL", "baik"), "level_needed"),
        ("", VETO.replace("OF", "predikat").replace("LEVEL", "entah"), "unknown_level"),
        ("", VETO.replace("OF", "predikat").replace("LEVEL", "'3'"), "unknown_level"),
        ("", VETO.replace("OF", "predikat").replace("LEVEL", "baik"), None),
        ("level: sangat_baik, needs", "level: sangat_bak, needs", "unknown_level"),
        ("else_level: baik", "else_level: bak", "unknown_level"),
        ("needs: inovasi,", "needs: inovasi, one_of: [kurang],", "unknown_option"),
        ("{level: cukup}", "{level: cukop}", "unknown_level"),
        ("{level: cukup}", "{level: kurang, label: Kurang}", None),
        ("inovasi: boolean?", "inovasi: text?", "input_of_other_kind"),
        ("hasil: {rating: predikat}", "hasil: date", "input_of_other_kind"),
    ],
)
def test_a_step_is_made_of_steps_of_the_kind_it_needs(
    written: str, changed: str, code: str | None
) -> None:
    first = "  - {node: awal, rule: {judgement: {field: hasil, scale: predikat}}}\n"
    given = "  - {node: ganti, rule: {override: {of: awal, field: hasil}}}\n"
    source = TEMPLATE.replace("scoring:\n", f"scoring:\n{first}{given}")
    changed = changed.replace("SWAP", "ganti")
    source = source.replace(written, changed) if written else source + changed
    _, problems = check(parse(source), WORDS)
    assert {problem.code for problem in problems} == ({code} if code else set())


@pytest.mark.parametrize(
    ("written", "changed"),
    [
        ("skp: 60", "skp: 59.99"),
        ("of: masukan", "of: total"),
        ("field: hasil", "field: entah"),
        ("instrument: umpan_balik", "instrument: entah"),
        ("scale: predikat,", "scale: entah,"),
        ("optional: [perilaku]", "optional: [masukan]"),
        ("from: 90", "from: 110"),
        ("from: [1, 5]", "from: [5, 5]"),
        ("rule: plan_achievement", "rule: {plan_achievement: {cap: 0}}"),
        ("rule: plan_achievement", "rule: {plan_achievement: {cap: .nan}}"),
        ("rule: plan_achievement", "rule: {plan_achievement: {caps: 120}}"),
        ("rule: plan_achievement", "rule: os.system"),
    ],
)
def test_a_template_with_a_scoring_fault_is_refused(written: str, changed: str) -> None:
    assert TEMPLATE.count(written) == 1
    with pytest.raises(TemplateError):
        read(TEMPLATE.replace(written, changed), WORDS)
