"""Webhooks over HTTP: the secret is shown once, what was sent is listed, and sent again."""

from __future__ import annotations

from kinerja_flow.models import Delivery, IdempotencyKey
from kinerja_flow.services.webhook_events import tell
from tests.api.portal import Portal
from tests.api.samples import HOOK
from tests.engine.world import rows


def test_a_secret_is_shown_once(portal: Portal) -> None:
    officer = portal.as_("officer")
    made = officer.post("/webhooks", HOOK, headers={"Idempotency-Key": "k1"})
    assert made.status_code == 201 and made.json["secret"].startswith("whsec_")
    assert made.headers["Cache-Control"] == "no-store"
    [listed] = officer.get("/webhooks").json["items"]
    assert "secret" not in listed and listed["events"] == ["case.moved"]
    turned = officer.post(f"/webhooks/{listed['id']}/secret")
    assert turned.status_code == 201 and turned.json["secret"] != made.json["secret"]
    assert turned.json["former_until_at"] == "2026-01-21T05:00:00Z"
    assert rows(IdempotencyKey) == [], "no answer is kept in which a secret stands"


def test_a_webhook_is_changed_and_ended(portal: Portal) -> None:
    officer = portal.as_("officer")
    at = f"/webhooks/{officer.post('/webhooks', HOOK).json['id']}"
    changed = officer.put(at, HOOK | {"events": ["case.closed", "result.delivered"]})
    assert changed.json["events"] == ["case.closed", "result.delivered"]
    assert officer.get(at).json == changed.json
    assert officer.post(f"{at}/resume").status_code == 409
    assert officer.delete(at).status_code == 204
    assert officer.get(at).status_code == 404
    assert officer.post("/webhooks", HOOK | {"events": ["x"]}).status_code == 422


def test_what_was_given_up_is_listed_page_by_page_and_sent_again(portal: Portal) -> None:
    officer = portal.as_("officer")
    at = f"/webhooks/{officer.post('/webhooks', HOOK).json['id']}"
    for name in ("sari", "tia", "uli"):
        portal.books.plan(name)
        portal.world.act(name, "submit_plan", name)
    tell()
    first = officer.get(f"{at}/deliveries?outcome=waiting&limit=2").json
    second = officer.get(first["next"].removeprefix("/api/v1")).json
    ids = [one["id"] for one in first["items"] + second["items"]]
    assert ids == [str(row.id) for row in reversed(rows(Delivery))] and second["next"] is None
    assert officer.get(f"{at}/deliveries?outcome=dead").json["items"] == []
    assert officer.post(f"{at}/deliveries/{ids[0]}/replay").status_code == 409
    assert set(first["items"][0]["data"]) >= {"case_id", "state", "version"}


def test_nobody_but_hr(portal: Portal) -> None:
    for name in ("sari", "chief"):
        assert portal.as_(name).get("/webhooks").status_code == 403
        assert portal.as_(name).post("/webhooks", HOOK).status_code == 403
    narrow = portal.as_("officer", scopes=["webhooks:read"])
    assert narrow.get("/webhooks").status_code == 200
    assert narrow.post("/webhooks", HOOK).status_code == 403
