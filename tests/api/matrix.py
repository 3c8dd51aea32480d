"""Who may do what over HTTP: every operation × every role × every phase, asked of the API itself.

`python -m tests.api.matrix` writes the page that `test_matrix.py` compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from flask import Flask, g

from kinerja_flow import create_app
from kinerja_flow.config import Settings
from kinerja_flow.db import transaction, upgrade
from kinerja_flow.models import Case
from kinerja_flow.services import (
    organisations,
    progress,
    webhook_deliveries,
    webhook_events,
    webhooks,
)
from kinerja_flow.services.cases import Act, act
from tests.api.portal import Portal, opened
from tests.api.samples import HOOK, SAMPLES, Sample
from tests.conftest import SECRET, UNLIMITED
from tests.engine.world import LONG_AGO, rows

PAGE = Path(__file__).parents[2] / "docs" / "api-rights.md"
#: Who asks, by name, and of which agency; each stands differently to the appraisal of Sari.
ROLES: Mapping[str, str | None] = {
    "employee": "sari",
    "assessor": "chief",
    "reviewer": "head",
    "peer": "tia",
    "uninvolved": "secretary",
    "HR": "officer",
    "auditor": "auditor",
    "HR elsewhere": "officer",
    "nobody": None,
}
PHASES = ("planning", "running", "assessing", "delivered", "examining", "closed")
#: What an answer means: done; may, but something is in the way; may not; there is none; who asks?
MARKS = {400: "○", 401: "?", 403: "×", 404: "·", 409: "○", 412: "○", 422: "○"}


@dataclass
class Stage:
    """The world in one phase: the case that is asked about, and everything that can be named."""

    portal: Portal
    phase: str
    ids: dict[str, str]
    headers: Mapping[str, Mapping[str, str]]

    @property
    def version(self) -> int:
        """The version of the case that is asked about."""
        (found,) = rows(Case, id=UUID(self.ids["case_id"]))
        return int(found.version)


def operations(app: Flask) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Every operation of the document: method, path, and what is said of it."""
    said = app.test_client().get("/api/v1/openapi.json").json
    for path, found in said["paths"].items():
        for method, operation in found.items():
            if isinstance(operation, dict):
                yield method.upper(), path, operation


def stages(portal: Portal) -> Iterator[Stage]:
    """The same appraisal from its plan to its end, with an objection on the way."""
    books, world = portal.books, portal.world
    headers = {role: _headers(portal, role) for role in ROLES}
    hook = webhooks.subscribe(books.who("officer"), HOOK, Settings(secret_key=SECRET))
    item_id, indicator_id = books.plan("sari")
    ids = {
        "webhook_id": str(hook.id),
        "case_id": str(world.cases["sari"]),
        "cycle_id": str(world.cycle_id),
        "person_id": str(world.people["sari"]),
        "item_id": str(item_id),
        "indicator_id": str(indicator_id),
    }
    yield Stage(portal, "planning", ids, headers)
    world.act("sari", "submit_plan")
    world.act("chief", "approve_plan")
    webhook_events.tell()
    ids["delivery_id"] = str(webhook_deliveries.deliveries(books.who("officer"), hook.id)[0].id)
    yield Stage(portal, "running", ids, headers)
    _evidence(portal, indicator_id)
    peers = [str(world.people[name]) for name in ("tia", "uli", "vina")]
    world.act("chief", "ask_peers", peers=peers)
    yield Stage(portal, "assessing", ids, headers)
    yield from _told(portal, ids, headers)


def _headers(portal: Portal, role: str) -> Mapping[str, str]:
    name = ROLES[role]
    if name is None:
        return {}
    if role == "HR elsewhere":
        return portal.as_("officer", of=portal.books.other).headers
    if role == "auditor":
        return with_auditor(portal).as_(name).headers
    return portal.as_(name).headers


def with_auditor(portal: Portal) -> Portal:
    """The portal with an auditor, who has no part in any case."""
    world = portal.world
    person = organisations.add_person(world.agency_id, "auditor")
    organisations.grant_role(world.agency_id, person, "auditor", LONG_AGO)
    actors = {**world.actors, "auditor": organisations.actor_for(world.agency_id, person)}
    return replace(portal, books=replace(portal.books, world=replace(world, actors=actors)))


