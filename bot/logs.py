"""Log lines: text for people or JSON for machines, and never a secret."""

import logging
import sys
from collections.abc import Iterable, MutableMapping
from types import TracebackType
from typing import Any, Literal

import structlog

# Chatty at INFO, and what they say there is of no use to an operator.
_QUIET = ("apscheduler", "httpx", "httpcore", "aiohttp.access", "alembic", "trafilatura", "htmldate", "asyncio")


def configure(level: str, style: Literal["text", "json"], secrets: Iterable[str]) -> None:
    """Send every log line of the process to standard error, with `secrets` blotted out wherever they stand."""
    hidden = tuple(secret for secret in secrets if secret)

    def render_and_redact(logger: Any, name: str, event: MutableMapping[str, Any]) -> str:
        line = str(render(logger, name, event))
        for secret in hidden:
            line = line.replace(secret, "[secret]")
        return line

    render: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # Not the one that prints local variables: they hold what must not be logged.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = [structlog.processors.format_exc_info] if style == "json" else []
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last, render_and_redact],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # What Python prints by itself would pass by the redaction.
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    # It warns of each tick that finds the last one's work still under way, which is how the ticks are meant.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        logging.getLogger(__name__).critical("a mistake of ours ends this", exc_info=(kind, error, trace))
