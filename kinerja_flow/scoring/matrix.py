"""The level in the cell where two levels meet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from kinerja_flow.scoring.node import LEVEL, Missing, Node, inherited
from kinerja_flow.scoring.rule import Asked, Outcome, as_is, pending, scoring_rule
from kinerja_flow.scoring.saying import sentence
from workflows import Entries, Record, Ref
from workflows.definition import Label
from workflows.faults import Fault


class MatrixParams(Record):
    rows = Ref("node", required=True)
    columns = Ref("node", required=True)
    cells = Entries(Entries(Ref("level"), keys=Ref("level")), keys=Ref("level"), required=True)
    scale = Ref("scale", load_default=None)

    @validates_schema
    def has_every_cell(self, data: Mapping[str, Any], **_: object) -> None:
        columns = {frozenset(row) for row in data["cells"].values()}
        if len(columns) != 1 or not all(columns):
            raise ValidationError({"cells": [Fault("matrix_with_gaps")]})


@scoring_rule(
    version=1,
    running=as_is,
    params=MatrixParams,
    yields=LEVEL,
    needs={"rows": LEVEL, "columns": LEVEL},
    levels=("cells",),
)
def matrix(asked: Asked) -> Outcome:
    """The level in `cells` where the level of the node `rows` meets that of the node `columns`.

    The predikat of PermenPANRB 6/2022, hasil kerja in rows and perilaku in columns:
    {di_atas: {di_bawah: kurang, sesuai: baik, di_atas: sangat_baik},
    sesuai: {di_bawah: kurang, sesuai: baik, di_atas: baik},
    di_bawah: {di_bawah: sangat_kurang, sesuai: butuh_perbaikan, di_atas: butuh_perbaikan}}.
    `scale` says which scale the cells are levels of. A pair of levels without a cell leaves the
    score pending.

    `{matrix: {rows: hasil, columns: perilaku, cells: {sesuai: {sesuai: baik}}}}`
    """
    row, column = asked.level(asked.params["rows"]), asked.level(asked.params["columns"])
    parts, inputs = (row, column), {"cells": _plain(asked)}
    if row.level is None or column.level is None:
        return pending(LEVEL, parts, inputs=inputs)
    found = asked.params["cells"].get(row.level, {}).get(column.level)
    if found is None:
        return pending(LEVEL, parts, (_no_cell(asked, row, column),), inputs)
    label = asked.material.level(found, asked.params.get("scale"))
    said = sentence("matrix", **_words(row, column), level=label)
    return Outcome(LEVEL, found, said, inputs, parts, inherited(parts), label)


def _no_cell(asked: Asked, row: Node, column: Node) -> Missing:
    return asked.lack("cell", f"{row.level}.{column.level}", True, **_words(row, column))


def _words(row: Node, column: Node) -> dict[str, Label]:
    return {"row": row.label, "at": row.shown, "column": column.label, "by": column.shown}


def _plain(asked: Asked) -> dict[str, dict[str, str]]:
    return {row: dict(cells) for row, cells in asked.params["cells"].items()}
