"""Who calls, and who may: every route states it, in its signature.

    async def publish(run_id: UUID, caller: Caller = allow(Role.APPROVER)) -> RunView: ...
    async def search(caller: Caller = anyone()) -> Page: ...

No token: 401 unless anyone may call. Another role: 403. Where a caller may look is the caller's region, a prefix
of GB/T 2260 codes, which repositories put into their queries; `within` refuses a decision outside it. For which
department they speak is a claim, too (see `departments`).
"""

import re
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase

from shared.departments import Department
from shared.service.problems import Problem, of_status
from shared.service.tokens import InvalidTokenError, KeysUnavailableError, TokenVerifier

NO_REGION = "-"
"""The region of a caller who has none: a prefix of no code."""
REGION = re.compile(r"([0-9]{2}){0,3}")
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


STAFF = frozenset(Role) - {Role.OPERATOR}
OF_MARKET_SUPERVISION = frozenset({Role.OFFICER, Role.APPROVER})
"""Roles that only the market-supervision bureaus' own people have."""
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Caller:
    """Subject of the token, roles, region (a prefix; empty = the whole country), pseudonym of an operator; of staff the
    department that they speak for, and their name.
    """

    subject: str
    roles: frozenset[Role]
    region: str
    operator_ref: str | None = None
    department: Department | None = None
    name: str | None = None

    @property
    def anonymous(self) -> bool:
        """Nobody has said who it is."""
        return not self.subject

    def covers(self, region: str) -> bool:
        """Is the region inside the caller's? False for operators, who have none."""
        return bool(self.roles & STAFF) and region.startswith(self.region)


ANYBODY = Caller(subject="", roles=frozenset(), region=NO_REGION)


class Identity:
    """Turns a request's bearer token into its caller; remembers checked tokens for a minute."""

    def __init__(self, verifier: TokenVerifier) -> None:
        self._verifier = verifier
        self._known: OrderedDict[str, tuple[float, Caller]] = OrderedDict()

    async def caller_of(self, authorization: str | None) -> Caller:
        """ANYBODY without the header; 401 when it is there and not valid."""
        if authorization is None:
            return ANYBODY
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _refused()
        known = self._known.get(token)
        if known is not None and known[0] > time.time():
            return known[1]
        return await self._check(token)

    async def _check(self, token: str) -> Caller:
        try:
            claims = await self._verifier.verify(token)
            caller = caller_from(claims)
        except InvalidTokenError:
            raise _refused() from None
        except KeysUnavailableError:
            raise of_status(503, {"Retry-After": "5"}) from None
        self._known[token] = (min(float(claims["exp"]), time.time() + REMEMBERED_SECONDS), caller)
        if len(self._known) > REMEMBERED_TOKENS:
            self._known.popitem(last=False)
        return caller


def caller_from(claims: Mapping[str, Any]) -> Caller:
    """The caller that checked claims describe. Roles that are not ours are left aside, and so are those of
    market supervision in a token of another department.
    """
    subject, region, ref = claims.get("sub"), claims.get("region"), claims.get("operator_ref")
    named = claims.get("roles")
    if not isinstance(subject, str) or not 0 < len(subject) <= 200 or not isinstance(named, list):
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
    if not isinstance(region, str) or not REGION.fullmatch(region):
        raise InvalidTokenError
    return Caller(subject, roles, region, ref, department, _name(claims.get("name")))


def _department(named: object) -> Department | None:
    """A department that is not on the list makes the token invalid: it must not pass for none."""
    if named is None:
        return None
    if not isinstance(named, str) or named not in set(Department):
        raise InvalidTokenError
    return Department(named)


def _name(named: object) -> str | None:
    """The name of a member of staff, as lists show it."""
    if named is None:
        return None
    if not isinstance(named, str) or not 0 < len(named) <= LONGEST_NAME or not named.isprintable():
        raise InvalidTokenError
    return named


async def identify(request: Request) -> Caller:
    """The request's caller, found once."""
    found: Caller | None = request.scope.get(CALLER)
    if found is None:
        identity: Identity = request.app.state.identity
        found = request.scope[CALLER] = await identity.caller_of(request.headers.get("authorization"))
    return found


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
        raise _refused() if caller.anonymous else of_status(403)


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
    """For everybody; who brings a token is known by it."""
    return Depends(Access(frozenset(), public=True))


def within(caller: Caller, region: str) -> None:
    """403 unless the region is inside the caller's."""
    if not caller.covers(region):
        raise Problem(403, "outside-region", "超出辖区", "该地区不在您的辖区内。")


def _refused() -> Problem:
    return of_status(401, {"WWW-Authenticate": "Bearer"})
