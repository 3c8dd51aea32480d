"""A password without an old one: codes on paper and by e-mail, each once, and whose."""

from __future__ import annotations

import email
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import event

from kinerja_flow import clock
from kinerja_flow.db import db
from kinerja_flow.errors import Forbidden, NotFound
from kinerja_flow.services import accounts, activation, organisations, resets, slips
from tests.builders import NOON, table
from tests.signing.house import LONG_AGO, NIPS, PASSWORD, House, build, with_settings

pytestmark = pytest.mark.slow

NEW = "kata sandi baru yang panjang"


def test_hr_prints_a_code_for_whoever_has_no_password_yet(house: House) -> None:
    officer = house.signed_in("hana")
    page = officer.post("/kode-aktivasi", unit=str(house.unit))
    codes = re.findall(r"<code>([0-9A-Z-]{19})</code>", page.text)
    assert page.status_code == 200 and len(codes) == 1 and "Budi" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    with house.app.app_context():
        assert codes[0] not in str(table("sign_in_codes"))
    again = re.findall(
        r"<code>([0-9A-Z-]{19})</code>", officer.post("/kode-aktivasi", unit=str(house.unit)).text
    )
    budi = house.browser()
    assert budi.post("/aktivasi", code=codes[0], password=NEW).status_code == 422
    typed = again[0].lower().replace("-", " ")
    assert budi.post("/aktivasi", code=typed, password="pendek").status_code == 422
    assert budi.post("/aktivasi", code=typed, password=NEW).status_code == 200
    assert budi.cookie is None
    assert budi.post("/aktivasi", code=again[0], password=NEW).status_code == 422


def test_nobody_else_prints_codes(house: House) -> None:
    browser = house.signed_in("sari")
    assert browser.get("/kode-aktivasi").status_code == 403
    with house.app.app_context():
        for call in (
            lambda: activation.issue_for_unit(house.actor("sari"), house.unit, house.settings),
            lambda: activation.issue(house.actor("sari"), house.people["tia"], house.settings),
            lambda: slips.units_for(house.actor("sari")),
        ):
            with pytest.raises(Forbidden):
                call()


def test_hr_resets_no_administrator_and_nobody_resets_themself(house: House) -> None:
    with house.app.app_context():
        hana, adi = house.actor("hana"), house.actor("adi")
        for actor, name in ((hana, "adi"), (hana, "hana"), (adi, "adi")):
            with pytest.raises(Forbidden):
                activation.issue(actor, house.people[name], house.settings)
        assert activation.issue(adi, house.people["hana"], house.settings).code
        organisations.grant_role(house.agency_id, house.people["budi"], "administrator", LONG_AGO)
        sheet = activation.issue_for_unit(hana, house.unit, house.settings)
        assert not sheet.slips
        with pytest.raises(Forbidden):
            activation.issue(hana, house.people["budi"], house.settings)


def test_a_unit_of_another_agency_is_not_there(house: House) -> None:
    with house.app.app_context():
        other = build(house.app, house.settings, "lain")
        with pytest.raises(NotFound):
            activation.issue_for_unit(house.actor("hana"), other.unit, house.settings)


def test_a_code_ends_with_its_days_and_with_its_persons_leaving(house: House) -> None:
    with house.app.app_context():
        slip = activation.issue(house.actor("hana"), house.people["budi"], house.settings)
    browser = house.browser()
    with clock.at(NOON + timedelta(days=30)):
        assert browser.post("/aktivasi", code=slip.code, password=NEW).status_code == 422
    with house.app.app_context():
        organisations.leave(house.agency_id, house.people["budi"], NOON.date())
    browser = house.browser("198.51.100.1")
    assert browser.post("/aktivasi", code=slip.code, password=NEW).status_code == 422


def test_who_leaves_on_a_coming_day_is_here_to_the_day_before_where_the_agency_is(
    house: House,
) -> None:
    with house.app.app_context():
        organisations.leave(house.agency_id, house.people["budi"], date(2026, 1, 21))
        hana = house.actor("hana")
        code = activation.issue(hana, house.people["budi"], house.settings).code
    with clock.at(datetime(2026, 1, 20, 17, tzinfo=UTC)):  # midnight in Jakarta
        late = house.browser("198.51.100.1").post("/aktivasi", code=code, password=NEW)
        assert late.status_code == 422
    assert house.browser().post("/aktivasi", code=code, password=NEW).status_code == 200


def test_a_new_password_ends_sessions_and_leaves_the_second_step(house: House) -> None:
    officer = house.signed_in("hana")
    with house.app.app_context():
        slip = activation.issue(house.actor("adi"), house.people["hana"], house.settings)
    assert house.browser().post("/aktivasi", code=slip.code, password=NEW).status_code == 200
    assert officer.me().status_code == 401
    assert officer.sign_in("hana").status_code == 401
    assert officer.sign_in("hana", NEW).location == "/masuk/kode?lang=id"


def test_guessing_codes_slows_down(house: House) -> None:
    browser = house.browser()
    sent = {"code": "0000-0000-0000-0000", "password": NEW}
    said = [browser.send("POST", "/aktivasi", data=sent).status_code for _ in range(63)]
    assert said[0] == 422 and said[-1] == 429


