"""What the evaluation form says of a figure: measured only where an outside system gave it."""

from __future__ import annotations

import pytest

from kinerja_flow.documents.form import _measured
from kinerja_flow.documents.voice import Voice
from kinerja_flow.scoring import Node
from workflows.definition import Label

SAY = Voice("id", "Asia/Jakarta")


@pytest.mark.parametrize(
    ("inputs", "unit", "told"),
    [
        ({"realisation": "33", "counts": "lapor"}, "jam", "Diukur: 33 jam"),
        ({"realisation": "197/2", "counts": "presensi"}, "%", "Diukur: 98,5%"),
        # The employee's own report stands there already, and nobody measured it.
        ({"realisation": "33", "counts": "self_report"}, "jam", ""),
        ({"realisation": "33"}, "jam", ""),
    ],
)
def test_only_what_another_system_gave_is_called_measured(
    inputs: dict[str, str], unit: str, told: str
) -> None:
    none = Label("", "")
    node = Node("capaian/indicator.a", none, "", 1, "number", None, none, inputs, none)
    assert _measured({"unit": unit}, node, SAY) == told


def test_an_indicator_that_is_not_reckoned_with_was_not_measured() -> None:
    assert _measured({"unit": "jam"}, None, SAY) == ""
