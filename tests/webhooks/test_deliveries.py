"""Deliveries of webhooks: signed, retried, given up, sent again, paused; and what they tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import ORMExecuteState, Session
from standardwebhooks import Webhook, WebhookVerificationError

from kinerja_flow import clock
from kinerja_flow.db import db
from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from kinerja_flow.models import Notification, WebhookEvent
from kinerja_flow.services import cycles, practice, webhook_deliveries, webhooks
from kinerja_flow.services.inbox import notifications_for
from kinerja_flow.services.webhook_outcomes import MOST_ATTEMPTS, PATIENCE, wait_after
from kinerja_flow.services.webhook_sweep import KEPT, deliver
from tests.builders import NOON
from tests.engine.world import rows
from tests.webhooks.conftest import LATER, Hooks, entry, real_now, settings_for
from tests.webhooks.receiver import receiving


def verified(secret: str, request: Any) -> Any:
    return Webhook(secret).verify(request.body, dict(request.headers))


def move(hooks: Hooks) -> None:
    """Something that happens: Sari's plan is submitted."""
    hooks.books.plan("sari")
    hooks.books.world.act("sari", "submit_plan")


def test_what_happens_is_told_signed_and_without_names(hooks: Hooks) -> None:
    move(hooks)
    assert hooks.receiver.got == []
    assert hooks.sweep(real_now()).sent == 1
    [got] = hooks.receiver.got
    said = verified(hooks.made.secret, got)
    case = hooks.books.case("sari")
    assert said["type"] == "case.moved" and said["timestamp"] == "2026-01-20T05:00:00Z"
    assert said["data"] == {
        "case_id": str(case),
        "cycle_id": str(hooks.books.world.cycle_id),
        "parent_id": None,
        "subject_id": str(hooks.books.world.people["sari"]),
        "year": 2026,
        "kind": "appraisal",
        "version": hooks.books.version("sari"),
        "state": hooks.books.state("sari"),
        "phase": "planning",
    }
    assert got.headers["content-type"] == "application/json"
    assert got.id == str(hooks.seen()[0].id) and hooks.seen("taken")[0].status == 204
    with pytest.raises(WebhookVerificationError):
        verified("whsec_" + "A" * 43 + "=", got)


def test_nothing_is_told_twice_and_what_is_not_asked_for_not_at_all(hooks: Hooks) -> None:
    only = entry(hooks.receiver.url, events=["case.closed"])
    webhooks.change(hooks.officer, hooks.id, only, hooks.settings)
    move(hooks)
    assert (hooks.sweep().sent, rows(WebhookEvent)) == (0, [])
    every = entry(hooks.receiver.url)
    webhooks.change(hooks.officer, hooks.id, every, hooks.settings)
    hooks.books.world.act("chief", "approve_plan")
    assert (hooks.sweep().sent, hooks.sweep().sent) == (1, 0)


def test_a_webhook_hears_of_nothing_before_it_and_of_no_other_agency(hooks: Hooks) -> None:
    other = hooks.books.other
    assert hooks.sweep().sent == 0, "the launch came before"
    with hooks.later(seconds=30):
        made = webhooks.subscribe(
            other.actors["officer"], entry(hooks.receiver.url), hooks.settings
        )
    move(hooks)
    assert hooks.sweep().sent == 1
    assert webhook_deliveries.deliveries(other.actors["officer"], made.id) == []


def test_an_agency_without_webhooks_notes_nothing_and_pays_no_statement(hooks: Hooks) -> None:
    counted = []
    event.listen(db.engine, "before_cursor_execute", lambda *said: counted.append(said[2]))
    hooks.books.plan("sari")
    counted.clear()
    hooks.books.world.act("sari", "submit_plan")
    with_one, noted = len(counted), len(rows(WebhookEvent))
    webhooks.end(hooks.officer, hooks.id)
    hooks.books.plan("tia")
    counted.clear()
    hooks.books.world.act("tia", "submit_plan", "tia")
    assert len(counted) == with_one
    assert len(rows(WebhookEvent)) == noted > 0, "only what happened while there was one"
    assert hooks.sweep().sent == 0


def test_a_launch_is_told_once_and_each_case_that_it_opens(hooks: Hooks) -> None:
    world = hooks.books.world
    report = cycles.launch(world.cycle_id, hooks.officer, [world.people["head"]])
    assert len(report.opened) == 1
    hooks.sweep()
    told = {one.event: one.data for one in hooks.seen()}
    assert told["cycle.launched"] == {"cycle_id": str(world.cycle_id), "year": 2026}
    assert told["case.opened"]["case_id"] == str(next(iter(report.opened.values())))
    assert set(told) == {"cycle.launched", "case.opened"}


def test_practice_is_told_to_nobody(hooks: Hooks) -> None:
    practice.start(hooks.books.world.cycle_id, hooks.books.who("tia"))
    assert rows(WebhookEvent) and hooks.sweep().sent == 0
    assert hooks.seen() == [] and rows(WebhookEvent) == []


