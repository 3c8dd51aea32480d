"""What the caller has to do, the people whom they appraise, and what they are to hear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from kinerja_flow.api.fields import Count, Day, Id, Instant, Said, Truth, Word, several
from kinerja_flow.api.noun import Call, Noun
from kinerja_flow.api.paging import SIZE, Page, Paged, page, page_of, place_of
from kinerja_flow.api.problems import BlockerView
from kinerja_flow.api.states import CaseStateView
from kinerja_flow.language import language
from kinerja_flow.services import forms, markers
from kinerja_flow.services.inbox import PAGE, notifications_for
from kinerja_flow.services.tasks import CaseTask, my_tasks
from kinerja_flow.services.teams import Member, Stand, team
from kinerja_flow.workflow import Offer
from workflows.kinds import YEARS

noun = Noun("tasks", "What the caller has to do, for whom, and what they are to hear of.")


class OfferView(Schema):
    """Something that the caller may do, and what is still in the way."""

    name = Word("Name of the action", like="submit_plan")
    label = Said("What it is called", like="Ajukan rencana")
    capacity = Word("As what the caller would do it", like="employee")
    blockers = several(fields.Nested(BlockerView), "Everything that is in the way")


class ToAnswerView(Schema):
    """An instrument that is the caller's to answer."""

    key = Word("Key of the instrument", like="kolaborasi")
    label = Said("What it is called")
    relation = Word("As what they answer", like="peer")
    is_begun = Truth("Whether they have begun")
    is_done = Truth("Whether every criterion is answered")


class TaskView(CaseStateView):
    """What the caller can do in one case now."""

    case_id = Id("The case")
    cycle_id = Id("Its cycle")
    subject_id = Id("Whom it is about")
    subject = Word("Their name")
    relations = several(Word("A relation"), "In which the caller may act")
    stands_in_for_ids = several(Id("An absent official"), "For whom the caller stands in")
    ready = several(fields.Nested(OfferView), "What nothing is in the way of")
    blocked = several(fields.Nested(OfferView), "What something is in the way of")
    answers = several(fields.Nested(ToAnswerView), "What there is to answer")
    books = several(Word("A book"), "The books that are open to the caller")
    due_on = Day("Last day of the term; null where there is none")
    is_awaited = Truth("Whether the case goes on by the caller's doing")


class BriefingTaskView(Schema):
    """A briefing that the caller has not read yet."""

    cycle_id = Id("Of which cycle")
    name = Word("What the cycle is called", like="SKP 2026")


class TasksView(Schema):
    """All that the caller can do now, by its day; what has none comes last."""

    items = several(fields.Nested(TaskView), "By case")
    briefings = several(fields.Nested(BriefingTaskView), "Briefings to read")


class StandView(CaseStateView):
    """Where a case stands, and whom it waits for."""

    case_id = Id("The case")
    is_closed = Truth("Whether it came to its end")
    due_on = Day("Last day of the term; null where there is none")
    waits_for = several(Word("A relation"), "Relations by whose doing it goes on")


class MemberView(Schema):
    """Somebody whom the caller appraises."""

    person_id = Id("Who")
    name = Word("Their name")
    appraisal = fields.Nested(StandView, metadata={"description": "Their appraisal"})
    beside = several(fields.Nested(StandView), "What hangs on it and is not closed")


class OfYear(forms.Form):
    """Of which year; the newest unless it is said."""

    year = forms.whole("year", **{"from": YEARS[0], "to": YEARS[-1]})


class NoticeView(Schema):
    """Something to hear of: an event on a case."""

    id = Id("Its id")
    case_id = Id("The case")
    seq = Count("The event in its history", like=3)
    event = Word(
        "What happened: the name of an action, or of a reminder", like="appraisal.submit_plan"
    )
    event_label = Said("What that is called", like="Ajukan rencana")
    sentence = Said("The same in a sentence", like="Penilaian kinerja Sari: Ajukan rencana.")
    created_at = Instant("When")
    on_behalf_of_id = Id("The absent official to whom it was sent; null for the caller's own")


@noun.gets("/tasks", TasksView)
def mine(call: Call) -> Mapping[str, Any]:
    """Everything that the caller can do now, with what still blocks it."""
    found = my_tasks(call.actor)
    briefings = [{"cycle_id": one.cycle_id, "name": one.name} for one in found.briefings]
    return {"items": [_task(one) for one in found.cases], "briefings": briefings}


def _task(task: CaseTask) -> dict[str, Any]:
    said = {name: getattr(task, name) for name in CaseTask.__dataclass_fields__}
    sets = {
        "relations": sorted(task.relations),
        "stands_in_for_ids": sorted(task.stands_in_for),
    }
    offers = {name: [_offer(one) for one in said[name]] for name in ("ready", "blocked")}
    return {**said, **sets, **offers}


def _offer(offer: Offer) -> dict[str, Any]:
    blockers = [blocker.as_json(language()) for blocker in offer.blockers]
    action = offer.action
    return {
        "name": action.name,
        "label": action.label,
        "capacity": offer.capacity,
        "blockers": blockers,
    }


@noun.gets("/team", page_of(MemberView), OfYear())
def my_team(call: Call) -> Page:
    """The people whom the caller appraises, where each stands, and whom that waits for."""
    return Page([_member(one) for one in team(call.actor, call.query.get("year"))])


def _member(member: Member) -> dict[str, Any]:
    beside = [_stand(one) for one in member.beside]
    said = {"person_id": member.person_id, "name": member.name}
    return {**said, "appraisal": _stand(member.appraisal), "beside": beside}


def _stand(stand: Stand) -> dict[str, Any]:
    said = {name: getattr(stand, name) for name in Stand.__dataclass_fields__}
    return {**said, "waits_for": sorted(stand.waits_for)}


@noun.gets("/notifications", page_of(NoticeView), Paged())
def notifications(call: Call) -> Page:
    """What the caller is to hear of, newest first, also for officials whom they stand in for."""
    after = place_of(call.query.get("cursor"), markers.instant, UUID)
    most = min(call.query.get("limit", SIZE), PAGE - 1)
    found = notifications_for(call.actor, after=after, most=most + 1)
    return page(found, most, lambda one: one.cursor)
