"""What an operator runs beside the server: the sweep of due clocks, and proofs of the record."""

from __future__ import annotations

from typing import Any

import click
from rich.text import Text

from kinerja_flow.cli.application import application
from kinerja_flow.cli.refusals import FAILED
from kinerja_flow.cli.speech import Speech, as_json, in_language, speaks
from kinerja_flow.config import Settings
from kinerja_flow.services.deadlines import tick as sweep
from kinerja_flow.services.file_sweep import sweep_files
from kinerja_flow.services.resets import send_due
from kinerja_flow.services.run_work import go_on
from kinerja_flow.services.verify import Finding, verify_history
from kinerja_flow.services.verify_results import Recount, verify_results
from kinerja_flow.services.webhook_sweep import deliver


@click.command()
@as_json
@in_language
@speaks
def tick(speech: Speech) -> None:
    """Fire every clock that is due, go on with bulk runs, then send what webhooks are to hear. Safe
    to run twice."""
    settings = Settings.from_environment()
    with application(settings) as app, speech.error.status(speech.text("ticking")):
        done = sweep()
        go_on()
        send_due(settings)
        sweep_files(app.extensions["kinerja_files"])
        sent = deliver(settings)
    said: dict[str, Any] = {
        "fired": done.fired,
        "blocked": done.blocked,
        "sent": sent.sent,
        "failed": sent.failed,
    }
    if speech.is_json:
        speech.write(said)
    else:
        speech.say("ticked", **said)


@click.group()
def verify() -> None:
    """Prove that what is stored is whole."""


@verify.command()
@as_json
@in_language
@speaks
def history(speech: Speech) -> int:
    """Replay the history of every case and compare it with what the case says now."""
    with application(), speech.error.status(speech.text("verifying")):
        findings = list(verify_history())
    return _told(speech, "history", findings)


@verify.command()
@as_json
@in_language
@speaks
def results(speech: Speech) -> int:
    """Compute every stored result again and compare it, digit by digit, with what is stored."""
    recount = Recount()
    with application(), speech.error.status(speech.text("recomputing")):
        findings = list(verify_results(recount))
    return _told(speech, "results", findings, computed=recount.results, reworded=recount.reworded)


def _told(speech: Speech, what: str, findings: list[Finding], **counts: int) -> int:
    if speech.is_json:
        found = [finding.as_json() for finding in findings]
        speech.write({"is_whole": not findings, **counts, "findings": found})
    else:
        for finding in findings:
            words = {name: value or "-" for name, value in finding.as_json().items()}
            speech.out.print(Text(speech.text("finding", **words), "red"))
        code = f"{what}_broken" if findings else f"{what}_whole"
        speech.out.print(Text(speech.text(code, count=len(findings), **counts)))
    return FAILED if findings else 0
