"""Which characters may stand in a text, and how long a number may be, wherever they come from."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

MOST_DIGITS = 18
LARGEST: int = 10**MOST_DIGITS

#: Control characters, line and paragraph separators, byte order marks, lone surrogates and
#: non-characters; the marks that turn the direction of writing, with which a text can be made
#: to read as another; and the characters (tags, invisible operators) that can hide a text in it.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff"
    + "".join(f"{chr(end - 2)}-{chr(end - 1)}" for end in range(0x10000, 0x110001, 0x10000))
    + "]"
)
_UNSEEN = re.compile(
    "[\\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2800\u3164"
    "\ufe00-\ufe0f\uffa0]*"
)


def forbidden(text: str) -> str | None:
    """The first character of `text` that may not stand there, as U+XXXX."""
    match = FORBIDDEN.search(text)
    return f"U+{ord(match[0]):04X}" if match else None


def normal(text: str) -> str:
    """The one spelling (NFC) of a text that looks the same in several."""
    return unicodedata.normalize("NFC", text)


def is_unseen(text: str) -> bool:
    """Whether there is nothing to see in `text`: blanks, and characters that have no width."""
    return _UNSEEN.fullmatch(text) is not None


def is_short(number: int | Decimal) -> bool:
    """Whether the number can be written out in a few digits; 1e999999999 cannot."""
    if isinstance(number, int):
        return -LARGEST < number < LARGEST
    if not number.is_finite():
        return False
    _, digits, exponent = number.as_tuple()
    return len(digits) <= MOST_DIGITS and abs(int(exponent)) <= MOST_DIGITS
