"""Who is calling, and who may call: every route says so in its signature.

A route that does not say it, or says it twice, is a programming error: `route_access`, which the check at start-up and
tests of all routes use, raises LookupError.
"""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.security.base import SecurityBase

from shared.bounded_cache import BoundedCache
from shared.database.row_scope import EVERYWHERE
from shared.platform.errors import Forbidden
from shared.platform.problems import Problem, status_problem
from shared.platform.tokens import InvalidTokenError, KeysUnavailableError, TokenVerifier
from shared.reference.departments import Department

NO_REGION = "-"
"""The region of a caller who has none; no region code begins with it."""
REGION_PREFIX = re.compile(r"([0-9]{2}){0,3}")
REMEMBERED_TOKENS = 1000
REMEMBERED_SECONDS = 60.0
CALLER = "minglu.caller"


class Role(StrEnum):
    """What a caller is."""

    BUREAU = "bureau"
    OFFICER = "officer"
    APPROVER = "approver"
    AUDITOR = "auditor"
    SYSTEM = "system"
    OPERATOR = "operator"
    SYSTEM_ADMIN = "system-admin"
    SECURITY_ADMIN = "security-admin"


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
"""Who runs the platform, and who keeps its accounts and keys (docs/security.md). No route of casework is theirs, and
they are not staff: they have no region and see nobody's data.
"""
POWERS = ADMINISTRATORS | {Role.AUDITOR}
"""三权分立, GB/T 22239 8.1.5: whoever holds one of them holds no other role, or would examine what they did."""
STAFF = frozenset(Role) - ADMINISTRATORS - {Role.OPERATOR}
OF_CASEWORK = STAFF - {Role.SYSTEM}
OF_MARKET_SUPERVISION = frozenset({Role.OFFICER, Role.APPROVER})
"""Roles that only the market-supervision bureaus' own staff have."""
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Caller:
    """The token's subject, roles and region (a prefix; empty: the whole country); an operator's pseudonym; for staff,
    the department that they speak for and their name.
    """

    subject: str
    roles: frozenset[Role]
    region: str
    operator_ref: str | None = None
    department: Department | None = None
    name: str | None = None

    @property
    def anonymous(self) -> bool:
        """The request came without a token."""
        return not self.subject

    def covers(self, region: str) -> bool:
        """Is the region inside the caller's? False for operators and administrators, who have none."""
        return bool(self.roles & STAFF) and region.startswith(self.region)


ANONYMOUS = Caller(subject="", roles=frozenset(), region=NO_REGION)


class Identity:
    """Turns a request's bearer token into its caller; remembers checked tokens for a minute."""

    def __init__(self, verifier: TokenVerifier) -> None:
        self._verifier = verifier
        self._known = BoundedCache[str, tuple[float, Caller]](REMEMBERED_TOKENS)

    async def caller_of(self, authorization: str | None) -> Caller:
        """ANONYMOUS without the header; 401 when it is there and not valid."""
        if authorization is None:
            return ANONYMOUS
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _forbidden()
        remembered = self._known.get(token)
        if remembered is not None and remembered[0] > time.time():
            return remembered[1]
        return await self._check(token)

    async def has_keys(self, seconds: float) -> bool:
        """Whether tokens can be checked: the issuer's keys are there, or can be read within these seconds."""
        return await self._verifier.has_keys(seconds)

    async def _check(self, token: str) -> Caller:
        try:
            claims = await self._verifier.verify(token)
            caller = caller_from(claims)
        except InvalidTokenError:
            raise _forbidden() from None
        except KeysUnavailableError:
            raise status_problem(503, {"Retry-After": "5"}) from None
        self._known.put(token, (min(float(claims["exp"]), time.time() + REMEMBERED_SECONDS), caller))
        return caller


def caller_from(claims: Mapping[str, Any]) -> Caller:
    """The caller that verified claims describe. Unknown roles are ignored, and so are roles of market supervision in a
    token of another department.
    """
    subject, region, ref = claims.get("sub"), claims.get("region"), claims.get("operator_ref")
    named = claims.get("roles")
    if not isinstance(subject, str) or not 0 < len(subject) <= 200 or not isinstance(named, list):
        raise InvalidTokenError
    if not subject.isprintable() or subject != subject.strip():  # line ends, or marks that turn what is shown around
        raise InvalidTokenError
    department = _department(claims.get("department"))
    roles = frozenset(role for role in Role if role.value in named)
    if department not in (None, Department.MARKET):
        roles -= OF_MARKET_SUPERVISION
    if Role.OPERATOR in roles and not (isinstance(ref, str) and ref):
        raise InvalidTokenError
    ref = ref if Role.OPERATOR in roles else None
    if not roles & STAFF:
        return Caller(subject, roles, NO_REGION, ref)
    if not isinstance(region, str) or not REGION_PREFIX.fullmatch(region):
        raise InvalidTokenError
    return Caller(subject, roles, region, ref, department, _name(claims.get("name")))


