"""The server of one process: pages by waitress, and a sweep of due clocks beside them."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from types import FrameType

import click
import structlog
from flask import Flask
from waitress.server import create_server

from kinerja_flow.cli.application import application
from kinerja_flow.cli.refusals import CannotListen
from kinerja_flow.cli.speech import Speech, in_language, speaks
from kinerja_flow.config import Settings
from kinerja_flow.services.deadlines import tick

log = structlog.get_logger()


@click.command()
@in_language
@speaks
def serve(speech: Speech) -> None:
    """Serve the pages, and fire due clocks, until stopped (SIGTERM or Ctrl-C)."""
    settings = Settings.from_environment()
    with application(settings) as app:
        run(app, settings, speech)


def run(app: Flask, settings: Settings, speech: Speech) -> None:
    """Serve until a signal ends it; what is under way is finished first."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    listener = _listener(settings)
    server = create_server(app, sockets=[listener], ident="kinerja_flow")
    host, port = listener.getsockname()[:2]
    with sweeping(app, settings.sweep_seconds), _ended_by_signals():
        speech.say("listening", style="bold", address=f"http://{_in_url(host)}:{port}/")
        speech.out.file.flush()
        server.run()
    server.close()
    speech.say("stopped")


def _listener(settings: Settings) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (while")[0]
        raise CannotListen(settings.host, settings.port, reason) from error


def free_port(host: str, wanted: int) -> int:
    """The wanted port if nobody listens there, else 0: any that is free."""
    try:
        with socket.create_server((host, wanted)):
            return wanted
    except OSError:
        return 0


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    def end(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit  # waitress takes it as the word to finish and stop

    earlier = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, action in earlier.items():
            signal.signal(number, action)


@contextmanager
def sweeping(app: Flask, seconds: int) -> Iterator[None]:
    """A thread that fires what is due every so many seconds; none for 0."""
    over = Event()
    thread = Thread(target=_sweep, args=(app, seconds, over), name="sweep")
    if seconds > 0:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if thread.ident is not None:
            thread.join()


def _sweep(app: Flask, seconds: int, over: Event) -> None:
    while not over.is_set():
        try:
            with app.app_context():
                done = tick()
        except Exception as error:  # the database may be away for a while; the next sweep asks anew
            log.error("sweep_failed", error=type(error).__name__)
        else:
            if done.fired or done.blocked:
                log.info("swept", fired=done.fired, blocked=done.blocked)
        over.wait(seconds)
