"""Metrics of reconciliation, at the publisher's `/metrics`; set when a round ends."""

from prometheus_client import Gauge

DIFFERENCES = Gauge(
    "minglu_publication_differences", "Records about which a system and we differ", ["system", "difference", "state"]
)
LAST_ROUND = Gauge(
    "minglu_publication_reconciled_seconds", "When the last round of a system ended well, in Unix time", ["system"]
)
