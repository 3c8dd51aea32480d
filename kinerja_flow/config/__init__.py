"""Every setting of the installation, read once from the environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from environs import Env

from kinerja_flow.config.reading import ListError as ListError
from kinerja_flow.config.reading import SettingError as SettingError
from kinerja_flow.config.reading import read, words
from kinerja_flow.config.webhooks import WebhookSettings

#: By these names this machine reaches itself.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})


def _setting(default: Any, env: str, meaning: str, **limits: int) -> Any:
    return field(default=default, metadata={"env": env, "meaning": meaning, **limits})


@dataclass(frozen=True, slots=True)
class Settings(WebhookSettings):
    """What an operator may set; each field's `env` is the variable's name, `meaning` its use."""

    database_url: str = field(
        default="sqlite:///kinerja.sqlite",
        metadata={
            "env": "KINERJA_DATABASE_URL",
            "meaning": "SQLAlchemy address of the database; SQLite or PostgreSQL (psycopg).",
        },
    )
    host: str = _setting("127.0.0.1", "KINERJA_HOST", "Address that `kinerja serve` listens on.")
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
            "meaning": "Secret that signs cookies and keeps keys of the second step and of "
            "webhooks; empty: a new one at each start, and neither of the two.",
        },
    )
    files: str = _setting(
        "kinerja-files",
        "KINERJA_FILES",
        "Where uploaded files are kept: a folder, or an address that fsspec opens.",
    )
    file_megabytes: int = _setting(
        10, "KINERJA_FILE_MEGABYTES", "An uploaded file is no larger, in megabytes.", most=100
    )
    file_types: str = _setting(
        "pdf,jpg,png,webp,heic,docx,xlsx,pptx,odt,ods,odp",
        "KINERJA_FILE_TYPES",
        "Types of files that are taken, by the usual ending, with commas between.",
    )
    address: str = field(
        default="",
        metadata={
            "env": "KINERJA_ADDRESS",
            "meaning": "Address at which people reach the pages; links in mail lead there.",
        },
    )
    second_step: int = field(
        default=1,
        metadata={
            "env": "KINERJA_SECOND_STEP",
            "meaning": "1: HR officers, administrators and auditors sign in with a second step "
            "(TOTP).",
            "most": 1,
        },
    )
    idle_minutes: int = field(
        default=60,
        metadata={
            "env": "KINERJA_IDLE_MINUTES",
            "meaning": "Minutes after which a session that nobody uses ends.",
            "least": 1,
            "most": 10_080,
        },
    )
    session_hours: int = field(
        default=12,
        metadata={
            "env": "KINERJA_SESSION_HOURS",
            "meaning": "Hours after which every session ends.",
            "least": 1,
            "most": 720,
        },
    )
    code_days: int = field(
        default=30,
        metadata={
            "env": "KINERJA_CODE_DAYS",
            "meaning": "Days for which a printed activation code holds.",
            "least": 1,
            "most": 90,
        },
    )
    mail: str = field(
        default="",
        metadata={
            "env": "KINERJA_MAIL",
            "meaning": "How mail leaves: `smtp://user:password@host:587`, `folder:PATH`, or empty.",
        },
    )
    mail_from: str = field(
        default="",
        metadata={"env": "KINERJA_MAIL_FROM", "meaning": "From whom mail comes."},
    )
    oidc_issuer: str = field(
        default="",
        metadata={
            "env": "KINERJA_OIDC_ISSUER",
            "meaning": "Issuer of a single sign-on (OpenID Connect); empty: there is none.",
        },
    )
    oidc_client: str = field(
        default="",
        metadata={"env": "KINERJA_OIDC_CLIENT", "meaning": "Our client id at that issuer."},
    )
    oidc_secret: str = field(
        default="",
        metadata={"env": "KINERJA_OIDC_SECRET", "meaning": "Our client secret at that issuer."},
    )
    oidc_claim: str = field(
        default="email",
        metadata={
            "env": "KINERJA_OIDC_CLAIM",
            "meaning": "Claim of the issuer that holds somebody's NIP, e-mail or login.",
        },
    )
    hosts: str = field(
        default="",
        metadata={
            "env": "KINERJA_HOSTS",
            "meaning": "Names by which the server is reached, with commas between; "
            "empty: those of loopback, and `KINERJA_HOST`.",
        },
    )
    tls: int = field(
        default=0,
        metadata={
            "env": "KINERJA_TLS",
            "meaning": "1 where people reach the server over HTTPS alone: "
            "browsers then stay with it, and cookies go over nothing else.",
            "most": 1,
        },
    )
    origins: str = field(
        default="",
        metadata={
            "env": "KINERJA_ORIGINS",
            "meaning": "Origins whose pages may call the API from a browser, "
            "with commas between; empty: none.",
        },
    )
    body_kib: int = field(
        default=2048,
        metadata={
            "env": "KINERJA_BODY_KIB",
            "meaning": "Largest body of a request, in KiB, where no other limit is told.",
            "most": 1_048_576,
        },
    )
    limit_address: int = field(
        default=3000,
        metadata={
            "env": "KINERJA_LIMIT_ADDRESS",
            "meaning": "Requests a minute from one address; 0 for any number.",
            "most": 1_000_000,
        },
    )
    limit_actor: int = field(
        default=600,
        metadata={
            "env": "KINERJA_LIMIT_ACTOR",
            "meaning": "Requests a minute for one person, by whatever program; 0 for any number.",
            "most": 1_000_000,
        },
    )
    limit_sign_in: int = field(
        default=60,
        metadata={
            "env": "KINERJA_LIMIT_SIGN_IN",
            "meaning": "Attempts to sign in a minute from one address; 0 for any number.",
            "most": 1_000_000,
        },
    )
    limit_tokens: int = field(
        default=30,
        metadata={
            "env": "KINERJA_LIMIT_TOKENS",
            "meaning": "Unknown tokens a minute from one address; 0 for any number.",
            "most": 1_000_000,
        },
    )
    limit_citizens: int = field(
        default=120,
        metadata={
            "env": "KINERJA_LIMIT_CITIZENS",
            "meaning": "Requests a minute for citizens' pages from one address; 0 for any number.",
            "most": 1_000_000,
        },
    )
    limit_store: str = field(
        default="memory://",
        metadata={
            "env": "KINERJA_LIMIT_STORE",
            "meaning": "Where requests are counted: `memory://` (each process for itself) "
            "or `redis://…`.",
        },
    )
    log_json: int = field(
        default=0,
        metadata={
            "env": "KINERJA_LOG_JSON",
            "meaning": "1: each line of the log is a JSON object; 0: a line for people.",
            "most": 1,
        },
    )
    metrics_token: str = field(
        default="",
        metadata={
            "env": "KINERJA_METRICS_TOKEN",
            "meaning": "Bearer token that reads `/metrics`; empty: whoever asks from loopback.",
        },
    )
    drain_seconds: int = field(
        default=0,
        metadata={
            "env": "KINERJA_DRAIN_SECONDS",
            "meaning": "Seconds for which `kinerja serve`, told to stop, still takes "
            "connections while `/readyz` says 503.",
            "most": 600,
        },
    )

    @property
    def host_names(self) -> frozenset[str]:
        """The names, in lower case, by which the server may be addressed."""
        return words(self.hosts) or LOOPBACK | {self.host.lower()}

    @property
    def origins_allowed(self) -> frozenset[str]:
        """The origins whose pages may call the API."""
        return words(self.origins)

    @classmethod
    def from_environment(cls) -> Settings:
        """Settings from the KINERJA_* variables; a wrong value is an error that names it."""
        env = Env()
        return cls(**{name: read(env, spec) for name, spec in cls.__dataclass_fields__.items()})
