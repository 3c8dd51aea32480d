"""What a step may expect of a case afterwards, each word found by a look and held against it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from marshmallow import fields

from kinerja_flow.models import Deadline, FollowUp, FollowUpStep, HistoryEvent, Signature
from kinerja_flow.scoring.figures import decimal
from kinerja_flow.services.scenarios.look import Look
from kinerja_flow.services.scenarios.registry import expectation
from kinerja_flow.services.scenarios.words import (
    DayField,
    Figure,
    MomentField,
    PersonField,
)
from workflows.fields import Chosen, Entries, Flag, Listed, Text, Whole

#: At the head of a list: whatever came before.
ANYTHING = "..."


class People(fields.Field[Any]):
    """Somebody, or a list of people; in alphabetical order, each once."""

    def __init__(self) -> None:
        super().__init__()
        self.many = Listed(PersonField(), alone=True, most=200)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> list[str]:
        return sorted(set(self.many.deserialize(value)))


class Names(Listed):
    """A list of names of which the order says nothing."""

    def __init__(self) -> None:
        super().__init__(Text(100), most=200)

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> list[Any]:
        return sorted(super()._deserialize(value, attr, data, **options))


class _Minute(MomentField):
    """A moment, spelled as the report spells one."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        return super()._deserialize(value, attr, data).isoformat(timespec="minutes")


class _Day(DayField):
    """A day, spelled as the report spells one."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> Any:
        return super()._deserialize(value, attr, data).isoformat()


def figure(value: Fraction | str | None) -> str | None:
    return decimal(value) if isinstance(value, Fraction) else value


def _ends(found: Any, expected: Any) -> bool:
    if expected[:1] != [ANYTHING]:
        return bool(found == expected)
    tail = expected[1:]
    return not tail or bool(found[-len(tail) :] == tail)


def _contains(found: Any, expected: Any) -> bool:
    return not expected or found == expected


@expectation(Text(40))
def state(look: Look, _: Any) -> Any:
    """The state in which the case stands."""
    return look.facts.case.state


@expectation(Text(40))
def phase(look: Look, _: Any) -> Any:
    """The phase of that state."""
    return look.facts.state.phase


@expectation(Flag())
def unchanged(look: Look, _: Any) -> Any:
    """Whether the step left the case as it was: the same state and version."""
    return look.before == look.after


@expectation(Text(40, allow_none=True))
def level(look: Look, _: Any) -> Any:
    """The level of the newest result; null for none."""
    return look.result.level if look.result else None


@expectation(Figure(allow_none=True))
def value(look: Look, _: Any) -> Any:
    """The exact value of the newest result; null for none."""
    return figure(look.result.value if look.result else None)


@expectation(Entries(Figure(allow_none=True), most=100))
def nodes(look: Look, expected: Any) -> Any:
    """The exact values or levels of single nodes of the newest result."""
    known = look.score.nodes
    return {name: figure(known[name].value) for name in expected if name in known}


@expectation(Listed(Text(500), most=50), compare=_contains)
def explanation(look: Look, expected: Any) -> Any:
    """Texts that stand in the explanation of the newest result, in either language."""
    said = "\n".join(look.sentences())
    if all(text in said for text in expected):
        return expected
    return look.sentences(look.stage.language)


@expectation(Whole(0, 1000))
def results(look: Look, _: Any) -> Any:
    """How many results the appraisal has; an earlier one stays when a later one supersedes it."""
    return len(look.facts.results)


@expectation(Flag())
def received(look: Look, _: Any) -> Any:
    """Whether the newest result has reached the employee."""
    return look.facts.case.received_at is not None


@expectation(Entries(Names(), keys=PersonField(), most=200))
def available(look: Look, expected: Any) -> Any:
    """The actions that each of these people can take now, all of them."""
    return {
        name: sorted(o.action.name for o in look.offers_to(name) if not o.blockers)
        for name in expected
    }


@expectation(Entries(Entries(Names(), keys=Text(40)), keys=PersonField(), most=200))
def blockers(look: Look, expected: Any) -> Any:
    """The codes of all that blocks an action which somebody could otherwise take."""
    return {name: _blocked(look, name, actions) for name, actions in expected.items()}


def _blocked(look: Look, name: str, actions: Any) -> dict[str, list[str]]:
    offered = {o.action.name: o for o in look.offers_to(name) if o.action.name in actions}
    return {key: sorted({b.rule for b in offer.blockers}) for key, offer in offered.items()}


@expectation(Listed(Text(40), most=500), compare=_ends)
def history(look: Look, _: Any) -> Any:
    """The actions of the case from its opening on; after "..." only the last ones."""
    found = look.rows(HistoryEvent, HistoryEvent.seq, HistoryEvent.action)
    return [action for _, action in sorted(found)]


@expectation(Listed(Entries(PersonField(), keys=Text(40)), most=100))
def signatures(look: Look, _: Any) -> Any:
    """What was signed by whom in this case, in order."""
    s = Signature
    found = sorted(look.rows(s, s.seq, s.subject, s.person_id))
    return [{subject: look.stage.name_of(person)} for _, subject, person in found]


@expectation(Entries(PersonField(allow_none=True), keys=Text(40), most=50))
def on_behalf(look: Look, expected: Any) -> Any:
    """On whose behalf each of these acts was done the last time; null for in one's own right."""
    h = HistoryEvent
    done = {row[1]: row[2] for row in sorted(look.rows(h, h.seq, h.action, h.on_behalf_of_id))}
    return {name: look.stage.name_of(done[name]) for name in expected if name in done}


