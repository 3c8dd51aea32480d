"""Quantities as people write them are read exactly, or refused rather than guessed at."""

from __future__ import annotations

from fractions import Fraction

import pytest
from marshmallow import ValidationError

from kinerja_flow.services.measures import Measure, parse
from workflows.faults import faults_in

READ = [
    ("2 Dokumen", 2, None, "Dokumen"),
    ("100%", 100, None, "%"),
    ("100 %", 100, None, "%"),
    ("12 Bulan", 12, None, "Bulan"),
    ("0 Pengaduan", 0, None, "Pengaduan"),
    ("98,5%", Fraction(197, 2), None, "%"),
    ("98.5 %", Fraction(197, 2), None, "%"),
    ("4", 4, None, ""),
    ("90-100 %", 90, 100, "%"),
    ("90%-100%", 90, 100, "%"),
    ("90 – 100%", 90, 100, "%"),
    ("2 s.d. 4 Dokumen", 2, 4, "Dokumen"),
    ("2 sampai 4 Dokumen", 2, 4, "Dokumen"),
    ("Rp 5.000.000", 5_000_000, None, "Rp"),
    ("Rp5.000.000", 5_000_000, None, "Rp"),
    ("1,000,000 orang", 1_000_000, None, "orang"),
    ("0.125 ha", Fraction(1, 8), None, "ha"),
    ("3 Dokumen/bulan", 3, None, "Dokumen/bulan"),
    ("20 m2", 20, None, "m2"),
]
REFUSED = [
    ("baik", "measure_unreadable"),
    ("NaN", "measure_unreadable"),
    ("Infinity %", "measure_unreadable"),
    ("∞", "measure_unreadable"),
    ("1e5 Dokumen", "measure_unreadable"),
    ("1/2", "measure_unreadable"),
    ("2:30 jam", "measure_unreadable"),
    ("１００%", "measure_unreadable"),  # full-width digits
    ("١٠٠%", "measure_unreadable"),  # Arabic-Indic digits
    ("1.2.3 Dokumen", "measure_unreadable"),
    ("-5%", "too_low_given"),
    ("1.000 Dokumen", "measure_ambiguous"),
    ("1,000", "measure_ambiguous"),
    ("100-90%", "min_over_max"),
    ("9" * 19, "too_many_digits"),
    ("0.1234567", "too_many_places"),
]


@pytest.mark.parametrize(("text", "value", "upper", "unit"), READ)
def test_a_measure_is_read(text: str, value: Fraction, upper: Fraction | None, unit: str) -> None:
    assert parse(text) == Measure(Fraction(value), upper and Fraction(upper), unit)


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_what_cannot_be_read_is_refused(text: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parse(text)
    assert [fault.code for _, fault in faults_in(refused.value.messages)] == [code]
