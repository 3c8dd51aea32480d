"""The command line: what each command does, how it refuses, and with which exit code it ends."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import create_engine, text

from kinerja_flow.cli import main
from kinerja_flow.cli.scenarios import SCENARIOS
from kinerja_flow.cli.speech import MESSAGES
from kinerja_flow.db import upgrade
from kinerja_flow.services.templates import shipped_keys
from tests import databases
from workflows.inputs import INPUT_CODES

SMALL = Path(__file__).parent / "templates" / "small.yaml"
NEW = ["--agency", "Kabupaten Contoh", "--key", "contoh", "--name", "Ratna", "--login", "ratna"]
PASSWORD = "cukup panjang ini"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line as a program does: exit code, standard output, standard error."""

    def run(*arguments: str, database: str | None = None, stdin: str = "") -> tuple[int, str, str]:
        if database is not None:
            monkeypatch.setenv("KINERJA_DATABASE_URL", database)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = main(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def new_file(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'new.sqlite'}"


@pytest.fixture
def migrated(sqlite_template: Path, tmp_path: Path) -> str:
    return databases.copy_sqlite(sqlite_template, tmp_path / "kinerja.sqlite")


def _all(url: str, query: str) -> list[tuple[Any, ...]]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]
    finally:
        engine.dispose()


# --- init, upgrade -------------------------------------------------------------------------------


def test_init_makes_the_database_the_agency_and_its_first_administrator(
    run: Run, new_file: str
) -> None:
    code, _, _ = run("init", *NEW, "--password-stdin", database=new_file, stdin=f"{PASSWORD}\n")
    assert code == 0
    assert _all(new_file, "SELECT key, zone FROM agencies") == [("contoh", "Asia/Jakarta")]
    assert _all(new_file, "SELECT name FROM people") == [("Ratna",)]
    roles = _all(new_file, "SELECT role FROM role_grants ORDER BY role")
    assert roles == [("administrator",), ("hr",)]


def test_the_password_is_kept_as_an_argon2_hash_alone(run: Run, new_file: str) -> None:
    run("init", *NEW, "--password-stdin", database=new_file, stdin=f"{PASSWORD}\n")
    ((login, hashed),) = _all(new_file, "SELECT login, password_hash FROM accounts")
    assert login == "ratna"
    assert hashed.startswith("$argon2id$")
    assert PasswordHasher().verify(hashed, PASSWORD)


def test_a_second_init_is_refused_and_changes_nothing(run: Run, new_file: str) -> None:
    again = ["init", *NEW, "--password-stdin"]
    run(*again, database=new_file, stdin=f"{PASSWORD}\n")
    code, _, said = run(*again, stdin=f"{PASSWORD}\n")
    assert code == 1
    assert "Jalan keluar" in said
    assert _all(new_file, "SELECT count(*) FROM agencies") == [(1,)]


@pytest.mark.parametrize(
    ("change", "stdin", "rule"),
    [
        ([], "pendek\n", "password_short"),
        ([], "", "required"),
        (["--nip", "123"], f"{PASSWORD}\n", "nip_form"),
        (["--nip", "１９８８０８１７２０１２０１２００１"], f"{PASSWORD}\n", "nip_form"),
        (["--agency", "  "], f"{PASSWORD}\n", "text_missing"),
        (["--login", ""], f"{PASSWORD}\n", "text_missing"),
        (["--key", "Kab Contoh!"], f"{PASSWORD}\n", "agency_key_form"),
    ],
)
def test_init_refuses_by_rule_and_changes_nothing(
    run: Run, new_file: str, change: list[str], stdin: str, rule: str
) -> None:
    given = ["init", *NEW, *change, "--password-stdin", "--json"]
    code, said, _ = run(*given, database=new_file, stdin=stdin)
    assert code == 1
    assert [blocker["rule"] for blocker in json.loads(said)["blockers"]] == [rule]
    assert _all(new_file, "SELECT count(*) FROM agencies") == [(0,)]


def test_init_with_a_password_from_a_program_asks_nothing(run: Run, new_file: str) -> None:
    code, _, said = run("init", "--password-stdin", database=new_file, stdin=f"{PASSWORD}\n")
    assert code == 2
    assert "--agency, --key, --name, --login" in said


