"""Reads a draft of the law that somebody sent, in a child process: whatever its YAML makes the reader do, no other
request waits for it, and it costs no more than its limits.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from anyio import CapacityLimiter, to_thread

from services.typing.trials.problems import DraftTooCostly
from shared.confined import RUNNER, Ask, ChildEndedError, Limits
from shared.law.compiler.compiled_policy import compile_policy
from shared.law.language.errors import PolicyError, PolicyUnset
from shared.law.model.policy import Policy
from shared.law.reader.loading import draft_policy, restore_policy
from shared.platform.stored_policies import ParameterUnset, PolicyUnusable

LIMITS: Final = Limits(memory=512 << 20, processor=5, seconds=10)
"""The longest draft (60,000 characters) takes about a second and 60 MB. The order's connection is held meanwhile: an
Idempotency-Key needs its transaction"""


async def read_draft(
    text: str, settings: Mapping[str, str], readings: Mapping[str, str], as_of: dt.date, limiter: CapacityLimiter
) -> Policy:
    """The draft as a policy that can be compiled for the day; what is wrong with it is a 422, with the line."""

    def read() -> Policy:
        order = (text, dict(settings), dict(readings), as_of)
        found: dict[str, Any] = RUNNER.run(f"{__name__}:checked_draft", *order, limits=LIMITS)
        if "content" in found:
            return restore_policy(found["content"])
        if found["unset"]:
            raise ParameterUnset(found["problem"])
        raise PolicyUnusable(found["problem"], line=found["line"])

    try:
        return await to_thread.run_sync(read, limiter=limiter)
    except ChildEndedError as ended:
        raise DraftTooCostly from ended


def checked_draft(
    _ask: Ask, text: str, settings: Mapping[str, str], readings: Mapping[str, str], as_of: dt.date
) -> dict[str, Any]:
    """In the child: the `content` of the draft, or its `problem` with the `line` and whether a number is `unset`."""
    try:
        policy = draft_policy(text, settings=settings, readings=readings)
        compile_policy(policy, as_of)
    except PolicyError as error:
        line = error.place.line if error.place else None
        return {"problem": str(error), "line": line, "unset": isinstance(error, PolicyUnset)}
    return {"content": policy.content}
