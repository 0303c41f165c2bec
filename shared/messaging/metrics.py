"""Metrics of messaging: events sent, events consumed and their lag, dead letters."""

from prometheus_client import Counter, Gauge

OUTBOX_UNSENT = Gauge("minglu_outbox_unsent_events", "Events written and not yet acknowledged by the bus")
OUTBOX_OLDEST = Gauge("minglu_outbox_oldest_seconds", "Age of the oldest event not yet acknowledged")
SENT = Counter("minglu_events_sent", "Events acknowledged by the bus", ["topic"])
STREAMED = Counter("minglu_bulk_records_sent", "Records of bulk streams acknowledged by the bus", ["topic"])
LAG = Gauge("minglu_consumer_lag_events", "Events on the bus and not yet consumed", ["consumer", "topic"])
CONSUMED = Counter(
    "minglu_events_consumed",
    "Events by what became of them: applied, repeated, unknown, refused, unreadable, invalid, failed, waiting",
    ["consumer", "outcome"],
)
DEAD_LETTERS = Gauge("minglu_dead_letters_open", "Messages that wait for an operator, by kind", ["consumer", "kind"])