def _department(named: object) -> Department | None:
    """An unknown department makes the token invalid: it must not be taken for no department."""
    if named is None:
        return None
    if not isinstance(named, str) or named not in set(Department):
        raise InvalidTokenError
    return Department(named)


def _name(named: object) -> str | None:
    """The name of a member of staff as lists show it; None if it cannot be shown. It grants nothing, so an odd name is
    no reason to refuse the token. Wide and non-breaking spaces, which personnel systems write, count as spaces.
    """
    if not isinstance(named, str):
        return None
    name = " ".join(named.split())[:LONGEST_NAME]
    return name if name and name.isprintable() else None


class CombinedPowers(Forbidden):
    """An administrator's or auditor's token that holds any other role."""

    slug, title = "combined-powers", "管理权限不得兼任"
    detail = "系统管理员、安全管理员、审计员的权限不得由一人兼任，也不得兼办业务。请使用只含一种角色的令牌。"


async def identify(request: Request) -> Caller:
    """The request's caller; determined once per request. Powers that must be apart are refused each time, after the
    caller is noted, so that the audit of refused calls names who it was.
    """
    caller: Caller | None = request.scope.get(CALLER)
    if caller is None:
        identity: Identity = request.app.state.identity
        caller = await identity.caller_of(request.headers.get("authorization"))
        request.app.state.admission.count_subject(caller.subject, request.scope)
        request.scope[CALLER] = caller
    if caller.roles & POWERS and len(caller.roles) > 1:
        raise CombinedPowers
    return caller


@dataclass(frozen=True)
class Access:
    """Who may call a route; as a dependency it lets them through and gives the caller."""

    roles: frozenset[Role]
    public: bool = False

    async def __call__(self, request: Request) -> Caller:
        """The caller, or 401 or 403."""
        caller = await identify(request)
        if self.public or caller.roles & self.roles:
            return caller
        raise _forbidden() if caller.anonymous else status_problem(403)


class RoleAccess(Access, SecurityBase):
    """Access that needs a token; the API's description says so."""

    model = HTTPBearerModel(bearerFormat="JWT")
    scheme_name = "bearer"


def allow(*roles: Role) -> Any:  # noqa: ANN401 - a default for a parameter of type Caller, like Depends
    """For callers with one of the roles."""
    if not roles:
        raise ValueError("name a role, or say anyone()")
    return Depends(RoleAccess(frozenset(roles)))


def anyone() -> Any:  # noqa: ANN401 - as above
    """For everybody; if there is a token, it still says who is calling."""
    return Depends(Access(frozenset(), public=True))


def row_scope(access: Access, caller: Caller) -> str:
    """The scope of a request's statements (shared/database/row_scope.py): for staff on routes of casework their region.
    What is public, or an operator's own, lies in any region, and other systems ask for a household by its code.
    """
    as_operator = caller.operator_ref is not None and Role.OPERATOR in access.roles
    if access.public or as_operator or not caller.roles & OF_CASEWORK:
        return EVERYWHERE
    return caller.region


class OutsideRegion(Forbidden):
    """A region that is not inside the caller's."""

    slug, title = "outside-region", "超出辖区"
    detail = "该地区不在您的辖区内。"


def require_region(caller: Caller, region: str) -> None:
    """403 unless the region is inside the caller's."""
    if not caller.covers(region):
        raise OutsideRegion


def _forbidden() -> Problem:
    return status_problem(401, {"WWW-Authenticate": "Bearer"})


WITHOUT_CALLER = {
    "/openapi.json",
    "/docs",
    "/docs/oauth2-redirect",
    "/static-offline-docs",
    "/healthz",
    "/readyz",
    "/metrics",
    "/asyncapi.json",
    "/contracts/{name}",
}
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
    """What a route's dependencies say about who may call it; exactly one of them says so."""
    statements = set(_accesses(dependant))
    if len(statements) != 1:
        raise LookupError(f"{path} states {len(statements)} times who may call it; say allow(…) or anyone() once")
    return statements.pop()


def _accesses(dependant: Dependant) -> Iterator[Access]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Access):
            yield inner.call
        yield from _accesses(inner)
