"""What the verifier finds about a policy on a day: asked once per process, since it is a function of the two alone."""

import asyncio
import datetime as dt
import threading

from shared.policy.compiled import CompiledPolicy
from shared.policy.verifier.findings import Verification

MOST_KEPT = 64

_proved: dict[tuple[str, dt.date], Verification] = {}
_one_at_a_time = threading.Lock()


async def proof_of(compiled: CompiledPolicy) -> Verification:
    """The verification of a policy on its day, without holding up the event loop."""
    known = _proved.get(_key(compiled))
    return await asyncio.to_thread(proof, compiled) if known is None else known


def proof(compiled: CompiledPolicy) -> Verification:
    """The same, from a thread; some half a second when nobody asked before."""
    # z3 is loaded only where somebody asks for a proof
    from shared.policy.verifier.verify import verify

    key = _key(compiled)
    with _one_at_a_time:
        if key not in _proved:
            if len(_proved) == MOST_KEPT:
                del _proved[next(iter(_proved))]
            _proved[key] = verify(compiled)
        return _proved[key]


def _key(compiled: CompiledPolicy) -> tuple[str, dt.date]:
    return compiled.policy.content_hash, compiled.as_of
