"""Metrics of publication, at the publisher's `/metrics`."""

from prometheus_client import Counter, Gauge

WAITING = Gauge("minglu_publication_waiting", "Records that wait to be sent to a system", ["system", "urgency"])
OLDEST = Gauge("minglu_publication_oldest_seconds", "How long the oldest of them waits", ["system", "urgency"])
OPEN = Gauge("minglu_publication_batches_open", "Batches that are not over", ["system", "state"])
STUCK = Gauge("minglu_publication_batches_stuck", "Of them, those whose calls led nowhere again and again", ["system"])
OVERDUE = Gauge(
    "minglu_publication_batches_overdue", "Batches that a system has had for too long without an end", ["system"]
)
REJECTED = Gauge("minglu_publication_rejected", "Records that a system refused and nobody has decided on", ["system"])
CALLS = Counter("minglu_publication_calls", "Answers of systems to calls", ["system", "call", "outcome"])
CONCLUDED = Counter("minglu_publication_records", "Records of batches that are over", ["system", "outcome"])
