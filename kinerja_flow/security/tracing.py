"""One line of the log and one count per request, by the pattern of its address.

Neither names anybody: no path, no query, no address, no body, and of the caller a keyed hash.
"""

from __future__ import annotations

import hashlib
import re
import time
from uuid import uuid4

import structlog
from flask import Response, current_app, g, request

from kinerja_flow import metrics
from kinerja_flow.security.hosts import METHODS

HEADER = "X-Request-ID"
#: What proxies and tracing systems draw; nothing that could be a NIP or a name.
_DRAWN = re.compile("[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: Whose requests leave no trace at all (docs/anonymity.md).
UNTRACED = frozenset({"citizens", "forms"})
NO_ROUTE = "none"
#: What is kept in `g` of one request. An application context may outlive it.
OF_REQUEST = ("caller", "request_id")
log = structlog.get_logger()


def begin() -> None:
    """Note when the request came; what is known of another one is forgotten."""
    for name in OF_REQUEST:
        g.pop(name, None)
    g.began = time.perf_counter()


def request_id() -> str:
    """The id of the present request: the one it came with, if that is one, else a new one."""
    if "request_id" not in g:
        sent = request.headers.get(HEADER, "").lower()
        g.request_id = sent if _DRAWN.fullmatch(sent) else str(uuid4())
    found: str = g.request_id
    return found


def told(response: Response) -> None:
    """Answer with the id, and write and count the request."""
    if request.blueprint in UNTRACED:
        return
    response.headers[HEADER] = request_id()
    seconds = time.perf_counter() - g.began
    rule = request.url_rule
    route = NO_ROUTE if rule is None else rule.rule
    metrics.answered(_method(), route, response.status_code, seconds)
    log.info(
        "answered",
        method=_method(),
        route=route,
        status=response.status_code,
        ms=round(seconds * 1000, 1),
        request=request_id(),
        **_whose(),
    )


def _method() -> str:
    return request.method if request.method in METHODS else "other"


def failed(error: BaseException) -> None:
    """A fault of ours: its lines of code. A citizen's would name their link: its kind alone."""
    if request.blueprint in UNTRACED:
        log.error("request_failed", error=type(error).__name__)
    else:
        log.error("request_failed", request=request_id(), exc_info=error)


def _whose() -> dict[str, str]:
    """The caller, so that requests of one can be told from another's, and no more."""
    if "caller" not in g:
        return {}
    secret = str(current_app.config["SECRET_KEY"]).encode()[:64]
    person = str(g.caller.actor.person_id).encode()
    return {"actor": hashlib.blake2b(person, key=secret, digest_size=6).hexdigest()}
