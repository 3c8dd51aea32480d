"""Private servers of tests, each on a port of its own."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

SERVE = ["-c", "import sys; from kinerja_flow.cli import main; sys.exit(main())", "serve"]


@contextmanager
def serving(app: Flask, program: list[str], **settings: str) -> Iterator[tuple[Any, int]]:
    """The process of a server that answers, and its port; it ends with the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given = {"KINERJA_DATABASE_URL": app.extensions["kinerja_settings"].database_url}
    given |= {"KINERJA_PORT": str(port), "KINERJA_LIMIT_ACTOR": "0", **settings}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = [sys.executable, *program]
    with subprocess.Popen(command, env=os.environ | given, cwd=Path(__file__).parents[1],
                          **quiet) as server:  # fmt: skip
        try:
            _until_ready(port)
            yield server, port
        finally:
            server.kill()  # a test that fails must not wait for it


def _until_ready(port: int) -> None:
    for _ in range(900):
        if status_of(port, "/readyz") == 200:
            return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")


def status_of(port: int, path: str) -> int | None:
    """The status of the answer; None where nobody answers."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as link:
        try:
            link.request("GET", path)
            return link.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
