"""One delivery: a signed request, by the Standard Webhooks scheme, and what came of it.

Redirects are not followed, proxies and credentials of the environment not used, certificates
verified, and of the answer at most so many bytes read: it is the status alone that counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import requests
from standardwebhooks import Webhook
from urllib3.exceptions import HTTPError

from kinerja_flow.config import Settings
from kinerja_flow.webhooks.addresses import Destinations
from kinerja_flow.webhooks.guard import CONNECTING, Barred, Guard, Guarded

MOST_READ = 64 * 1024
_TAKEN, _MOVED = range(200, 300), range(300, 400)


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: where to, under which id, since when, and signed with which secrets."""

    url: str
    id: str
    at: datetime
    body: str
    secrets: Sequence[str]

    @property
    def headers(self) -> dict[str, str]:
        signed = (Webhook(one).sign(self.id, self.at, self.body) for one in self.secrets)
        return {
            "content-type": "application/json",
            "user-agent": "kinerja_flow",
            "accept-encoding": "identity",
            "webhook-id": self.id,
            "webhook-timestamp": str(int(self.at.timestamp())),
            "webhook-signature": " ".join(signed),
        }


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a delivery: no problem, or its stable code; and the status of the answer."""

    problem: str | None
    status: int | None = None

    @property
    def is_taken(self) -> bool:
        return self.problem is None


def send(message: Message, settings: Settings) -> Sent:
    """Send a message once. Whatever goes wrong is told by its code, never raised."""
    guard = Guard(Destinations.of(settings), settings.webhook_seconds)
    with guard.watching(), requests.Session() as session:
        session.trust_env = False
        session.mount("https://", Guarded(guard))
        session.mount("http://", Guarded(guard))
        try:
            found = _posted(session, message, settings)
        except Barred as barred:
            return Sent(barred.why)
        except requests.exceptions.SSLError:
            found = Sent("tls")
        except requests.exceptions.Timeout:
            found = Sent("timeout")
        except (requests.exceptions.RequestException, OSError, ValueError):
            found = Sent("connection")
    return Sent("timeout") if guard.is_over and found.status is None else found


def _posted(session: requests.Session, message: Message, settings: Settings) -> Sent:
    limits = (CONNECTING, float(settings.webhook_seconds))
    with session.post(
        message.url,
        data=message.body.encode(),
        headers=message.headers,
        timeout=limits,
        verify=settings.webhook_ca or True,
        allow_redirects=False,
        stream=True,
    ) as answer:
        # Read for politeness alone: whatever follows the status changes nothing.
        with suppress(HTTPError, OSError):
            answer.raw.read(MOST_READ, decode_content=False)
        return _told(answer.status_code)


def _told(status: int) -> Sent:
    if status in _TAKEN:
        return Sent(None, status)
    return Sent("redirect" if status in _MOVED else "status", status)
