"""Tables of a cycle as CSV or XLSX, for HR."""

from __future__ import annotations

import io
from uuid import UUID

from kinerja_flow.api.noun import Call, Contract, File, Noun
from kinerja_flow.language import language
from kinerja_flow.services import forms
from kinerja_flow.services.exports import FORMS, Wanted, export

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FILES = tuple(one.partition(";")[0] for one in TYPES.values())
noun = Noun("exports", "Results by unit, plans and follow-ups of a cycle, as tables.")


class WantedForm(forms.Form):
    """As which file the table is wanted; `bom` marks a CSV as UTF-8 for programs that need it."""

    format = forms.choice("format", FORMS, default=FORMS[0])
    bom = forms.choice("bom", ("true", "false"), default="false")


@noun.operation(
    "GET",
    "/cycles/<uuid:cycle_id>/exports/<any(results,plans,follow_ups):kind>",
    Contract(None, asks=WantedForm(), files=FILES),
)
def table(call: Call, cycle_id: UUID, kind: str) -> File:
    """A table of a cycle, for HR; delivered results alone, and each is kept as read."""
    form, into = call.query["format"], io.BytesIO()
    wanted = Wanted(kind, form, language(), call.query["bom"] == "true")
    export(cycle_id, call.actor, wanted, into)
    name = f'attachment; filename="{kind}-{cycle_id}.{form}"'
    headers = {"Content-Type": TYPES[form], "Content-Disposition": name}
    return File(into.getvalue(), {**headers, "Content-Language": language()})
