"""What every screen shows, to whom, and how a reader who does not see it finds their way."""

from __future__ import annotations

from uuid import UUID

import pytest

from kinerja_flow.db import transaction
from kinerja_flow.models import DEAD, Delivery
from kinerja_flow.services import (
    history_search,
    service_tokens,
    webhook_deliveries,
    webhook_events,
    webhooks,
)
from tests.admin.office import Office, rules_of
from tests.builders import table
from tests.test_start_page import Outline

LARGEST = 150_000
HOOK = {"name": "Portal", "url": "https://example.go.id/hooks", "events": ["case.moved"]}


def screens(office: Office) -> list[str]:
    """The address of every screen, with ids of what is there."""
    settings = office.app.extensions["kinerja_settings"]
    hook = webhooks.subscribe(office.actor("officer"), HOOK, settings).id
    office.books.start("sari")
    webhook_events.tell()
    case = office.world.cases["sari"]
    found = [
        rule.replace("<uuid:webhook_id>", str(hook))
        for rule in rules_of(office.app, frozenset({"GET"}))
        if not rule.endswith("/berkas")
    ]
    assert not [rule for rule in found if "<" in rule], "give its place an id above"
    person = office.person("chief")
    asked = f"/admin/mengapa/?case={case}&person={person}&what=action.submit_plan"
    return [*found, f"/admin/riwayat/?case={case}", f"/admin/pembacaan/?case={case}", asked]


def test_every_screen_reads_well_and_runs_nothing(office: Office) -> None:
    officer = office.browser("officer")
    for path in screens(office):
        for lang in ("id", "en"):
            mark = "&" if "?" in path else "?"
            answer = officer.get(f"{path}{mark}lang={lang}")
            assert answer.status_code == 200, (path, answer.text)
            assert len(answer.data) < LARGEST
            _reads_well(Outline(answer.text), lang, path)


def _reads_well(page: Outline, lang: str, path: str) -> None:
    assert ("html", {"lang": lang}) in page.attributes
    for tag in ("h1", "main"):
        assert page.tags.count(tag) == 1, (path, tag)
    assert page.tags.count("table") == page.tags.count("caption")
    assert not {"script", "style", "iframe"} & set(page.tags)
    for tag, attributes in page.attributes:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        assert tag != "th" or "scope" in attributes, path
        assert "//" not in (attributes.get("href") or attributes.get("src") or ""), path


def test_the_menu_leads_to_what_the_office_may_see(office: Office) -> None:
    of_administrator = office.browser("administrator").get("/admin/").text
    assert "/admin/sesi/" in of_administrator and "/admin/riwayat/" not in of_administrator
    assert office.browser("administrator").get("/admin/riwayat/").status_code == 403
    assert "/admin/riwayat/" in office.browser("auditor").get("/admin/").text


def test_no_screen_shows_anything_of_another_agency(office: Office) -> None:
    """Every screen of a stranger from another agency, of which the cases have acts as well."""
    paths = screens(office)
    stranger = office.browser("auditor", office.books.other)
    ours = {str(one) for one in (*office.world.cases.values(), *office.world.people.values())}
    for path in paths:
        answer = stranger.get(path)
        assert answer.status_code in (200, 404), path
        asked = {part for part in path.split("/") if part} | set(path.partition("?")[2].split("&"))
        shown = {one for one in ours if one in answer.text} - {a.split("=")[-1] for a in asked}
        assert not shown, path


def test_a_filter_that_cannot_be_read_is_refused_and_named(office: Office) -> None:
    officer = office.browser("officer")
    case = office.world.cases["sari"]
    for query in (
        "riwayat/?year=abc",
        "riwayat/?year=2026&from_on=kemarin",
        "riwayat/?after=x_y_z",
        "riwayat/?after=2026-01-01T00:00:00_0_0",
        "riwayat/?after=0001-01-01T00:00:00%2B23:59_00000000-0000-0000-0000-000000000000_1",
        f"riwayat/?after=2026-01-01T00:00:00Z_{case}_{'9' * 20}",
        "riwayat/?case='; DROP TABLE cases",
        "riwayat/?unknown=1",
        "riwayat/berkas?form=exe",
        "kotak-keluar/?after=1",
        "kotak-keluar/?person=x",
        "peran/?person=x",
        f"mengapa/?case={case}&person={office.person('sari')}&what=nothing",
    ):
        answer = officer.get(f"/admin/{query}")
        assert answer.status_code == 400 and "<h1>" in answer.text, (query, answer.status_code)


