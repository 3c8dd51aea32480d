"""Single sign-on: by any provider of OpenID Connect, for known accounts alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from kinerja_flow import clock, create_app
from kinerja_flow.config import Settings
from kinerja_flow.db import db
from tests.builders import NOON, table
from tests.signing import provider as made
from tests.signing.house import NIPS, Browser, House, build
from tests.signing.provider import Provider

pytestmark = [pytest.mark.slow, pytest.mark.portable]
ADDRESS = "https://kinerja.contoh.go.id"


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with made.running() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    running.claims, running.lies, running.key = {}, {}, made.KEY
    return running


@pytest.fixture
def house(database: str, provider: Provider) -> Iterator[House]:
    settings = Settings(
        database_url=database,
        secret_key="tests",
        address=ADDRESS,
        oidc_issuer=provider.issuer,
        oidc_client=made.CLIENT,
        oidc_secret=made.SECRET,
        oidc_claim="nip",
    )
    app = create_app(settings)
    with app.app_context(), clock.at(NOON):
        found = build(app, settings)
    with clock.at(NOON):
        yield found
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _come(browser: Browser, provider: Provider, **claims: Any) -> Any:
    provider.claims = claims
    out = browser.get("/masuk/sso")
    assert out.status_code == 302
    return browser.get(provider.sign_in(out.location))


def test_whoever_the_provider_vouches_for_is_signed_in(house: House, provider: Provider) -> None:
    browser = house.browser()
    assert "SSO" in browser.get("/masuk").text
    done = _come(browser, provider, nip=NIPS["sari"])
    assert (done.status_code, done.location) == (303, "/?lang=id")
    assert browser.me().json["name"] == "Sari"


def test_the_way_out_carries_state_nonce_and_a_challenge_and_leads_back_here(
    house: House, provider: Provider
) -> None:
    headers = {"X-Forwarded-Host": "evil.example"}
    out = house.browser().get("/masuk/sso", headers=headers)
    asked = {name: value[0] for name, value in parse_qs(urlsplit(out.location).query).items()}
    assert asked["redirect_uri"] == f"{ADDRESS}/masuk/sso/kembali"
    assert asked["code_challenge_method"] == "S256"
    assert asked["state"] and asked["nonce"] and asked["code_challenge"]


def test_offices_take_their_second_step_all_the_same(house: House, provider: Provider) -> None:
    done = _come(house.browser(), provider, nip=NIPS["hana"])
    assert done.location == "/masuk/atur?lang=id"


@pytest.mark.parametrize("claims", [{"nip": "1" * 18}, {"nip": ""}, {}, {"nip": ["x"]}])
def test_an_unknown_claim_makes_no_account(
    house: House, provider: Provider, claims: dict[str, Any]
) -> None:
    with house.app.app_context():
        before = len(table("accounts"))
    browser = house.browser()
    refused = _come(browser, provider, **claims)
    assert refused.status_code == 403 and "akun tidak dibuat" in refused.text
    assert browser.cookie is None
    with house.app.app_context():
        assert len(table("accounts")) == before


def test_a_claim_of_several_accounts_opens_none(house: House, provider: Provider) -> None:
    with house.app.app_context():
        build(house.app, house.settings, "lain")
    refused = _come(house.browser(), provider, nip=NIPS["sari"])
    assert refused.status_code == 403 and "beberapa akun" in refused.text


@pytest.mark.parametrize(
    "lies",
    [{"nonce": "other"}, {"nonce": None}, {"aud": "somebody"}, {"iss": "https://evil.example"},
     {"exp": 1_000_000}],
)  # fmt: skip
def test_what_does_not_hold_opens_nothing(
    house: House, provider: Provider, lies: dict[str, Any]
) -> None:
    provider.lies = lies
    browser = house.browser()
    refused = _come(browser, provider, nip=NIPS["sari"])
    assert refused.status_code == 403 and browser.cookie is None


def test_a_signature_by_another_key_opens_nothing(house: House, provider: Provider) -> None:
    provider.key = made.OTHER
    assert _come(house.browser(), provider, nip=NIPS["sari"]).status_code == 403


def test_coming_back_without_having_gone_or_twice_opens_nothing(
    house: House, provider: Provider
) -> None:
    browser, other = house.browser(), house.browser()
    provider.claims = {"nip": NIPS["sari"]}
    back = provider.sign_in(browser.get("/masuk/sso").location)
    assert other.get(back).status_code == 403
    assert other.cookie is None
    assert browser.get(back.replace("state=", "state=x")).status_code == 403
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 403
    assert browser.get("/masuk/sso/kembali?error=access_denied").status_code == 403


@pytest.mark.parametrize(("verified", "status"), [(True, 303), (False, 403), (None, 403)])
def test_an_address_counts_once_it_was_verified(
    house: House, provider: Provider, verified: bool | None, status: int
) -> None:
    with house.app.app_context():
        house.change("sari", email="sari@contoh.go.id")
    settings = house.app.extensions["kinerja_settings"]
    object.__setattr__(settings, "oidc_claim", "email")
    said = {"email": "Sari@contoh.go.id", "email_verified": verified}
    assert _come(house.browser(), provider, **said).status_code == status


def test_a_provider_that_is_away_is_said_to_be(house: House) -> None:
    away = Settings(
        database_url=house.settings.database_url,
        address=ADDRESS,
        oidc_issuer="http://127.0.0.1:9",
        oidc_client=made.CLIENT,
    )
    refused = create_app(away).test_client().get("/masuk/sso")
    assert refused.status_code == 403 and "SSO" in refused.text
