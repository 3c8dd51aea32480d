"""Who may do what over HTTP: the page says what the API answers, and leaves no operation out."""

from __future__ import annotations

import pytest

from tests.api.matrix import PAGE, ROLES, ask, operations, page, stages, table
from tests.api.portal import Portal


def test_the_page_leaves_no_operation_out(portal: Portal) -> None:
    written = PAGE.read_text(encoding="utf-8")
    found = [(m, path.removeprefix("/api/v1")) for m, path, _ in operations(portal.app)]
    assert not [f"{m} {path}" for m, path in found if f"| `{m} {path}` |" not in written]
    assert written.count("\n| `") == len(found)


def test_an_auditor_reads_all_and_writes_no_more_than_anybody(portal: Portal) -> None:
    stage, found = next(stages(portal)), dict[str, int]()
    for one in operations(portal.app):
        name = f"{one[0]} {one[1].removeprefix('/api/v1')}"
        if one[0] != "GET" or name in READ:
            found[name] = ask(stage, "auditor", one)
    assert {name for name, status in found.items() if status < 300} == READ | OF_ANYBODY
    assert not [name for name, status in found.items() if status >= 500]


@pytest.mark.nightly
def test_the_page_is_what_the_api_answers(portal: Portal) -> None:
    found = table(portal)
    assert len(found) == len(list(operations(portal.app)))
    again = "`python -m tests.api.matrix`"
    said = f"read what changed; if it is right, make the page anew: {again}"
    assert PAGE.read_text(encoding="utf-8") == page(found), said
    assert not [name for name, row in found.items() if "!" in "".join(row.values())]
    strange = {name: row["HR elsewhere"] for name, row in found.items() if "{" in name}
    assert not {name for name, marks in strange.items() if "●" in marks and name not in OPEN}
    unsigned = {name for name, row in found.items() if set(row["nobody"]) != {"?"}}
    assert unsigned <= UNSIGNED and "nobody" in ROLES


#: Some of what an auditor reads.
READ = frozenset(
    {f"GET /cases/{{case_id}}{part}" for part in ("", "/plan", "/history", "/realisations")}
    | {"GET /cycles/{cycle_id}", "GET /webhooks", "GET /cycles/{cycle_id}/exports/{kind}"}
)
#: What whoever is of the agency does, without any part or office.
OF_ANYBODY = frozenset(
    {"DELETE /session", "POST /cycles/{cycle_id}/practice", "POST /cycles/{cycle_id}/questions"}
)
#: Operations on a named record that anybody who is signed in may do, and those without sign-in.
OPEN: frozenset[str] = frozenset()
UNSIGNED = frozenset(
    {
        "GET /problems",
        "GET /problems/{code}",
        "GET /forms/{link}",
        "POST /forms/{link}",
        "DELETE /session",
    }
)