def test_the_same_id_comes_again_until_it_is_taken(hooks: Hooks) -> None:
    hooks.receiver.statuses = [500, 503, 204]
    move(hooks)
    assert (hooks.sweep().failed, hooks.sweep().failed) == (1, 0), "it waits before it comes again"
    [waiting] = hooks.seen("waiting")
    assert (waiting.problem, waiting.status, waiting.attempts) == ("status", 500, 1)
    assert LATER + timedelta(seconds=15) <= waiting.try_at <= LATER + timedelta(seconds=30)
    at = LATER + timedelta(minutes=1)
    assert hooks.sweep(at).failed == 1
    assert hooks.sweep(at + timedelta(minutes=5)).sent == 1
    [one, two, three] = hooks.receiver.got
    assert one.id == two.id == three.id and one.body == two.body == three.body
    assert one.headers["webhook-timestamp"] < three.headers["webhook-timestamp"]
    [taken] = hooks.seen("taken")
    assert (taken.attempts, taken.problem) == (3, None)
    assert webhooks.webhook(hooks.officer, hooks.id).failing_since is None


def test_waits_grow_with_chance_up_to_six_hours() -> None:
    for attempt in range(1, 40):
        longest = min(timedelta(seconds=30) * 2 ** (attempt - 1), timedelta(hours=6))
        found = {wait_after(attempt) for _ in range(20)}
        assert all(longest / 2 <= one <= longest for one in found) and len(found) > 1


def give_up(hooks: Hooks, start: datetime = NOON) -> datetime:
    """Attempt what is due until nothing waits; the instant of the last attempt."""
    at = start
    for _ in range(MOST_ATTEMPTS):
        at += timedelta(hours=6)
        hooks.sweep(at)
    assert hooks.seen("waiting") == []
    return at


def test_what_is_never_taken_is_given_up_with_its_reason_and_sent_again_by_hand(
    hooks: Hooks,
) -> None:
    hooks.receiver.statuses = [500]
    move(hooks)
    give_up(hooks)
    [dead] = hooks.seen("dead")
    assert (dead.attempts, dead.problem, dead.status) == (MOST_ATTEMPTS, "status", 500)
    assert webhooks.webhook(hooks.officer, hooks.id).dead == 1
    hooks.receiver.statuses = [200]
    webhooks.resume(hooks.officer, hooks.id)
    again = webhook_deliveries.replay(hooks.officer, hooks.id, dead.id)
    assert (again.outcome, again.attempts, again.ended_at) == ("waiting", 0, None)
    with pytest.raises(Conflict):
        webhook_deliveries.replay(hooks.officer, hooks.id, dead.id)
    assert hooks.sweep().sent == 1
    assert {one.id for one in hooks.receiver.got} == {str(dead.id)}
    webhook_deliveries.replay(hooks.officer, hooks.id, dead.id)
    assert hooks.sweep().sent == 1, "what was taken may be sent again too"


def test_a_webhook_that_fails_for_long_is_paused_and_hr_hears_of_it(hooks: Hooks) -> None:
    hooks.receiver.statuses = [500]
    move(hooks)
    at = give_up(hooks)
    seen = webhooks.webhook(hooks.officer, hooks.id)
    assert seen.paused_at == at and at - seen.failing_since >= PATIENCE
    told = [one for one in rows(Notification) if one.event == "webhook.paused"]
    assert {one.recipient_id for one in told} == {
        hooks.books.world.people[name] for name in ("officer", "second_officer")
    }
    heard = notifications_for(hooks.officer)
    assert [(n.event, n.case_id) for n in heard if n.case_id is None] == [("webhook.paused", None)]
    hooks.books.world.act("chief", "approve_plan")
    before = len(hooks.receiver.got)
    assert hooks.sweep(at + timedelta(days=1)).failed == 0 and len(hooks.receiver.got) == before
    hooks.receiver.statuses = [204]
    with clock.at(at + timedelta(days=2)):
        assert webhooks.resume(hooks.officer, hooks.id).waiting == 1, (
            "what happened meanwhile waits"
        )
        with pytest.raises(Conflict):
            webhooks.resume(hooks.officer, hooks.id)
    assert hooks.sweep(at + timedelta(days=2)).sent == 1


def test_one_that_is_gone_is_paused_at_once(hooks: Hooks) -> None:
    hooks.receiver.statuses = [410]
    move(hooks)
    hooks.sweep()
    assert webhooks.webhook(hooks.officer, hooks.id).paused_at == LATER
    assert [one.status for one in hooks.seen("dead")] == [410]


def test_for_a_day_two_secrets_sign(hooks: Hooks) -> None:
    with clock.at(real_now()):
        rotated = webhooks.rotate(hooks.officer, hooks.id, hooks.settings)
    assert rotated.secret != hooks.made.secret
    move(hooks)
    hooks.sweep(real_now())
    [got] = hooks.receiver.got
    assert verified(rotated.secret, got) == verified(hooks.made.secret, got)
    hooks.books.world.act("chief", "approve_plan")
    hooks.sweep(real_now() + timedelta(hours=25))
    assert len(hooks.receiver.got[-1].headers["webhook-signature"].split()) == 1


