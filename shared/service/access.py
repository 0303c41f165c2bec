"""Which routes an application has, and who may call each: for the check at its start, and for tests that walk them.

A route without a statement, or with two, is an error of the programmer: `route_access` raises LookupError.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from shared.service.identity import Access

WITHOUT_CALLER = {
    "/openapi.json", "/docs", "/docs/oauth2-redirect", "/static-offline-docs", "/healthz", "/readyz", "/metrics",
}  # fmt: skip
"""The application's own pages; they show nobody's data."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class RouteAccess:
    """One route: method, path as in the API's description, who may call it."""

    method: str
    path: str
    access: Access
    route: APIRoute


def route_access(app: FastAPI) -> Iterator[RouteAccess]:
    """Every route of the application that serves data."""
    for context in iter_route_contexts(app.routes):
        path = context.path or ""
        if path in WITHOUT_CALLER:
            continue
        route = context.original_route
        if not isinstance(route, APIRoute):
            raise LookupError(f"{path} is neither an API route nor one of the app's own pages")  # noqa: TRY004
        access = access_of(context.dependant, path)
        for method in sorted(context.methods or ()):
            yield RouteAccess(method, path, access, route)


def access_of(dependant: Dependant, path: str) -> Access:
    """The one statement among a route's dependencies."""
    found = set(_accesses(dependant))
    if len(found) != 1:
        raise LookupError(f"{path} states {len(found)} times who may call it; say allow(…) or anyone() once")
    return found.pop()


def _accesses(dependant: Dependant) -> Iterator[Access]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Access):
            yield inner.call
        yield from _accesses(inner)
