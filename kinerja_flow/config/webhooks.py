"""The settings of webhooks: where deliveries may go, and how long they may take."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_network

from kinerja_flow.config.reading import words


def _port(word: str) -> int:
    if not 0 < int(word) < 65_536:
        raise ValueError(word)
    return int(word)


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """What an operator may set about webhooks."""

    webhook_networks: str = field(
        default="",
        metadata={
            "env": "KINERJA_WEBHOOK_NETWORKS",
            "meaning": "Networks that are not public but that webhooks may go to, also over http, "
            "such as `10.1.0.0/16`, with commas between; empty: none.",
            "list": ip_network,
        },
    )
    webhook_ports: str = field(
        default="443",
        metadata={
            "env": "KINERJA_WEBHOOK_PORTS",
            "meaning": "Ports that webhooks may go to, with commas between.",
            "list": _port,
        },
    )
    webhook_seconds: int = field(
        default=10,
        metadata={
            "env": "KINERJA_WEBHOOK_SECONDS",
            "meaning": "Seconds that one delivery of a webhook may take in all.",
            "least": 1,
            "most": 60,
        },
    )
    webhook_ca: str = field(
        default="",
        metadata={
            "env": "KINERJA_WEBHOOK_CA",
            "meaning": "File of the certificate authorities that webhooks trust; "
            "empty: the public ones.",
        },
    )

    @property
    def webhook_network_words(self) -> frozenset[str]:
        """The networks that webhooks may go to beside the public ones."""
        return words(self.webhook_networks)

    @property
    def webhook_port_words(self) -> frozenset[str]:
        """The ports that webhooks may go to."""
        return words(self.webhook_ports)
