"""What every screen is: an address, a place in the menu, the offices for which it is, a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask_admin import BaseView

from admin.guard import PREFIX, READERS, WRITERS
from kinerja_flow.errors import Malformed, Problem
from kinerja_flow.language import language
from kinerja_flow.pages import Pages, told_at
from kinerja_flow.policy import Actor, only_office
from kinerja_flow.security import caller
from kinerja_flow.services import forms, me, reports
from kinerja_flow.workflow import relation_label
from workflows import Catalogue

MESSAGES = Catalogue(Path(__file__).with_name("messages.yaml"))
PAGES = Pages(MESSAGES)

#: As many rows are on a page.
SIZE = 50
#: What every address may carry: the language, and what was done before.
OF_FRAME = frozenset({"lang", "said"})


class Paged(forms.Form):
    """Which page of a list is wanted: from behind a row."""

    after = forms.identity("after", optional=True)


class Screen(BaseView):
    """A screen; what it shows and does is a service's, its sentences stand in `messages.yaml`.

    `key` names its endpoint and, as `screen_<key>`, its title; `path` is its address below the
    back office, `section` (`section_…`) its place in the menu. `offices` are those that it is for.
    """

    key: ClassVar[str]
    path: ClassVar[str]
    section: ClassVar[str | None] = None
    offices: ClassVar[frozenset[str]] = READERS

    def __init__(self) -> None:
        super().__init__(*self.placed())

    def placed(self) -> tuple[str, str | None, str, str]:
        """Title, section, endpoint and address, as Flask-Admin takes them."""
        address = f"{PREFIX}/{self.path}".rstrip("/")
        return f"screen_{self.key}", self.section, f"admin_{self.key}", address

    @property
    def actor(self) -> Actor:
        """Whoever looks at the screen."""
        return caller().actor

    def is_accessible(self) -> bool:
        return bool(self.actor.roles & self.offices)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        """The house's own refusal in place of Flask-Admin's."""
        only_office(self.actor, self.offices, "page")

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        # Flask-Admin's own calls a view that raised a TypeError again, after its service wrote.
        return fn(self, *args, **kwargs)

    def asked(self, form: forms.Form) -> dict[str, Any]:
        """What the address asks for, by a form; Malformed for what the form does not know."""
        query = {name: text for name, text in request.args.items() if name not in OF_FRAME}
        values, wrong = form.read(query)
        if wrong:
            raise Malformed(wrong)
        return values

    def page(self, template: str, problem: Problem | None = None, **words: object) -> Response:
        """A page of the screen, from `templates/admin/`."""
        mine = me.who_am_i(self.actor)
        known = {
            "screen": self,
            "mine": mine,
            "at": told_at(mine.zone, language()),
            "menu": self.admin.menu() if self.admin else (),
            "may_write": bool(self.actor.roles & WRITERS),
            "notice": _notice(),
            "to": to,
        }
        return PAGES.page(f"admin/{template}", problem, **known, **words)

    def called(self, cycle_id: UUID) -> Callable[[str], str]:
        """A function for templates that says a relation in the words of a cycle's template."""
        definition = reports.course_of(cycle_id, self.actor)

        def say(relation: str) -> str:
            return relation_label(definition, relation)(language())

        return say

    def done(self, notice: str, view: str = "index", **values: object) -> Any:
        """On to a page of this screen after something was done, which `notice_<notice>` says."""
        return redirect(to(f"{self.endpoint}.{view}", said=notice, **values), 303)


@dataclass(frozen=True, slots=True)
class Listing:
    """Some rows of a list, and where the next ones are (None: there are no more)."""

    rows: Sequence[Any]
    next: str | None


def _by_id(row: Any) -> str:
    return str(row.id)


def listing(
    find: Callable[..., Sequence[Any]],
    *of: Any,
    after: Any = None,
    place: Callable[[Any], str] = _by_id,
) -> Listing:
    """A page of a list, as services page it (`after`, `most`); `place` is where a row stands in its
    order, as the address of the next page says it."""
    rows = find(*of, after=after, most=SIZE + 1)
    if len(rows) <= SIZE:
        return Listing(rows, None)
    query = {**request.args.to_dict(), "after": place(rows[SIZE - 1])}
    return Listing(rows[:SIZE], f"?{urlencode(query)}")


def to(endpoint: str, **values: Any) -> str:
    """The address of a page of ours in the present language."""
    return url_for(endpoint, lang=language(), **values)


def _notice() -> str | None:
    """The code of what was done before, where it is one of ours."""
    code = f"notice_{request.args.get('said', '')}"
    return code if code in MESSAGES.texts else None
