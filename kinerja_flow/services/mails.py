"""Mail that leaves: to a server (SMTP), or as files into a folder that another program empties."""

from __future__ import annotations

import smtplib
import ssl
import uuid
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kinerja_flow.config import Settings
from kinerja_flow.services.logins import is_email
from workflows import Catalogue

MESSAGES = Catalogue(Path(__file__).with_name("mails.yaml"))
FOLDER = "folder:"
SECONDS = 20


@dataclass(frozen=True, slots=True)
class Mail:
    """A message in plain text."""

    to: str
    subject: str
    body: str


def leaves(settings: Settings) -> bool:
    """Whether mail goes anywhere, and its links lead somewhere."""
    return bool(settings.mail and settings.mail_from and settings.address)


def send(mail: Mail, settings: Settings) -> None:
    """Hand a message on. Raises OSError (SMTP's errors among them) where that fails."""
    assert is_email(mail.to), "an address is checked before it is kept"
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = settings.mail_from, mail.to
    message["Subject"] = mail.subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    if settings.mail.startswith(FOLDER):
        _lay(message, Path(settings.mail.removeprefix(FOLDER)))
    else:
        _hand_over(message, settings.mail)


def _lay(message: EmailMessage, folder: Path) -> None:
    """A file that appears whole, readable by its owner alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = folder / f"{uuid.uuid4().hex}.eml"
    half = name.with_suffix(".half")
    half.touch(mode=0o600)
    half.write_bytes(message.as_bytes())
    half.rename(name)


def _hand_over(message: EmailMessage, server: str) -> None:
    at = urlsplit(server)
    with smtplib.SMTP(at.hostname or "localhost", at.port or 25, timeout=SECONDS) as smtp:
        if at.username:
            smtp.starttls(context=ssl.create_default_context())
            smtp.login(unquote(at.username), unquote(at.password or ""))
        smtp.send_message(message)
