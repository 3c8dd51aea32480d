"""What an action takes is described well enough that a form can be made of it."""

from __future__ import annotations

from typing import Any

import pytest

from kinerja_flow.api.shapes import inputs_of
from kinerja_flow.services.templates import read_template, shipped_keys, shipped_source
from workflows.definition import Definition


def _fields(definition: Definition) -> dict[tuple[str, str], dict[str, Any]]:
    machines = definition.machines.values()
    actions = [one for machine in machines for one in machine.actions.values()]
    described = {one.name: inputs_of(one, "en")["properties"] for one in actions}
    return {(act, name): said for act, fields in described.items() for name, said in fields.items()}


@pytest.mark.parametrize("key", shipped_keys())
def test_every_field_and_every_answer_has_its_label(key: str) -> None:
    fields = _fields(read_template(shipped_source(key)))
    assert fields
    for said in fields.values():
        assert said["title"].strip()
        asked = said.get("items", said)
        keys = [one for one in asked.get("enum", ()) if one is not None]
        labelled = [one for one in asked.get("oneOf", ()) if "const" in one]
        assert [one["const"] for one in labelled] == keys
        assert all(one["title"].strip() for one in labelled)


def test_a_rating_that_may_be_left_out_takes_null_too() -> None:
    fields = _fields(read_template(shipped_source("nasional")))
    closing = fields["give_closing_assessment", "rating_penutup"]
    assert closing["oneOf"][0] == {"const": "di_bawah", "title": "Below expectation"}
    assert closing["enum"][-1] is None and closing["oneOf"][-1] == {"type": "null"}
