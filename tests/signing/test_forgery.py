"""What another site makes a browser send does nothing; what a token is not for, it does not do."""

from __future__ import annotations

import pytest

from kinerja_flow.services import accounts, service_tokens
from tests.builders import table
from tests.signing.house import PASSWORD, House

pytestmark = [pytest.mark.slow, pytest.mark.portable]

UNSAFE = ["/akun/sandi", "/akun/sesi", "/akun/kode", "/kode-aktivasi", "/keluar"]


@pytest.mark.parametrize("path", UNSAFE)
@pytest.mark.parametrize("csrf", [None, "", "0" * 64])
def test_a_form_without_the_token_of_the_session_is_refused(
    house: House, path: str, csrf: str | None
) -> None:
    browser = house.signed_in("hana")
    data = {"unit": str(house.unit)} | ({} if csrf is None else {"csrf": csrf})
    assert browser.send("POST", path, data=data).status_code == 403
    assert browser.me().status_code == 200


def test_the_token_of_one_session_is_none_for_another(house: House) -> None:
    sari, tia = house.signed_in("sari"), house.signed_in("tia")
    stolen = tia.me().json["csrf"]
    refused = sari.send("POST", "/akun/sesi", data={"csrf": stolen})
    assert refused.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_site_signs_nobody_in_and_changes_nothing(
    house: House, headers: dict[str, str]
) -> None:
    sent = {"login": "sari", "password": PASSWORD}
    browser = house.browser()
    for path in ("/masuk", "/masuk/lupa", "/aktivasi"):
        assert browser.send("POST", path, data=sent, headers=headers).status_code == 403
    refused = browser.send("POST", "/api/v1/session", json=sent, headers=headers)
    assert refused.status_code == 403 and browser.cookie is None
    inside = house.signed_in("sari")
    token = {"X-CSRF-Token": inside.me().json["csrf"], **headers}
    assert inside.send("DELETE", "/api/v1/sessions", headers=token).status_code == 403


def test_our_own_pages_are_no_other_site(house: House) -> None:
    sent = {"login": "sari", "password": PASSWORD}
    ours = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert house.browser().send("POST", "/masuk", data=sent, headers=ours).status_code == 303


def test_a_program_of_a_person_signs_in_over_the_api(house: House) -> None:
    browser = house.browser()
    sent = {"login": "sari", "password": PASSWORD}
    opened = browser.send("POST", "/api/v1/session", json=sent)
    assert (opened.status_code, opened.json["next_step"]) == (200, None)
    assert browser.me().json | {"csrf": ""} == {
        "person_id": str(house.people["sari"]),
        "name": "Sari",
        "nip": "199001012015032001",
        "agency_id": house.agency_id,
        "agency": "Kabupaten Contoh",
        "zone": "Asia/Jakarta",
        "roles": [],
        "language": "id",
        "csrf": "",
    }
    assert browser.send("DELETE", "/api/v1/session").status_code == 403
    token = {"X-CSRF-Token": opened.json["csrf"]}
    assert browser.send("DELETE", "/api/v1/session", headers=token).status_code == 204
    assert browser.me().status_code == 401


def test_the_second_step_over_the_api(house: House) -> None:
    phone = house.signed_in("hana")
    browser = house.browser()
    opened = browser.send("POST", "/api/v1/session", json={"login": "hana", "password": PASSWORD})
    assert opened.json["next_step"] == "code"
    token = {"X-CSRF-Token": opened.json["csrf"]}
    sent = {"code": phone.code(later=1)}
    assert browser.send("POST", "/api/v1/session/code", json=sent).status_code == 403
    done = browser.send("POST", "/api/v1/session/code", json=sent, headers=token)
    assert done.json["next_step"] is None and browser.me().status_code == 200


