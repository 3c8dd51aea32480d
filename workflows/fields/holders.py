"""The fields that hold many: lists and mappings, which note the errors of each item under it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from marshmallow import ValidationError, fields

from workflows.faults import Fault, refuse, shown
from workflows.fields.scalars import Key
from workflows.longhand import spelled_out


class Holder(fields.Field[Any]):
    """What list and mapping share: an inner field for the items, and errors by item."""

    def __init__(self, inner: fields.Field[Any], *, most: int = 300, **options: Any) -> None:
        super().__init__(**options)
        self.inner, self.most = inner, most

    def _bind_to_schema(self, field_name: str, parent: Any) -> None:
        super()._bind_to_schema(field_name, parent)
        self.inner = deepcopy(self.inner)
        self.inner._bind_to_schema(field_name, self)

    def _load(self, key: Any, item: Any, errors: dict[Any, Any]) -> Any:
        """The loaded item, or what is good of it with its errors noted under its key."""
        try:
            return self.inner.deserialize(item)
        except ValidationError as error:
            errors[key] = error.messages
            return error.valid_data

    def _bounded(self, size: int, least: int = 0) -> None:
        if size > self.most:
            raise refuse("too_many", max=self.most)
        if size < least:
            raise refuse("too_few", min=least)


class Entries(Holder):
    """A mapping of names that the author gives to things of one shape; their order is kept."""

    def __init__(
        self, inner: fields.Field[Any], *, keys: fields.Field[str] | None = None, **options: Any
    ) -> None:
        super().__init__(inner, **options)
        self.keys = keys or Key()

    def longhand(self, value: Any) -> Any:
        return {key: spelled_out(self.inner, item) for key, item in value.items()}

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise refuse("not_mapping")
        self._bounded(len(value), 1 if self.required else 0)
        loaded, errors = {}, {}
        for key, item in value.items():
            try:
                self.keys.deserialize(key)
            except ValidationError as error:
                errors[key] = error.messages
                continue
            loaded[key] = self._load(key, item, errors)
        if errors:
            raise ValidationError(errors, valid_data=loaded)
        return loaded


class Listed(Holder):
    """A list; `unique` names the key in which its items must differ ("" compares the items)."""

    def __init__(
        self,
        inner: fields.Field[Any],
        *,
        unique: str | None = None,
        least: int = 0,
        alone: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(inner, **options)
        self.unique, self.least, self.alone = unique, least, alone

    def longhand(self, value: Any) -> Any:
        return [spelled_out(self.inner, item) for item in self._items(value)]

    def _items(self, value: Any) -> Any:
        return [value] if self.alone and isinstance(value, str) else value

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> list[Any]:
        items = self._items(value)
        if not isinstance(items, list):
            raise refuse("not_list")
        self._bounded(len(items), self.least)
        errors: dict[Any, Any] = {}
        loaded = [self._load(index, item, errors) for index, item in enumerate(items)]
        self._find_doubles(items, errors)
        if errors:
            raise ValidationError(errors, valid_data=loaded)
        return loaded

    def _find_doubles(self, items: list[Any], errors: dict[Any, Any]) -> None:
        seen = set()
        for index, item in enumerate(items):
            name = item.get(self.unique) if self.unique and isinstance(item, dict) else item
            if self.unique is None or not isinstance(name, str):
                continue
            if name in seen:
                errors.setdefault(index, [Fault("duplicate", {"name": shown(name)})])
            seen.add(name)
