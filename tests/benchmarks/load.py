"""A client that costs little: so many connections, each asking again as soon as it was answered."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import secrets
import socket
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

#: What one connection sends next, seeing the last answer.
Asking = Callable[[Any], bytes]
PREFIX = "/api/v1/cases"


@dataclass(frozen=True, slots=True)
class Part:
    """A case that a connection works on, with the tokens of the two who move it."""

    case_id: str
    employee: str
    assessor: str
    reader: str
    version: int
    state: str = "drafting"


def acting(part: Part) -> Asking:
    """Hands in and returns by turns, by the version that was answered, under a key each time."""
    run, numbers = secrets.token_hex(6), itertools.count()

    def ask(seen: Any) -> bytes:
        state, version = (seen["state"], seen["version"]) if seen else (part.state, part.version)
        is_employee = state == "drafting"
        action, token = ("submit", part.employee) if is_employee else ("return", part.assessor)
        headers = {"If-Match": f'"{version}"', "Idempotency-Key": f"{run}-{next(numbers)}"}
        return _request("POST", f"{PREFIX}/{part.case_id}/actions/{action}", token, headers)

    return ask


def listing(part: Part) -> Asking:
    """Asks for twenty cases."""
    sent = _request("GET", f"{PREFIX}?limit=20&as={part.reader}", part.assessor, {})
    return lambda _: sent


def plain_listing(part: Part) -> Asking:
    """The same without what the yardstick alone is told."""
    sent = _request("GET", f"{PREFIX}?limit=20", part.assessor, {})
    return lambda _: sent


KINDS = {"act": acting, "list": listing, "plain list": plain_listing}


def _request(method: str, path: str, token: str, headers: dict[str, str]) -> bytes:
    body = b"{}" if method == "POST" else b""
    sent = {"Host": "localhost", "Authorization": f"Bearer {token}", **headers}
    if body:
        sent |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Client:
    """A process of its own, so that its work is not counted as the server's."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()

    def ask(self, port: int, kind: str, parts: Sequence[Part], seconds: float) -> list[float]:
        """The seconds that each answer took; a connection for each part."""
        self._pipe.send((port, kind, list(parts), seconds))
        said = self._pipe.recv()
        if isinstance(said, str):
            raise RuntimeError(said)
        found: list[float] = said
        return found

    def close(self) -> None:
        self._pipe.send(None)
        self._process.join(10)


def _serve(pipe: Connection) -> None:
    while told := pipe.recv():
        try:
            pipe.send(_together(*told))
        except Exception:
            pipe.send(traceback.format_exc())


def _together(port: int, kind: str, parts: Sequence[Part], seconds: float) -> list[float]:
    found: list[list[float] | Exception] = []

    def one(part: Part) -> None:
        try:
            found.append(_ask(port, KINDS[kind](part), seconds))
        except Exception as error:
            found.append(error)

    threads = [threading.Thread(target=one, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed := next((error for error in found if isinstance(error, Exception)), None):
        raise failed
    return [took for times in found if isinstance(times, list) for took in times]


def _ask(port: int, asking: Asking, seconds: float) -> list[float]:
    times: list[float] = []
    seen: Any = None
    with socket.create_connection(("127.0.0.1", port)) as link:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        until = time.perf_counter() + seconds
        while (start := time.perf_counter()) < until:
            link.sendall(asking(seen))
            seen = json.loads(_answer(link))
            times.append(time.perf_counter() - start)
    return times


def _answer(link: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(link)
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(received.decode(errors="replace")[:1000])
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += _more(link)
    return body


def _more(link: socket.socket) -> bytes:
    got = link.recv(65_536)
    if not got:
        raise RuntimeError("the server closed the connection")
    return got
