"""Text as the fonts of a document can show it: nothing is lost, and nothing in it is hidden."""

from __future__ import annotations

import unicodedata
from typing import Any

#: What the fonts that come with the typesetter have, in every style that is used here.
SHOWN = (
    *((0x20, 0x7E), (0xA0, 0xAC), (0xAE, 0x2FF)),  # Latin
    *((0x370, 0x377), (0x37A, 0x37F), (0x384, 0x38A), (0x38C, 0x38C), (0x38E, 0x3A1)),  # Greek
    *((0x3A3, 0x482), (0x48A, 0x4FF)),  # Greek, Cyrillic
    *((0x1E00, 0x1EFF), (0x2010, 0x2027), (0x2030, 0x2040)),  # Latin, punctuation
    *((0x20A0, 0x20C0), (0x2100, 0x211E), (0x2153, 0x215E)),  # currencies, letterlike, fractions
    *((0x2190, 0x2328), (0x232B, 0x23FF), (0x2500, 0x25FF), (0x270C, 0x2727)),  # signs
)
_KNOWN = frozenset(code for first, last in SHOWN for code in range(first, last + 1))
_SPACES = frozenset({"Zs", "Zl", "Zp"})


def legible(text: str) -> str:
    """The text with every character that the fonts lack as its number, [U+4E2D].

    Blanks become plain ones, lines stay; what only hides or turns other characters is left out.
    """
    return "".join(map(_letter, unicodedata.normalize("NFC", text)))


def _letter(letter: str) -> str:
    if letter == "\n" or ord(letter) in _KNOWN:
        return letter
    category = unicodedata.category(letter)
    if category in _SPACES or letter in "\t\r\f\v":
        return " "
    return "" if category in ("Cc", "Cf") else f"[U+{ord(letter):04X}]"


def legible_in(value: Any) -> Any:
    """The same value with all its texts legible; its keys are the program's own."""
    if isinstance(value, str):
        return legible(value)
    if isinstance(value, dict):
        return {key: legible_in(item) for key, item in value.items()}
    return [legible_in(item) for item in value] if isinstance(value, list | tuple) else value
