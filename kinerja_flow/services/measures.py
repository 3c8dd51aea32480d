"""A quantity as people write it ("2 Dokumen", "100%", "90-100 %"): its exact value and its unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from workflows.faults import refuse, shown

MOST_DIGITS = 18
MOST_PLACES = 6
_NUMBER = r"[-+]?[0-9]+(?:[.,][0-9]+)*"
_MEASURE = re.compile(
    rf"(?P<currency>Rp\.?)?\s*(?P<low>{_NUMBER})\s*%?\s*"
    rf"(?:(?:-|–|—|s\.?/?d\.?|sampai|hingga)\s*(?P<high>{_NUMBER}))?\s*"
    r"(?P<unit>|(?![eE][-+]?[0-9])[^-+0-9.,:/*×^][^\n]*)",
    re.IGNORECASE,
)
#: One separator before three digits: a thousand to some readers, a fraction to others.
_AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}((\.[0-9]{3}){2,}|(,[0-9]{3}){2,})")
_DECIMAL = re.compile(r"[0-9]+([.,][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Measure:
    """An exact value with its unit; a range has an upper end too."""

    value: Fraction
    upper: Fraction | None
    unit: str


def has_number(text: str) -> bool:
    return _MEASURE.fullmatch(text.strip()) is not None


def parse(text: str) -> Measure:
    """The measure that a text states; ValidationError (by code) where it states none.

    A decimal comma and a decimal point both serve. A negative, an ambiguous ("1.000") or an
    unreadable number is refused rather than guessed at.
    """
    found = _MEASURE.fullmatch(text.strip())
    if found is None:
        raise refuse("measure_unreadable", value=shown(text))
    low, high = _exact(found["low"]), found["high"]
    upper = None if high is None else _exact(high)
    if upper is not None and upper < low:
        raise refuse("min_over_max", min=found["low"], max=high)
    unit = found["unit"].strip() or ("%" if "%" in text else "")
    return Measure(low, upper, found["currency"] or unit)


def _exact(written: str) -> Fraction:
    digits = written.lstrip("+-")
    if len(re.sub("[.,]", "", digits)) > MOST_DIGITS:
        raise refuse("too_many_digits", max=MOST_DIGITS)
    if _AMBIGUOUS.fullmatch(digits):
        raise refuse("measure_ambiguous", value=written)
    if _THOUSANDS.fullmatch(digits):
        digits = re.sub("[.,]", "", digits)
    if not _DECIMAL.fullmatch(digits):
        raise refuse("measure_unreadable", value=written)
    whole, _, places = digits.replace(",", ".").partition(".")
    if len(places) > MOST_PLACES:
        raise refuse("too_many_places", places=MOST_PLACES)
    number = Fraction(f"{whole}.{places or 0}")
    if written.startswith("-") and number:
        raise refuse("too_low_given", min=0, value=written)
    return number
