"""Opens, changes and closes accounts, and says at the door who is admitted.

An account and the identity provider must agree: the provider's token says what the services let somebody do, the
account says what the bureau has admitted this person for. More than that in a token is refused, not cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.portal.accounts.models import Account
from services.portal.accounts.problems import AccountChanged, AccountExists, AccountNotFound, NotAdmitted
from shared.platform import audit
from shared.platform.audit import about
from shared.platform.identity import STAFF, Caller, Role

ROLES = (Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)
"""Those that accounts are for: systems do not sign in, and administrators are the identity provider's to name"""
EXCESS = "统一身份认证给您的{what}与本单位开通的账号不一致，不能登录。请找本单位的安全管理员核对。"


@dataclass(frozen=True)
class Admission:
    """What somebody is admitted as."""

    name: str
    roles: Sequence[str]
    region: str
    department: str | None


async def require_account(session: AsyncSession, caller: Caller) -> None:
    """NotAdmitted for staff without an open account, or whose token says more than it. Operators need none: whoever
    runs a household may come. Administrators need none either: somebody has to open the first one.
    """
    if not caller.roles & STAFF:
        return
    account = await session.get(Account, caller.subject)
    if account is None or account.closed_at is not None:
        raise NotAdmitted
    if not set(caller.roles) <= set(account.roles):
        raise NotAdmitted(EXCESS.format(what="角色"))
    if not caller.region.startswith(account.region):
        raise NotAdmitted(EXCESS.format(what="辖区"))
    if caller.department is not None and caller.department.value != account.department:
        raise NotAdmitted(EXCESS.format(what="部门"))


async def accounts(session: AsyncSession) -> Sequence[Account]:
    """All of them, those in use first."""
    order = (Account.closed_at.is_not(None), Account.region, Account.subject)
    return (await session.scalars(select(Account).order_by(*order))).all()


async def account_of(session: AsyncSession, subject: str) -> Account:
    """One account, locked; AccountNotFound."""
    account = await session.get(Account, subject, with_for_update=True)
    if account is None:
        raise AccountNotFound
    return account


async def save(session: AsyncSession, subject: str, wish: Admission, version: int, caller: Caller) -> bool:
    """Open an account (version 0), or change the one of this version. Whether anything changed: the same again does
    not; otherwise who calls it also ends the person's sessions, which were admitted as something else.
    """
    account = await session.get(Account, subject, with_for_update=True)
    if account is not None and _admission(account) == _normal(wish) and account.closed_at is None:
        return False
    if account is not None and version == 0:
        raise AccountExists
    if (0 if account is None else account.version) != version:
        raise AccountChanged
    opened = account is None
    if account is None:
        account = Account(subject=subject, opened_by=caller.subject, version=0)
        session.add(account)
    account.name, account.roles, account.region, account.department = (
        wish.name,
        sorted(wish.roles),
        wish.region,
        wish.department,
    )
    account.closed_at = account.closed_by = None
    account.version += 1
    details = {"roles": account.roles, "region": account.region, "department": account.department}
    await audit.record(
        session, about(subject, account.region), caller, "account:open" if opened else "account:change", details
    )
    return True


async def close(session: AsyncSession, subject: str, caller: Caller) -> None:
    """From now on this person cannot sign in; who calls it also ends their sessions."""
    account = await account_of(session, subject)
    if account.closed_at is None:
        account.closed_at, account.closed_by = func.now(), caller.subject
        account.version += 1
        await audit.record(session, about(subject, account.region), caller, "account:close")


def _admission(account: Account) -> Admission:
    return Admission(account.name, account.roles, account.region, account.department)


def _normal(wish: Admission) -> Admission:
    return Admission(wish.name, sorted(wish.roles), wish.region, wish.department)
