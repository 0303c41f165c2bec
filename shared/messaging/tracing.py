"""The trace that an event belongs to, carried in its envelope by hand (W3C `traceparent`).

The Kafka instrumentations lose the context between the message and its handler; this does not.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_propagator = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("minglu.messaging")


def current_traceparent() -> str | None:
    """The running span as a `traceparent`, or None outside any trace."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def continued(traceparent: str | None, name: str) -> Iterator[None]:
    """Runs the block in a span of the trace that the event came with (a new trace if it came with none)."""
    context = _propagator.extract({"traceparent": traceparent}) if traceparent else None
    with _tracer.start_as_current_span(name, context=context):
        yield
