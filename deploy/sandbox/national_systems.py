"""The national systems, to try publication with: `python -m deploy.sandbox.national_systems --port … --data …`.

One server for the province's directory, the national directory, the credit publicity system and the cultivation
platform, each under a path of its name and in its own way to write (docs/national-systems.md), and for the national
base of legal persons. It keeps what it is told in one file, checks every row, works on a batch after its seal, and
shows on its page what it holds. How the next calls go wrong is said with `POST /sandbox/{system}/moods`, in turn; an
entry `CALL:MOOD` waits for that call (page, seal, ask, rejected, summaries, held, household, handed_in, answer; or
write, read):

| mood | what happens |
|---|---|
| `slow` | the answer takes `slow_seconds` |
| `busy` | not taken, later it may be, in `retry_after` seconds |
| `unavailable` | 503 without a time, not taken |
| `credentials` | the credentials are refused |
| `refuse` | the call is refused for good |
| `no-cursor` | it does not know this cursor any more |
| `lost`, `hang` | does its work; the connection breaks / no answer ever comes |
| `garbage` | does its work; the answer is no JSON |
| `half` | takes the page; every second row of it will be refused |
| `repeat` | does its work; answers what it answered to the call of this name before |
| `reorder` | answers rows in the opposite order |
| `restart` | before the call: loses the pages of batches that are not sealed, but knows these batches |
| `forget` | before the call: loses all batches that are not done, with their pages |
| `forget-day` | before the call: loses the records that it took within the last day |

`PUT /sandbox/{system}/pace` sets seconds: `page_seconds` (each page takes at least so long), `work_seconds` (a sealed
batch is worked on at least so long), `slow_seconds`, `retry_after`.
"""

import argparse
import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from deploy.sandbox.national_page import page
from deploy.sandbox.national_store import NationalStore, NewRecord
from deploy.sandbox.national_system import UNPROCESSABLE, SandboxSystem, json_response
from services.notification.peer_urls import LARGEST_PAGE
from services.notification.publication.peers.connections import FORMATS
from services.notification.publication.peers.peer import Record
from services.notification.publication.records.domain import canonical
from services.notification.publication.systems import Kind, System

THREADS = 2
"""More would only wait for each other, and each has memory of its own"""


class NationalSystems:
    """All of them over one file."""

    def __init__(
        self,
        path: Path,
        user: str = "sandbox",
        secret: str = "sandbox-secret",  # noqa: S107 - of systems that publish nothing
        region: str = "",
        *,
        sample_base: bool = False,
    ) -> None:
        self.store = NationalStore(path)
        self.secret, self.sample_base = secret, sample_base
        self.systems = {
            system: SandboxSystem(form, self.store, user, secret, region[:2] if "province" in system else "")
            for system, form in FORMATS.items()
        }

    def of(self, system: System) -> SandboxSystem:
        """One of them."""
        return self.systems[system]

    async def close(self) -> None:
        """Stop working; what is not over goes on after the next start."""
        tasks = [task for system in self.systems.values() for task in system.tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.store.close()

    def app(self) -> Starlette:
        """All of it over HTTP."""

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            threads = ThreadPoolExecutor(THREADS, "national")
            asyncio.get_running_loop().set_default_executor(threads)
            for system in self.systems.values():
                system.resume()
            yield
            await self.close()

        mounts = [Mount(f"/{name}", routes=system.routes()) for name, system in self.systems.items()]
        control = [
            Route("/", self._page),
            Route("/legal-person-base/entities", self._entities),
            Route("/sandbox/legal-person-base/entities", self._register, methods=["POST"]),
            Route("/sandbox/{system}/moods", self._moods, methods=["POST"]),
            Route("/sandbox/{system}/pace", self._pace, methods=["PUT"]),
            Route("/sandbox/{system}/records", self._records, methods=["POST"]),
            Route("/sandbox/{system}/handed-in", self._hand_in, methods=["POST"]),
        ]
        return Starlette(routes=[*control, *mounts], lifespan=lifespan)

    def _asked(self, request: Request) -> SandboxSystem:
        return self.systems[System(request.path_params["system"])]

    async def _page(self, request: Request) -> Response:
        """What they hold, for people."""
        asked = (request.query_params.get(name, "").strip() for name in ("uscc", "region"))
        text = await asyncio.to_thread(page, self.store, *asked)
        return Response(text, media_type="text/html; charset=utf-8")

    async def _entities(self, request: Request) -> Response:
        """The base of legal persons, page by page."""
        if request.headers.get("authorization") != f"Bearer {self.secret}":
            return Response(status_code=401)
        query = request.query_params
        limit = min(int(query.get("limit", LARGEST_PAGE)), LARGEST_PAGE)
        region, after = query.get("region", ""), query.get("after", "")
        if self.sample_base and not self.store.has_entities():
            found = await asyncio.to_thread(self.store.sample_entities, System.PROVINCE_DIRECTORY, region, after, limit)
        else:
            found = await asyncio.to_thread(self.store.entities, region, after, limit)
        return json_response({"entities": found, "next": found[-1]["tyshxydm"] if len(found) == limit else None})

    async def _register(self, request: Request) -> Response:
        """Entities of the base, by their codes."""
        await asyncio.to_thread(self.store.register, await request.json())
        return Response(status_code=204)

    async def _moods(self, request: Request) -> Response:
        """How the next calls go wrong."""
        try:
            self._asked(request).moods.add(*await request.json())
        except ValueError as error:
            return Response(str(error), UNPROCESSABLE)
        return Response(status_code=204)

    async def _pace(self, request: Request) -> Response:
        """How fast it is."""
        system = self._asked(request)
        system.pace = replace(system.pace, **await request.json())
        return Response(status_code=204)

    async def _records(self, request: Request) -> Response:
        """Change what stands there behind everybody's back: [{kind, key, drop} or {kind, key, uscc, region, version,
        content}].
        """
        system = self._asked(request)
        for one in await request.json():
            if one.get("drop"):
                self.store.drop(system.name, one["kind"], one["key"])
                continue
            content = one["content"]
            record = Record(
                Kind(one["kind"]), one["key"], one.get("uscc"), one["region"], one["version"], False, content
            )
            self.store.put(system.name, [NewRecord(record, canonical(content))])
        return Response(status_code=204)

    async def _hand_in(self, request: Request) -> Response:
        """Somebody hands in one item or several."""
        told = await request.json()
        self.store.hand_in(self._asked(request).name, told if isinstance(told, list) else [told])
        return Response(status_code=204)


def main() -> None:
    """Serve on this machine; the secret is `MINGLU_SANDBOX_SECRET`."""
    parser = argparse.ArgumentParser(description="The national systems (sandbox).")
    parser.add_argument("--port", type=int, default=8096)
    parser.add_argument("--data", type=Path, default=None, help="file for what was told; without it: gone at the end")
    parser.add_argument(
        "--region", default="", help="of the province's directory: it takes no other province's records"
    )
    parser.add_argument(
        "--sample-base", action="store_true", help="an empty base of legal persons is made of what the directory holds"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.data or Path(folder) / "national.sqlite"
        secret = os.environ.get("MINGLU_SANDBOX_SECRET", "sandbox-secret")
        systems = NationalSystems(path, secret=secret, region=chosen.region, sample_base=chosen.sample_base)
        app = systems.app()
        uvicorn.run(app, host="127.0.0.1", port=chosen.port, log_level="critical", access_log=False)


if __name__ == "__main__":
    main()
