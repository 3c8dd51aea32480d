"""Where deliveries may go: no address but a permitted one is connected to, and none for long."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from kinerja_flow.config import ListError, Settings
from kinerja_flow.webhooks import (
    MOST_READ,
    Destinations,
    Message,
    Sent,
    new_secret,
    send,
    wrong_with,
)
from tests.authority import Authority
from tests.webhooks.conftest import real_now, settings_for
from tests.webhooks.receiver import Receiver, receiving

NAME = "hooks.example.test"
#: Each is refused, whatever name leads to it.
BARRED = """
    127.0.0.1 127.8.8.8 0.0.0.0 10.0.0.1 100.64.0.1 169.254.169.254 172.16.0.1 172.31.255.255
    192.168.1.1 192.0.0.8 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1
    239.255.255.250 240.0.0.1 255.255.255.255
    :: ::1 fe80::1 fec0::1 fc00::1 fd12:3456::1 ff02::1 2001:db8::1 2001::1 3fff::1 100::1
    ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::127.0.0.1
    64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 2002:7f00:1:: 2002:c0a8:101::1 5f00::1
""".split()  # noqa: SIM905
PUBLIC = """
    8.8.8.8 172.15.0.1 172.32.0.1 192.0.1.1 103.28.0.1 2606:4700::1111 2001:4860:4860::8888
    ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1
""".split()  # noqa: SIM905

Answers = list[list[str]]


class Resolver:
    """Answers look-ups in place of the system's resolver: each time with the next of its lists."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self, host: str, port: int, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        found = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [self._told(one, port) for one in found]

    @staticmethod
    def _told(address: str, port: int) -> tuple[Any, ...]:
        is_4 = ip_address(address).version == 4
        family = socket.AF_INET if is_4 else socket.AF_INET6
        place = (address, port) if is_4 else (address, port, 0, 0)
        return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", place


@pytest.fixture
def resolving(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Resolver]:
    """Put a resolver of the test's where the standard library asks the system's."""

    def put(*answers: list[str]) -> Resolver:
        resolver = Resolver(*answers)
        monkeypatch.setattr(socket, "getaddrinfo", resolver)
        return resolver

    return put


def sent(url: str, settings: Settings) -> Sent:
    return send(Message(url, "1", real_now(), "{}", [new_secret()]), settings)


def public(port: int = 443) -> Settings:
    """Settings as they are by default: no network beside the public ones."""
    return settings_for("", port, webhook_networks="")


@pytest.mark.parametrize("address", BARRED)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_name_leads_to_an_address_that_is_not_public(
    resolving: Callable[..., Resolver], address: str, scheme: str
) -> None:
    resolving([address])
    assert sent(f"{scheme}://{NAME}:443/", public()) == Sent("address")


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_permitted_over_tls_alone(address: str) -> None:
    assert Destinations().barred([ip_address(address)], True) is None
    assert Destinations().barred([ip_address(address)], False) == "insecure"


def test_one_barred_address_of_a_name_bars_all(resolving: Callable[..., Resolver]) -> None:
    resolving(["8.8.8.8", "10.0.0.1"])
    assert sent(f"https://{NAME}/", public()) == Sent("address")


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "localhost"),
        *("localhost.", "[::1]", "[::ffff:127.0.0.1]", "user:secret@127.0.0.1"),
    ],
)
def test_no_way_of_writing_this_machine_reaches_it(
    receiver: Receiver, resolving: Callable[..., Resolver], host: str
) -> None:
    """The resolver answers as the system's does, which reads odd numbers as addresses too."""
    resolving(["127.0.0.1"])
    assert sent(f"http://{host}:{receiver.port}/", public(receiver.port)) == Sent("address")
    assert receiver.got == []


def test_a_name_is_looked_up_once_and_that_address_is_connected_to(
    receiver: Receiver, resolving: Callable[..., Resolver]
) -> None:
    """Whoever answers for the name changes their answer after the check (DNS rebinding)."""
    resolver = resolving(["127.0.0.1"], ["169.254.169.254"])
    settings = settings_for("", receiver.port)
    url = f"http://{NAME}:{receiver.port}/hooks"
    assert sent(url, settings).is_taken
    assert resolver.asked == 1
    assert receiver.got[0].headers["host"] == f"{NAME}:{receiver.port}"
    assert sent(url, settings) == Sent("address"), "the next delivery is checked anew"
    assert resolver.asked == 2


def test_a_name_that_turns_from_public_to_private_is_caught(
    receiver: Receiver, resolving: Callable[..., Resolver]
) -> None:
    resolving(["127.0.0.1"])
    assert wrong_with(f"https://{NAME}/", Destinations()) is None
    assert sent(f"https://{NAME}:{receiver.port}/", public(receiver.port)) == Sent("address")
    assert receiver.got == []


