"""Logs and traces of a process. Metrics are prometheus-client's default registry, at `/metrics`.

Logs are one JSON object a line on stdout, also those of libraries. Tracebacks come without local variables and
without PostgreSQL's DETAIL lines: both quote data. A call that is tried again is logged without the error's message,
which may quote its credentials.
"""

import logging
import sys
from collections.abc import MutableMapping
from importlib import import_module
from typing import Any

import orjson
import structlog
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter
from stamina.instrumentation import PrometheusOnRetryHook, RetryDetails, set_on_retry_hooks
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import Processor

from shared.platform.settings import ServiceSettings
from shared.text_output import spell_what_cannot_be_shown

log = structlog.get_logger()

QUIET_LIBRARIES = ("uvicorn.access", "httpx", "httpcore", "aiokafka", "alembic")
OWN_HANDLERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")
"""Loggers whose library gives them handlers before the application is loaded; their lines go the way of all others."""


def start_telemetry(settings: ServiceSettings) -> None:
    """Configure logs and traces; call once per process, before anything else."""
    configure_logs(settings.log_level, json_lines=settings.log_format == "json", service=settings.service)
    _start_traces(settings)


def configure_logs(level: str = "info", *, json_lines: bool = True, service: str = "minglu") -> None:
    """structlog, and the standard library's logging through it."""
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_service(service),
    ]
    final = _json_lines() if json_lines else [structlog.dev.ConsoleRenderer()]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *final],
    )
    spell_what_cannot_be_shown()
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(number)
    for name in OWN_HANDLERS:
        library = logging.getLogger(name)
        library.handlers, library.propagate = [], True
    for name in QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    set_on_retry_hooks([PrometheusOnRetryHook, log_retry])


def log_retry(details: RetryDetails) -> None:
    """A failed attempt of a call that will be tried again. stamina's own line shows the error and the call's values."""
    log.warning(
        "tried_again",
        error=type(details.caused_by).__name__,
        attempt=details.retry_num,
        pause=round(details.wait_for, 2),
    )


def _json_lines() -> list[Processor]:
    transform = ExceptionDictTransformer(show_locals=False, max_frames=20)
    return [structlog.processors.ExceptionRenderer(transform), without_details, _render]


def without_details(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """PostgreSQL's errors end in lines that quote the row: cut them off."""
    for part in event.get("exception") or ():
        part["exc_value"] = part["exc_value"].split("\nDETAIL:", 1)[0]
    return event


def _render(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _name_service(service: str) -> Processor:
    def add(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        return event

    return add


def _start_traces(settings: ServiceSettings) -> None:
    if settings.trace_exporter == "none":
        return
    provider = TracerProvider(resource=Resource.create({"service.name": f"minglu-{settings.service}"}))
    exporter: SpanExporter = ConsoleSpanExporter() if settings.trace_exporter == "console" else _otlp()
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


def _otlp() -> SpanExporter:
    """The exporter is a package of its own that an installation adds when it has a collector."""
    try:
        module = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    except ImportError as error:
        raise RuntimeError("install opentelemetry-exporter-otlp-proto-http, or set the exporter to none") from error
    exporter: SpanExporter = module.OTLPSpanExporter()
    return exporter
