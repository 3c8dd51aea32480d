"""A new password by e-mail: asked for by a login, answered by the sweep, alike for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
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

#: How long a code that was sent by e-mail holds, and after which time another one is sent: so many
#: within that time, also where the server takes none.
LASTS, MOST = timedelta(minutes=30), 3
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
        # One that waits to be sent anew goes on waiting.
        if session.get(ResetRequest, asked.login) is None:
            session.add(asked)


def send_due(settings: Settings) -> int:
    """Send a code to the address of every account for which somebody asked; how many were sent.

    Where the server takes a message not, or the process dies, it is sent anew after `AGAIN_AFTER`,
    under another code; maybe twice, never a code that is not kept. Also deletes sessions and counts
    whose time is over. Safe when several run.
    """
    sent = 0
    while (taken := _take(settings)) is not None:
        went = [_send(mail, settings) for mail in taken.mails]
        sent += sum(went)
        if all(went):
            _done(taken)
    with transaction() as session:
        delays.forget_old(session)
        sessions.forget_ended(session, settings)
    return sent


@dataclass(frozen=True, slots=True)
class _Taken:
    """A request that is being answered, put off until `until` in case that comes to nothing."""

    login: str
    until: datetime
    mails: list[Mail]


def _send(mail: Mail, settings: Settings) -> bool:
    try:
        mails.send(mail, settings)
    except OSError as error:
        log.error("mail_not_sent", error=type(error).__name__)
        return False
    return True


def _done(taken: _Taken) -> None:
    """The request is over, unless it was taken anew meanwhile."""
    r = ResetRequest
    with transaction() as session:
        session.execute(delete(r).where(r.login == taken.login, r.asked_at == taken.until))


def _take(settings: Settings) -> _Taken | None:
    """One request that is due with its messages; None when there is no more."""
    with transaction() as session:
        r, now = ResetRequest, clock.now()
        oldest = select(r).where(r.asked_at <= now).order_by(r.asked_at).limit(1)
        asked = session.scalar(oldest.with_for_update(skip_locked=True))
        if asked is None:
            return None
        asked.asked_at = now + AGAIN_AFTER
        known = logins.accounts_of(session, asked.login) if mails.leaves(settings) else []
        due = [one for one in known if one.email and not _has_enough(session, one)]
        made = [_mail(session, one, asked.language, settings) for one in due]
        return _Taken(asked.login, asked.asked_at, made)


def _has_enough(session: Session, known: Known) -> bool:
    c, now = SignInCode, clock.now()
    of = (c.account_id == known.id, c.kind == "mail", c.issued_at > now - LASTS)
    newest = select(c.issued_at).where(*of).order_by(c.issued_at.desc()).limit(MOST)
    issued = list(session.scalars(newest))
    return len(issued) == MOST or any(at > now - AGAIN_AFTER for at in issued)


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
