"""A server on loopback that keeps what it is sent, and answers as it is told."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Request:
    """What came in: where to, with which headers and which body."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """What was received, and how the next requests are answered: by these statuses in turn, then
    by the last of them. An answer without end comes byte by byte (`drips`, `drips_headers`) or as
    fast as it can (`floods`); `hangs` sends none at all.
    """

    port: int = 0
    statuses: list[int] = field(default_factory=lambda: [204])
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    drips: bool = False
    drips_headers: bool = False
    hangs: bool = False
    floods: bool = False
    got: list[Request] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    flooded: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    def next_status(self) -> int:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


class _Handler(BaseHTTPRequestHandler):
    """Keeps what comes in, and answers; each receiver has a kind of its own."""

    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.got.append(Request(self.path, headers, body))
        self.receiver.arrived.set()
        if self.receiver.hangs:
            self.receiver.over.wait(60)
        elif self.receiver.drips_headers:
            self._drip(b"HTTP/1.1 200 OK\r\n", b"x-more: x\r\n")
        else:
            self._answer()

    def _answer(self) -> None:
        receiver = self.receiver
        self.send_response(receiver.next_status())
        for name, value in receiver.headers.items():
            self.send_header(name, value)
        if not (receiver.drips or receiver.floods):
            self.send_header("content-length", str(len(receiver.body)))
        self.end_headers()
        self.wfile.write(receiver.body)
        if receiver.drips:
            self._drip(b"", b".")
        while receiver.floods and not receiver.over.is_set():
            receiver.flooded += self.wfile.write(b"." * 65_536)

    def _drip(self, first: bytes, drop: bytes) -> None:
        self.wfile.write(first)
        while not self.receiver.over.is_set():
            self.wfile.write(drop)
            time.sleep(0.1)

    def log_message(self, format: str, *words: Any) -> None:
        """The tests' own output is enough."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no fault."""


@contextmanager
def receiving(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver on a free port, until the end; with a context it speaks TLS."""
    receiver = Receiver()
    with _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"receiver": receiver})) as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        receiver.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield receiver
        finally:
            receiver.over.set()
            server.shutdown()
            thread.join()
