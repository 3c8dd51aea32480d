"""To whom a request is addressed, and how: names that are not ours and odd methods end here."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import MethodNotAllowed

from kinerja_flow.errors import Malformed

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def refuse_strange(names: frozenset[str]) -> None:
    """Malformed for a Host that is none of the names, MethodNotAllowed for a method that is none
    of HTTP's usual ones.

    Whoever could choose the Host would choose where links of ours lead to, and a page of theirs
    could reach a server on loopback under a name of their own.
    """
    if request.method not in METHODS:
        raise MethodNotAllowed(METHODS)
    if _name(request.host.lower()) not in names:
        raise Malformed.of("host_unknown", "Host")


def _name(host: str) -> str:
    """The host without its port."""
    name, _, port = host.rpartition(":")
    return name if name and port.isdigit() else host
