"""Probes."""
from __future__ import annotations
import traceback
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
import pytest
from sqlalchemy import text, select, insert
from kinerja_flow import clock
from kinerja_flow.db import db, transaction
from kinerja_flow.errors import *
from kinerja_flow.models import *
from kinerja_flow.policy import Actor
from kinerja_flow.services import cycles, organisations, plans, progress, templates, deadlines, results
from kinerja_flow.services.answers import Answers, answer, my_sheet
from kinerja_flow.services.cases import Act, act, act_all, offers
from kinerja_flow.services.feedback import give_feedback, feedback_for
from kinerja_flow.services.results import read_results
from tests.builders import Books, activity, digest_of_tables, indicator, item, table
from tests.builders import books as books
from tests.engine.world import SMALL, build, rows, write_plan, START

def tryit(name, f):
    try:
        r = f()
        print(f"  {name}: OK -> {str(r)[:150]}")
    except Problem as p:
        print(f"  {name}: {type(p).__name__} {[(b.rule, b.field) for b in p.blockers]}")
    except Exception as e:
        print(f"  {name}: !!!! {type(e).__name__}: {str(e)[:160]!r}")

def test_keys(books):
    print()
    books.plan("sari")
    for name, key in {"41": "k"*41, "nul": "a\0b", "surrogate": "a\ud800", "empty": "", "space": "   ", "int": 5, "bidi": "a\u202eb", "emoji": "🙂"*40}.items():
        tryit(name, lambda: act(books.case("sari"), books.who("sari"), Act("submit_plan", key=key)))
        if books.state("sari") != "drafting":
            act(books.case("sari"), books.who("chief"), Act("return_plan", {"comment": "x"}))
    for name, a in {"list": ["x"], "none": None, "int": 5, "long": "x"*500, "surr": "\ud800"}.items():
        tryit("action "+name, lambda: act(books.case("sari"), books.who("sari"), Act(a)))
    for name, v in {"str": "1", "big": 2**70, "bool": True}.items():
        tryit("version "+name, lambda: act(books.case("sari"), books.who("sari"), Act("submit_plan", version=v)))
    act(books.case("sari"), books.who("sari"), Act("submit_plan", key="k1"))
    deep = {}
    d = deep
    for _ in range(5000):
        d["a"] = {}; d = d["a"]
    for name, i in {"surr": {"x": "\ud800"}, "nan": {"x": float("nan")}, "keys": {1: 2, "a": 3}, "tuple": {(1,2): 3}, "deep": deep, "notmap": ["a"], "str": "abc"}.items():
        tryit("inputs reused "+name, lambda: act(books.case("sari"), books.who("sari"), Act("submit_plan", i, key="k1")))
    tryit("other case", lambda: act(books.case("tia"), books.who("sari"), Act("submit_plan", key="k1")))
    tryit("same", lambda: act(books.case("sari"), books.who("sari"), Act("submit_plan", key="k1")))

def test_nested(books):
    print()
    books.plan("sari")
    before = digest_of_tables()
    # a nested act, whose follow fails, swallowed
    with transaction():
        try:
            with transaction() as s:
                organisations.add_unit(books.world.agency_id, "half")
                raise Refused.of("x")
        except Problem:
            pass
    print("  nested half done?", before != digest_of_tables())
    def f():
        with transaction():
            try:
                act(books.case("sari"), books.who("sari"), Act("submit_plan", key="kk"))
                act(books.case("sari"), books.who("chief"), Act("return_plan", {"comment": "x"}, key="kk2"))
                act(books.case("tia"), books.who("chief"), Act("return_plan", {"comment": "x"}, key="kk2"))
            except Problem as p:
                print("   swallowed", p)
            return act(books.case("sari"), books.who("sari"), Act("submit_plan", key="kk3"))
    tryit("nested key", f)

