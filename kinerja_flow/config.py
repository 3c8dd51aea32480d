"""Every setting of the installation, read once from the environment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from environs import Env


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
        metadata={"env": "KINERJA_PORT", "meaning": "Port that `kinerja serve` listens on."},
    )
    sweep_seconds: int = field(
        default=20,
        metadata={
            "env": "KINERJA_SWEEP_SECONDS",
            "meaning": "Seconds between two sweeps of due clocks in `kinerja serve`; 0 for none.",
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
        readers: dict[str, Callable[..., Any]] = {"str": env.str, "int": env.int}
        return cls(
            **{
                name: readers[str(spec.type)](spec.metadata["env"], default=spec.default)
                for name, spec in cls.__dataclass_fields__.items()
            }
        )
