"""The documentation is whole: every command, setting and word is in it, and every link leads on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from kinerja_flow import create_app
from kinerja_flow.cli import kinerja
from kinerja_flow.cli.words import as_markdown
from kinerja_flow.config import Settings
from kinerja_flow.models import APPEND_ONLY, Case
from kinerja_flow.workflow import vocabulary

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
OPERATOR = (DOCS / "operator.md").read_text(encoding="utf-8")
ARCHITECTURE = (DOCS / "architecture.md").read_text(encoding="utf-8")
TEMPLATES = (DOCS / "templates.md").read_text(encoding="utf-8")
GUIDES = ("architecture", "contributor", "employee", "glossary", "hr", "integrator", "operator",
          "scenarios", "superior", "templates")  # fmt: skip


def _commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield " ".join(path)
        return
    for name, child in command.commands.items():
        yield from _commands(child, (*path, name))


@pytest.mark.parametrize("command", list(_commands(kinerja)))
def test_every_command_is_documented(command: str) -> None:
    assert f"`kinerja {command}`" in OPERATOR


def test_no_documented_command_is_made_up() -> None:
    named = set(re.findall(r"^\| `kinerja ([a-z ]+)`", OPERATOR, re.MULTILINE))
    assert named == set(_commands(kinerja))


@pytest.mark.parametrize("name", list(Settings.__dataclass_fields__))
def test_every_setting_is_documented_with_its_default_and_meaning(name: str) -> None:
    spec = Settings.__dataclass_fields__[name]
    default = f"`{spec.default}`" if spec.default != "" else "empty"
    assert f"| `{spec.metadata['env']}` | {default} | {spec.metadata['meaning']} |" in OPERATOR


def test_no_documented_setting_is_made_up() -> None:
    known = {spec.metadata["env"] for spec in Settings.__dataclass_fields__.values()}
    named = {word for page in PAGES for word in re.findall(r"KINERJA_[A-Z_]+", page.read_text())}
    assert {word for word in named - known if not word.startswith("KINERJA_TEST_")} <= {"KINERJA_"}


def _anchor(heading: str) -> str:
    """The anchor of a heading, as code forges make it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def _links(page: Path) -> Iterator[str]:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"`[^`]*`", "", text)
    yield from re.findall(r"\]\(([^)\s]+)\)", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in _links(page):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {_anchor(heading) for heading in headings}, link


@pytest.mark.parametrize("name", GUIDES)
def test_every_audience_has_its_page_and_the_readme_leads_to_it(name: str) -> None:
    assert f"docs/{name}.md" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_word_of_the_template_language_is_in_its_reference() -> None:
    _, _, section = TEMPLATES.partition("\n## Words\n")
    written = section[section.index("### Relations") :]
    assert written == as_markdown(vocabulary()), (
        "print the section anew with `kinerja template words`"
    )


def test_every_decision_says_why_what_and_what_follows() -> None:
    pages = [page for page in (DOCS / "decisions").glob("*.md") if page.stem != "README"]
    assert pages
    for page in pages:
        headings = re.findall(r"^## (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Choice", "Consequences"], page.name


def test_every_decision_is_in_the_index() -> None:
    index = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    for page in (DOCS / "decisions").glob("0*.md"):
        assert f"({page.name})" in index


def test_every_table_is_in_the_architecture() -> None:
    tables = set(Case.metadata.tables)
    assert not {name for name in tables if f"`{name}`" not in ARCHITECTURE}
    assert set(APPEND_ONLY) <= tables


def test_every_proof_that_the_architecture_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", ARCHITECTURE)
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]


def test_pictures_are_small() -> None:
    pictures = list((DOCS / "pictures").glob("*.png"))
    assert pictures
    assert all(picture.stat().st_size < 150_000 for picture in pictures)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_names_a_path_of_a_machine(page: Path) -> None:
    assert not re.search(r"(?<![\w.])/(?:work|tmp|root|home)/", page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_line_of_prose_stands_twice_on_a_page(page: Path) -> None:
    """These pages are merged line by line, which doubles what two hands have changed."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = [line for line in text.splitlines() if len(line) > 45 and not line.startswith("- `")]
    heads = {head for head, _ in re.findall(r"^(\|.*)\n(\|[-| ]+\|)$", text, re.MULTILINE)}
    assert [line for line, count in Counter(lines).items() if count > 1 and line not in heads] == []


API = (DOCS / "api.md").read_text(encoding="utf-8")
METHODS = "GET|POST|PUT|DELETE"
#: Addresses in it that are none of the API's nouns.
PAGES_NAMED = ("/api/v1", "/openapi.json", "/masuk", "")


@pytest.fixture(scope="module")
def paths() -> dict[str, dict[str, Any]]:
    """What every method of every path of the API does, by the path without names in its braces."""
    app = create_app(Settings(database_url="sqlite://"))
    said = app.test_client().get("/api/v1/openapi.json").json["paths"]
    return {_plain(path): found for path, found in said.items()}


def _plain(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path.partition("?")[0]).removeprefix("/api/v1")


def _named() -> Iterator[tuple[str | None, str]]:
    """Every address that the guide of the API names, with its method where it says one."""
    text = re.sub(r"```.*?```", "", API, flags=re.DOTALL)
    pattern = rf"`(?:({METHODS}) )?(…?/[^`\s]*)`"
    yield from ((method or None, _plain(path)) for method, path in re.findall(pattern, text))


def _meant(path: str, known: Iterable[str]) -> set[str]:
    """The addresses that a name may stand for: whole, below a case, or what follows the …."""
    if path.startswith("…"):
        return {one for one in known if one.endswith(path.removeprefix("…"))}
    return {path, f"/cases/{{}}{path}"} & set(known)


def test_every_address_in_the_guide_of_the_api_exists(paths: dict[str, dict[str, Any]]) -> None:
    named = [(method, path) for method, path in _named() if path not in PAGES_NAMED]
    assert len(named) > 80
    for method, path in named:
        meant = _meant(path, paths)
        assert meant, path
        assert method is None or any(method.lower() in paths[one] for one in meant), (method, path)


def test_every_noun_of_the_api_is_in_its_guide(paths: dict[str, dict[str, Any]]) -> None:
    meant = {one for _, path in _named() for one in _meant(path, paths)}
    assert _nouns(paths, meant) == _nouns(paths, set(paths))


def _nouns(paths: dict[str, dict[str, Any]], among: set[str]) -> set[str]:
    operations = (one for path in among for one in paths[path].values() if isinstance(one, dict))
    return {tag for operation in operations for tag in operation["tags"]}
