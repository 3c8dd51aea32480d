"""Of what network an address is: of one household or office, or of their provider."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

#: So much of an address tells a provider or a large office, and no household.
PROVIDER = {4: 24, 6: 48}


def household(address: str) -> str:
    """The address, or of IPv6 the network that one household or office has; what is no address
    stays as it is."""
    found = _read(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return address[:40] if found is None else str(found)


def provider(address: str) -> str | None:
    """A network so wide that it tells no household; None for no address."""
    found = _read(address)
    if found is None:
        return None
    return str(ip_network((found, PROVIDER[found.version]), strict=False))


def _read(address: str) -> IPv4Address | IPv6Address | None:
    """An address of IPv4 also where IPv6 carries it."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
