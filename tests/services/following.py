"""The world of the follow-up template: what a result opens, and its cases by key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from kinerja_flow.models import Case, FollowUp
from tests.engine.world import World, build, rows, write_plan

FOLLOW = Path(__file__).parents[1] / "templates" / "follow.yaml"


def make(source: Path | str = FOLLOW, **how: Any) -> World:
    """An agency with an appraisal for Sari, whose plan was met to the point (100)."""
    world = build(source, **how)
    for name in world.cases:
        write_plan(world, name)
    return world


def rated(world: World, level: str, of: str = "sari") -> None:
    """The result of this level, told and signed off."""
    world.act("chief", "rate", of, mutu=level)
    world.act("head", "seal", of)


def again(world: World, level: str, of: str = "sari") -> None:
    """The result revised to this level, and signed off anew."""
    world.act("head", "reopen", of, reason="Bukti baru")
    rated(world, level, of)


def changed(world: World, level: str) -> None:
    """The result revised, told, contested, changed on objection, and signed off."""
    world.act("head", "tell", why="Belum disampaikan")
    world.act("sari", "object", grounds="Bukti sudah ada")
    [objection] = rows(Case, kind="objection")
    world.act("head", "change", objection.id, mutu=level, reasons="Bukti sah")
    world.act("officer", "seal")


def opened(world: World, of: str = "sari") -> Mapping[str, UUID]:
    """The case of each follow-up by its key; of several the newest."""
    return {row.key: row.case_id for row in rows(FollowUp, opened_by_id=world.cases[of])}


def state(case_id: UUID) -> str:
    [found] = rows(Case, id=case_id)
    return str(found.state)
