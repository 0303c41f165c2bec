"""Metrics of delivery, at the worker's `/metrics`."""

from prometheus_client import Counter, Gauge

QUEUED = Gauge("minglu_messages_queued", "Messages that wait to be handed over", ["channel", "lane"])
OLDEST_URGENT = Gauge("minglu_messages_oldest_urgent_seconds", "How long the oldest urgent message that is due waits")
HANDED_OVER = Counter("minglu_messages_handed_over", "Answers of providers to messages", ["provider", "outcome"])
RECEIPTS = Counter("minglu_receipts", "Receipts: applied, or dropped since nobody knows their message", ["outcome"])
PAUSED = Gauge("minglu_provider_paused", "1 while a provider that failed again and again is left alone", ["provider"])
