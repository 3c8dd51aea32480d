"""What is logged, and what never is: a fault is told by its lines of code, not by their values."""

from __future__ import annotations

import structlog


def configure() -> None:
    """Render what is logged without the values of local variables.

    The usual traceback shows them, and a fault at the close of a stage would so write sealed
    answers beside their raters into a file that outlives them.
    """
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.set_exc_info,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    )
