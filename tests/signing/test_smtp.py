"""Mail over SMTP, to a server that takes it: in the clear, over TLS with a password, or not."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from kinerja_flow.errors import Invalid
from kinerja_flow.services import accounts, mails, resets
from kinerja_flow.services.mails import Mail
from tests.authority import Authority
from tests.signing.house import House, with_settings

pytestmark = pytest.mark.slow

USER, PASSWORD = b"kinerja@contoh.go.id", b"p@ss:/word?"
#: The same in an address.
TYPED = "kinerja%40contoh.go.id:p%40ss%3A%2Fword%3F@"
FROM = "kinerja@contoh.go.id"


@dataclass
class Postbox:
    """What a mail server took, and whether over TLS."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        letter: Any = message_from_bytes(envelope.content, policy=default)
        self.letters.append(letter)
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        self.over_tls.append(session.ssl is not None)
        return "250 OK"


@contextmanager
def taking(**settings: Any) -> Iterator[Postbox]:
    box = Postbox(_free_port())
    server = Controller(box, hostname="127.0.0.1", port=box.port, **settings)
    server.start()
    try:
        yield box
    finally:
        server.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    """A server that takes mail from whoever knows the password, over TLS, by a known authority."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    known = {"tls_context": authority.context("localhost"), "require_starttls": True}

    def knows(
        _server: Any, _session: Any, _envelope: Any, _mechanism: str, said: Any
    ) -> AuthResult:
        is_right = (said.login, said.password) == (USER, PASSWORD)
        return AuthResult(success=is_right, handled=False)

    with taking(**known, authenticator=knows, auth_required=True) as box:
        yield box


@pytest.fixture
def asking(house: House) -> Callable[..., int]:
    """Sari asks for a new password, and the sweep sends by an address; how many went."""

    def ask(server: str) -> int:
        with house.app.app_context():
            house.change("sari", email="sari@contoh.go.id")
        chosen = {"mail": server, "mail_from": FROM, "address": "https://kinerja.contoh.go.id"}
        posted = with_settings(house, **chosen)
        posted.browser().send("POST", "/masuk/lupa", data={"login": "sari"})
        with posted.app.app_context():
            return resets.send_due(posted.settings)

    return ask


def test_a_link_for_a_new_password_arrives(asking: Callable[..., int]) -> None:
    with taking() as box:
        assert asking(f"smtp://127.0.0.1:{box.port}") == 1
    [letter] = box.letters
    assert box.envelopes == [(FROM, ["sari@contoh.go.id"])]
    assert (letter["From"], letter["To"]) == (FROM, "sari@contoh.go.id")
    assert re.search(r"https://kinerja.contoh.go.id/aktivasi/[0-9A-Z-]{19}", letter.get_content())


def test_with_a_user_it_goes_over_tls_under_the_password(
    secure: Postbox, asking: Callable[..., int]
) -> None:
    assert asking(f"smtp://{TYPED}localhost:{secure.port}") == 1
    assert secure.over_tls == [True] and len(secure.letters) == 1


@pytest.mark.parametrize("typed", ["", "kinerja%40contoh.go.id:salah@"])
def test_without_the_password_it_goes_nowhere_and_nobody_falls_over(
    secure: Postbox, asking: Callable[..., int], typed: str
) -> None:
    assert asking(f"smtp://{typed}localhost:{secure.port}") == 0
    assert secure.letters == []


def test_a_server_of_another_name_or_authority_is_told_nothing(
    secure: Postbox, asking: Callable[..., int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert asking(f"smtp://{TYPED}127.0.0.1:{secure.port}") == 0
    (tmp_path / "another").mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(Authority(tmp_path / "another").file))
    assert asking(f"smtp://{TYPED}localhost:{secure.port}") == 0
    assert secure.letters == []


def test_a_server_that_speaks_no_tls_is_told_no_password(asking: Callable[..., int]) -> None:
    with taking() as box:
        assert asking(f"smtp://{TYPED}127.0.0.1:{box.port}") == 0
    assert box.letters == []


def test_a_server_that_is_away_stops_nobody(asking: Callable[..., int]) -> None:
    assert asking(f"smtp://127.0.0.1:{_free_port()}") == 0


@pytest.mark.parametrize(
    "email",
    [
        "sari@contoh.go.id\r\nBcc: x@evil.example",
        "sari@contoh.go.id\nSubject: x",
        "sari@contoh.go.id, x@evil.example",
        "Sari <sari@contoh.go.id>",
        "sari\x00@contoh.go.id",
        "sari@contoh.go.id\u2028Bcc: x@evil.example",
    ],
)
def test_no_address_adds_a_header_or_a_reader(house: House, email: str) -> None:
    with house.app.app_context():
        with pytest.raises(Invalid):
            accounts.set_email(house.actor("hana"), house.people["sari"], {"email": email})
        with taking() as box:
            chosen = {"mail": f"smtp://127.0.0.1:{box.port}", "mail_from": FROM}
            with pytest.raises(AssertionError):
                mails.send(Mail(email, "Perihal", "Isi"), with_settings(house, **chosen).settings)
        assert box.letters == []


def test_no_name_reaches_a_header(house: House, asking: Callable[..., int]) -> None:
    with house.app.app_context():
        house.change("sari", login="sari")
    with taking() as box:
        forged = "sari\r\nBcc: x@evil.example"
        house.browser().send("POST", "/masuk/lupa", data={"login": forged})
        assert asking(f"smtp://127.0.0.1:{box.port}") == 1
    assert box.envelopes == [(FROM, ["sari@contoh.go.id"])] and box.letters[0]["Bcc"] is None
