"""Every setting of the installation, read once from the environment."""

from __future__ import annotations

from dataclasses import Field, dataclass, field
from typing import Any

from environs import Env, EnvError


class SettingError(EnvError):
    """A variable whose value is no whole number between `least` and `most`."""

    def __init__(self, name: str, least: int, most: int) -> None:
        super().__init__(name)
        self.name, self.least, self.most = name, least, most


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may set; each field's `env` is the variable's name, `meaning` its use."""

    database_url: str = field(
        default="sqlite:///kinerja.sqlite",
        metadata={
            "env": "KINERJA_DATABASE_URL",
            "meaning": "SQLAlchemy address of the database; SQLite or PostgreSQL (psycopg).",
        },
    )
    host: str = field(
        default="127.0.0.1",
        metadata={"env": "KINERJA_HOST", "meaning": "Address that `kinerja serve` listens on."},
    )
    port: int = field(
        default=8765,
        metadata={
            "env": "KINERJA_PORT",
            "meaning": "Port that `kinerja serve` listens on; 0 for any that is free.",
            "most": 65_535,
        },
    )
    sweep_seconds: int = field(
        default=20,
        metadata={
            "env": "KINERJA_SWEEP_SECONDS",
            "meaning": "Seconds between two sweeps of due clocks in `kinerja serve`; 0 for none.",
            "most": 86_400,
        },
    )
    proxies: int = field(
        default=0,
        metadata={
            "env": "KINERJA_PROXIES",
            "meaning": "Proxies before the server that say, truly, where a request comes from.",
            "most": 10,
        },
    )
    secret_key: str = field(
        default="",
        metadata={
            "env": "KINERJA_SECRET_KEY",
            "meaning": "Secret that signs cookies; empty: a new one at each start.",
        },
    )

    @classmethod
    def from_environment(cls) -> Settings:
        """Settings from the KINERJA_* variables; a wrong value is an error that names it."""
        env = Env()
        return cls(**{name: _read(env, spec) for name, spec in cls.__dataclass_fields__.items()})


def _read(env: Env, spec: Field[Any]) -> Any:
    name, most = spec.metadata["env"], spec.metadata.get("most")
    default: Any = spec.default
    if most is None:
        return env.str(name, default=default)
    try:
        number: Any = env.int(name, default=default)
    except EnvError as error:
        raise SettingError(name, 0, most) from error
    if not 0 <= number <= most:
        raise SettingError(name, 0, most)
    return number
