"""How calls of the sandbox's national systems go wrong, and how long they take; `national_systems` lists the moods."""

from collections import deque
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.notification.publication.peers.wire import CALLS

WRITES: Final = frozenset({"page", "seal", "answer"})
BEFORE: Final = frozenset({"restart", "forget", "forget-day"})
NOT_TAKEN: Final = frozenset({"busy", "unavailable", "credentials", "refuse", "no-cursor"})
MOODS: Final = BEFORE | NOT_TAKEN | {"", "slow", "lost", "hang", "garbage", "half", "repeat", "reorder"}


@dataclass(frozen=True)
class Pace:
    """Seconds."""

    page_seconds: float = 0.0
    work_seconds: float = 0.0
    slow_seconds: float = 1.0
    retry_after: int = 1


class CutResponse(Response):
    """The beginning of an answer; then the connection breaks."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's own
        """Promises more than it sends."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


class Moods:
    """How the next calls go wrong, in turn: entries `MOOD` for whichever call comes next, `CALL:MOOD` for that one."""

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()

    def add(self, *moods: str) -> None:
        """Behind those that wait; an empty one goes well. ValueError: there is no such mood."""
        for one in moods:
            call, _, mood = one.rpartition(":")
            if mood not in MOODS or call not in {"", "write", "read", *CALLS}:
                raise ValueError(f"no such mood: {one}")
        self._waiting.extend(moods)

    def of(self, call: str) -> str:
        """The first that fits this call, which is over then; an empty one if there is none."""
        fits = {"", call, "write" if call in WRITES else "read"}
        for one in self._waiting:
            its_call, _, mood = one.rpartition(":")
            if its_call in fits:
                self._waiting.remove(one)
                return mood
        return ""
