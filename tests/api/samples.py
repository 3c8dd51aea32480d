"""For each operation a body that whoever may would send, and the ids in its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.builders import activity, item

NOTHING: Callable[[Any], Any] = lambda stage: {}  # noqa: E731


@dataclass(frozen=True)
class Sample:
    """What is sent to an operation, made from the stage that it is sent in."""

    body: Callable[[Any], Any] = NOTHING
    at: Callable[[Any], Mapping[str, str]] = NOTHING
    query: Callable[[Any], Mapping[str, str]] = NOTHING

    def headers(self, stage: Any, said: Mapping[str, Any]) -> dict[str, str]:
        """The version that was seen, where the operation asks for one."""
        asked = {one.get("name") for one in said.get("parameters", ())}
        return {"If-Match": f'"{stage.version}"'} if "If-Match" in asked else {}


#: An act that each phase is there for.
ACTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "planning": ("submit_plan", {}),
    "running": ("return_plan", {"comment": "Belum lengkap"}),
    "assessing": ("judge", {"hasil": "sesuai"}),
    "delivered": ("object", {"grounds": "Target tercapai"}),
    "examining": ("respond", {"response": "Sesuai data"}),
    "closed": ("reopen", {"reason": "Bukti baru"}),
}
HOOK = {"name": "Portal", "url": "https://example.go.id/hooks", "events": ["case.moved"]}
LINK = {"name": "Laporan", "link": "https://kota.go.id/laporan"}
DAY = "2026-01-20"
#: A token that anybody may make for themself.
TOKEN = {"name": "Portal", "scopes": ["cases:read"], "days": 1}
SAMPLES: dict[str, Sample] = {
    "answers_mine": Sample(at=lambda s: {"instrument": "kolaborasi"}),
    "answers_put": Sample(
        lambda s: {"answers": {"kerja_sama": {"value": 4}}, "understood": True},
        lambda s: {"instrument": "kolaborasi"},
    ),
    "briefings_acknowledge": Sample(lambda s: {"digest": "0" * 64}, lambda s: {"role": "employee"}),
    "evidence_add": Sample(lambda s: {"item": s.ids["item_id"], **LINK}),
    "exports_table": Sample(at=lambda s: {"kind": "results"}),
    "feedback_add": Sample(lambda s: {"kind": "strength", "text": "Teliti"}),
    "notes_add": Sample(lambda s: {"text": "Rajin"}),
    "objections_add": Sample(lambda s: {**LINK, "shows": "Laporan"}),
    "observations_add": Sample(lambda s: {"day": DAY, "text": "Melayani warga"}),
    "plans_add_item": Sample(lambda s: item()),
    "plans_add_note": Sample(lambda s: {"section": "resources", "text": "Dua laptop"}),
    "plans_link": Sample(lambda s: {"superior_text": "Layanan prima"}),
    "plans_put_item": Sample(lambda s: item()),
    "progress_add_activity": Sample(lambda s: activity()),
    "progress_add_realisation": Sample(
        lambda s: {"indicator": s.ids["indicator_id"], "day": DAY, "reached": "1 Dokumen"}
    ),
    "progress_add_step": Sample(
        lambda s: {"item": s.ids["item_id"], "title": "Menyusun", "target": "1 Dokumen"}
    ),
    "questions_ask": Sample(lambda s: {"text": "Kapan?", "is_named": True}),
    "steps_add": Sample(lambda s: {"title": "Kursus", "due_on": "2026-12-01"}),
    "cycles_launched": Sample(lambda s: {"people": [s.ids["person_id"]]}),
    "redactions_asked": Sample(
        lambda s: {
            "place": "plan_items",
            "row": s.ids["item_id"],
            "field": "title",
            "ground": "requested",
        }
    ),
    "why_asked": Sample(
        query=lambda s: {"person": s.ids["person_id"], "aspect": "reading", "name": "case"}
    ),
    "session_enter": Sample(lambda s: {"login": "nobody", "password": "nothing that opens"}),
    "session_take_code": Sample(lambda s: {"code": "000000"}),
    "sessions_end": Sample(at=lambda s: {"session_id": s.ids["case_id"]}),
    "tokens_issue": Sample(lambda s: TOKEN),
    "tokens_revoke": Sample(at=lambda s: {"token_id": s.ids["case_id"]}),
    "webhooks_subscribe": Sample(lambda s: HOOK),
    "webhooks_change": Sample(lambda s: HOOK),
    "cases_take": Sample(lambda s: ACTS[s.phase][1], lambda s: {"name": ACTS[s.phase][0]}),
}
