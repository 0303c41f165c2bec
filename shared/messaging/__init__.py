"""Delivery of events: written with the fact, carried in order, applied once.

Read in this order: `events` (the envelope), `outbox` (emit), `relay` (outbox to bus), `bus` (the protocol,
two transports), `consumer` (bus to effects), `dead_letters`.
The guarantees E1-E8 are proved in tests/faults.
"""
