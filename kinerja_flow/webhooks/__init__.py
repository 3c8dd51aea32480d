"""What is sent to other systems: signed, and over a connection that leads where it may lead.

Knows no database: `services` says what is sent to whom, and keeps what came of it.
"""

from kinerja_flow.webhooks.addresses import Destinations, wrong_with
from kinerja_flow.webhooks.sealing import Unsealable, new_secret, sealed, unsealed
from kinerja_flow.webhooks.sending import MOST_READ, Message, Sent, send

__all__ = [
    "MOST_READ",
    "Destinations",
    "Message",
    "Sent",
    "Unsealable",
    "new_secret",
    "sealed",
    "send",
    "unsealed",
    "wrong_with",
]
