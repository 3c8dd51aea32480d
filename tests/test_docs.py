"""The documentation is whole: every command, setting and word is in it, and every link leads on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

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
