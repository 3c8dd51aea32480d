"""How a setting is read from its variable: texts, whole numbers within limits, lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field
from typing import Any

from environs import Env, EnvError


class SettingError(EnvError):
    """A variable whose value is no whole number between `least` and `most`."""

    def __init__(self, name: str, least: int, most: int) -> None:
        super().__init__(name)
        self.name, self.least, self.most = name, least, most


class ListError(EnvError):
    """A variable in which `word` is not one of what it lists."""

    def __init__(self, name: str, word: str) -> None:
        super().__init__(name)
        self.name, self.word = name, word


def read(env: Env, spec: Field[Any]) -> Any:
    """The value of a setting; SettingError or ListError where it can't be read."""
    name, most = spec.metadata["env"], spec.metadata.get("most")
    default: Any = spec.default
    if most is None:
        return _listing(name, env.str(name, default=default), spec.metadata.get("list"))
    least = spec.metadata.get("least", 0)
    try:
        number: Any = env.int(name, default=default)
    except EnvError as error:
        raise SettingError(name, least, most) from error
    if not least <= number <= most:
        raise SettingError(name, least, most)
    return number


def _listing(name: str, said: str, reads: Callable[[str], Any] | None) -> str:
    """The text as it is; ListError where a word of its list can't be read."""
    for word in words(said) if reads else ():
        try:
            reads(word)  # type: ignore[misc]
        except ValueError as error:
            raise ListError(name, word) from error
    return said


def words(said: str) -> frozenset[str]:
    """The words of a list with commas between, in small letters."""
    return frozenset(word.strip().lower() for word in said.split(",") if word.strip())
