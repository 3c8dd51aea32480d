"""Which characters may stand in a text, wherever the text comes from."""

from __future__ import annotations

import re
import unicodedata

#: Control characters, line and paragraph separators, byte order marks, lone surrogates and
#: non-characters; and the marks that turn the direction of writing, with which a text can be
#: made to read as another.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


def forbidden(text: str) -> str | None:
    """The first character of `text` that may not stand there, as U+XXXX."""
    match = FORBIDDEN.search(text)
    return f"U+{ord(match[0]):04X}" if match else None


def normal(text: str) -> str:
    """The one spelling (NFC) of a text that looks the same in several."""
    return unicodedata.normalize("NFC", text)
