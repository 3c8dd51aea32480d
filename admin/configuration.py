"""The settings of the installation: what each means, its default, and what it is now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from flask import Response
from flask_admin import expose

from admin.screen import Screen
from kinerja_flow.config import Settings
from kinerja_flow.security import settings

#: Texts that may be seen. Any other may hold a password, and is only said to be set or not.
OPEN = frozenset(
    """
    host file_types address mail_from oidc_issuer oidc_client oidc_claim hosts origins
    webhook_networks webhook_ports webhook_ca
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as it is shown; `value` is None where it is only told whether it is set."""

    variable: str
    meaning: str
    default: Any
    value: Any
    is_set: bool


def settings_shown(chosen: Settings) -> Iterator[Setting]:
    """Every setting, in the order of the operator's guide."""
    for spec in fields(Settings):
        value = getattr(chosen, spec.name)
        is_open = isinstance(value, int) or spec.name in OPEN
        about = spec.metadata
        is_set = value != spec.default
        yield Setting(
            about["env"], about["meaning"], spec.default, value if is_open else None, is_set
        )


class Configuration(Screen):
    """Changed by the operator in the environment, and never here."""

    key = "configuration"
    path = "pengaturan"
    section = "section_access"

    @expose("/")
    def index(self) -> Response:
        return self.page("configuration.html", rows=list(settings_shown(settings())))
