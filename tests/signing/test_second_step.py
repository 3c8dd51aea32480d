"""The second step: required of offices, each code once, and a way back for who lost their phone."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from passlib.totp import TOTP

from kinerja_flow import clock
from kinerja_flow.db import transaction
from kinerja_flow.errors import Forbidden, Unauthenticated
from kinerja_flow.models import SignInSession
from kinerja_flow.services import accounts, organisations, second_step, sessions, slips
from tests.builders import NOON, table
from tests.signing.house import LONG_AGO, House, with_settings

pytestmark = pytest.mark.slow


def _codes(page: str) -> list[str]:
    return re.findall(r"<code>([0-9A-Z-]{19})</code>", page)


@pytest.mark.parametrize("name", ["hana", "adi"])
def test_an_officer_sets_the_second_step_up_before_anything_else(house: House, name: str) -> None:
    browser = house.browser()
    assert browser.sign_in(name).location == "/masuk/atur?lang=id"
    for path in ("/api/v1/me", "/api/v1/cases", "/akun", "/kode-aktivasi"):
        assert browser.get(path).status_code == 401
    assert "Masuk untuk melihat" in browser.get("/").text
    before = browser.cookie
    page = browser.set_up()
    assert page.status_code == 200 and len(_codes(page.text)) == 10
    assert browser.me().json["name"] == name.title()
    assert browser.cookie != before


def test_without_the_setting_nobody_needs_it(house: House) -> None:
    free = with_settings(house, second_step=0)
    browser = free.browser()
    assert browser.sign_in("hana").location == "/?lang=id"


def test_an_employee_may_have_it_and_is_then_asked(house: House) -> None:
    browser = house.signed_in("sari")
    assert browser.set_up().status_code == 200
    assert browser.me().status_code == 200
    other = house.browser()
    assert other.sign_in("sari").location == "/masuk/kode?lang=id"
    assert other.me().status_code == 401
    with clock.at(NOON + timedelta(seconds=30)):
        assert other.post("/masuk/kode", code=browser.code()).status_code == 303
        assert other.me().status_code == 200


@pytest.mark.parametrize("name", ["sari", "hana"])
def test_half_a_session_that_was_ended_becomes_no_whole_one(house: House, name: str) -> None:
    """Sari sets the second step up, hana gives a code, and meanwhile a reset ends all of it."""
    phone, device = house.signed_in(name), sessions.Device("203.0.113.7", "Peramban")
    browser = house.browser()
    browser.sign_in(name)
    with house.app.app_context():
        signed = sessions.recognised(str(browser.cookie), house.settings)
        assert signed
        if name == "sari":
            phone.app = TOTP(key=second_step.set_up(signed, house.settings).key.replace("-", ""))
        with transaction() as session:
            sessions.ended(session, SignInSession.account_id == signed.account_id)
        done = second_step.confirm if name == "sari" else second_step.finish
        with pytest.raises(Unauthenticated):
            done(signed, {"code": phone.code(later=1)}, device, house.settings)
        assert not table("sign_in_sessions")


def test_a_code_counts_once_also_in_another_browser(house: House) -> None:
    first = house.signed_in("hana")
    one, other = house.browser(), house.browser()
    one.sign_in("hana")
    other.sign_in("hana")
    assert one.post("/masuk/kode", code=first.code()).status_code == 401  # it set the step up
    with clock.at(NOON + timedelta(minutes=1)):
        code = first.code()
        assert one.post("/masuk/kode", code=code).status_code == 303
        assert other.post("/masuk/kode", code=code).status_code == 401
        assert other.post("/masuk/kode", code=first.code(later=-1)).status_code == 401


def test_a_recovery_code_counts_once_however_it_is_typed(house: House) -> None:
    browser = house.browser()
    browser.sign_in("hana")
    code = _codes(browser.set_up().text)[3]
    one, other = house.browser(), house.browser()
    for each in (one, other):
        each.sign_in("hana")
    assert one.post("/masuk/kode", code=code.lower().replace("-", " ")).status_code == 303
    assert other.post("/masuk/kode", code=code).status_code == 401
    assert "Sisa kode pemulihan: 9" in one.get("/akun").text


def test_without_a_secret_of_the_installation_it_is_not_set_up_and_the_setting_is_named(
    house: House,
) -> None:
    bare = with_settings(house, secret_key="")
    for name in ("hana", "sari"):
        browser = bare.browser()
        browser.sign_in(name)
        refused = browser.get("/masuk/atur")
        assert refused.status_code == 422 and "KINERJA_SECRET_KEY" in refused.text
    with house.app.app_context():
        assert not [one for one in table("accounts") if one["totp_secret"]]


def test_neither_codes_nor_keys_lie_open_in_the_database(house: House) -> None:
    browser = house.browser()
    browser.sign_in("hana")
    codes = _codes(browser.set_up().text)
    with house.app.app_context():
        held = json.dumps(
            [dict(row) for name in ("recovery_codes", "accounts") for row in table(name)],
            default=str,
        )
    assert not [code for code in codes if code in held]
    assert browser.app.base32_key not in held


def test_guessing_codes_slows_down(house: House) -> None:
    house.signed_in("hana")
    said = []
    for n in range(7):
        browser = house.browser(f"198.51.100.{n}")
        browser.sign_in("hana")
        said.append(browser.post("/masuk/kode", code="000000").status_code)
    assert said == [401] * 5 + [429] * 2


def test_a_half_session_ends_soon(house: House) -> None:
    phone = house.signed_in("hana")
    browser = house.browser()
    browser.sign_in("hana")
    with clock.at(NOON + timedelta(minutes=10)):
        done = browser.post("/masuk/kode", code=phone.code())
        assert done.location == "/masuk?lang=id"


def test_the_step_that_is_set_up_cannot_be_set_up_anew_by_half_a_session(house: House) -> None:
    house.signed_in("hana")
    browser = house.browser()
    browser.sign_in("hana")
    assert browser.get("/masuk/atur").location == "/masuk?lang=id"
    assert browser.post("/masuk/atur", code="000000").location == "/masuk?lang=id"


def test_who_comes_to_an_office_meanwhile_needs_it_at_once(house: House) -> None:
    browser = house.signed_in("sari")
    with house.app.app_context():
        organisations.grant_role(house.agency_id, house.people["sari"], "hr", LONG_AGO)
    assert browser.me().status_code == 401
    browser.set_up()
    assert browser.me().json["roles"] == ["hr"]


def test_an_administrator_takes_it_away_and_hr_not_from_an_administrator(house: House) -> None:
    house.signed_in("hana")
    house.signed_in("adi")
    with house.app.app_context():
        with pytest.raises(Forbidden):
            accounts.forget_second_step(house.actor("hana"), house.people["adi"])
        for own in ("hana", "adi"):
            with pytest.raises(Forbidden):
                accounts.forget_second_step(house.actor(own), house.people[own])
        with pytest.raises(Forbidden):
            accounts.forget_second_step(house.actor("sari"), house.people["tia"])
        accounts.forget_second_step(house.actor("adi"), house.people["hana"])
    assert house.browser().sign_in("hana").location == "/masuk/atur?lang=id"


def test_an_operator_lets_a_locked_out_administrator_back_in(house: House) -> None:
    browser = house.signed_in("adi")
    with house.app.app_context():
        [slip] = slips.rescue("adi", house.settings)
    assert browser.me().status_code == 401
    new = "kata sandi lain yang panjang"
    assert browser.post("/aktivasi", code=slip.code, password=new).status_code == 200
    assert browser.sign_in("adi", new).location == "/masuk/atur?lang=id"


def test_under_another_secret_of_the_installation_recovery_codes_still_hold(house: House) -> None:
    phone = house.browser()
    phone.sign_in("hana")
    codes = _codes(phone.set_up().text)
    browser = with_settings(house, secret_key="another").browser()
    browser.sign_in("hana")
    with clock.at(NOON + timedelta(minutes=1)):
        assert browser.post("/masuk/kode", code=phone.code()).status_code == 401
        assert browser.post("/masuk/kode", code=codes[0]).status_code == 303