def test_the_history_tells_who_did_what_and_leads_on(office: Office) -> None:
    office.books.start("sari")
    found = office.browser("auditor").get("/admin/riwayat/?lang=en").text
    assert "sari" in found and "chief, " in found
    assert "/admin/mengapa/?" in found
    one = office.browser("officer").get(f"/admin/riwayat/?whose={office.person('tia')}").text
    assert "chief, " not in one


def test_the_history_goes_out_without_live_formulas(office: Office) -> None:
    office.books.start("sari")
    answer = office.browser("officer").get("/admin/riwayat/berkas?form=csv&lang=en")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = answer.get_data(as_text=True).splitlines()
    assert rows[0].startswith("Local time,Employee") and len(rows) > 8
    assert all("+07:00," in row for row in rows[1:]), "in the zone of the agency"
    book = office.browser("officer").get("/admin/riwayat/berkas?form=xlsx")
    assert book.data[:2] == b"PK"


def test_a_history_that_no_file_holds_is_refused_whole(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.books.start("sari")
    officer, ask = office.browser("officer"), "/admin/riwayat/berkas?form=csv"
    count = len(officer.get(ask).get_data(as_text=True).splitlines()) - 1
    monkeypatch.setattr(history_search, "MOST_IN_FILE", count)
    assert officer.get(ask).status_code == 200
    monkeypatch.setattr(history_search, "MOST_IN_FILE", count - 1)
    refused = officer.get(ask)
    assert refused.status_code == 422 and "hari yang lebih sedikit" in refused.text


def test_the_outbox_tells_nobody_who_hears_of_what(office: Office) -> None:
    """Some who are asked to rate do so anonymously: no name, no id and no case."""
    office.books.start("sari")
    [shown] = office.browser("auditor").get("/admin/kotak-keluar/").text.split("<tbody>")[1:]
    heard = table("outbox")
    assert heard and all(row["event"] in shown for row in heard)
    people, cases = office.world.people, office.world.cases
    hidden = {*people, *map(str, people.values()), *map(str, cases.values())}
    assert not {one for one in hidden if f">{one}<" in shown}


def test_a_delivery_that_was_given_up_is_sent_again(office: Office) -> None:
    settings = office.app.extensions["kinerja_settings"]
    officer = office.actor("officer")
    hook = webhooks.subscribe(officer, HOOK, settings).id
    office.books.start("sari")
    webhook_events.tell()
    delivery = webhook_deliveries.deliveries(officer, hook)[0].id
    browser = office.browser("officer")
    waits = browser.post(f"/admin/webhook/{hook}/ulangi/{delivery}")
    assert waits.status_code == 409 and "Jalan keluar" in waits.text
    _give_up(delivery)
    again = browser.post(f"/admin/webhook/{hook}/ulangi/{delivery}")
    assert again.status_code == 303 and "said=delivery_replayed" in again.headers["Location"]
    assert 'role="status"' in browser.get(again.headers["Location"]).text


def test_a_token_of_somebody_is_ended_and_no_secret_is_shown(office: Office) -> None:
    entry = {"name": "Portal Sari", "scopes": ["*:read"], "days": 9}
    made = service_tokens.issue(office.actor("sari"), entry)
    officer = office.browser("officer")
    page = officer.get("/admin/token/").text
    assert "Portal Sari" in page and made.secret not in page
    assert officer.post(f"/admin/token/{made.id}/akhiri").status_code == 303
    [token] = service_tokens.tokens_of(office.actor("sari"))
    assert token.revoked_at is not None


def test_a_session_of_somebody_is_ended(office: Office) -> None:
    sari, keeper = office.browser("sari"), office.browser("administrator")
    page = keeper.get("/admin/sesi/").text
    assert "203.0.113.7" not in page
    [address] = _acts(page, "sari")
    assert keeper.post(address).status_code == 303
    assert sari.get("/akun").status_code == 401


def test_retention_is_set_and_what_is_wrong_is_said_beside_the_form(office: Office) -> None:
    officer = office.browser("officer")
    assert officer.post("/admin/retensi/", what="notifications", days="0").status_code == 422
    assert officer.post("/admin/retensi/", what="notifications", days="90").status_code == 303
    assert '<td class="number">90</td>' in officer.get("/admin/retensi/").text


def _give_up(delivery_id: UUID) -> None:
    """Past the sweep, which would need ten attempts for it."""
    with transaction() as session:
        row = session.get_one(Delivery, delivery_id)
        row.outcome, row.problem, row.ended_at = DEAD, "status", row.at


def _acts(page: str, label: str) -> list[str]:
    """The addresses of the forms whose button names somebody."""
    found = [form for form in page.split("<form ")[1:] if f">Akhiri {label}<" in form]
    return [form.split('action="')[1].split('"')[0] for form in found]