def test_codes_for_many_take_as_many_queries_as_for_one(house: House) -> None:
    def counted() -> int:
        seen: list[object] = []
        event.listen(db.engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
        activation.issue_for_unit(house.actor("hana"), house.unit, house.settings)
        return len(seen)

    with house.app.app_context():
        counted()
        few = counted()
        for n in range(20):
            person = organisations.add_person(house.agency_id, f"Orang {n}")
            post = organisations.add_post(house.agency_id, house.unit, f"p{n}")
            organisations.hold_post(house.agency_id, person, post, LONG_AGO)
        counted()
        assert counted() == few


@pytest.fixture
def posted(house: House, tmp_path: Path) -> House:
    """The house with mail that goes into a folder, and an address for sari."""
    with house.app.app_context():
        house.change("sari", email="sari@contoh.go.id")
    mail = {"mail": f"folder:{tmp_path}", "mail_from": "kinerja@contoh.go.id"}
    return with_settings(house, address="https://kinerja.contoh.go.id", **mail)


def _letters(house: House) -> list[email.message.EmailMessage]:
    with house.app.app_context():
        resets.send_due(house.settings)
    folder = Path(house.settings.mail.removeprefix("folder:"))
    found = sorted(folder.glob("*.eml"))
    return [email.message_from_bytes(one.read_bytes(), policy=default) for one in found]


def test_a_link_by_mail_leads_to_the_address_of_the_setting(posted: House) -> None:
    browser = posted.browser()
    browser.send("POST", "/masuk/lupa", data={"login": NIPS["sari"]})
    [letter] = _letters(posted)
    assert letter["To"] == "sari@contoh.go.id"
    link = re.search(r"https://\S+", letter.get_content())
    assert link and link[0].startswith("https://kinerja.contoh.go.id/aktivasi/")
    path = link[0].removeprefix("https://kinerja.contoh.go.id")
    code = re.search(r'name="code" value="([^"]+)"', browser.get(path).text)
    assert code
    assert browser.post("/aktivasi", code=code[1], password=NEW).status_code == 200
    assert browser.sign_in("sari", NEW).status_code == 303


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "Forwarded"])
def test_no_header_leads_a_link_elsewhere(posted: House, header: str) -> None:
    value = "host=evil.example" if header == "Forwarded" else "evil.example"
    headers = {header: value}
    asked = posted.browser().send("POST", "/masuk/lupa", data={"login": "sari"}, headers=headers)
    letters = _letters(posted)
    # Under another name we do not even answer; under ours the header changes nothing.
    assert (asked.status_code, len(letters)) == ((400, 0) if header == "Host" else (200, 1))
    assert "evil" not in "".join(letter.as_string() for letter in letters)
    assert all("https://kinerja.contoh.go.id/aktivasi/" in one.get_content() for one in letters)


def test_asking_tells_nothing_and_costs_the_same(posted: House) -> None:
    said, counts = set(), set()
    for n, login in enumerate(("sari", "tia", "nobody")):
        seen: list[object] = []

        def note(*arguments: object, into: list[object] = seen) -> None:
            into.append(arguments[2])

        with posted.app.app_context():
            event.listen(db.engine, "before_cursor_execute", note)
            answer = posted.browser(f"198.51.100.{n}").send(
                "POST", "/masuk/lupa", data={"login": login}
            )
            event.remove(db.engine, "before_cursor_execute", note)
        said.add((answer.status_code, answer.text))
        counts.add(len(seen))
    assert len(said) == len(counts) == 1
    assert [letter["To"] for letter in _letters(posted)] == ["sari@contoh.go.id"]


def test_asking_often_sends_one(posted: House) -> None:
    for _ in range(3):
        posted.browser().send("POST", "/masuk/lupa", data={"login": "sari"})
        posted.browser().send("POST", "/masuk/lupa", data={"login": NIPS["sari"]})
        letters = _letters(posted)
    assert len(letters) == 1


def test_a_mail_that_was_not_taken_is_sent_anew_and_not_for_ever(
    posted: House, tmp_path: Path
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("no folder")
    away = replace(posted.settings, mail=f"folder:{blocked}")
    posted.browser().send("POST", "/masuk/lupa", data={"login": "sari"})
    with posted.app.app_context():
        assert resets.send_due(away) == 0
    posted.browser().send("POST", "/masuk/lupa", data={"login": "sari"})
    assert not _letters(posted), "it waits"
    with clock.at(NOON + resets.AGAIN_AFTER):
        assert len(_letters(posted)) == 1
    with posted.app.app_context():
        assert not table("reset_requests")
        posted.browser().send("POST", "/masuk/lupa", data={"login": "sari"})
        for n in range(2, 9):
            with clock.at(NOON + n * resets.AGAIN_AFTER):
                resets.send_due(away)
        assert not table("reset_requests")
        assert len(table("sign_in_codes")) == resets.MOST


@pytest.mark.parametrize(
    "address", ["a@b.go.id\nBcc: x@evil.example", "sаri@contoh.go.id", "a b@c.id", "@", "x" * 300]
)
def test_an_address_carries_nothing_else(house: House, address: str) -> None:
    with house.app.app_context():
        before = table("accounts")
        with pytest.raises(Exception, match=r"not_an_email|text_length"):
            accounts.set_email(house.actor("hana"), house.people["sari"], {"email": address})
        assert table("accounts") == before


def test_a_colleague_who_asks_ends_no_code_on_paper(posted: House) -> None:
    with posted.app.app_context():
        slip = activation.issue(posted.actor("hana"), posted.people["sari"], posted.settings)
    posted.browser().send("POST", "/masuk/lupa", data={"login": "sari"})
    assert len(_letters(posted)) == 1
    browser = posted.browser()
    assert browser.sign_in("sari", PASSWORD).status_code == 303
    assert browser.post("/aktivasi", code=slip.code, password=NEW).status_code == 200


def test_what_is_wrong_leads_to_its_field(house: House) -> None:
    page = house.browser().post("/aktivasi", code="ABCD", password="pendek").text
    assert '<a href="#password">' in page
    assert re.search(r'<input id="password"[^>]* aria-invalid="true"', page)
    assert "aria-invalid" not in house.browser().get("/aktivasi").text