@expectation(Entries(People(), keys=Text(40), most=30))
def people(look: Look, expected: Any) -> Any:
    """Who stands in a relation to the case now."""
    known = look.facts.people
    name_of = look.stage.name_of
    return {
        relation: sorted(str(name_of(person)) for person in known.get(relation, ()))
        for relation in expected
    }


@expectation(Listed(Text(40), most=100))
def children(look: Look, _: Any) -> Any:
    """The kinds of the cases that hang on this one, in the order of their opening."""
    return look.children()


@expectation(Listed(_Day(), least=2, most=2))
def period(look: Look, _: Any) -> Any:
    """The first and the last day of the period that the case is about."""
    case = look.facts.case
    return [day.isoformat() for day in (case.from_on, case.until_on)]


@expectation(Names())
def follow_ups(look: Look, _: Any) -> Any:
    """The keys of the follow-ups that the results of this case have opened."""
    f = FollowUp
    return sorted(row.key for row in look.rows(f, f.key, by=f.opened_by_id))


@expectation(Entries(Chosen("open", "done", "dropped"), keys=Text(2000), most=50))
def steps(look: Look, _: Any) -> Any:
    """What became of every step of the improvement plan, by its title: open, done, dropped."""
    s = FollowUpStep
    rows = look.rows(s, s.title, s.done_on, s.outcome)
    return {
        row.title: "open" if row.outcome is None else "done" if row.done_on else "dropped"
        for row in rows
    }


@expectation(Names())
def superseded(look: Look, _: Any) -> Any:
    """The keys of the follow-ups that rest on a superseded result of this case, also withdrawn."""
    f = FollowUp
    rows = look.rows(f, f.key, f.superseded_by, by=f.opened_by_id)
    return sorted(row.key for row in rows if row.superseded_by is not None)


@expectation(Entries(_Minute(), keys=Text(40), most=50))
def due(look: Look, expected: Any) -> Any:
    """The instants, in the agency's time, at which actions of the clock or notices come next."""
    d = Deadline
    found = sorted(look.rows(d, d.due_at, d.action, d.kind, d.fired_at), key=lambda row: row.due_at)
    waiting: dict[str, Any] = {}
    for row in found:
        if row.fired_at is None:
            waiting.setdefault(row.action or row.kind, look.stage.local(row.due_at))
    return {name: waiting[name] for name in expected if name in waiting}


@expectation(Entries(Text(100), keys=Text(40), most=50))
def stuck(look: Look, expected: Any) -> Any:
    """The actions of the clock that were due and refused, each with the code of its blocker."""
    d = Deadline
    found = look.rows(d, d.action, d.problem, d.fired_at)
    return {row.action: row.problem for row in found if row.problem and row.fired_at is None}


@expectation(Listed(Text(40), most=500), of_case=False)
def fired(look: Look, _: Any) -> Any:
    """What the clock did in this step, in order: actions by name, and remind or escalate; only of
    the case that `on` names, or else of all."""
    return look.fired


@expectation(People(), of_case=False)
def notified(look: Look, _: Any) -> Any:
    """Everybody who was notified in this step."""
    return look.notified


@expectation(People(), of_case=False)
def opened(look: Look, _: Any) -> Any:
    """Everybody for whom this step opened an appraisal."""
    return sorted(look.stage.opened)
