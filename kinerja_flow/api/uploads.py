"""Files that come in: one in a form, with fields beside it."""

from __future__ import annotations

from typing import Any

from flask import current_app, request

from kinerja_flow.api.bodies import refuse_doubles
from kinerja_flow.errors import Blocker, Invalid, Unsupported
from kinerja_flow.files import Files, Upload
from kinerja_flow.services.forms import Form

MULTIPART = "multipart/form-data"
#: The part of a form that holds a file, and what the fields beside it may have in bytes.
FILE = "file"
ROOM = 64 * 1024


def is_form() -> bool:
    """Whether fields and a file were sent, and no JSON."""
    return request.mimetype == MULTIPART


def files() -> Files:
    """Where the application keeps files."""
    found: Files = current_app.extensions["kinerja_files"]
    return found


def upload(form: Form, largest: int | None) -> tuple[dict[str, Any], Upload]:
    """The fields and the one file that were sent. The file lies on disk, not in memory."""
    if not is_form():
        raise Unsupported.of("not_multipart", "Content-Type", wanted=MULTIPART)
    request.max_content_length = (largest or files().most) + ROOM
    parts = request.files.to_dict(flat=False)
    refuse_doubles(request.form)
    values, wrong = form.read(request.form.to_dict())
    if len(parts.pop(FILE, ())) != 1 or parts:
        wrong.append(Blocker("one_file", FILE))
    if wrong:
        raise Invalid(wrong)
    part = request.files[FILE]
    return values, Upload(part.filename or "", part.stream)
