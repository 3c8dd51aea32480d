"""Where a delivery may go: public addresses, and the networks that the operator allows.

An address of this machine, of the network it stands in, or of a cloud's metadata would turn a
webhook into a way around the firewall. So every address is checked when it is connected to, also
where it wraps an IPv4 address (mapped, NAT64, 6to4).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit

from kinerja_flow.config import Settings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: IPv4 that is not of the public internet: this network, private, shared, loopback, link-local,
#: protocol assignments, documentation, 6to4 relays, benchmarks, multicast, reserved, broadcast.
_BARRED_4 = tuple(
    IPv4Network(one)
    for one in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
)
#: The only IPv6 addresses that are of the public internet, and what among them is not.
_PUBLIC_6 = IPv6Network("2000::/3")
_BARRED_6 = tuple(IPv6Network(one) for one in ("2001::/23", "2001:db8::/32", "3fff::/20"))
_NAT64, _SIX_TO_FOUR = IPv6Network("64:ff9b::/96"), IPv6Network("2002::/16")


@dataclass(frozen=True, slots=True)
class Destinations:
    """Which networks beside the public ones, and which ports, deliveries may go to."""

    networks: tuple[Network, ...] = ()
    ports: frozenset[int] = frozenset({443})

    @classmethod
    def of(cls, settings: Settings) -> Destinations:
        networks = tuple(ip_network(one) for one in sorted(settings.webhook_network_words))
        return cls(networks, frozenset(map(int, settings.webhook_port_words)))

    def allows(self, address: Address) -> bool:
        """Whether the operator allows the address by name of its network."""
        of_kind = (one for one in self.networks if one.version == address.version)
        return any(address in network for network in of_kind)

    def barred(self, addresses: Iterable[Address], is_secure: bool) -> str | None:
        """Why nothing may be sent to a host with these addresses; None where it may.

        All of them have to be permitted: whoever answers for a name could answer with another of
        them the next time. Without TLS only the allowed networks are spoken to.
        """
        found = [plain(address) for address in addresses]
        allowed = [self.allows(address) for address in found]
        public = map(is_public, found)
        if not all(a or b for a, b in zip(allowed, public, strict=True)):
            return "address"
        return None if is_secure or all(allowed) else "insecure"


def plain(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for; any other as it is."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address(int(address) >> 80 & 0xFFFF_FFFF)
    return address


def is_public(address: Address) -> bool:
    """Whether a plain address is one of the public internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _BARRED_4)
    return address in _PUBLIC_6 and not any(address in network for network in _BARRED_6)


def wrong_with(url: str, destinations: Destinations) -> str | None:
    """Why nothing could ever be sent to an address; None where only a delivery can tell."""
    parts = urlsplit(url)
    is_secure = parts.scheme == "https"
    try:
        port = parts.port or (443 if is_secure else 80)
    except ValueError:
        return "port"
    if not is_secure and not destinations.networks:
        return "insecure"
    if port not in destinations.ports:
        return "port"
    try:
        return destinations.barred([ip_address(parts.hostname or "")], is_secure)
    except ValueError:
        return None
