"""Bad input is refused in one shape, with the field, the rule and the way out, and changes nothing.

The table has a row for each kind of thing that somebody sends by mistake or on purpose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from kinerja_flow.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Refused, Stale
from kinerja_flow.services import cycles, organisations, plans, progress, templates
from kinerja_flow.services.answers import Answers, answer, my_sheet
from kinerja_flow.services.cases import Act, act
from kinerja_flow.services.feedback import give_feedback
from tests.builders import Books, activity, digest_of_tables, indicator, item
from tests.builders import books as books
from tests.engine.world import SMALL
from workflows import TemplateError
from workflows.definition import LANGUAGES


@dataclass(frozen=True)
class Scene:
    """Cases in several states: sari is answered by peers, tia is under way, uli drafts a plan."""

    books: Books
    item: UUID
    indicator: UUID
    step: UUID
    activity: UUID
    template: UUID
    drafted: UUID
    above: UUID

    def case(self, of: str) -> UUID:
        return self.books.case(of)

    def who(self, name: str) -> Any:
        return self.books.who(name)

    # Each verb as the person who may, on a case where it is possible: only the input is bad.
    def put(self, **said: Any) -> object:
        return plans.put_item(self.case("uli"), self.who("uli"), item(**said))

    def aim(self, **said: Any) -> object:
        return self.put(indicators=[indicator(**said)])

    def note_(self, **said: Any) -> object:
        note = {"section": "resources", "text": "Komputer", **said}
        return plans.put_note(self.case("uli"), self.who("uli"), note)

    def link(self, **said: Any) -> None:
        plans.link_item(self.case("tia"), self.who("tia"), self.item, said)

    def step_(self, **said: Any) -> object:
        entry = {"item": self.item, "title": "Berita acara", "target": "1 Laporan", **said}
        return progress.add_step(self.case("tia"), self.who("tia"), entry)

    def note_activity(self, **said: Any) -> object:
        entry = activity(**{"started": "13:00", "ended": "14:00", **said})
        return progress.add_activity(self.case("tia"), self.who("tia"), entry)

    def correct(self, version: int, **said: Any) -> object:
        args = self.case("tia"), self.who("tia"), self.activity
        return progress.correct_activity(*args, activity(**said), version)

    def reach(self, reached: object, **said: Any) -> object:
        entry = {"indicator": self.indicator, "day": "2026-01-20", "reached": reached, **said}
        return progress.record_realisation(self.case("tia"), self.who("tia"), entry)

    def attach(self, **said: Any) -> object:
        entry = {"item": self.item, "name": "Berkas", **said}
        return progress.attach_evidence(self.case("tia"), self.who("tia"), entry)

    def praise(self, **said: Any) -> object:
        entry = {"kind": "strength", "text": "Rapi", **said}
        return give_feedback(self.case("tia"), self.who("chief"), entry)

    def rate(self, answers: Any, who: str = "tia", key: str = "kolaborasi") -> object:
        return answer(self.case("sari"), self.who(who), Answers(key, answers))

    def act(self, who: str, action: str, of: str, **rest: Any) -> object:
        return act(self.case(of), self.who(who), Act(action, **rest))

    def open_cycle(self, **spans: tuple[date, date]) -> object:
        plan = cycles.CyclePlan(2027, "2027", spans)
        return cycles.open_cycle(self.template, self.who("officer"), plan)


def scene_of(books: Books) -> Scene:
    books.ask("sari")
    books.answer("tia", "sari")
    item_id, indicator_id = books.start("tia")
    case_id, tia = books.case("tia"), books.who("tia")
    step = {"item": item_id, "title": "Menyusun", "target": "1 Laporan"}
    step_id = progress.add_step(case_id, tia, step)
    activity_id = progress.add_activity(case_id, tia, activity())
    drafted, _ = books.plan("uli", weight="60")
    above, _ = books.plan("chief")
    reached = {"indicator": indicator_id, "day": "2026-01-20", "reached": "1"}
    progress.record_realisation(case_id, tia, reached)
    source = SMALL.read_text(encoding="utf-8")
    template = templates.publish(source, books.who("officer"))
    books.plan("vina")
    act(books.case("vina"), books.who("vina"), Act("submit_plan", key="k-1"))
    ids = (item_id, indicator_id, step_id, activity_id, template, drafted, above)
    return Scene(books, *ids)


#: Name, what is sent, the kind of refusal, and the rule and field of each of its blockers.
Row = tuple[str, Callable[[Scene], object], type[Problem], str, str | None]
LONG = "x" * 2001
SPAN = (date(2027, 1, 1), date(2027, 3, 31))
BACKWARDS = (date(2027, 3, 31), date(2027, 1, 1))

PLAN: list[Row] = [
    ("no title", lambda s: s.put(title=None), Invalid, "required", "title"),
    ("empty title", lambda s: s.put(title=""), Invalid, "required", "title"),
    ("title of spaces", lambda s: s.put(title=" \t\n"), Invalid, "required", "title"),
    ("title nobody sees", lambda s: s.put(title="\u200b\u2060"), Invalid, "required", "title"),
    ("title a number", lambda s: s.put(title=7), Invalid, "input_not_text", "title"),
    ("title a list", lambda s: s.put(title=["a"]), Invalid, "input_not_text", "title"),
    ("title too long", lambda s: s.put(title=LONG), Invalid, "text_length", "title"),
    ("huge title", lambda s: s.put(title="x" * 10**6), Invalid, "text_length", "title"),
    ("null byte", lambda s: s.put(title="a\x00b"), Invalid, "input_bad_character", "title"),
    ("escape", lambda s: s.put(title="\x1b[31mRHK"), Invalid, "input_bad_character", "title"),
    ("turned text", lambda s: s.put(title="a\u202eb"), Invalid, "input_bad_character", "title"),
    ("half a pair", lambda s: s.put(title="a\ud800"), Invalid, "input_bad_character", "title"),
    ("no weight", lambda s: s.put(weight="0"), Invalid, "too_low_given", "weight"),
    ("negative weight", lambda s: s.put(weight="-1"), Invalid, "too_low_given", "weight"),
    ("a hundredth over", lambda s: s.put(weight="100.01"), Invalid, "too_high_given", "weight"),
    ("three places", lambda s: s.put(weight="33.333"), Invalid, "too_many_places", "weight"),
    ("not a number", lambda s: s.put(weight="NaN"), Invalid, "input_not_number", "weight"),
    ("infinite", lambda s: s.put(weight=Decimal("inf")), Invalid, "input_not_number", "weight"),
    ("a float", lambda s: s.put(weight=33.3), Invalid, "input_not_number", "weight"),
    ("yes as a weight", lambda s: s.put(weight=True), Invalid, "input_not_number", "weight"),
    ("huge weight", lambda s: s.put(weight="9" * 4000), Invalid, "too_many_digits", "weight"),
    ("other digits", lambda s: s.put(weight="١٠٠"), Invalid, "input_not_number", "weight"),
    ("section", lambda s: s.put(section="penting"), Invalid, "not_an_option", "section"),
    ("look-alike section", lambda s: s.put(section="utаma"), Invalid, "not_an_option", "section"),
    ("unknown field", lambda s: s.put(status="approved"), Invalid, "unknown_input", "status"),
    ("somebody's case", lambda s: s.put(case_id=str(uuid4())), Invalid, "unknown_input", "case_id"),
    ("id of nothing", lambda s: s.put(id=str(uuid4())), Invalid, "no_such_item", "id"),
    ("id no id", lambda s: s.put(id="1 OR 1=1"), Invalid, "not_an_id", "id"),
    ("id of another's", lambda s: s.put(id=str(s.item)), Invalid, "no_such_item", "id"),
    ("no indicators", lambda s: s.put(indicators=[]), Invalid, "too_few", "indicators"),
    ("indicators no list", lambda s: s.put(indicators={}), Invalid, "input_not_list", "indicators"),
    ("eleven", lambda s: s.put(indicators=[indicator()] * 11), Invalid, "too_many", "indicators"),
    ("indicator a text", lambda s: s.put(indicators=["a"]), Invalid, "inputs_not_mapping",
     "indicators.0"),
    ("aspect", lambda s: s.aim(aspect="mutu"), Invalid, "not_an_option", "indicators.0.aspect"),
    ("no target", lambda s: s.aim(target=""), Invalid, "required", "indicators.0.target"),
    ("target in words", lambda s: s.aim(target="baik"), Invalid, "measure_unreadable",
     "indicators.0.target"),
    ("negative target", lambda s: s.aim(target="-5%"), Invalid, "too_low_given",
     "indicators.0.target"),
    ("thousand or one", lambda s: s.aim(target="1.000"), Invalid, "measure_ambiguous",
     "indicators.0.target"),
    ("range turned round", lambda s: s.aim(target="100-90%", polarity="range"), Invalid,
     "min_over_max", "indicators.0.target"),
    ("range without end", lambda s: s.aim(polarity="range"), Invalid, "range_without_end",
     "indicators.0.target"),
    ("range by chance", lambda s: s.aim(target="1-2"), Invalid, "range_not_meant",
     "indicators.0.target"),
    ("objective in words", lambda s: s.aim(is_objective="no"), Invalid, "input_not_flag",
     "indicators.0.is_objective"),
    ("catalogue", lambda s: s.aim(catalogue_key="x"), Invalid, "not_an_option",
     "indicators.0.catalogue_key"),
    ("baseline", lambda s: s.aim(baseline="-0.01"), Invalid, "too_low_given",
     "indicators.0.baseline"),
    ("indicator of nothing", lambda s: s.aim(id=str(uuid4())), Invalid, "no_such_indicator",
     "indicators.0.id"),
    ("entry no mapping", lambda s: plans.put_item(s.case("uli"), s.who("uli"), []),  # type: ignore[arg-type]
     Invalid, "inputs_not_mapping", None),
    ("stale plan", lambda s: plans.put_item(s.case("uli"), s.who("uli"), item(), 1), Stale, "stale",
     "version"),
    ("version to come", lambda s: plans.put_item(s.case("uli"), s.who("uli"), item(), 99), Stale,
     "stale", "version"),
    ("another's plan", lambda s: plans.put_item(s.case("uli"), s.who("vina"), item()), Forbidden,
     "not_your_part", "plan"),
    ("another agency's plan", lambda s: plans.put_item(s.case("uli"), s.books.other.actors["uli"],
     item()), NotFound, "no_such_case", "case"),
    ("approved plan", lambda s: plans.put_item(s.case("tia"), s.who("tia"), item()), Conflict,
     "book_closed", "plan"),
    ("no such RHK to remove", lambda s: plans.remove_item(s.case("uli"), s.who("uli"), s.item),
     NotFound, "no_such_item", "item"),
    ("link to nothing", lambda s: s.link(), Invalid, "required", "superior_item_id"),
    ("link to a peer's", lambda s: s.link(superior_item_id=s.drafted), Invalid,
     "not_superiors_item", "superior_item_id"),
    ("linked twice", lambda s: s.link(superior_item_id=s.above, superior_text="x"), Invalid,
     "linked_twice", "superior_text"),
    ("note without section", lambda s: s.note_(section=None), Invalid, "required", "section"),
    ("expectation of nothing", lambda s: s.note_(section="expectation"), Invalid, "required",
     "about"),
    ("expectation of a stranger", lambda s: s.note_(section="expectation", about="jujur"), Invalid,
     "not_an_option", "about"),
    ("resource about", lambda s: s.note_(about="konflik"), Invalid, "about_nothing", "about"),
    ("note of nothing", lambda s: s.note_(id=str(uuid4())), Invalid, "no_such_note", "id"),
    ("note gone", lambda s: plans.remove_note(s.case("uli"), s.who("uli"), uuid4()), NotFound,
     "no_such_note", "note"),
]  # fmt: skip

YEAR: list[Row] = [
    ("step of another's RHK", lambda s: s.step_(item=s.drafted), Invalid, "no_such_item", "item"),
    ("step after the year", lambda s: s.step_(due_on="2027-01-01"), Invalid, "outside_period",
     "due_on"),
    ("no such day", lambda s: s.step_(due_on="2026-02-30"), Invalid, "no_such_date", "due_on"),
    ("day the other way", lambda s: s.step_(due_on="30-06-2026"), Invalid, "input_not_date",
     "due_on"),
    ("day before the year", lambda s: s.note_activity(day="2025-12-31"), Invalid, "outside_period",
     "day"),
    ("tomorrow", lambda s: s.note_activity(day="2026-01-21"), Invalid, "not_yet", "day"),
    ("25 o'clock", lambda s: s.note_activity(ended="25:00"), Invalid, "not_a_time", "ended"),
    ("a time in words", lambda s: s.note_activity(started="pagi"), Invalid, "not_a_time",
     "started"),
    ("ends as it starts", lambda s: s.note_activity(ended="13:00"), Invalid, "ends_before_start",
     "ended"),
    ("overlap", lambda s: s.note_activity(started="09:29", ended="10:00"), Invalid,
     "activities_overlap", "started"),
    ("step of nothing", lambda s: s.note_activity(step=str(uuid4())), Invalid, "no_such_step",
     "step"),
    ("stale activity", lambda s: s.correct(2), Stale, "stale", "version"),
    ("activity turned round", lambda s: s.correct(1, ended="07:00"), Invalid, "ends_before_start",
     "ended"),
    ("another's year", lambda s: progress.add_activity(s.case("tia"), s.who("uli"), activity()),
     Forbidden, "not_your_part", "activity"),
    ("too early", lambda s: progress.add_activity(s.case("uli"), s.who("uli"), activity()),
     Conflict, "book_closed", "activity"),
    ("reached NaN", lambda s: s.reach("NaN"), Invalid, "measure_unreadable", "reached"),
    ("reached infinity", lambda s: s.reach("inf"), Invalid, "measure_unreadable", "reached"),
    ("reached less than none", lambda s: s.reach("-0.01"), Invalid, "too_low_given", "reached"),
    ("reached a number", lambda s: s.reach(98), Invalid, "input_not_text", "reached"),
    ("reached too much", lambda s: s.reach("9" * 19), Invalid, "too_many_digits", "reached"),
    ("reached in another unit", lambda s: s.reach("2 Laporan"), Invalid, "other_unit", "reached"),
    ("reached tomorrow", lambda s: s.reach("1", day="2026-01-21"), Invalid, "not_yet", "day"),
    ("of no indicator", lambda s: s.reach("1", indicator=uuid4()), Invalid, "no_such_indicator",
     "indicator"),
    ("neither link nor file", lambda s: s.attach(), Invalid, "link_or_file", "link"),
    ("script for a link", lambda s: s.attach(link="javascript:alert(1)"), Invalid, "not_a_link",
     "link"),
    ("a file of the server", lambda s: s.attach(link="file:///etc/passwd"), Invalid, "not_a_link",
     "link"),
    ("another host behind @", lambda s: s.attach(link="https://kota.go.id@evil.example/"), Invalid,
     "not_a_link", "link"),
    ("look-alike host", lambda s: s.attach(link="https://kоta.go.id/"), Invalid, "not_a_link",
     "link"),
    ("endless link", lambda s: s.attach(link="https://kota.go.id/" + LONG), Invalid, "text_length",
     "link"),
    ("no hash", lambda s: s.attach(sha256="AB"), Invalid, "not_a_sha256", "sha256"),
    ("half a file", lambda s: s.attach(sha256="ab" * 32), Invalid, "file_incomplete", "sha256"),
    ("empty file", lambda s: s.attach(sha256="ab" * 32, media_type="text/plain", size=0), Invalid,
     "too_low_given", "size"),
    ("kind of feedback", lambda s: s.praise(kind="praise"), Invalid, "not_an_option", "kind"),
    ("secret praise", lambda s: s.praise(is_private=True), Invalid, "unknown_input", "is_private"),
    ("praise of two things", lambda s: s.praise(item=s.item, step=s.step), Invalid,
     "about_one_thing", "step"),
    ("praise of another's RHK", lambda s: s.praise(item=s.drafted), Invalid, "no_such_item",
     "item"),
    ("reply with a kind", lambda s: s.praise(reply_to=uuid4()), Invalid, "reply_stands_alone",
     "kind"),
    ("reply to nothing", lambda s: s.praise(kind=None, reply_to=uuid4()), Invalid,
     "no_such_feedback", "reply_to"),
    ("feedback by the employee", lambda s: give_feedback(s.case("tia"), s.who("tia"), {}),
     Forbidden, "not_your_part", "feedback"),
]  # fmt: skip

ANSWERS: list[Row] = [
    ("no answers", lambda s: s.rate({}), Invalid, "required", "answers"),
    ("zero below the scale", lambda s: s.rate({"konflik": {"value": 0}}), Invalid, "not_an_option",
     "answers.konflik.value"),
    ("one above the scale", lambda s: s.rate({"konflik": {"value": 6}}), Invalid, "not_an_option",
     "answers.konflik.value"),
    ("between levels", lambda s: s.rate({"konflik": {"value": "3.5"}}), Invalid, "not_an_option",
     "answers.konflik.value"),
    ("negative answer", lambda s: s.rate({"konflik": {"value": -1}}), Invalid, "not_an_option",
     "answers.konflik.value"),
    ("unknown criterion", lambda s: s.rate({"jujur": {"value": 1}}), Invalid,
     "criterion_not_asked", "answers.jujur"),
    ("unknown instrument", lambda s: s.rate({}, key="survei"), NotFound, "no_such_instrument",
     "instrument"),
    ("about oneself", lambda s: s.rate({"konflik": {"value": 5}}, who="sari"), Forbidden,
     "not_your_part", "instrument"),
    ("not asked", lambda s: s.rate({"konflik": {"value": 5}}, who="head"), Forbidden,
     "not_your_part", "instrument"),
    ("sheet seen too early", lambda s: answer(s.case("sari"), s.who("tia"), Answers("kolaborasi",
     {"konflik": {"value": 5}}, 0)), Stale, "stale", "version"),
    ("another agency's sheet", lambda s: my_sheet(s.case("sari"), s.books.other.actors["tia"],
     "kolaborasi"), NotFound, "no_such_case", "case"),
]  # fmt: skip

ACTS: list[Row] = [
    ("unknown action", lambda s: s.act("uli", "approve_myself", "uli"), NotFound, "no_such_action",
     "action"),
    ("another's action", lambda s: s.act("vina", "submit_plan", "uli"), Forbidden, "not_your_part",
     None),
    ("not from this state", lambda s: s.act("chief", "approve_plan", "uli"), Conflict,
     "not_in_state", "action"),
    ("weights a part", lambda s: s.act("uli", "submit_plan", "uli"), Refused, "weights_total",
     "plan"),
    ("stale act", lambda s: s.act("uli", "submit_plan", "uli", version=1), Stale, "stale",
     "version"),
    ("no case", lambda s: act(uuid4(), s.who("uli"), Act("submit_plan")), NotFound,
     "no_such_case", "case"),
    ("another agency's case", lambda s: act(s.case("uli"), s.books.other.actors["uli"],
     Act("submit_plan")), NotFound, "no_such_case", "case"),
    ("key for another body", lambda s: s.act("vina", "submit_plan", "vina", key="k-1",
     inputs={"x": 1}), Invalid, "key_reused", "key"),
    ("peers no people", lambda s: s.act("chief", "ask_peers", "tia", inputs={"peers": ["a"] * 3}),
     Invalid, "input_not_person", "peers"),
    ("comment a number", lambda s: s.act("chief", "return_plan", "vina", inputs={"comment": 3}),
     Invalid, "input_not_text", "comment"),
    ("unknown input", lambda s: s.act("chief", "approve_plan", "vina", inputs={"sure": True}),
     Invalid, "unknown_input", "sure"),
]  # fmt: skip

OFFICE: list[Row] = [
    ("zone", lambda s: organisations.create_agency("baru", "Baru", "Mars/Olympus"), Invalid,
     "unknown_zone", "zone"),
    ("cycle of nobody's", lambda s: cycles.launch(uuid4(), s.who("officer"), [uuid4()]), NotFound,
     "no_such_cycle", "cycle"),
    ("launch by an employee", lambda s: cycles.launch(s.books.world.cycle_id, s.who("sari"), []),
     Forbidden, "not_your_part", "cycle"),
    ("no window", lambda s: s.open_cycle(planning=SPAN), Invalid, "window_missing", "rating"),
    ("window too many", lambda s: s.open_cycle(planning=SPAN, rating=SPAN, lunch=SPAN), Invalid,
     "window_unknown", "lunch"),
    ("window turned round", lambda s: s.open_cycle(planning=BACKWARDS, rating=SPAN), Invalid,
     "window_backwards", "planning"),
    ("publishing by an employee", lambda s: templates.publish("key: x", s.who("sari")), Forbidden,
     "not_your_part", "template"),
    ("template of nobody's", lambda s: templates.shipped_source("../etc"), NotFound,
     "no_shipped_template", "template"),
]  # fmt: skip

TABLE = [*PLAN, *YEAR, *ANSWERS, *ACTS, *OFFICE]


def _spoken(problem: Problem) -> bool:
    """Every blocker says its rule and its way out in both languages."""
    said = [problem.as_json(language) for language in LANGUAGES]
    return all(
        one["type"] and one["title"] and b["rule"] and b["message"].strip() and b["way_out"].strip()
        for one in said
        for b in one["blockers"]
    )


def _wrong(row: Row, scene: Scene) -> str | None:
    name, send, kind, rule, field = row
    try:
        send(scene)
    except Problem as problem:
        found = [(blocker.rule, blocker.field) for blocker in problem.blockers]
        if type(problem) is kind and found == [(rule, field)] and _spoken(problem):
            return None
        return f"{name}: {type(problem).__name__} {found}"
    return f"{name}: accepted"


def test_the_table_is_long_and_names_no_row_twice() -> None:
    assert len(TABLE) >= 60
    assert len({row[0] for row in TABLE}) == len(TABLE)


def test_every_row_is_refused_and_nothing_is_changed(books: Books) -> None:
    scene = scene_of(books)
    before = digest_of_tables()
    wrong = []
    for row in TABLE:
        if fault := _wrong(row, scene):
            wrong.append(fault)
        if digest_of_tables() != before:
            wrong.append(f"{row[0]}: the database was changed")
            before = digest_of_tables()
    assert not wrong


def test_what_looks_like_nothing_is_accepted_where_it_means_something(books: Books) -> None:
    scene = scene_of(books)
    scene.rate({"belajar": {"value": 0}}, who="sari", key="refleksi")
    scene.reach("0")
    scene.aim(target="0 Pengaduan", polarity="lower", baseline=0)
    scene.put(weight="100.00")
    scene.put(weight=Decimal("0.01"))
    scene.put(title="Ḉafé naïve 日本 – “kutipan” \U0001f600")


def test_a_template_with_an_unknown_relation_is_refused_in_words(books: Books) -> None:
    source = SMALL.read_text(encoding="utf-8")
    before = digest_of_tables()
    with pytest.raises(TemplateError) as refused:
        templates.publish(source.replace("by: [assessor]", "by: [boss]"), books.who("officer"))
    problems = refused.value.problems
    assert all("boss" in one.say(language) for one in problems for language in LANGUAGES)
    assert digest_of_tables() == before
