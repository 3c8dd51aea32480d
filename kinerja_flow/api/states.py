"""Where a case stands, as every list and record that tells it tells it."""

from __future__ import annotations

from marshmallow import Schema

from kinerja_flow.api.fields import Said, Word


class StateView(Schema):
    """A state."""

    phase = Word("What the state means in any template", like="planning")
    state = Word("The state, as the template names it", like="drafting")
    state_label = Said("What the state is called", like="Penyusunan rencana")


class CaseStateView(StateView):
    """The state of a case, and what kind of case it is."""

    kind = Word("Kind of case, as the template names it", like="appraisal")
    kind_label = Said("What the kind is called", like="Penilaian kinerja")
