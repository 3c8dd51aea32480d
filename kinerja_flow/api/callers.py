"""Who may call an operation: everybody within their scopes, people alone, or anybody at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import request

from kinerja_flow.policy import Actor
from kinerja_flow.security import caller, refuse_foreign


def _all(scope: str) -> Actor:
    who = caller()
    who.refuse_outside(scope)
    return who.actor


def _person(_scope: str) -> Actor:
    who = caller()
    who.refuse_program()
    return who.actor


def _anybody(_scope: str) -> Actor:
    if request.method != "GET":
        refuse_foreign()
    return Actor()


CALLERS: Mapping[str, Callable[[str], Actor]] = {
    "all": _all,
    "person": _person,
    "anybody": _anybody,
}
