"""A template in which assessors change, and looks at what a change left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from kinerja_flow.models import Case, HistoryEvent, Notification, Participant
from kinerja_flow.services.answers import Answers, answer
from tests.engine.world import World, rows

TEAM = ("sari", "tia", "uli", "vina")
#: A template with former assessors, behaviour that the assessor rates, and a follow-up.
SOURCE = Path(__file__).with_name("assessors.yaml").read_text(encoding="utf-8")


def codes(case_id: UUID) -> list[str]:
    """The actions of a case, oldest first."""
    found = rows(HistoryEvent, case_id=case_id)
    return [event.action for event in sorted(found, key=lambda event: event.seq)]


def last_event(case_id: UUID) -> Any:
    return max(rows(HistoryEvent, case_id=case_id), key=lambda event: event.seq)


def standing(world: World, case_id: UUID) -> dict[str, list[str]]:
    """Who stands in which relation of a case, by name."""
    found: dict[str, list[str]] = {}
    for part in rows(Participant, case_id=case_id, until_at=None):
        found.setdefault(part.relation, []).append(world.names[part.person_id])
    return {relation: sorted(names) for relation, names in found.items()}


def heard(world: World, case_id: UUID) -> list[str]:
    """Who was told of the last event of a case."""
    seq = last_event(case_id).seq
    return sorted(world.names[n.recipient_id] for n in rows(Notification, case_id=case_id, seq=seq))


def child(world: World, kind: str, of: str = "sari") -> UUID:
    """The newest child case of a kind."""
    found = [case.id for case in rows(Case, parent_id=world.cases[of], kind=kind)]
    return max(found)


def to_rating(world: World, of: str = "sari") -> None:
    """Lead an appraisal up to the rating."""
    for who, action in ((of, "submit"), ("chief", "approve"), ("chief", "close_input")):
        world.act(who, action, of)


def rate(world: World, by: str = "chief", of: str = "sari", hasil: str = "kurang") -> None:
    """Answer everything that the assessor is asked, and rate."""
    given = {key: {"value": "3"} for key in ("sopan", "jujur", "umum")}
    for instrument, keys in (("perilaku", ("sopan", "jujur")), ("catatan", ("umum",))):
        said = Answers(instrument, {key: given[key] for key in keys})
        answer(world.cases[of], world.actors[by], said)
    world.act(by, "rate", of, hasil=hasil)


def to_objection(world: World, of: str = "sari", by: str = "chief") -> UUID:
    """Lead an appraisal from the rating to an objection."""
    rate(world, by, of)
    world.act(of, "open_result", of)
    world.act(of, "object", of, grounds="Laporan belum dihitung")
    return child(world, "objection", of)
