"""The server of one process: pages by waitress, and a sweep of due clocks beside them."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread
from types import FrameType

import click
import structlog
from flask import Flask

from kinerja_flow import create_app, metrics
from kinerja_flow.cli.application import application
from kinerja_flow.cli.refusals import CannotListen
from kinerja_flow.cli.server import Server
from kinerja_flow.cli.speech import Speech, in_language, speaks
from kinerja_flow.config import Settings
from kinerja_flow.services.deadlines import tick
from kinerja_flow.services.file_sweep import sweep_files
from kinerja_flow.services.resets import send_due
from kinerja_flow.services.run_work import go_on
from kinerja_flow.services.webhook_sweep import deliver

log = structlog.get_logger()


@click.command()
@in_language
@speaks
def serve(speech: Speech) -> None:
    """Serve the pages, and fire due clocks, until stopped (SIGTERM or Ctrl-C)."""
    settings = Settings.from_environment()
    with application(settings, create_app) as app:
        run(app, settings, speech)


def run(app: Flask, settings: Settings, speech: Speech) -> None:
    """Serve until a signal ends it; what is under way is finished first."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    listener = _listener(settings)
    server = Server(app, listener, settings)
    host, port = listener.getsockname()[:2]
    with sweeping(app, settings), _ended_by_signals(server):
        speech.say("listening", style="bold", address=f"http://{_in_url(host)}:{port}/")
        speech.out.file.flush()
        server.run()
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
def _ended_by_signals(server: Server) -> Iterator[None]:
    def end(_number: int, _frame: FrameType | None) -> None:
        server.stop()

    earlier = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, action in earlier.items():
            signal.signal(number, action)


@contextmanager
def sweeping(app: Flask, settings: Settings) -> Iterator[None]:
    """Threads that fire what is due, send mail and webhooks, go on with bulk runs, and remove
    files, every so many seconds; none for 0. Each by itself: nothing slow holds up a clock."""
    over = Event()
    bodies = (
        *(_fire, partial(send_due, settings), partial(_send, settings, over)),
        *(partial(_run, over), partial(sweep_files, app.extensions["kinerja_files"])),
    )
    every = (app, settings.sweep_seconds, over)
    threads = [Thread(target=_sweep, args=(body, *every), name="sweep") for body in bodies]
    running = threads if settings.sweep_seconds > 0 else []
    for thread in running:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in running:
            thread.join()


def _sweep(body: Callable[[], object], app: Flask, seconds: int, over: Event) -> None:
    while not over.is_set():
        try:
            with app.app_context():
                body()
        except Exception as error:  # the database may be away for a while; the next sweep asks anew
            metrics.sweep_failed()
            log.error("sweep_failed", error=type(error).__name__)
        over.wait(seconds)


def _fire() -> None:
    done = tick()
    metrics.swept(done.fired, done.blocked)
    if done.fired or done.blocked:
        log.info("swept", fired=done.fired, blocked=done.blocked)


def _run(over: Event) -> None:
    go_on(lambda: not over.is_set())


def _send(settings: Settings, over: Event) -> None:
    done = deliver(settings, goes_on=lambda: not over.is_set())
    if done.sent or done.failed:
        log.info("webhooks_sent", sent=done.sent, failed=done.failed)
