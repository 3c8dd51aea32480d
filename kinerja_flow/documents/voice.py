"""How a document speaks: its language, its dates and numbers, and the zone of the agency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from kinerja_flow.scoring import written
from workflows import Catalogue
from workflows.definition import Label

MESSAGES = Catalogue(Path(__file__).with_name("messages.yaml"))


@dataclass(frozen=True, slots=True)
class Voice:
    """A language and a zone; a label or a number is said in that language."""

    language: str
    zone: str

    def __call__(self, code: str, **words: object) -> str:
        return MESSAGES.say(code, self.language, **words)

    def label(self, label: Label) -> str:
        return label(self.language)

    def number(self, value: Fraction) -> str:
        """1.234,5 in Indonesian, 1,234.5 in English; exact up to three places."""
        return written(value)(self.language)

    def day(self, day: date) -> str:
        """31 Desember 2026."""
        return format_date(day, "d MMMM y", locale=self.language)

    def iso_day(self, day: str) -> str:
        return self.day(date.fromisoformat(day))

    def day_of(self, instant: datetime) -> str:
        """The day of an instant where the agency is."""
        return self.day(instant.astimezone(ZoneInfo(self.zone)).date())

    def moment(self, instant: datetime) -> str:
        """31 Desember 2026 14.05 WIB."""
        shape = "d MMMM y HH.mm z" if self.language == "id" else "d MMMM y HH:mm z"
        zone = ZoneInfo(self.zone)
        return format_datetime(instant, shape, tzinfo=zone, locale=self.language)
