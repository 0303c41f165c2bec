"""Who acts when no person does: `CLOCK` when a deadline falls due, `BUS` when an event of another service is applied.

Both act in the whole country; the audit names them.
"""

from shared.platform.identity import Caller, Role

CLOCK = Caller(subject="clock", roles=frozenset({Role.SYSTEM}), region="")
BUS = Caller(subject="bus", roles=frozenset({Role.SYSTEM}), region="")
