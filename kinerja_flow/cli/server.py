"""waitress with limits of ours, and an end that drops no answer.

waitress itself ends at once: requests that wait for a thread are cancelled, and answers that a slow
connection has not taken yet are lost.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from threading import Event

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask

from kinerja_flow.config import Settings
from kinerja_flow.services import health

THREADS = 8
CONNECTIONS = 500
#: In bytes, the first line among them.
LARGEST_HEADERS = 16 * 1024
#: Seconds that a connection may be silent.
SILENCE = 30
#: Seconds within which what is under way has to come to its end.
PATIENCE = 30
#: Seconds that a kept connection stays open at the end, for a request that is on its way.
LINGER = 1.0
TURN = 0.2


class _Task(WSGITask):
    """An answer; one given at the end closes its connection."""

    def build_response_header(self) -> bytes:
        if health.is_stopping():
            self.set_close_on_finish()
        header: bytes = super().build_response_header()
        return header


class _Channel(HTTPChannel):
    task_class = _Task


class Server:
    """The server of one process; `stop` may be called by a signal."""

    def __init__(self, app: Flask, listener: socket.socket, settings: Settings) -> None:
        self._stopped, self._grace = Event(), settings.drain_seconds
        self._server = create_server(
            app,
            sockets=[listener],
            ident="kinerja_flow",
            threads=THREADS,
            connection_limit=CONNECTIONS,
            channel_timeout=SILENCE,
            cleanup_interval=SILENCE // 3,
            max_request_header_size=LARGEST_HEADERS,
            # Past the application's limit, so that it is the application that answers.
            max_request_body_size=2 * settings.body_kib * 1024,
            # The application counts the proxies itself.
            clear_untrusted_proxy_headers=False,
            asyncore_use_poll=True,
        )
        self._server.channel_class = _Channel

    def stop(self) -> None:
        """Finish what is under way and end."""
        self._stopped.set()
        self._server.pull_trigger()

    def run(self) -> None:
        """Serve until stopped."""
        while not self._stopped.is_set():
            self._turn()
        health.stop()
        self._turn_for(self._grace, lambda: True)
        self._take_last()
        self._turn_for(PATIENCE, self._is_busy)
        self._server.task_dispatcher.shutdown()
        self._server.trigger.close()

    def _turn(self) -> None:
        wasyncore.loop(timeout=TURN, map=self._server._map, use_poll=True, count=1)

    def _turn_for(self, seconds: float, goes_on: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and goes_on():
            self._turn()

    def _take_last(self) -> None:
        """Take the connections that wait at the door, and close it."""
        known = -1
        while known < len(self._server.active_channels):
            known = len(self._server.active_channels)
            self._server.handle_accept()
        wasyncore.dispatcher.close(self._server)

    def _is_busy(self) -> bool:
        """Whether a connection is left; one that has long been silent is closed."""
        channels = list(self._server.active_channels.values())
        for channel in channels:
            is_idle = not (channel.requests or channel.request or channel.total_outbufs_len)
            if is_idle and time.time() - channel.last_activity > LINGER:
                channel.will_close = True
        return bool(channels)
