"""Connections that are opened to the very address that was checked, and end at a set instant.

A name is looked up once for a delivery, what was found is checked, and one of these addresses is
connected to. Whoever answers for the name can't answer differently between check and connection
(DNS rebinding). Host, SNI and the check of the certificate keep to the name.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from kinerja_flow.webhooks.addresses import Destinations

#: As many of a host's addresses are tried, each for so many seconds at most.
MOST_ADDRESSES, CONNECTING = 3, 5.0


class Barred(Exception):
    """Nothing is sent to this host; `why` is a stable code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass
class Guard:
    """One delivery: where it may go, and when it is over whatever the other side does."""

    destinations: Destinations
    seconds: float
    is_over: bool = False
    _open: socket.socket | None = field(default=None, repr=False)
    _until: float = 0.0

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """End the connection when the time is over. Limits of single reads don't do: an answer
        that comes byte by byte keeps to all of them."""
        self._until = time.monotonic() + self.seconds
        timer = threading.Timer(self.seconds, self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self._let_go()

    def connect(self, host: str, port: int, *, is_secure: bool) -> socket.socket:
        """A connection to a permitted address of the host; Barred where there is none."""
        if port not in self.destinations.ports:
            raise Barred("port")
        found = _addresses(host, port)
        if why := self.destinations.barred((ip_address(at[0]) for _, at in found), is_secure):
            raise Barred(why)
        failed = OSError("no address")
        for family, at in found[:MOST_ADDRESSES]:
            try:
                return self._connected(family, at)
            except OSError as error:
                failed = error
        raise failed

    def _connected(self, family: int, at: Any) -> socket.socket:
        # The look-up of the name has no limit of its own, and may have taken all the time.
        if (left := self._until - time.monotonic()) <= 0:
            self._end()
            raise TimeoutError
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(min(CONNECTING, left))
            connection.connect(at)
            # TLS takes the socket over; a second handle on the connection can still end it.
            self._open = socket.socket(fileno=os.dup(connection.fileno()))
            # The time may have been over before there was a handle to end the connection by.
            if self.is_over:
                raise TimeoutError
        except BaseException:
            connection.close()
            raise
        return connection

    def _end(self) -> None:
        self.is_over = True
        if self._open is not None:
            with contextlib.suppress(OSError):
                self._open.shutdown(socket.SHUT_RDWR)

    def _let_go(self) -> None:
        if self._open is not None:
            self._open.close()


def _addresses(host: str, port: int) -> list[tuple[int, Any]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise Barred("unresolved") from None
    places: list[tuple[int, Any]] = [
        (family, at) for family, *_, at in found if family in (socket.AF_INET, socket.AF_INET6)
    ]
    if not places:
        raise Barred("unresolved")
    return places


class Guarded(HTTPAdapter):
    """The transport of requests over a guard's connections, without retries of its own."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=0)

    def init_poolmanager(self, *sizes: Any, **options: Any) -> None:
        super().init_poolmanager(*sizes, **options)
        self.poolmanager.pool_classes_by_scheme = _pools(self._guard)


def _pools(guard: Guard) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return guard.connect(self._dns_host, self.port or self.default_port, is_secure=False)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return guard.connect(self._dns_host, self.port or self.default_port, is_secure=True)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
