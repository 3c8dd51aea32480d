"""Probes 2."""
from tests.engine.probes import *
from kinerja_flow.services.templates import shipped_source
for n in [k for k in list(globals()) if k.startswith("test_")]: del globals()[n]

def test_children_results(books):
    """read undelivered results through a closed child."""

def test_old_result_after_reopen(books):
    print()
    books.ask("sari"); books.judge("sari")
    with books.after_rating():
        w = books.world
        tryit("peer reads", lambda: read_results(books.case("sari"), books.who("tia")))
        tryit("emp reads", lambda: len(read_results(books.case("sari"), books.who("sari"))))
        w.act("head", "sign_off", "sari")
        w.act("head", "reopen", "sari", reason="x")
        tryit("emp reads after reopen", lambda: len(read_results(books.case("sari"), books.who("sari"))))

def test_peer_examiner(books):
    print()
    w = books.world
    books.ask("sari")
    for p in ("tia", "uli", "vina"): books.answer(p, "sari")
    books.judge("sari")
    with books.after_rating():
        w.act("sari", "look", "sari"); w.act("sari", "object", "sari", grounds="tidak benar")
        child = [c for c in table("cases") if c["kind"] == "objection"][0]["id"]
        other = str(books.other.people["tia"])
        tryit("appoint foreign", lambda: w.act("officer", "appoint_examiner", child, person=other))
        tryit("appoint nobody", lambda: w.act("officer", "appoint_examiner", child, person=str(uuid4())))
        tryit("appoint rater", lambda: w.act("officer", "appoint_examiner", child, person=str(w.people["chief"])))
        tryit("rater responds", lambda: w.act("chief", "respond", child, response="x"))
        tryit("rater decides", lambda: w.act("chief", "uphold", child, reasons="x"))
        tryit("appoint subject", lambda: w.act("officer", "appoint_examiner", child, person=str(w.people["sari"])))
        tryit("subject decides", lambda: w.act("sari", "uphold", child, reasons="x"))
        tryit("appoint peer", lambda: w.act("officer", "appoint_examiner", child, person=str(w.people["tia"])))
        tryit("peer decides", lambda: w.act("tia", "uphold", child, reasons="x"))
        tryit("second", lambda: w.act("sari", "object", "sari", grounds="tidak benar"))

def test_act_all_follow(books):
    print()
    w = books.world
    kids = []
    for n in ("sari", "tia"):
        books.plan(n)
        w.act(n, "submit_plan", n); w.act("chief", "approve_plan", n)
        for r in table("plan_indicators"):
            if str(r["case_id"]) == str(books.case(n)):
                progress.record_realisation(books.case(n), books.who(n), {"indicator": r["id"], "day": "2026-01-20", "reached": "7"})
    w.act("chief", "ask_peers", "sari", peers=[str(w.people[n]) for n in ("tia","uli","vina")])
    w.act("chief", "ask_peers", "tia", peers=[str(w.people[n]) for n in ("sari","uli","vina")])
    with books.after_rating():
        deadlines.tick()
        for n in ("sari", "tia"):
            w.act("chief", "judge", n, hasil="sesuai")
            w.act(n, "look", n); w.act(n, "object", n, grounds="tidak benar")
        kids = [c["id"] for c in table("cases") if c["kind"] == "objection"]
        for k in kids: w.act("chief", "respond", k, response="x")
        books.set_state("tia", "judging")
        tryit("act_all", lambda: act_all(kids, books.who("head"), Act("uphold", {"reasons": "x"})))
        print([c["state"] for c in table("cases") if c["kind"] == "objection"])

def test_many_ids(books):
    print()
    tryit("70000", lambda: len(act_all([uuid4() for _ in range(70000)], books.who("sari"), Act("submit_plan"))))

def test_late_peer(app):
    print()
    with app.app_context():
        with clock.at(START):
            day = timedelta(days=1)
            s = START.date()
            w = build(shipped_source("rakumpit"), spans={"planning": (s, s+9*day), "running": (s, s+60*day), "rating": (s, s+80*day)})
        with clock.at(START + timedelta(days=2)):
            case, sari = w.cases["sari"], w.actors["sari"]
            it = plans.put_item(case, sari, item())
            w.act("sari", "propose_plan"); w.act("chief", "put_plan_in_force")
            ind = table("plan_indicators")[0]["id"]
            progress.record_realisation(case, sari, {"indicator": ind, "day": "2026-01-06", "reached": "2"})
            progress.attach_evidence(case, sari, {"item": it, "name": "x", "link": "https://a.go.id/x"})
            peers = [str(w.people[n]) for n in ("tia","uli","vina")]
            w.act("sari", "name_peers", rekan_usulan=peers)
            w.act("chief", "settle_peers", rekan_ditetapkan=peers)
            crit = "x"
            from kinerja_flow.services.reports import definition_of
            d = definition_of(w.cycle_id)
            ks = [c.key for c in d.instruments["umpan_balik_360"].criteria if not c.applies_to]
            lv = d.scales[d.instruments["umpan_balik_360"].scale].keys[2]
            print(ks, lv)
            for n in ("tia","uli","vina"):
                answer(case, w.actors[n], Answers("umpan_balik_360", {ks[0]: {"value": lv}, **({ks[1]: {"value": lv}} if n == "tia" else {})}))
        with clock.at(START + timedelta(days=20)):
            print(deadlines.tick())
            print([(r["criterion"], r["value"]) for r in table("answers")])
            print(table("cases")[0]["state"])
            tryit("late peer", lambda: answer(case, w.actors["tia"], Answers("umpan_balik_360", {ks[0]: {"value": lv}})))
            tryit("assessor", lambda: answer(case, w.actors["chief"], Answers("umpan_balik_360", {k: {"value": lv} for k in ks})))
            print(len(table("sheets")))
            tryit("rate", lambda: w.act("chief", "rate_with_feedback", kekuatan="x"*20, kelemahan="y"*20, inovasi=False))
            tryit("emp reads early", lambda: read_results(case, sari))
            tryit("hr reads early", lambda: len(read_results(case, w.actors["officer"])))

def test_disconnect(app):
    if "postgres" not in app.config["SQLALCHEMY_DATABASE_URI"]: return
    print()
    with app.app_context():
        with clock.at(START):
            w = build(); write_plan(w)
            tryit("1", lambda: offers(w.cases["sari"], w.actors["sari"]))
            with db.engine.connect() as c:
                c.execute(text("select pg_terminate_backend(pid) from pg_stat_activity where datname=current_database() and pid<>pg_backend_pid()"))
            for i in range(4):
                tryit(f"act {i}", lambda: w.act("sari", "submit_plan"))
