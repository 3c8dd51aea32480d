"""Files that are sent: as attachments under their names, in pieces, so that no browser runs one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import IO

from flask import Response, request, send_file

#: What OpenAPI says of the body.
BYTES = "application/octet-stream"
BINARY = {"type": "string", "format": "binary"}
HEADERS = {
    # Whatever the file is, it is never a page of ours: no script, no form, no frame.
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}
#: What a name of a file may not hold somewhere, and what ends a line of a header.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028\u2029"\\/:*?<>|]+')
LONGEST_NAME = 150


@dataclass(frozen=True, slots=True)
class Download:
    """A file with the name that it is saved under; `content` is read once, and closed."""

    content: IO[bytes]
    name: str
    ending: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class File:
    """A file as an answer, perhaps in pieces, and the headers that name and describe it."""

    content: bytes | Iterable[bytes]
    headers: Mapping[str, str]


def sent(found: File | Download) -> Response:
    """The answer that carries a file."""
    if isinstance(found, Download):
        return _in_pieces(found)
    answer = Response(found.content, headers=dict(found.headers))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _in_pieces(file: Download) -> Response:
    answer = send_file(
        file.content,
        mimetype=file.media_type,
        as_attachment=True,
        download_name=saved_as(file.name, file.ending),
        conditional=False,
        etag=file.sha256,
    )
    answer.content_length = file.size
    answer.headers.update(HEADERS)
    if request.method == "HEAD":
        file.content.close()
    return answer


def saved_as(name: str, ending: str) -> str:
    """The name as a file may be called anywhere, with the ending of what it is."""
    plain = _UNSAFE.sub("_", name).strip(" .")[:LONGEST_NAME] or "berkas"
    has_ending = plain.lower().endswith(f".{ending}")
    return plain if has_ending or not ending else f"{plain}.{ending}"
