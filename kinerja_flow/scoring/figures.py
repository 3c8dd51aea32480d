"""Exact arithmetic on fractions, and numbers as people read them."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction

from workflows.definition import LANGUAGES, Label

# The largest plan has 300 targets of 18 digits, and a mean over it all of them as its denominator;
# Python stops at 4,300 digits unless told otherwise.
sys.set_int_max_str_digits(20_000)

HUNDRED = Fraction(100)
ZERO = Fraction(0)
#: Places shown; one more is shown where it makes the number exact.
PLACES = 2
#: Beyond these places two different numbers are shown alike.
MOST_PLACES = 12


def exact(value: Fraction) -> str:
    """The number as text without loss: "90", "191/2"."""
    return str(value)


def decimal(value: Fraction) -> str:
    """The number without loss as people write it: "95.5" where it has an end, else "191/9"."""
    rest, places = value.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest, count = rest // prime, count + 1
        places = max(places, count)
    if rest != 1:
        return str(value)
    digits = str(abs(value.numerator * 10**places // value.denominator)).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def mean(values: Collection[Fraction]) -> Fraction:
    """The plain mean of at least one value."""
    return sum(values, ZERO) / len(values)


def weighted_mean(pairs: Collection[tuple[Fraction, Fraction]]) -> Fraction | None:
    """Of (weight, value) pairs, over the sum of the weights; None when the weights sum to zero."""
    total = sum((weight for weight, _ in pairs), ZERO)
    if not total:
        return None
    return sum((weight * value for weight, value in pairs), ZERO) / total


def mean_of(counts: Mapping[Fraction, int]) -> Fraction:
    """The plain mean of at least one value, each as often as it is counted."""
    total = sum((value * count for value, count in counts.items()), ZERO)
    return total / sum(counts.values())


def trimmed(counts: Mapping[Fraction, int], least: int) -> dict[Fraction, int]:
    """The counted values without one of the highest and one of the lowest, when there are at
    least `least`."""
    left = dict(counts)
    if sum(left.values()) >= least:
        left[max(left)] -= 1
        left[min(left)] -= 1
    return {value: count for value, count in left.items() if count > 0}


def clamp(value: Fraction, low: Fraction, high: Fraction) -> Fraction:
    return max(low, min(value, high))


def half_up(value: Fraction, places: int) -> Fraction:
    """Rounded to decimal places, a half going up."""
    return Fraction(_units(value, places), 10**places)


def written(value: Fraction, unlike: Iterable[Fraction] = ()) -> Label:
    """The number in Indonesian (1.234,5) and English (1,234.5), rounded to be shown only.

    It gets as many places as it takes not to look like one of `unlike`, such as a band's limit
    that it just misses: 89.9999 is not shown as 90.
    """
    places = _places(value, [other for other in unlike if other != value])
    english = _decimal(_units(value, places), places)
    return Label(english.translate(str.maketrans(",.", ".,")), english)


def listed(labels: Sequence[Label], between: str = "; ") -> Label:
    """Several texts as one, in each language."""
    return Label(*(between.join(label(language) for label in labels) for language in LANGUAGES))


def _units(value: Fraction, places: int) -> int:
    """How many of the last place the value rounds to; in integers, for it is done very often."""
    scale: int = 10**places
    return (2 * value.numerator * scale + value.denominator) // (2 * value.denominator)


def _places(value: Fraction, unlike: Sequence[Fraction]) -> int:
    is_exact = value.numerator * 10 ** (PLACES + 1) % value.denominator == 0
    places = PLACES + 1 if is_exact else PLACES
    while places < MOST_PLACES and half_up(value, places) in unlike:
        places += 1
    return places


def _decimal(units: int, places: int) -> str:
    whole, part = divmod(abs(units), 10**places)
    decimals = f"{part:0{places}d}".rstrip("0")
    sign = "-" if units < 0 else ""
    return f"{sign}{whole:,}" + (f".{decimals}" if decimals else "")
