"""Who comes into the back office, and what nobody sends it: programs, other sites, an auditor."""

from __future__ import annotations

import re
from uuid import uuid4

from kinerja_flow.services import service_tokens
from tests.admin.office import Office, rules_of

#: Of the way out of a form without its token.
FORGED = "GET /api/v1/me"
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def address(rule: str) -> str:
    """The rule with an id for each of its places; what is not there is asked for last of all."""
    return re.sub(r"<[^>]*>", str(uuid4()), rule)


def test_offices_come_in_and_employees_do_not(office: Office) -> None:
    for who in ("officer", "administrator", "auditor"):
        assert office.browser(who).get("/admin/").status_code == 200
    for who in ("sari", "chief"):
        assert office.browser(who).get("/admin/").status_code == 403


def test_a_stranger_is_led_to_the_sign_in(office: Office) -> None:
    answer = office.app.test_client().get("/admin/webhook/")
    assert answer.status_code == 401 and 'href="/masuk?lang=id"' in answer.text


def test_every_screen_is_closed_to_who_holds_no_office(office: Office) -> None:
    sari, stranger = office.browser("sari"), office.app.test_client()
    for rule in rules_of(office.app, frozenset({"GET"})):
        assert sari.get(address(rule)).status_code == 403, rule
        with office.app.app_context():
            assert stranger.get(address(rule)).status_code == 401, rule


def test_a_program_stays_outside(office: Office) -> None:
    entry = {"name": "Portal", "scopes": ["*:read", "*:write"], "days": 9}
    secret = service_tokens.issue(office.actor("officer"), entry).secret
    answer = office.app.test_client().get("/admin/", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 403


def test_no_form_of_another_site_does_anything(office: Office) -> None:
    officer = office.browser("officer")
    routes = rules_of(office.app, UNSAFE)
    assert routes
    for rule, method in routes.items():
        for data in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
            refused = officer.send(method, address(rule), data=data)
            assert refused.status_code == 403 and FORGED in refused.text, rule


def test_an_auditor_changes_nothing(office: Office) -> None:
    auditor = office.browser("auditor")
    for rule, method in rules_of(office.app, UNSAFE).items():
        refused = auditor.send(method, address(rule), data={"csrf": auditor.csrf})
        assert refused.status_code == 403 and "administrator" in refused.text.lower(), rule


def test_nothing_is_done_by_looking(office: Office) -> None:
    """What a form does is no address to be looked at: a GET of it finds no page."""
    officer = office.browser("officer")
    acts = rules_of(office.app, UNSAFE).keys() - rules_of(office.app, frozenset({"GET"})).keys()
    assert acts
    for rule in acts:
        assert officer.get(address(rule)).status_code in (404, 405), rule


def test_every_answer_is_guarded_by_a_strict_policy(office: Office) -> None:
    page = office.browser("officer").get("/admin/webhook/")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert page.headers["Cache-Control"] == "no-store"


def test_nothing_of_flask_admins_own_look_is_served(office: Office) -> None:
    officer = office.browser("officer")
    assert officer.get("/admin/static/admin/css/bootstrap4/admin.css").status_code == 404
    assert "bootstrap" not in officer.get("/admin/").text
