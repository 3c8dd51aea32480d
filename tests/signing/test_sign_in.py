"""Signing in: by what somebody is known, one refusal for all, and delays that lock nobody out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import event

from kinerja_flow import clock
from kinerja_flow.db import db
from kinerja_flow.services import activation, organisations, passwords
from tests.builders import NOON, table
from tests.signing.house import NIPS, PASSWORD, Browser, House, build

pytestmark = pytest.mark.slow

WRONG = "bukan kata sandinya"


def _words(page: str) -> str:
    found = re.search(r'role="alert".*?</section>', page, re.DOTALL)
    assert found
    return found[0]


@pytest.mark.parametrize(
    "login",
    [
        NIPS["sari"],
        "19900101 201503 2 001",
        "１９９００１０１２０１５０３２００１",
        "sari",
        " SARI ",
        "ｓａｒｉ",
        "sari@contoh.go.id",
        "Sari@Contoh.GO.ID",
    ],
)
def test_one_is_known_by_nip_login_or_address_in_any_spelling(house: House, login: str) -> None:
    with house.app.app_context():
        house.change("sari", email="sari@contoh.go.id")
    browser = house.browser()
    done = browser.sign_in(login)
    assert (done.status_code, done.location) == (303, "/?lang=id")
    assert browser.me().json["name"] == "Sari"


@pytest.mark.parametrize(
    "login", ["sаri", "sari\x00", "sarı@contoh.go.id", "", " ", "x" * 201, "' OR 1=1 --", "{{7*7}}"]
)
def test_what_only_looks_like_a_login_opens_nothing(house: House, login: str) -> None:
    browser = house.browser()
    done = browser.sign_in(login)
    assert done.status_code in (401, 422) and browser.cookie is None


def test_whatever_is_wrong_the_answer_is_the_same(house: House) -> None:
    with house.app.app_context():
        house.change("tia", is_active=False)
        organisations.leave(house.agency_id, house.people["hana"], NOON.date())
    tried = [("nobody", PASSWORD), ("sari", WRONG), ("tia", PASSWORD), (NIPS["hana"], PASSWORD)]
    tried += [("budi", PASSWORD)]
    said = [house.browser(f"203.0.113.{n}").sign_in(*one) for n, one in enumerate(tried)]
    assert {answer.status_code for answer in said} == {401}
    assert len({_words(answer.text) for answer in said}) == 1
    assert len({tuple(sorted(answer.headers.keys())) for answer in said}) == 1


def test_a_login_that_nobody_has_costs_as_much_as_one_that_somebody_has(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    spare = passwords._nobodys(passwords.HASHER)
    [kept] = {row["password_hash"] for row in table_in(house, "accounts")}
    assert extract_parameters(spare) == extract_parameters(kept)
    assert len({_queries(house, login) for login in ("nobody", "sari", NIPS["tia"])}) == 1
    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", hasher)
    for n, login in enumerate(("nobody", "sari", NIPS["tia"], "budi"), 1):
        house.browser(f"203.0.113.{n}").sign_in(login, WRONG)
        assert hasher.verified == n, login


class Counting(PasswordHasher):
    """A hasher that counts how many passwords it was asked about."""

    verified = 0

    def verify(self, *said: Any) -> Literal[True]:
        self.verified += 1
        return super().verify(*said)


def table_in(house: House, name: str) -> list[dict[str, object]]:
    with house.app.app_context():
        return [dict(row) for row in table(name)]


def _queries(house: House, login: str) -> int:
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    with house.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        sent = {"login": login, "password": WRONG}
        house.browser(f"198.51.100.{len(login)}").send("POST", "/api/v1/session", json=sent)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_an_endless_password_is_never_hashed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", hasher)
    browser = house.browser()
    refused = browser.send("POST", "/api/v1/session", json={"login": "sari", "password": "x" * 201})
    assert refused.status_code == 422
    huge = browser.send("POST", "/masuk", data={"login": "sari", "password": "x" * 100_000})
    assert huge.status_code == 413
    assert hasher.verified == 0
    assert browser.sign_in("sari", "x" * 200).status_code == 401 and hasher.verified == 1


@pytest.mark.parametrize("sent", [["sari"], {"a": 1}, 7, None, True])
def test_what_is_no_text_is_refused(house: House, sent: object) -> None:
    browser = house.browser()
    for body in ({"login": sent, "password": PASSWORD}, {"login": "sari", "password": sent}):
        assert browser.send("POST", "/api/v1/session", json=body).status_code == 422


def test_a_password_of_broken_letters_is_a_wrong_one(house: House) -> None:
    browser = house.browser()
    sent = b'{"login": "sari", "password": "\\ud800\\u0000"}'
    headers = {"Content-Type": "application/json"}
    assert browser.send("POST", "/api/v1/session", data=sent, headers=headers).status_code == 401


def test_a_nip_of_several_agencies_needs_the_agency(house: House) -> None:
    with house.app.app_context():
        build(house.app, house.settings, "lain")
    browser = house.browser()
    assert browser.sign_in(NIPS["sari"]).status_code == 401
    assert "Kabupaten Lain" in browser.get("/masuk").text
    assert browser.sign_in(NIPS["sari"], agency="lain").status_code == 303
    assert browser.me().json["agency"] == "Kabupaten Lain"


def test_somebody_who_moved_needs_no_agency(house: House) -> None:
    with house.app.app_context():
        build(house.app, house.settings, "lain")
        organisations.leave(house.agency_id, house.people["sari"], NOON.date())
    browser = house.browser()
    assert browser.sign_in(NIPS["sari"]).status_code == 303
    assert browser.me().json["agency"] == "Kabupaten Lain"


def _failing(browser: Browser, times: int, login: str = "sari") -> list[int]:
    return [browser.sign_in(login, WRONG).status_code for _ in range(times)]


def test_whoever_fails_waits_longer_each_time_also_with_the_right_password(house: House) -> None:
    browser = house.browser()
    assert _failing(browser, 6) == [401] * 5 + [429]
    held = browser.sign_in("sari")
    assert (held.status_code, held.headers["Retry-After"]) == (429, "2")
    with clock.at(NOON + timedelta(seconds=2)):
        assert browser.sign_in("sari", WRONG).status_code == 401
        assert browser.sign_in("sari", WRONG).headers["Retry-After"] == "4"
    with clock.at(NOON + timedelta(seconds=6)):
        assert browser.sign_in("sari").status_code == 303


def test_a_colleague_locks_nobody_out(house: House) -> None:
    assert _failing(house.browser("198.51.100.9"), 30)[-1] == 429
    assert house.browser("203.0.113.7").sign_in("sari").status_code == 303


def test_a_wait_tells_nothing_of_whether_there_is_such_an_account(house: House) -> None:
    assert _failing(house.browser("198.51.100.1"), 8, "nobody") == _failing(
        house.browser("198.51.100.2"), 8, "sari"
    )


def test_no_wait_tells_that_two_names_are_one_account_or_of_which_agency(house: House) -> None:
    said = {}
    for n, login in enumerate(("nobody", "sari"), 1):
        browser = house.browser(f"198.51.100.{n}")
        tried = ("contoh", "tiada") * 4
        said[login] = [browser.sign_in(login, WRONG, agency=one).status_code for one in tried]
    assert said["nobody"] == said["sari"] and said["sari"][-1] == 429
    assert house.browser("198.51.100.2").sign_in(NIPS["sari"], WRONG).status_code == 401


class Meanwhile(PasswordHasher):
    """A hasher after whose first answer something happens, before whoever asked goes on."""

    happens: Callable[[], None] | None = None

    def verify(self, *said: Any) -> Literal[True]:
        found = super().verify(*said)
        happens, self.happens = self.happens, None
        if happens:
            happens()
        return found


@pytest.mark.parametrize("at", ["/masuk", "/akun/sandi"])
def test_a_password_that_is_replaced_while_it_is_looked_at_opens_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    hasher = Meanwhile(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "HASHER", hasher)
    with house.app.app_context():
        house.change("sari", password_hash=passwords.hashed(PASSWORD))
        slip = activation.issue(house.actor("hana"), house.people["sari"], house.settings)
    thief = house.signed_in("sari")
    new = "kata sandi sari yang baru"

    def reset() -> None:
        done = house.browser().post("/aktivasi", code=slip.code, password=new)
        assert done.status_code == 200

    hasher.happens = reset
    if at == "/masuk":
        assert house.browser("198.51.100.9").sign_in("sari").status_code == 401
    else:
        sent = {"password": "kata sandi pencuri", "present": PASSWORD}
        assert thief.post(at, at="/akun", **sent).status_code == 401
    with house.app.app_context():
        assert not table("sign_in_sessions")
    assert house.browser("198.51.100.10").sign_in("sari", new).status_code == 303


def test_many_logins_from_one_address_are_slowed_too(house: House) -> None:
    browser = house.browser()
    said = [browser.sign_in(f"orang{n}", WRONG).status_code for n in range(63)]
    assert said[:61] == [401] * 61 and said[-1] == 429
    assert house.browser("198.51.100.1").sign_in("sari").status_code == 303


def test_one_household_of_ipv6_is_one_address(house: House) -> None:
    said = [house.browser(f"2001:db8:1:2::{n:x}").sign_in("sari", WRONG) for n in range(1, 8)]
    assert [answer.status_code for answer in said] == [401] * 5 + [429] * 2


def test_delays_name_nobody(house: House) -> None:
    _failing(house.browser(), 2)
    rows = table_in(house, "sign_in_delays")
    assert len(rows) == 2
    assert not [row for row in rows if "sari" in str(row) or "203.0" in str(row)]


def test_coming_in_begins_the_count_anew(house: House) -> None:
    browser = house.browser()
    for _ in range(3):
        assert _failing(browser, 3) == [401] * 3
        assert browser.sign_in("sari").status_code == 303
        browser.client.delete_cookie("kinerja-session")


def test_the_password_is_kept_anew_at_todays_cost(house: House) -> None:
    dear = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    with house.app.app_context():
        house.change("sari", password_hash=dear)
    assert house.browser().sign_in("sari").status_code == 303
    kept = {row["password_hash"] for row in table_in(house, "accounts")}
    assert dear not in kept
    assert not [one for one in kept if passwords.is_outdated(str(one))]
