"""Which types of events the acts of different templates come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from kinerja_flow import clock
from kinerja_flow.models import Delivery, Objection, WebhookEvent
from kinerja_flow.services import webhooks
from kinerja_flow.services.webhook_events import tell
from tests.builders import NOON, PEERS, Books
from tests.engine.world import SMALL, START, World, build, rows
from tests.services import following
from tests.webhooks.conftest import entry, settings_for

pytestmark = [pytest.mark.slow, pytest.mark.portable]

TWO_LEVELS = Path(__file__).parents[1] / "templates" / "berjenjang.yaml"
#: A peer may end the stage of the small template: no template that ships lets one move a case.
BY_PEER = "      - {name: done, label: Selesai, from: peer_input, to: judging, by: [peer]}\n"


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    with app.app_context(), clock.at(START):
        yield


def listen(world: World) -> None:
    settings = settings_for("", 443)
    webhooks.subscribe(world.actors["officer"], entry("https://example.go.id/hooks"), settings)


def told(case_id: UUID | None = None) -> Counter[str]:
    """How often each type was told, of one case or of all."""
    tell()
    assert rows(WebhookEvent) == []
    found = [row for row in rows(Delivery) if row.data.get("case_id") == str(case_id or "")]
    return Counter(row.event for row in (found if case_id else rows(Delivery)))


def test_a_result_an_objection_at_two_levels_and_its_decision(context: None) -> None:
    world = build(TWO_LEVELS, of=("sari",), spans={})
    listen(world)
    world.act("chief", "rate", mutu="baik")
    world.act("sari", "look")
    world.act("sari", "object", grounds="Target tercapai")
    [objection] = rows(Objection)
    case_id = objection.case_id
    world.act("head", "advise", case_id, advice="Sudah tepat")
    world.act("sari", "appeal", case_id)
    world.act("secretary", "hear", case_id, minutes="Keduanya hadir")
    world.act("secretary", "change", case_id, mutu="kurang", reasons="Bukti cukup")
    of_case, of_objection = told(world.cases["sari"]), told(case_id)
    assert of_case["result.delivered"] >= 1 and of_case["result.received"] == 1
    assert of_objection["objection.filed"] == 1 and of_objection["case.opened"] == 0
    assert of_objection["objection.referred"] == 1 and of_objection["objection.decided"] == 1
    assert of_objection["case.closed"] == 1
    [decided] = [row for row in rows(Delivery) if row.event == "objection.decided"]
    assert decided.data["outcome"] == "changed"
    assert not {"grounds", "reasons", "mutu"} & set(decided.data)


def test_a_follow_up_from_its_opening(context: None) -> None:
    world = following.make()
    listen(world)
    following.rated(world, "kurang")
    opened = following.opened(world)
    assert opened
    for case_id in opened.values():
        assert told(case_id)["follow_up.opened"] == 1
    assert told()["case.opened"] == 0


def test_what_an_anonymous_peer_does_is_not_told(app: Flask) -> None:
    text = SMALL.read_text(encoding="utf-8")
    line = next(one for one in text.splitlines(True) if "name: close_input" in one)
    with app.app_context(), clock.at(START):
        world = build(text.replace(line, BY_PEER + line), of=("sari",))
    with app.app_context(), clock.at(NOON):
        listen(world)
        books = Books(world, world)
        books.ask("sari")
        before = told()
        assert before["case.moved"] >= 3
        books.answer("tia", "sari")
        world.act("uli", "done")
        assert books.state("sari") == "judging" and told() == before
        peers = [str(world.people[name]) for name in PEERS]
        assert not [row for row in rows(Delivery) if any(one in str(row.data) for one in peers)]
