"""The callers behind deadlines and events."""

from shared.platform.identity import Caller, Role

CLOCK = Caller(subject="clock", roles=frozenset({Role.SYSTEM}), region="")
BUS = Caller(subject="bus", roles=frozenset({Role.SYSTEM}), region="")
