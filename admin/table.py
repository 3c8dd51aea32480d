"""Plain tables that are only looked at: Flask-Admin's view of a model, without its ways to write.

What is not there cannot be opened by an option: the addresses that create, edit, delete, act on
rows, look up, export or change a cell in place are never made, and a class that asks for one of
them fails where it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from flask import Response
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from wtforms import Form as NoFields

from admin.screen import Paged, Screen, listing
from kinerja_flow.db import db, reading
from kinerja_flow.language import language
from kinerja_flow.services.directory import names_by_id
from workflows.definition import Label

#: What Flask-Admin would write by, at once and past every service.
SHUT = ("can_create", "can_edit", "can_delete", "can_export", "column_editable_list", "form_args")


FORM = Paged()


class Table(Screen, ModelView):
    """Rows of one model, of the actor's agency alone, the newest first, page by page.

    `shows` are its columns, `people` those that hold the id of a person; `labels` are the words for
    the codes of a column.
    """

    shows: ClassVar[Sequence[str]]
    people: ClassVar[Sequence[str]] = ()
    labels: ClassVar[Mapping[str, Mapping[str, Label]]] = {}
    of_model: ClassVar[Any]

    # No form of Flask-Admin's is made from the model.
    form = NoFields
    can_create = can_edit = can_delete = can_export = can_view_details = False
    create_view = edit_view = delete_view = details_view = None
    action_view = export = ajax_lookup = ajax_update = index_view = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        opened = [name for name in SHUT if cls.__dict__.get(name)]
        key = [column.name for column in cls.of_model.__table__.primary_key]
        if opened or key != ["id"]:
            raise TypeError(f"{cls.__name__} writes ({opened}), or has no id to be paged by")

    def __init__(self) -> None:
        ModelView.__init__(self, self.of_model, db, *self.placed())

    def get_query(self) -> Any:
        return super().get_query().filter(self.of_model.agency_id == self.actor.agency_id)

    @expose("/")
    def index(self) -> Response:
        found = listing(self._find, after=self.asked(FORM).get("after"))
        ids = [getattr(row, name) for row in found.rows for name in self.people]
        names = names_by_id(self.actor, [one for one in ids if one is not None])
        return self.page("table.html", listing=found, names=names)

    def _find(self, *, after: UUID | None, most: int) -> list[Any]:
        """A page without counting and without skipping rows: from behind an id."""
        model = self.of_model
        with reading() as session:
            found = self.get_query()
            if after is not None:
                found = found.filter(model.id < after)
            rows = found.order_by(model.id.desc()).limit(most).all()
            session.expunge_all()
            return list(rows)

    def cell(self, row: Any, name: str, names: Mapping[UUID, str], at: Callable[..., str]) -> str:
        """A value as it is shown: a person by name, a moment in the agency's zone."""
        value = getattr(row, name)
        if value is None:
            return ""
        if name in self.people:
            return names.get(value, "")
        if name in self.labels:
            return self.labels[name][value](language())
        return at(value) if isinstance(value, datetime) else str(value)
