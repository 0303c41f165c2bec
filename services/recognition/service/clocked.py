"""Who acts when a day is over or an event is heard."""

from shared.service.identity import Caller, Role

CLOCK = Caller(subject="clock", roles=frozenset({Role.SYSTEM}), region="")
BUS = Caller(subject="bus", roles=frozenset({Role.SYSTEM}), region="")