def test_foreign(books):
    print()
    books.start("sari")
    w, o = books.world, books.other
    entry = None
    foreign = str(o.people["tia"]); unknown = str(uuid4())
    for p in (foreign, unknown):
        tryit("peers foreign", lambda: w.act("chief", "ask_peers", "sari", peers=[p, str(w.people["tia"]), str(w.people["uli"])]))
    other = o.cases["sari"]; me = books.who("chief")
    it, ind = books.plan("tia")
    for name, f in {
      "put": lambda: plans.put_item(other, me, item()), "rm": lambda: plans.remove_item(other, me, it),
      "link": lambda: plans.link_item(other, me, it, {"superior_text": "x"}), "note": lambda: plans.put_note(other, me, {}),
      "step": lambda: progress.add_step(other, me, {}), "act": lambda: progress.add_activity(other, me, {}),
      "corr": lambda: progress.correct_activity(other, me, it, {}, 1), "real": lambda: progress.record_realisation(other, me, {}),
      "evid": lambda: progress.attach_evidence(other, me, {}), "fb": lambda: give_feedback(other, me, {}), "fbr": lambda: feedback_for(other, me),
      "ans": lambda: answer(other, me, Answers("kolaborasi", {})), "sheet": lambda: my_sheet(other, me, "kolaborasi"),
      "res": lambda: read_results(other, me), "acta": lambda: act(other, me, Act("submit_plan")), "offers": lambda: offers(other, me),
      "all": lambda: act_all([other], me, Act("submit_plan")),
      "launch": lambda: cycles.launch(o.cycle_id, books.who("officer"), []),
      "launch1": lambda: cycles.launch(o.cycle_id, books.who("officer"), [o.people["uli"]]),
      "launchu": lambda: len(cycles.launch(w.cycle_id, books.who("officer"), [uuid4() for _ in range(10000)]).refused),
      "launchf": lambda: cycles.launch(w.cycle_id, books.who("officer"), [o.people["uli"]]),
    }.items():
        tryit(name, f)

def test_hostile_cycles(books):
    print()
    t = templates.publish(SMALL.read_text(), books.who("officer"))
    S = (date(2027,1,1), date(2027,3,31))
    ok = {"planning": S, "rating": S}
    P = cycles.CyclePlan
    def run(name, plan):
        def f():
            c = cycles.open_cycle(t, books.who("officer"), plan)
            r = cycles.launch(c, books.who("officer"), [books.world.people["sari"]])
            return len(r.opened)
        tryit(name, f)
    run("year 40000", P(40000, "x", ok)); run("year 0", P(0, "x", ok)); run("year 9999", P(9999, "x", ok)); run("year str", P("2027", "x", ok))
    run("year 1", P(1, "x", ok))
    run("name long", P(2027, "x"*300, ok)); run("name nul", P(2027, "a\0b", ok)); run("name surr", P(2027, "\ud800", ok)); run("name empty", P(2027, "", ok))
    run("win max", P(2027, "x", {"planning": (date(2027,1,1), date.max), "rating": S}))
    run("win str", P(2027, "x", {"planning": ("2027-01-01", "2027-03-01"), "rating": S}))
    run("win None", P(2027, "x", {"planning": None, "rating": S})); run("win none", P(2027, "x", None))
    run("period back", P(2027, "x", ok, {}, date(2027,12,1), date(2027,1,1)))
    run("period far", P(2027, "x", ok, {}, date(1,1,1), date(9999,1,1)))
    run("settings list", P(2027, "x", ok, ["a"])); run("settings unknown", P(2027, "x", ok, {"x": 1})); run("settings tuplekey", P(2027, "x", ok, {(1,2): 1}))
    tryit("template id str", lambda: cycles.open_cycle("abc", books.who("officer"), P(2027, "x", ok)))

def test_deadline_poison(books):
    print()
    books.start("sari"); books.start("tia")
    with transaction() as s:
        s.execute(text("update deadlines set action='no_such' where kind='action'"))
    def poison():
        import kinerja_flow.services.deadlines as d
        orig = d._fire
        n = [0]
        def bad(session, row):
            n[0] += 1
            if n[0] == 1: raise RuntimeError("bug")
            return orig(session, row)
        d._fire = bad
        try:
            with clock.at(datetime(2026, 6, 1, tzinfo=UTC)):
                return deadlines.tick()
        finally:
            d._fire = orig
    tryit("tick", poison)

def test_exact(books):
    print()
    primes = [999999999999999989, 999999999999999967, 999999999999999877, 999999999999999863, 999999999999999841, 999999999999999809, 999999999999999791, 999999999999999749, 999999999999999737, 999999999999999713]
    case, sari = books.case("sari"), books.who("sari")
    for n in range(8):
        it = plans.put_item(case, sari, item(weight="12.5", indicators=[indicator(target=f"{(p - 1000*n*2)} Dokumen") for p in primes]))
    books.world.act("sari", "submit_plan"); books.world.act("chief", "approve_plan")
    for r in table("plan_indicators"):
        progress.record_realisation(case, sari, {"indicator": r["id"], "day": "2026-01-20", "reached": "7"})
    books.world.act("chief", "ask_peers", "sari", peers=[str(books.world.people[n]) for n in ("tia","uli","vina")])
    tryit("judge", lambda: books.judge("sari"))
    print(len(str(table("results"))) )
