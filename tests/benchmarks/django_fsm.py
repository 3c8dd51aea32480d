"""django-fsm-2 doing the same: guards in transitions, and the same rows in one transaction."""

from __future__ import annotations

import itertools
import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any

import django
from django.conf import settings
from django.db import models, transaction
from django_fsm import FSMField, transition
from sqlalchemy import make_url

from kinerja_flow.db import new_id
from tests.benchmarks.raw import Act, other
from tests.benchmarks.world import World


def _set_up(world: World) -> None:
    url = make_url(world.url)
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": url.database,
                "USER": url.username or "",
                "PASSWORD": url.password or "",
                "HOST": url.host or url.query.get("host", ""),
                "PORT": url.port or "",
                "CONN_MAX_AGE": None,
                # Prepared statements, as SQLAlchemy has them.
                "OPTIONS": {"server_side_binding": True},
            }
        },
        USE_TZ=True,
    )
    django.setup()


def prepare(world: World) -> None:
    """Nothing: it works on the engine's own tables."""


def act(world: World) -> Act:
    """Reads the case under a lock and who takes part, fires the transition, writes the rows."""
    _set_up(world)
    tables = _tables()
    numbers, run = itertools.count(), secrets.token_hex(8)

    def once(index: int) -> None:
        case_id, person = world.cases[index]
        key = f"{run}-{next(numbers)}"
        with transaction.atomic():
            _act(tables, world, (case_id, person), key)

    return once


def _act(tables: dict[str, Any], world: World, of: tuple[Any, Any], key: str) -> None:
    case = tables["case"].objects.select_for_update().get(agency_id=world.agency_id, id=of[0])
    actor = of[1] if case.state == "drafting" else world.assessor
    if tables["key"].objects.filter(agency_id=case.agency_id, actor_id=actor, key=key).exists():
        return
    people = dict(
        tables["participant"]
        .objects.filter(agency_id=case.agency_id, year=case.year, case_id=case.id, until_at=None)
        .values_list("relation", "person_id")
    )
    source, (action, target) = case.state, other(case.state)
    case.people, case.actor_id = people, actor
    getattr(case, "submit" if action == "submit" else "give_back")()
    _write(tables, case, (source, target, action), key)


def _write(tables: dict[str, Any], case: Any, moved: tuple[str, str, str], key: str) -> None:
    now, (source, target, action) = datetime.now(UTC), moved
    case.version, case.entered_at = case.version + 1, now
    case.save(update_fields=["state", "version", "entered_at"])
    of = {"agency_id": case.agency_id, "year": case.year, "case_id": case.id}
    told = {"at": now, "action": action, "actor_id": case.actor_id, "capacity": "employee"}
    told |= {"from_state": source, "to_state": target, "definition": case.digest, "change": {}}
    tables["event"].objects.bulk_create([tables["event"](**of, seq=case.version, **told)])
    heard = {"id": new_id(), "event": action, "created_at": now, "attempts": 0}
    heard |= {"recipient_id": case.people["assessor"]}
    tables["notification"].objects.bulk_create(
        [tables["notification"](**of, seq=case.version, **heard)]
    )
    tables["deadline"].objects.filter(**of, fired_at=None).delete()
    due = {"due_at": now + timedelta(7), "try_at": now + timedelta(7), "attempts": 0}
    due |= {"kind": "remind", "to": [], "ordinal": 0, "seq": case.version}
    tables["deadline"].objects.bulk_create([tables["deadline"](**of, **due)])
    known = {"agency_id": case.agency_id, "actor_id": case.actor_id, "key": key}
    known |= {"case_id": case.id, "request": "0" * 64, "created_at": now}
    answer = {"state": target, "version": case.version}
    tables["key"].objects.bulk_create([tables["key"](**known, answer=answer)])


def _may_move(case: Any) -> bool:
    """The guards of the template: somebody is the reviewer, and the window is open."""
    return "reviewer" in case.people and date.today().year == case.year


def _is_employee(case: Any) -> bool:
    return bool(case.actor_id == case.subject_id)


def _is_assessor(case: Any) -> bool:
    return bool(case.actor_id == case.people["assessor"])


def _model(table: str, **columns: Any) -> Any:
    options = type("Meta", (), {"managed": False, "db_table": table, "app_label": "bench"})
    return type(table, (models.Model,), {"__module__": __name__, "Meta": options, **columns})


def _many(kind: Any, names: str, **options: Any) -> dict[str, Any]:
    return {name: kind(**options) for name in names.split()}


def _tables() -> dict[str, Any]:
    """The engine's own tables, as far as an act touches them."""
    key = _many(models.UUIDField, "case_id") | _many(models.IntegerField, "agency_id year")
    triple = ("agency_id", "year", "case_id")

    @transition(field="state", source="drafting", target="review",
                conditions=[_is_employee, _may_move])  # fmt: skip
    def submit(self: Any) -> None:
        """The employee hands in."""

    @transition(field="state", source="review", target="drafting",
                conditions=[_is_assessor, _may_move])  # fmt: skip
    def give_back(self: Any) -> None:
        """The assessor returns."""

    return {
        "case": _model(
            "cases",
            id=models.UUIDField(primary_key=True),
            state=FSMField(),
            **_many(models.IntegerField, "agency_id year version"),
            **_many(models.UUIDField, "cycle_id subject_id"),
            **_many(models.TextField, "kind digest phase"),
            **_many(models.JSONField, "profile windows"),
            **_many(
                models.DateTimeField, "entered_at delivered_at received_at closed_at", null=True
            ),
            submit=submit,
            give_back=give_back,
        ),
        "participant": _model(
            "participants",
            id=models.UUIDField(primary_key=True),
            **_many(models.UUIDField, "person_id"),
            **_many(models.TextField, "relation"),
            **_many(models.DateTimeField, "until_at", null=True),
            **key,
        ),
        "event": _model(
            "history",
            pk=models.CompositePrimaryKey(*triple, "seq"),
            **_many(models.IntegerField, "seq"),
            **_many(models.UUIDField, "actor_id"),
            **_many(models.TextField, "action capacity from_state to_state definition"),
            **_many(models.DateTimeField, "at"),
            **_many(models.JSONField, "change"),
            **_copy(key),
        ),
        "notification": _model(
            "outbox",
            id=models.UUIDField(primary_key=True),
            **_many(models.IntegerField, "seq attempts"),
            **_many(models.UUIDField, "recipient_id"),
            **_many(models.TextField, "event"),
            **_many(models.DateTimeField, "created_at"),
            **_copy(key),
        ),
        "deadline": _model(
            "deadlines",
            pk=models.CompositePrimaryKey(*triple, "seq", "ordinal"),
            **_many(models.IntegerField, "seq ordinal attempts"),
            **_many(models.TextField, "kind"),
            **_many(models.JSONField, "to"),
            **_many(models.DateTimeField, "due_at try_at"),
            **_many(models.DateTimeField, "fired_at", null=True),
            **_copy(key),
        ),
        "key": _model(
            "idempotency_keys",
            pk=models.CompositePrimaryKey("agency_id", "actor_id", "key"),
            **_many(models.IntegerField, "agency_id"),
            **_many(models.UUIDField, "actor_id case_id"),
            **_many(models.TextField, "key request"),
            **_many(models.DateTimeField, "created_at"),
            **_many(models.JSONField, "answer"),
        ),
    }


def _copy(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: field.clone() for name, field in fields.items()}
