"""Delivery of events: written in the transaction of the fact, sent in order, applied once.

Read in this order: `events` (the envelope), `outbox` (emit), `relay` (outbox to bus), `bus` (the protocol) with its
two transports `kafka` and `embedded_log`, `consumer` (bus to effects) with `inbox` and `dispatch`, `dead_letters`.
The guarantees E1-E8 are proved in tests/faults.
"""
