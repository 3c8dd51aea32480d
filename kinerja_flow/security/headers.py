"""What every answer carries over HTTP, so that a browser runs nothing that is not ours."""

from __future__ import annotations

from flask import Response, request

from kinerja_flow.config import Settings

API = "/api/"
#: Pico.css draws its icons from `data:` images. No inline script or style is let through.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
#: An answer for programs runs nothing, wherever it is shown.
BARE = "default-src 'none'; frame-ancestors 'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
#: For a year browsers ask over HTTPS alone.
HSTS = "max-age=31536000"
#: What a page of another origin may send to the API and read of its answer, where it is let in.
SHARED = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Accept-Language, Authorization, Content-Type, "
    "Idempotency-Key, If-Match, X-Request-ID",
    "Access-Control-Expose-Headers": "ETag, Retry-After, X-Request-ID",
    "Access-Control-Max-Age": "600",
}


def guard(response: Response, settings: Settings) -> None:
    """Add the headers, except those that the page chose itself."""
    headers, is_api = response.headers, request.path.startswith(API)
    headers.setdefault("Content-Security-Policy", BARE if is_api else POLICY)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if settings.tls:
        headers["Strict-Transport-Security"] = HSTS
    if is_api and settings.origins:
        _share(response, settings.origins_allowed)


def _share(response: Response, origins: frozenset[str]) -> None:
    """Let pages of the origins read the answer. Cookies are not among what they may send."""
    response.headers.add("Vary", "Origin")
    origin = request.headers.get("Origin", "")
    if origin.lower() in origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers.update(SHARED)
