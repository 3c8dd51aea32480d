"""The kinds of bulk runs, by their names."""

from __future__ import annotations

from collections.abc import Mapping

from kinerja_flow.services.run_acts import ADVANCE, CLOSE, DELIVER, EXTEND
from kinerja_flow.services.run_kind import Kind
from kinerja_flow.services.run_people import LAUNCH, REASSIGN
from kinerja_flow.services.run_reminders import REMIND
from kinerja_flow.services.run_tables import EXPORT, IMPORT

KINDS: Mapping[str, Kind] = {
    "launch": LAUNCH,
    "advance": ADVANCE,
    "remind": REMIND,
    "reassign": REASSIGN,
    "extend": EXTEND,
    "deliver": DELIVER,
    "close": CLOSE,
    "import": IMPORT,
    "export": EXPORT,
}
