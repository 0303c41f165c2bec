"""Metrics of reconciliation, at the publisher's `/metrics`; the gauges are set when a round ends."""

from prometheus_client import Counter, Gauge

DIFFERENCES = Gauge(
    "minglu_publication_differences", "Records about which a system and we differ", ["system", "difference", "state"]
)
LAST_ROUND = Gauge(
    "minglu_publication_reconciled_seconds", "When the last round of a system ended well, in Unix time", ["system"]
)
NOT_REPAIRED = Counter(
    "minglu_publication_not_repaired", "Ordered repairs that could lead nowhere and were left open", ["system"]
)