def test_secrets_are_kept_encrypted_under_the_key_of_the_installation(hooks: Hooks) -> None:
    kept = [row._mapping for row in rows(webhooks.Webhook)]
    assert hooks.made.secret.removeprefix("whsec_") not in repr(kept)
    move(hooks)
    other = settings_for("", hooks.receiver.port, secret_key="another")
    with clock.at(LATER):
        assert deliver(other).failed == 1
    assert hooks.seen()[0].problem == "secret" and hooks.receiver.got == []
    bare = settings_for("", hooks.receiver.port, secret_key="")
    with pytest.raises(Refused, match="secret_key_missing"):
        webhooks.subscribe(hooks.officer, entry(hooks.receiver.url), bare)


def test_a_webhook_that_fails_holds_up_nobody_else(hooks: Hooks) -> None:
    with receiving() as other:
        ports = f"{hooks.receiver.port},{other.port}"
        hooks.settings = settings_for("", 0, webhook_ports=ports)
        webhooks.subscribe(hooks.officer, entry(other.url), hooks.settings)
        hooks.receiver.statuses = [500]
        move(hooks)
        hooks.books.world.act("chief", "approve_plan")
        done = hooks.sweep()
        assert (done.sent, done.failed) == (2, 1)
        assert (len(other.got), len(hooks.receiver.got)) == (2, 1)


def test_hr_alone_and_of_its_own_agency(hooks: Hooks) -> None:
    for name in ("sari", "chief", "head"):
        with pytest.raises(Forbidden):
            webhooks.webhooks_of(hooks.books.who(name))
    stranger = hooks.books.other.actors["officer"]
    assert webhooks.webhooks_of(stranger) == []
    with pytest.raises(NotFound):
        webhooks.end(stranger, hooks.id)
    with pytest.raises(NotFound):
        webhook_deliveries.deliveries(stranger, hooks.id)


def test_what_ended_long_ago_is_forgotten(hooks: Hooks) -> None:
    move(hooks)
    hooks.sweep()
    hooks.sweep(LATER + KEPT + timedelta(seconds=1))
    assert hooks.seen() == []


def test_ending_a_webhook_takes_away_what_was_to_be_sent(hooks: Hooks) -> None:
    move(hooks)
    webhooks.end(hooks.officer, hooks.id)
    assert hooks.sweep().sent == 0 and hooks.receiver.got == []
    with pytest.raises(NotFound):
        webhooks.webhook(hooks.officer, hooks.id)


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"url": "https://10.0.0.8/hooks"}, "webhook_address"),
        ({"url": "https://example.go.id:8443/hooks"}, "webhook_port"),
        ({"url": "http://example.go.id/hooks"}, "webhook_insecure"),
        ({"url": "https://user:secret@example.go.id/hooks"}, "not_a_link"),
        ({"url": "ftp://example.go.id/hooks"}, "not_a_link"),
        ({"url": "https://example.go.id:99999/"}, "webhook_port"),
        ({"events": []}, "too_few"),
        ({"events": ["case.renamed"]}, "not_an_option"),
    ],
)
def test_what_could_never_be_sent_is_refused_at_once(
    hooks: Hooks, said: dict[str, Any], rule: str
) -> None:
    public = settings_for("", 443, webhook_networks="")
    with pytest.raises(Invalid) as refused:
        webhooks.subscribe(hooks.officer, entry("https://example.go.id/") | said, public)
    assert [blocker.rule for blocker in refused.value.blockers] == [rule]


def test_an_agency_has_no_more_than_so_many(hooks: Hooks) -> None:
    for _ in range(webhooks.MOST_WEBHOOKS - 1):
        webhooks.subscribe(hooks.officer, entry(hooks.receiver.url), hooks.settings)
    with pytest.raises(Refused, match="webhooks_too_many"):
        webhooks.subscribe(hooks.officer, entry(hooks.receiver.url), hooks.settings)


def test_whoever_only_looks_waits_for_nobody(hooks: Hooks) -> None:
    """What is written to a webhook locks it, on the databases that have locks of rows."""

    def note(asked: ORMExecuteState) -> None:
        locking.append("FOR UPDATE" in str(asked.statement.compile(dialect=postgresql.dialect())))

    def locks(act: Callable[[], Any]) -> bool:
        locking.clear()
        event.listen(Session, "do_orm_execute", note)
        try:
            act()
        finally:
            event.remove(Session, "do_orm_execute", note)
        return any(locking)

    locking: list[bool] = []
    assert not locks(lambda: webhooks.webhook(hooks.officer, hooks.id))
    assert not locks(hooks.seen)
    assert locks(lambda: webhooks.rotate(hooks.officer, hooks.id, hooks.settings))
