"""Failpoints: named points where a test may kill the process, as a power cut would. Inert without MINGLU_CRASH_AT."""

import os
import signal
from collections import Counter

_passed: Counter[str] = Counter()


def failpoint(name: str) -> None:
    """Marks a point between two steps at which a crash must do no harm."""
    crash_at, _, count = os.environ.get("MINGLU_CRASH_AT", "").partition(":")
    if name != crash_at:
        return
    _passed[name] += 1
    if _passed[name] >= int(count or 1):
        os.kill(os.getpid(), signal.SIGKILL)
