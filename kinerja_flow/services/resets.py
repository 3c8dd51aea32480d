"""A new password by e-mail: asked for by a login, answered by the sweep, alike for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.config import Settings
from kinerja_flow.db import transaction
from kinerja_flow.errors import Invalid
from kinerja_flow.models import Account, ResetRequest, SignInCode
from kinerja_flow.services import account_events, accounts, delays, forms, logins, mails, sessions
from kinerja_flow.services.logins import Known
from kinerja_flow.services.mails import Mail
from kinerja_flow.services.sessions import Device

log = structlog.get_logger()

#: How long a code that was sent by e-mail holds, and after which time another one is sent.
LASTS = timedelta(minutes=30)
AGAIN_AFTER = timedelta(minutes=5)


class AskForm(forms.Form):
    """Whose password is to be a new one."""

    login = logins.typed("login")


ASK = AskForm()


def ask(entry: Mapping[str, Any], device: Device, language: str) -> None:
    """Note that somebody asks for a new password. Whether there is such an account is looked up
    later, by `send_due`, so that neither the answer nor its time tells. Raises Invalid, TooMany."""
    values, wrong = ASK.read(entry)
    if wrong:
        raise Invalid(wrong)
    delays.count_attempt(delays.at_address(device.address))
    asked = ResetRequest(login=values["login"], language=language, asked_at=clock.now())
    with transaction() as session:
        session.merge(asked)


def send_due(settings: Settings) -> int:
    """Send a code to the address of every account for which somebody asked; how many were sent.

    A message may be sent twice where the process dies between, never a code that is not kept. Also
    deletes sessions and counts whose time is over. Safe when several run.
    """
    sent = 0
    while (due := _take(settings)) is not None:
        for mail in due:
            try:
                mails.send(mail, settings)
                sent += 1
            except OSError as error:
                log.error("mail_not_sent", error=type(error).__name__)
    with transaction() as session:
        delays.forget_old(session)
        sessions.forget_ended(session, settings)
    return sent


def _take(settings: Settings) -> list[Mail] | None:
    """The messages for one request, which is over with it; None when there is no more."""
    with transaction() as session:
        r = ResetRequest
        oldest = select(r).order_by(r.asked_at).limit(1).with_for_update(skip_locked=True)
        asked = session.scalar(oldest)
        if asked is None:
            return None
        known = logins.accounts_of(session, asked.login) if mails.leaves(settings) else []
        due = [one for one in known if one.email and not _has_one(session, one)]
        made = [_mail(session, one, asked.language, settings) for one in due]
        session.execute(delete(r).where(r.login == asked.login))
        return made


def _has_one(session: Session, known: Known) -> bool:
    c = SignInCode
    late = c.issued_at > clock.now() - AGAIN_AFTER
    sent = select(c.id).where(c.account_id == known.id, c.kind == "mail", late)
    return session.scalar(sent.limit(1)) is not None


def _mail(session: Session, known: Known, language: str, settings: Settings) -> Mail:
    account = session.get_one(Account, known.id)
    accounts.end_codes(session, [account.id], "mail")
    code, row = accounts.code_row(account, "mail", LASTS, None)
    session.add(row)
    account_events.note(session, account, "code_mailed")
    link = f"{settings.address.rstrip('/')}/aktivasi/{code}?lang={language}"
    words = {"link": link, "minutes": int(LASTS.total_seconds() // 60)}
    subject = mails.MESSAGES.say("reset_subject", language)
    return Mail(str(account.email), subject, mails.MESSAGES.say("reset_body", language, **words))