def _evidence(portal: Portal, indicator_id: UUID) -> None:
    entry = {"indicator": indicator_id, "day": "2026-01-20", "reached": "2 Dokumen"}
    progress.record_realisation(portal.case(), portal.books.who("sari"), entry)


def _told(portal: Portal, ids: dict[str, str], headers: Any) -> Iterator[Stage]:
    portal.books.judge("sari")
    with portal.books.after_rating():
        portal.world.act("sari", "look")
        yield Stage(portal, "delivered", ids, headers)
        portal.world.act("sari", "object", grounds="Target tercapai")
        child = rows(Case, kind="objection", agency_id=portal.world.agency_id)[0].id
        yield Stage(portal, "examining", {**ids, "case_id": str(child)}, headers)
        actors = portal.world.actors
        act(child, actors["chief"], Act("respond", {"response": "Sesuai data"}))
        act(child, actors["head"], Act("uphold", {"reasons": "Data sesuai"}))
        portal.world.act("sari", "look")
        portal.world.act("head", "sign_off")
        yield Stage(portal, "closed", ids, headers)


class _Undone(Exception):
    pass


@contextmanager
def undone() -> Iterator[None]:
    """What is done within is taken back."""
    try:
        with transaction():
            yield
            raise _Undone
    except _Undone:
        pass


def ask(stage: Stage, role: str, operation: tuple[str, str, Mapping[str, Any]]) -> int:
    """The status with which the operation is answered, and nothing of it stays."""
    method, path, said = operation
    sample: Sample = SAMPLES.get(said["operationId"], Sample())
    address = path.format_map(_Known({**stage.ids, **sample.at(stage)}))
    headers = {**stage.headers[role], **sample.headers(stage, said)}
    sent = _sent(said, sample.body(stage))
    sent["query_string"] = sample.query(stage)
    with undone():
        for name in list(vars(g)):
            g.pop(name)
        client = stage.portal.app.test_client()
        return client.open(address, method=method, headers=headers, **sent).status_code


class _Known(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "00000000-0000-4000-8000-000000000000"


def _sent(said: Mapping[str, Any], body: Any) -> dict[str, Any]:
    """The body in the form that the operation takes: JSON, else a file."""
    content = said.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        return {"json": body}
    return {"data": {"file": (BytesIO(b"a,b\n1,2\n"), "isi.csv"), **body}} if content else {}


Row = dict[str, str]


def table(portal: Portal) -> dict[str, Row]:
    """For each operation what each role is answered, a mark for each phase."""
    found: dict[str, Row] = {}
    for stage in stages(portal):
        for operation in operations(portal.app):
            row = found.setdefault(f"{operation[0]} {operation[1].removeprefix('/api/v1')}", {})
            for role in ROLES:
                status = ask(stage, role, operation)
                row[role] = row.get(role, "") + ("●" if status < 300 else MARKS.get(status, "!"))
    return found


def page(found: Mapping[str, Row]) -> str:
    """The table as a page."""
    lines = [
        INTRODUCTION,
        "| operation | " + " | ".join(ROLES) + " |",
        "|---" * (1 + len(ROLES)) + "|",
    ]
    for name, row in sorted(found.items(), key=lambda one: one[0].split()[::-1]):
        lines.append(f"| `{name}` | " + " | ".join(row[role] for role in ROLES) + " |")
    return "\n".join(lines) + "\n"


Call = Callable[[Stage], Any]
INTRODUCTION = f"""# Who may do what over HTTP

Made by `python -m tests.api.matrix`, which asks the API itself about the appraisal of one
employee, in this order of phases: {", ".join(PHASES)} (in the fifth about the
objection). A test compares, and fails where an operation is missing.

● done · ○ may, but something is in the way · × may not · `·` there is none, or none that they may
know of · ? who asks?
"""


def main() -> None:
    """Write the page, made on a database of its own."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/matrix.sqlite"
        upgrade(url)
        app = create_app(Settings(database_url=url, secret_key=SECRET, **UNLIMITED))
        with app.app_context(), opened(app) as portal:
            PAGE.write_text(page(table(portal)), encoding="utf-8")


if __name__ == "__main__":
    main()
