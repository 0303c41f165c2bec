"""A province's directory (省级名录, 异议申诉模块) to try the exchange with: `python -m deploy.sandbox.directory_peer`.

It speaks what `services.objection.exchange.peer` describes, keeps everything in memory, and misbehaves on request:
`unavailable` (503), `lost` (does its work, then drops the answer), `garbage` (no JSON), `repeat` (the page again).
After a new start its objections are other ones: a cursor of an earlier start begins anew.
"""

import argparse
import os
import secrets
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

import orjson
import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response


@dataclass
class SandboxDirectory:
    """What the directory holds: objections in the order of filing, and the answers that it was given."""

    credential: str = "sandbox"
    filed: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    moods: deque[str] = field(default_factory=deque)
    start: str = field(default_factory=lambda: secrets.token_hex(4))

    def misbehave(self, *moods: str) -> None:
        """How the next calls go wrong, in turn."""
        self.moods.extend(moods)

    def page(self, cursor: str, limit: int, mood: str | None) -> Mapping[str, Any]:
        """The objections behind a cursor."""
        of_start, _, number = cursor.partition("-")
        first = int(number) if of_start == self.start else 0
        items: Sequence[dict[str, Any]] = self.filed[first : first + limit]
        behind = first if mood == "repeat" else first + len(items)
        return {"items": items, "next": f"{self.start}-{behind}", "more": behind < len(self.filed)}

    def answer(self, receipt: str, key: str, body: dict[str, Any]) -> None:
        """An answer; under the same key again it is the same one. A second one under another key is refused."""
        if self.keys.get(receipt, key) != key:
            raise HTTPException(409, "answered before")
        self.keys[receipt], self.answers[receipt] = key, body


def page_response(directory: SandboxDirectory, cursor: str, limit: int, mood: str | None) -> Response:
    """A page as JSON, or what a broken server sends instead."""
    if mood == "garbage":
        return Response(b"<html>", media_type="text/html")
    return Response(orjson.dumps(directory.page(cursor, limit, mood)), media_type="application/json")


def sandbox_app(directory: SandboxDirectory) -> FastAPI:
    """The directory over HTTP."""
    app = FastAPI(title="省名录异议申诉模块（沙箱）")

    async def mood_of(request: Request, authorization: Annotated[str, Header()] = "") -> str | None:
        """Who calls is checked; how this call goes wrong, if it does."""
        if authorization != f"Bearer {directory.credential}":
            raise HTTPException(401)
        directory.calls[f"{request.method} {request.url.path}"] += 1
        mood = directory.moods.popleft() if directory.moods else None
        if mood == "unavailable":
            raise HTTPException(503)
        return mood

    Mood = Annotated[str | None, Depends(mood_of)]  # noqa: N806 - a type

    @app.post("/sandbox/moods", status_code=204)
    async def misbehave(moods: list[str]) -> None:
        """How the next calls go wrong, in turn."""
        directory.misbehave(*moods)

    @app.post("/sandbox/objections", status_code=204)
    async def file(objection: dict[str, Any]) -> None:
        """Somebody files at the directory."""
        directory.filed.append(objection)

    @app.get("/sandbox/answers")
    async def list_answers() -> dict[str, dict[str, Any]]:
        """What the directory was answered, by its receipt number."""
        return directory.answers

    @app.get("/objections")
    async def list_objections(mood: Mood, cursor: str = "", limit: int = 100) -> Response:
        """One page."""
        return page_response(directory, cursor, limit, mood)

    @app.post("/objections/{receipt}/answers")
    async def take_answer(
        receipt: str, body: dict[str, Any], mood: Mood, idempotency_key: Annotated[str, Header()]
    ) -> Response:
        """An answer to one of its objections."""
        directory.answer(receipt, idempotency_key, body)
        if mood == "lost":
            raise HTTPException(504)
        return Response(status_code=204)

    return app


def main() -> None:
    """Serve an empty directory on this machine; its credential is `MINGLU_SANDBOX_CREDENTIAL`, or `sandbox`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8093)
    port = parser.parse_args().port
    directory = SandboxDirectory(os.environ.get("MINGLU_SANDBOX_CREDENTIAL", "sandbox"))
    uvicorn.run(sandbox_app(directory), host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