def test_who_is_signed_in_makes_and_revokes_tokens_and_a_token_does_not(house: House) -> None:
    officer = house.signed_in("hana")
    token = {"X-CSRF-Token": officer.me().json["csrf"]}
    entry = {"name": "Portal", "scopes": ["*:read"], "days": 9}
    made = officer.send("POST", "/api/v1/tokens", json=entry, headers=token)
    assert made.status_code == 201 and made.headers["Cache-Control"] == "no-store"
    secret = made.json["secret"]
    listed = officer.get("/api/v1/tokens")
    assert secret not in listed.text and [one["name"] for one in listed.json["items"]] == ["Portal"]
    program = house.browser()
    bearer = {"Authorization": f"Bearer {secret}"}
    assert program.get("/api/v1/me", headers=bearer).json["name"] == "Hana"
    for method, path in (("GET", "tokens"), ("POST", "tokens"), ("GET", "sessions")):
        sent = {"json": entry} if method == "POST" else {}
        refused = program.send(method, f"/api/v1/{path}", headers=bearer, **sent)
        assert refused.json["blockers"][0]["rule"] == "session_needed"
    path = f"/api/v1/tokens/{made.json['id']}"
    assert officer.send("DELETE", path, headers=token).status_code == 204
    assert program.get("/api/v1/me", headers=bearer).status_code == 401


def test_an_employee_sees_and_ends_their_own_tokens_alone(house: House) -> None:
    entry = {"name": "P", "scopes": ["*:read"], "days": 1}
    with house.app.app_context():
        own = service_tokens.issue(house.actor("sari"), entry).id
        other = service_tokens.issue(house.actor("hana"), entry).id
    browser = house.signed_in("sari")
    assert [one["id"] for one in browser.get("/api/v1/tokens").json["items"]] == [str(own)]
    token = {"X-CSRF-Token": browser.me().json["csrf"]}
    ends = [browser.send("DELETE", f"/api/v1/tokens/{one}", headers=token) for one in (own, other)]
    assert [one.status_code for one in ends] == [204, 404]
    assert len(house.signed_in("hana").get("/api/v1/tokens").json["items"]) == 2


def test_a_token_does_not_fall_back_on_a_session(house: House) -> None:
    browser = house.signed_in("sari")
    for sent in ("Bearer kf_unknown", "Basic c2FyaTp4", ""):
        assert browser.get("/api/v1/me", headers={"Authorization": sent}).status_code == 401


def test_a_page_that_a_program_may_not_have(house: House) -> None:
    with house.app.app_context():
        entry = {"name": "P", "scopes": ["*:write"], "days": 1}
        secret = service_tokens.issue(house.actor("hana"), entry).secret
    bearer = {"Authorization": f"Bearer {secret}"}
    browser = house.browser()
    assert browser.get("/akun", headers=bearer).status_code == 403
    sent = {"unit": str(house.unit)}
    refused = browser.send("POST", "/kode-aktivasi", data=sent, headers=bearer)
    assert refused.status_code == 403
    with house.app.app_context():
        assert not table("sign_in_codes")


def test_a_program_changes_nothing_of_an_account(house: House) -> None:
    sari = house.signed_in("sari")
    secret = _secret_of(house, "sari", "*:read")
    bearer = {"Authorization": f"Bearer {secret}"}
    program = house.browser()
    new = {"present": PASSWORD, "password": "kata sandi lain yang panjang"}
    for path in ("/akun/sandi", "/akun/sesi", "/akun/kode"):
        assert program.send("POST", path, data=new, headers=bearer).status_code == 403, path
    assert program.get("/kode-aktivasi", headers=bearer).status_code == 403
    assert sari.me().status_code == 200 and house.signed_in("sari").me().status_code == 200


def test_a_token_ends_with_the_password_and_rests_while_the_account_is_off(house: House) -> None:
    bearer = {"Authorization": f"Bearer {_secret_of(house, 'sari', '*:read')}"}
    program = house.browser()

    def known() -> int:
        return program.get("/api/v1/me", headers=bearer).status_code

    said = [known()]
    for is_active in (False, True):
        with house.app.app_context():
            accounts.switch(house.actor("hana"), house.people["sari"], is_active=is_active)
        said.append(known())
    new = {"present": PASSWORD, "password": "kata sandi lain yang panjang"}
    house.signed_in("sari").post("/akun/sandi", at="/akun", **new)
    assert [*said, known()] == [200, 401, 200, 401]


def _secret_of(house: House, name: str, scope: str) -> str:
    with house.app.app_context():
        entry = {"name": "P", "scopes": [scope], "days": 1}
        return service_tokens.issue(house.actor(name), entry).secret
