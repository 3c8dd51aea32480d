"""Sessions: a new one at each sign-in, seen and ended by their owner, and over in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from kinerja_flow import clock
from kinerja_flow.db import db
from kinerja_flow.services import accounts, organisations
from tests.builders import NOON, table
from tests.signing.house import PASSWORD, House, with_settings

pytestmark = [pytest.mark.slow, pytest.mark.portable]

NEW = "kata sandi lain yang panjang"


def test_a_session_that_a_browser_brought_along_is_not_taken_over(house: House) -> None:
    browser = house.browser()
    browser.client.set_cookie("kinerja-session", "fixed-by-somebody-else")
    browser.sign_in("sari")
    assert browser.cookie not in (None, "fixed-by-somebody-else")
    first = browser.cookie
    browser.sign_in("tia")
    assert browser.cookie != first
    thief = house.browser()
    thief.client.set_cookie("kinerja-session", str(first))
    assert thief.me().status_code == 401


def test_the_cookie_opens_nothing_from_the_database(house: House) -> None:
    browser = house.signed_in("sari")
    with house.app.app_context():
        [row] = table("sign_in_sessions")
    assert browser.cookie not in str(row)
    browser.client.set_cookie("kinerja-session", row["sha256"])
    assert browser.me().status_code == 401


def test_the_cookie_is_locked(house: House) -> None:
    sent = {"login": "sari", "password": PASSWORD}
    plain = house.browser().send("POST", "/masuk", data=sent).headers["Set-Cookie"]
    assert "HttpOnly" in plain and "SameSite=Lax" in plain and "Domain" not in plain
    locked = with_settings(house, tls=1).browser().send("POST", "/masuk", data=sent)
    cookie = locked.headers["Set-Cookie"]
    assert cookie.startswith("__Host-kinerja-session=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"))


def test_a_session_ends_idle_and_ends_for_good(house: House) -> None:
    browser = house.signed_in("sari")
    for minutes in range(59, 719, 59):
        with clock.at(NOON + timedelta(minutes=minutes)):
            assert browser.me().status_code == 200, minutes
    with clock.at(NOON + timedelta(hours=12)):
        assert browser.me().status_code == 401
    other = house.signed_in("tia")
    with clock.at(NOON + timedelta(minutes=60)):
        assert other.me().status_code == 401


def test_one_sees_where_one_is_signed_in_and_ends_it(house: House) -> None:
    here = house.signed_in("sari", agent="Laptop")
    there = house.signed_in("sari", agent="<script>alert(1)</script>", address="198.51.100.4")
    house.signed_in("tia")
    page = here.get("/akun").text
    assert "Laptop" in page and "198.51.100.4" in page and "<script>" not in page
    listed = here.get("/api/v1/sessions").json["items"]
    assert [one["is_this"] for one in listed] in ([True, False], [False, True])
    [other] = [one["id"] for one in listed if not one["is_this"]]
    assert here.post(f"/akun/sesi/{other}", at="/akun").status_code == 303
    assert there.me().status_code == 401 and here.me().status_code == 200


def test_all_others_end_at_once(house: House) -> None:
    here, there = house.signed_in("sari"), house.signed_in("sari")
    assert here.post("/akun/sesi", at="/akun").status_code == 303
    assert there.me().status_code == 401 and here.me().status_code == 200


def test_nobody_ends_somebody_elses(house: House) -> None:
    sari, tia = house.signed_in("sari"), house.signed_in("tia")
    [hers] = [one["id"] for one in sari.get("/api/v1/sessions").json["items"]]
    assert tia.post(f"/akun/sesi/{hers}", at="/akun").status_code == 404
    assert sari.me().status_code == 200


def test_a_new_password_ends_all_other_sessions(house: House) -> None:
    here, there = house.signed_in("sari"), house.signed_in("sari")
    wrong = here.post("/akun/sandi", at="/akun", present="bukan ini sama sekali", password=NEW)
    assert wrong.status_code == 401 and there.me().status_code == 200
    done = here.post("/akun/sandi", at="/akun", present=PASSWORD, password=NEW)
    assert done.status_code == 200 and "sudah diganti" in done.text
    assert here.me().status_code == 200 and there.me().status_code == 401


def test_guessing_the_present_password_in_a_stolen_session_slows_down(house: House) -> None:
    browser = house.signed_in("sari")
    sent = {"at": "/akun", "present": "salah sekali lagi", "password": NEW}
    said = [browser.post("/akun/sandi", **sent).status_code for _ in range(7)]
    assert said == [401] * 5 + [429] * 2


def test_whoever_leaves_or_is_switched_off_is_out_at_once(house: House) -> None:
    sari, tia = house.signed_in("sari"), house.signed_in("tia")
    with house.app.app_context():
        organisations.leave(house.agency_id, house.people["sari"], NOON.date())
        accounts.switch(house.actor("hana"), house.people["tia"], is_active=False)
    assert sari.me().status_code == tia.me().status_code == 401


def test_signing_out_ends_the_session_itself(house: House) -> None:
    browser = house.signed_in("sari")
    kept = browser.cookie
    assert browser.post("/keluar", at="/akun").status_code == 303
    assert browser.cookie is None
    browser.client.set_cookie("kinerja-session", str(kept))
    assert browser.me().status_code == 401


@pytest.mark.parametrize("path", ["/masuk?next=https://evil.example", "/masuk?lang=//evil.example"])
def test_signing_in_leads_nowhere_else(house: House, path: str) -> None:
    sent = {"login": "sari", "password": PASSWORD}
    done = house.browser().send("POST", path, data=sent)
    assert done.location == "/?lang=id"


def test_who_is_signed_in_takes_a_fixed_number_of_queries(house: House) -> None:
    browser = house.signed_in("sari")
    for _ in range(3):
        house.signed_in("sari")
    seen: list[str] = []
    with house.app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *a: seen.append(str(a[2])))
        browser.me()
    assert len([one for one in seen if one.lstrip().startswith("SELECT")]) <= 5, seen
    assert not [one for one in seen if one.lstrip().startswith(("UPDATE", "INSERT"))]