def test_init_stopped_at_a_question_changes_nothing(run: Run, new_file: str) -> None:
    code, _, _ = run("init", database=new_file, stdin="")
    assert code == 130


def test_upgrade_brings_the_schema_and_may_be_repeated(run: Run, new_file: str) -> None:
    assert run("upgrade", database=new_file)[0] == 0
    code, said, _ = run("upgrade", "--json")
    assert (code, json.loads(said)) == (0, {"upgraded": True})


# --- a database that cannot be used --------------------------------------------------------------


@pytest.mark.parametrize(
    "command", [["tick"], ["verify", "history"], ["serve"], ["cases", "1", "--as", "1"]]
)
@pytest.mark.parametrize(
    ("address", "rule"),
    [
        ("sqlite:///{folder}/new.sqlite", "database_absent"),
        ("sqlite:///{folder}/empty.sqlite", "database_not_migrated"),
        ("sqlite:///{folder}/nowhere/x.sqlite", "database_unreachable"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "database_unreachable"),
        ("no address", "database_address"),
        ("mysterious://host/x", "database_address"),
        ("mysql://host/x", "database_address"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_to_be_so(
    run: Run, tmp_path: Path, command: list[str], address: str, rule: str
) -> None:
    (tmp_path / "empty.sqlite").touch()
    database = address.format(folder=tmp_path)
    code, out, err = run(*command, database=database)
    assert code == 3
    assert not (tmp_path / "new.sqlite").exists()
    assert "Traceback" not in out + err
    assert MESSAGES.say(f"{rule}.way_out", "id") in err


def test_a_refusal_is_json_where_a_program_reads(run: Run, tmp_path: Path) -> None:
    code, said, _ = run("tick", "--json", database=f"sqlite:///{tmp_path}/empty.sqlite")
    refusal = json.loads(said)
    assert code == 3
    assert refusal["type"] == "no_database"
    (blocker,) = refusal["blockers"]
    assert set(blocker) == {"rule", "field", "message", "way_out", "lifted_by"}


def test_a_refusal_is_in_english_when_asked(run: Run, tmp_path: Path) -> None:
    _, _, said = run("tick", "--lang", "en", database=f"sqlite:///{tmp_path}/empty.sqlite")
    assert "Way out: Run kinerja init" in said


@pytest.mark.parametrize(
    "arguments",
    [["nothing"], ["tick", "--nothing"], ["template", "check"], ["demo", "--port", "70000"]],
)
def test_a_wrong_call_ends_with_two(run: Run, arguments: list[str]) -> None:
    code, _, said = run(*arguments)
    assert code == 2
    assert "--help" in said


@pytest.mark.parametrize("arguments", [[], ["verify"]])
def test_no_command_at_all_shows_what_there_is(run: Run, arguments: list[str]) -> None:
    code, _, said = run(*arguments)
    assert code == 2
    assert said.startswith("Usage")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KINERJA_PORT", "delapan"),
        ("KINERJA_PORT", "65536"),
        ("KINERJA_PORT", "-1"),
        ("KINERJA_SWEEP_SECONDS", "-3"),
        ("KINERJA_SWEEP_SECONDS", "1.5"),
    ],
)
def test_a_wrong_setting_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    code, _, said = run("tick")
    assert code == 2
    assert f"{name}: Nilainya harus bilangan bulat dari 0 sampai" in said


# --- upkeep --------------------------------------------------------------------------------------


def test_tick_says_what_it_did(run: Run, migrated: str) -> None:
    code, said, _ = run("tick", "--json", database=migrated)
    assert (code, json.loads(said)) == (0, {"fired": 0, "blocked": 0, "sent": 0, "failed": 0})
    assert run("tick")[1].startswith("0 tenggat")


def test_verify_history_finds_an_empty_history_whole(run: Run, migrated: str) -> None:
    code, said, _ = run("verify", "history", "--json", database=migrated)
    assert (code, json.loads(said)) == (0, {"is_whole": True, "findings": []})


def test_verify_history_ends_with_one_where_something_was_tampered_with(
    run: Run, migrated: str
) -> None:
    engine = create_engine(migrated)
    with engine.begin() as connection:
        made_up = "INSERT INTO definitions (digest, canonical) VALUES ('00', '{}')"
        connection.execute(text(made_up))
    engine.dispose()
    code, said, _ = run("verify", "history", "--json", database=migrated)
    assert code == 1
    assert "definition_digest" in {finding["rule"] for finding in json.loads(said)["findings"]}
    assert run("verify", "history")[0] == 1


def test_verify_results_counts_what_it_computed_again(run: Run, migrated: str) -> None:
    code, said, _ = run("verify", "results", "--json", database=migrated)
    nothing = {"is_whole": True, "computed": 0, "reworded": 0, "findings": []}
    assert (code, json.loads(said)) == (0, nothing)
    assert run("verify", "results", "--lang", "en")[1].startswith("0 results computed again")


# --- templates -----------------------------------------------------------------------------------


def test_templates_that_ship_are_sound(run: Run) -> None:
    code, said, _ = run("template", "check", "--json", *shipped_keys())
    assert code == 0
    assert all(row["is_sound"] and row["digest"] for row in json.loads(said)["templates"])


def test_every_problem_of_a_template_is_said_with_its_place(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(SMALL.read_text().replace("plan_complete", "plan_compleet"))
    code, said, _ = run("template", "check", str(path), str(SMALL))
    assert code == 1
    assert "plan_compleet" in said
    assert re.search(r"[Bb]aris \d+", said)
    assert str(SMALL) in said  # the sound one is checked all the same


def test_an_unknown_template_is_refused_in_the_one_shape(run: Run) -> None:
    code, said, _ = run("template", "check", "nowhere", "--json")
    (row,) = json.loads(said)["templates"]
    assert (code, row["problems"][0]["rule"]) == (1, "no_shipped_template")
    assert run("template", "show", "nowhere")[0] == 1


def test_a_huge_file_is_refused_without_being_read(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    path.write_bytes(b"a: b\n" * 2_000_000)
    assert run("template", "check", str(path))[0] == 1


@pytest.mark.parametrize(("language", "word"), [("id", "Penyusunan"), ("en", "Drafting")])
def test_show_speaks_the_language_asked_for(run: Run, language: str, word: str) -> None:
    code, said, _ = run("template", "show", str(SMALL), "--lang", language)
    assert code == 0
    assert word in said


@pytest.mark.parametrize("key", shipped_keys())
def test_show_names_whatever_a_scenario_may_mention(run: Run, key: str) -> None:
    _, said, _ = run("template", "show", key)
    written, _, _ = run("template", "show", key, "--json")[1].partition("\n")
    data = json.loads(written)
    actions = [a for machine in data["machines"].values() for a in machine["actions"]]
    states = [name for machine in data["machines"].values() for name in machine["states"]]
    mentioned = [*data["windows"], *data["settings"], *data["scales"], *states]
    mentioned += [name for a in actions for name in (a["name"], *a.get("takes", {}))]
    assert [name for name in mentioned if name not in said] == []


def test_show_as_json_is_the_canonical_form(run: Run) -> None:
    _, said, _ = run("template", "show", str(SMALL), "--json")
    assert json.loads(said)["key"] == "small"


def test_a_diagram_is_drawn_of_the_machine_asked_for(run: Run) -> None:
    assert "s_drafting" in run("template", "diagram", str(SMALL))[1]
    assert "s_filed" in run("template", "diagram", str(SMALL), "objection")[1]
    code, _, said = run("template", "diagram", str(SMALL), "nothing")
    assert code == 2
    assert "objection" in said


# --- scenarios -----------------------------------------------------------------------------------

SCENARIO = """
scenario: {id: Percobaan, en: A trial}
template: {path: small.yaml}
people:
  agus: {kind: external}
  budi: {superior: agus}
  sari: {superior: budi}
  hana: {superior: budi, roles: [hr]}
cycle:
  year: 2026
  windows: {planning: [2026-01-01, 2026-01-31], rating: [2026-02-01, 2026-02-28]}
clock: 2026-01-05T09:00
launch: [sari]
steps:
  - {as: sari, act: submit_plan, refused: refused, expect: {state: drafting}}
"""


@pytest.fixture
def trial(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(SMALL.read_text())
    path = tmp_path / "trial.yaml"
    path.write_text(SCENARIO)
    return path


def test_a_scenario_that_goes_as_expected_ends_with_nought(run: Run, trial: Path) -> None:
    code, said, err = run("scenario", "run", str(trial))
    assert code == 0, said + err
    assert "Percobaan" in said
    assert "1 dari 1" in said


def test_one_scenario_that_fails_makes_the_run_fail(run: Run, trial: Path) -> None:
    other = trial.with_name("other.yaml")
    other.write_text(SCENARIO.replace("refused: refused, ", ""))
    code, said, _ = run("scenario", "run", str(trial), str(other), "--json")
    report = json.loads(said)
    assert (code, report["passed"]) == (1, False)
    assert [one["passed"] for one in report["scenarios"]] == [True, False]


def test_a_scenario_that_cannot_be_read_says_where(run: Run, trial: Path) -> None:
    trial.write_text(SCENARIO.replace("launch: [sari]", "launch: [nobody]"))
    code, said, _ = run("scenario", "run", str(trial))
    assert code == 1
    assert "nobody" in said
    assert re.search(r"[Bb]aris \d+", said)


def test_no_scenario_of_that_name_is_a_wrong_call(run: Run) -> None:
    assert run("scenario", "run", "nowhere")[0] == 2


# --- serve ---------------------------------------------------------------------------------------

PROGRAM = [sys.executable, "-c", "import sys; from kinerja_flow.cli import main; sys.exit(main())"]


#: Seconds for a process to start or end, on a machine that is busy.
PATIENCE = 60


@contextmanager
def _serving(database: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"KINERJA_DATABASE_URL": database, "KINERJA_PORT": "0"} | settings
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*PROGRAM, "serve"], env=environment, text=True, **pipes) as server:  # type: ignore[call-overload]
        try:
            yield server
        finally:
            server.kill()  # a test that fails must not wait for it


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    found = re.search(r"http://\S+/", server.stdout.readline())
    assert found, server.communicate(timeout=PATIENCE)
    return found[0]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_and_ends_gracefully(migrated: str, number: signal.Signals) -> None:
    with _serving(migrated) as server:
        address = _address(server)
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{address}readyz", timeout=10) as answer:
            assert json.load(answer) == {"status": "ready"}
        server.send_signal(number)
        out, _ = server.communicate(timeout=PATIENCE)
    assert server.returncode == 0
    assert "Berhenti" in out


@pytest.mark.slow
def test_serve_fires_what_falls_due(migrated: str) -> None:
    upgrade(migrated)
    with _serving(migrated, KINERJA_SWEEP_SECONDS="1") as server:
        _address(server)
        time.sleep(1.5)
        server.terminate()
        _, err = server.communicate(timeout=PATIENCE)
    assert "sweep_failed" not in err


@pytest.mark.slow
def test_a_port_that_is_taken_is_said_to_be_so(migrated: str) -> None:
    with _serving(migrated) as first:
        port = _address(first).rstrip("/").rpartition(":")[2]
        with _serving(migrated, KINERJA_PORT=port) as second:
            _, err = second.communicate(timeout=PATIENCE)
        assert second.returncode == 2
        assert port in err
        first.terminate()
        first.communicate(timeout=PATIENCE)


# --- demo ----------------------------------------------------------------------------------------


def test_the_demo_leaves_a_database_in_use_alone(run: Run, new_file: str) -> None:
    run("init", *NEW, "--password-stdin", database=new_file, stdin=f"{PASSWORD}\n")
    code, _, said = run("demo", "--once", "--database", new_file)
    assert code == 1
    assert "Jalan keluar" in said
    assert _all(new_file, "SELECT count(*) FROM people") == [(1,)]


@pytest.mark.slow
def test_the_demo_ends_by_itself_when_asked_and_may_be_repeated(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        code, said, _ = run("demo", "--once", "--only", "denpasar", "--lang", "en")
        assert code == 0
        assert str(tmp_path / "instance" / "demo.sqlite") in said
        assert "History replayed: whole" in said
    database, _, shown = said.partition("KINERJA_DATABASE_URL=")[2].partition("\n")
    tried = [line.split()[1:] for line in shown.splitlines() if line.startswith("  kinerja ")]
    assert [words[0] for words in tried] == ["document", "export"]
    assert [run(*words, database=database)[0] for words in tried] == [0, 0]
    assert (tmp_path / "result.pdf").exists() and (tmp_path / "results.xlsx").exists()


@pytest.mark.parametrize("code", sorted(MESSAGES.texts))
def test_the_command_line_says_the_same_in_both_languages(code: str) -> None:
    asked = MESSAGES.placeholders(code)
    assert asked["id"] == asked["en"]


def test_a_link_is_drawn_as_a_qr_code(run: Run) -> None:
    code, said, _ = run("survey", "qr", "https://kinerja.example.go.id/s/abc-DEF_123")
    assert code == 0
    assert said.startswith("<svg")
    assert "script" not in said
    code, _, wrong = run("survey", "qr", "javascript:alert(1)")
    assert code == 1
    assert "link" in wrong


# --- tokens ---------------------------------------------------------------------------------------


def test_a_token_is_shown_once_listed_and_revoked(run: Run, new_file: str) -> None:
    run("init", *NEW, "--password-stdin", database=new_file, stdin=f"{PASSWORD}\n")
    ((person,),) = _all(new_file, "SELECT id FROM people")
    officer = ["--as", person]
    wanted = ["--name", "Portal", "--scope", "cases:read"]
    code, out, _ = run("token", "issue", *officer, *wanted, "--json")
    made = json.loads(out)
    assert code == 0 and made["secret"].startswith("kf_")
    assert _all(new_file, "SELECT count(*) FROM service_tokens")[0] == (1,)
    assert made["secret"] not in str(_all(new_file, "SELECT * FROM service_tokens"))
    code, out, _ = run("token", "revoke", *officer, made["id"])
    assert code == 0
    (told,) = json.loads(run("token", "list", *officer, "--json")[1])
    assert told["scopes"] == ["cases:read"] and told["revoked_at"]


def test_a_token_needs_a_person_that_there_is_and_a_scope_that_can_be_read(
    run: Run, new_file: str
) -> None:
    run("init", *NEW, "--password-stdin", database=new_file, stdin=f"{PASSWORD}\n")
    ((person,),) = _all(new_file, "SELECT id FROM people")
    wanted = ["--name", "Portal", "--scope", "cases", "--days", "900"]
    code, _, _ = run("token", "issue", "--as", "198001012005011001", *wanted)
    assert code != 0
    code, _, err = run("token", "issue", "--as", person, *wanted, "--lang", "en")
    assert code != 0 and "scope" in err and "366" in err
    assert _all(new_file, "SELECT count(*) FROM service_tokens")[0] == (0,)


# --- scenario refusals ---------------------------------------------------------------------------


def test_every_code_of_a_refusal_is_listed_with_its_sentence(run: Run) -> None:
    said = json.loads(run("scenario", "refusals", "--json")[1])["refusals"]
    listed = {one["rule"] for one in said}
    assert {"plan_complete", "within_term.not_received", "required"} <= listed
    assert all(one["message"] for one in said)
    assert codes_of_scenarios() <= listed


def codes_of_scenarios() -> set[str]:
    """What the scenarios that ship say they are refused for, but for the kinds of a refusal."""
    sources = "\n".join(path.read_text("utf-8") for path in SCENARIOS.rglob("*.yaml"))
    named = re.findall(r"refused: \[([^\]]*)\]", sources)
    whole = re.sub(r"\{rule: ([\w.]+)[^}]*\}", r"\1", ", ".join(named))
    return set(re.findall(r"[\w.]+", whole))


def test_the_codes_of_inputs_are_those_that_inputs_are_refused_for() -> None:
    root = Path(__file__).parents[1]
    kinds = (root / "workflows" / "kinds.py").read_text("utf-8")
    sources = "\n".join(path.read_text("utf-8") for path in (root / "kinerja_flow").rglob("*.py"))
    used = set(re.findall(r'refuse\(\s*"([a-z_]+)"', kinds))
    used |= set(re.findall(r'Blocker\(\s*"([a-z_]+)"[^()]*(?:\([^()]*\)[^()]*)*INPUTS\)', sources))
    assert used | {"inputs_not_mapping", "unknown_input", "required"} == set(INPUT_CODES)
