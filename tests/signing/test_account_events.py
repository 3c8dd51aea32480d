"""What happened to an account is on record, and told to its owner: above all what others did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kinerja_flow import clock
from kinerja_flow.db import db
from kinerja_flow.errors import NotFound
from kinerja_flow.models.access import ACCOUNT_EVENTS
from kinerja_flow.policy import Actor
from kinerja_flow.services import accounts, organisations, resets, retention, service_tokens, slips
from kinerja_flow.services.account_events import events_of
from kinerja_flow.services.networks import provider
from kinerja_flow.services.sessions import Device
from kinerja_flow.web import speech
from tests.builders import NOON, table
from tests.signing.house import LONG_AGO, NIPS, PASSWORD, Browser, House, build, with_settings

pytestmark = pytest.mark.slow

NEW = "kata sandi lain yang panjang"
AT = "/api/v1/me/account-events"


def told(browser: Browser, at: str = AT) -> list[dict[str, Any]]:
    """What an account's owner reads, oldest first."""
    found: list[dict[str, Any]] = browser.get(at).json["items"]
    return found[::-1]


def whats(house: House, name: str) -> list[str]:
    of = house.people[name]
    return [one["what"] for one in table("account_events") if one["person_id"] == of]


def test_a_code_that_hr_issued_and_used_is_seen_by_the_owner(house: House) -> None:
    hana = house.signed_in("hana")
    page = hana.post("/kode-aktivasi", person=NIPS["sari"])
    assert page.status_code == 200
    with house.app.app_context():
        slip = slips.issue_asked(house.actor("hana"), {"person": NIPS["sari"]}, house.settings)
    thief = house.browser(address="198.51.100.9")
    assert thief.post("/aktivasi", code=slip.slips[0].code, password=NEW).status_code == 200
    thief.sign_in("sari", NEW)
    sari = house.browser()
    sari.sign_in("sari", NEW)
    found = told(sari)
    assert [one["what"] for one in found] == [
        *("code_issued", "code_issued", "password_chosen", "signed_in", "signed_in")
    ]
    assert found[0]["actor"] == "Hana" and found[0]["actor_id"] == str(house.people["hana"])
    assert (found[2]["actor"], found[2]["network"]) == (None, "198.51.100.0/24")
    shown = sari.get("/akun").text
    assert "Kode sekali pakai diterbitkan untuk akun Anda" in shown and "oleh Hana" in shown


def test_whoever_fails_is_on_record_at_every_door(house: House) -> None:
    hana = house.signed_in("hana")
    other = house.browser(address="2001:db8:1:2::3")
    other.sign_in("hana", "salah sama sekali")
    other.sign_in("nobody", "salah sama sekali")
    other.sign_in("hana")
    other.post("/masuk/kode", code="000000")
    hana.post("/akun/sandi", at="/akun", present="salah", password=NEW)
    found = [(one["what"], one["network"]) for one in told(hana)]
    near, far = "203.0.113.0/24", "2001:db8:1::/48"
    assert found == [
        ("role_granted", None),
        ("second_step_asked", near),
        ("second_step_set", near),
        ("signed_in", near),
        ("sign_in_failed", far),
        ("second_step_asked", far),
        ("second_step_failed", far),
        ("password_failed", near),
    ]
    with house.app.app_context():
        assert len(table("account_events")) == len(found) + 1  # and adi's office


def test_every_kind_of_event_is_written_with_its_act(house: House) -> None:
    house.signed_in("hana")
    sari = house.signed_in("sari")
    sari.set_up()
    sari.post("/akun/kode", at="/akun")
    sari.post("/akun/sandi", at="/akun", present=PASSWORD, password=NEW)
    sari.post("/akun/sesi", at="/akun")
    with house.app.app_context():
        hana, mine = house.actor("hana"), house.actor("sari")
        accounts.set_email(hana, mine.person_id, {"email": "sari@contoh.go.id"})
        entry = {"name": "Portal", "scopes": ["cases:read"], "days": 9}
        token = service_tokens.issue(mine, entry)
        service_tokens.revoke(hana, token.id)
        service_tokens.revoke(hana, token.id)
        accounts.forget_second_step(hana, mine.person_id)
        accounts.switch(hana, mine.person_id, is_active=False)
        accounts.switch(hana, mine.person_id, is_active=True)
        organisations.grant_role(house.agency_id, mine.person_id, "auditor", LONG_AGO)
        mailed = with_settings(
            house, mail="folder:/nowhere", mail_from="a@b.id", address="http://x"
        )
        resets.ask({"login": "sari"}, Device("203.0.113.7", ""), "id")
        resets._take(mailed.settings)
        found = whats(house, "sari")
        by = {one["what"]: one["actor_id"] for one in table("account_events") if one["actor_id"]}
    assert found == [
        *("signed_in", "second_step_set", "signed_in", "recovery_codes_renewed"),
        *("password_changed", "other_sessions_ended", "email_set", "token_issued"),
        *("token_revoked", "second_step_forgotten", "switched_off", "switched_on"),
        *("role_granted", "code_mailed"),
    ]
    assert by["token_revoked"] == by["email_set"] == by["switched_off"] == house.people["hana"]


def test_an_act_that_comes_to_nothing_leaves_no_event(house: House) -> None:
    with house.app.app_context():
        before = table("account_events")
        with pytest.raises(NotFound):
            accounts.switch(house.actor("hana"), house.people["budi"], is_active=False)
        assert table("account_events") == before


def test_hr_reads_it_without_from_where_and_nobody_else_does(house: House) -> None:
    house.signed_in("sari")
    at = f"/api/v1/people/{house.people['sari']}/account-events"
    [seen] = told(house.signed_in("hana"), at)
    assert (seen["what"], seen["network"]) == ("signed_in", None)
    assert house.signed_in("tia").get(at).status_code == 404
    with house.app.app_context():
        other = build(house.app, house.settings, "lain", nips=False)
        for actor in (other.actor("hana"), Actor(agency_id=house.agency_id, engine="clock")):
            with pytest.raises(NotFound):
                events_of(actor, house.people["sari"])


def test_pages_of_events_go_on_where_the_last_one_ended(house: House) -> None:
    for _ in range(3):
        browser = house.signed_in("sari")
    first = browser.get(f"{AT}?limit=2").json
    rest = browser.get(first["next"]).json
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert len({one["id"] for one in first["items"] + rest["items"]}) == 3


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:aa:bb::1", "2001:db8:aa::/48"),
        ("", None),
        ("unknown", None),
    ],
)
def test_an_address_is_kept_as_its_network(address: str, network: str | None) -> None:
    assert provider(address) == network


def test_events_go_by_a_sweep_that_is_on_record_and_by_nothing_else(house: House) -> None:
    house.signed_in("sari")
    with house.app.app_context():
        count = len(table("account_events"))
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.execute(text("DELETE FROM account_events"))
        with clock.at(NOON + timedelta(days=729)):
            retention.sweep_over()
            assert len(table("account_events")) == count
        with clock.at(NOON + timedelta(days=731)):
            retention.sweep_over()
            assert table("account_events") == []
        [row] = [one for one in table("swept") if one["what"] == "account_events"]
        assert row["count"] == count and row["before_at"] == NOON + timedelta(days=1)


def test_every_event_has_its_words() -> None:
    for language in ("id", "en"):
        for what in ACCOUNT_EVENTS:
            assert speech.MESSAGES.say(f"event_{what}", language)
