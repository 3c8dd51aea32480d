"""Who came in today, without knowing who: marks under a secret of the day, gone when it is over."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kinerja_flow import clock
from kinerja_flow.clock import Calendar
from kinerja_flow.models import Agency, SurveyMark, SurveySalt
from kinerja_flow.services.networks import household

#: Many share one address (an office, a mobile network), so it is allowed so many times as much.
SHARED = 20
_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Sender:
    """Where a form came from; neither is kept, nor written to any log."""

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one agency on one day."""

    session: Session
    agency_id: int
    day: date

    def is_new(self, *words: str) -> bool:
        """Whether these words come in for the first time today, now; of two at once, one is."""
        row = {**self._key, "mark": self._mark(words), "count": 1}
        added = self._insert(SurveyMark).values(row).on_conflict_do_nothing()
        found = self.session.connection().execute(added.returning(SurveyMark.mark))
        return found.scalar_one_or_none() is not None

    def is_known(self, *words: str) -> bool:
        """Whether these words came in before today."""
        m = SurveyMark
        of = (m.agency_id == self.agency_id, m.day_on == self.day, m.mark == self._mark(words))
        return self.session.scalar(select(m.count).where(*of)) is not None

    def counted(self, *words: str) -> int:
        """How often these words came in today, this time included."""
        row = {**self._key, "mark": self._mark(words), "count": 1}
        added = self._insert(SurveyMark).values(row)
        keys = [SurveyMark.agency_id, SurveyMark.day_on, SurveyMark.mark]
        more = {"count": SurveyMark.count + 1}
        once_more = added.on_conflict_do_update(index_elements=keys, set_=more)
        found = self.session.connection().execute(once_more.returning(SurveyMark.count))
        return int(found.scalar_one())

    def exceeds(self, sender: Sender, of: str, most: int) -> bool:
        """Whether a sender has now sent more forms of a survey than they may in a day."""
        network = household(sender.address)
        both = self.counted(of, network, sender.browser) > most
        return self.counted(of, network) > most * SHARED or both

    @property
    def _key(self) -> dict[str, Any]:
        return {"agency_id": self.agency_id, "day_on": self.day}

    def _mark(self, words: tuple[str, ...]) -> str:
        said = "".join(f"{len(word)}:{word}" for word in words)
        salt = bytes.fromhex(self._salt())
        return hmac.new(salt, said.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def _salt(self) -> str:
        s = SurveySalt
        known = select(s.salt).where(s.agency_id == self.agency_id, s.day_on == self.day)
        found = self.session.scalar(known)
        if found is None:
            new = self._insert(s).values({**self._key, "salt": secrets.token_hex(32)})
            self.session.connection().execute(new.on_conflict_do_nothing())
            found = self.session.scalar(known)
        return str(found)

    def _insert(self, model: Any) -> Any:
        return _INSERT[self.session.get_bind().dialect.name](model.__table__)


def forget_marks(session: Session) -> None:
    """Delete the marks and the secrets of days that are over where their agency is."""
    s = SurveySalt
    days = select(s.agency_id, s.day_on, Agency.zone).join(Agency, Agency.id == s.agency_id)
    for agency_id, day, zone in session.execute(days).all():
        if day < Calendar(zone).day_of(clock.now()):
            for model in (SurveyMark, SurveySalt):
                of = (model.agency_id == agency_id, model.day_on == day)
                session.execute(delete(model).where(*of))