def test_only_ports_that_are_allowed(receiver: Receiver) -> None:
    assert sent(receiver.url, settings_for("", 443)) == Sent("port")
    assert receiver.got == []


def test_a_name_that_nobody_knows(resolving: Callable[..., Resolver]) -> None:
    resolving([])
    assert sent(f"https://{NAME}/", public()) == Sent("unresolved")


def test_nobody_listens(receiver: Receiver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert sent(f"http://127.0.0.1:{port}/", settings_for("", port)) == Sent("connection")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    receiver.statuses, receiver.headers = [status], {"location": receiver.url + "/elsewhere"}
    assert sent(receiver.url, settings_for("", receiver.port)) == Sent("redirect", status)
    assert len(receiver.got) == 1


def test_nothing_of_the_environment_is_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert sent(receiver.url, settings_for("", receiver.port)).is_taken
    assert "authorization" not in receiver.got[0].headers


def test_whoever_does_not_answer_in_time_is_left(receiver: Receiver) -> None:
    receiver.hangs = True
    found = sent(receiver.url, settings_for("", receiver.port, webhook_seconds=1))
    assert found == Sent("timeout")


@pytest.mark.parametrize(("library", "name"), [(socket, "getaddrinfo"), (os, "dup")])
def test_what_took_all_the_time_before_anything_was_sent_ends_it(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, library: Any, name: str
) -> None:
    """A resolver that answers late, and a connection made as the time ran out."""

    def slow(*given: Any, **more: Any) -> Any:
        time.sleep(0.4)
        return usual(*given, **more)

    usual = getattr(library, name)
    monkeypatch.setattr(library, name, slow)
    found = sent(receiver.url, settings_for("", receiver.port, webhook_seconds=0.2))
    assert found == Sent("timeout") and receiver.got == []


@pytest.mark.parametrize("how", ["drips", "drips_headers"])
def test_an_answer_without_end_is_left_and_its_status_counts(receiver: Receiver, how: str) -> None:
    receiver.statuses = [200]
    setattr(receiver, how, True)
    found = sent(receiver.url, settings_for("", receiver.port, webhook_seconds=1))
    assert found == Sent(None, 200)


def test_of_a_huge_answer_little_is_read(receiver: Receiver) -> None:
    receiver.statuses, receiver.floods = [200], True
    assert sent(receiver.url, settings_for("", receiver.port)) == Sent(None, 200)
    time.sleep(0.2)  # in which a receiver that is read would send far more
    assert receiver.flooded < 256 * MOST_READ, "the rest is what the buffers of two sockets hold"


def test_a_packed_answer_is_not_unpacked(receiver: Receiver) -> None:
    receiver.body, receiver.headers = b"no gzip at all", {"content-encoding": "gzip"}
    receiver.statuses = [200]
    assert sent(receiver.url, settings_for("", receiver.port)) == Sent(None, 200)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def secure(authority: Authority) -> Iterator[Receiver]:
    with receiving(authority.context(NAME)) as found:
        yield found


def test_the_certificate_is_checked_by_the_name(
    secure: Receiver, authority: Authority, resolving: Callable[..., Resolver]
) -> None:
    resolving(["127.0.0.1"])
    trusting = settings_for("", secure.port, webhook_ca=str(authority.file))
    assert sent(f"https://{NAME}:{secure.port}/", trusting) == Sent(None, 204)
    assert sent(f"https://other.example.test:{secure.port}/", trusting) == Sent("tls")
    doubting = settings_for("", secure.port)
    assert sent(f"https://{NAME}:{secure.port}/", doubting) == Sent("tls")
    assert len(secure.got) == 1


def test_a_missing_file_of_authorities_is_told_and_nothing_sent(receiver: Receiver) -> None:
    settings = settings_for("", receiver.port, webhook_ca=os.devnull + "/none")
    assert not sent(f"https://127.0.0.1:{receiver.port}/", settings).is_taken
    assert receiver.got == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("KINERJA_WEBHOOK_NETWORKS", "10.1.0.0/16, intranet"),
        ("KINERJA_WEBHOOK_NETWORKS", "10.1.0.1/16"),
        ("KINERJA_WEBHOOK_PORTS", "443,0"),
        ("KINERJA_WEBHOOK_PORTS", "https"),
    ],
)
def test_settings_that_cannot_be_read_are_refused_at_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.setenv(name, said)
    with pytest.raises(ListError, match=name):
        Settings.from_environment()


def test_networks_and_ports_are_read_from_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINERJA_WEBHOOK_NETWORKS", "10.1.0.0/16, FD00::/8")
    monkeypatch.setenv("KINERJA_WEBHOOK_PORTS", "443, 8443")
    found = Destinations.of(Settings.from_environment())
    assert found.ports == {443, 8443}
    assert found.allows(ip_address("10.1.2.3")) and found.allows(ip_address("fd00::1"))
    assert not found.allows(ip_address("10.2.0.1"))
