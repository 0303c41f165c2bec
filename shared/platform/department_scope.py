"""Which department a caller speaks for: what a department is asked, and the feeds that it delivers, concern it alone.

Repositories put the answers of `readable_department` and `readable_feeds` into their queries, as they do with the
caller's region. Answering for a department goes through `department_of`, whatever other roles the caller has, and so
does delivering (`require_feed_owner`), except that a service may let officers deliver what came on paper. Auditors of
any department read what was asked of all departments of their region, and may write nothing.
"""

from shared.feeds.contract.feeds import FEEDS, feeds_of
from shared.platform.errors import Forbidden
from shared.platform.identity import Caller, Role
from shared.reference.departments import Department

OFFICIALS = frozenset({Role.OFFICER, Role.APPROVER, Role.AUDITOR})
"""Roles that see what was asked of any department of their region."""
COORDINATORS = OFFICIALS - {Role.AUDITOR}
"""Those of them that write: officers and approvers of market supervision, which coordinates the departments"""


class DepartmentMissing(Forbidden):
    """The token names no department."""

    slug, title = "no-department", "令牌没有写明部门"
    detail = "您的令牌没有写明所属部门（department），不能以部门身份办理。"


class FeedOfAnotherDepartment(Forbidden):
    """The feed is delivered by another department."""

    slug, title = "another-department", "不由本部门报送"


def department_of(caller: Caller) -> Department:
    """The department that the caller speaks for; 403 for a token that names none."""
    if caller.department is None:
        raise DepartmentMissing
    return caller.department


def readable_department(caller: Caller) -> Department | None:
    """The department whose matters the caller may read; None: all departments."""
    return None if caller.roles & OFFICIALS else department_of(caller)


def readable_feeds(caller: Caller) -> frozenset[str] | None:
    """The feeds whose deliveries the caller may read; None: all."""
    department = readable_department(caller)
    return None if department is None else feeds_of(department)


def require_feed_owner(caller: Caller, feed: str) -> None:
    """403 for a department that delivers another's feed. An unknown feed is refused elsewhere."""
    if feed not in FEEDS:
        return
    own, owners = department_of(caller), FEEDS[feed].departments
    if own not in owners:
        named = "、".join(owner.label for owner in owners)
        said = f"“{FEEDS[feed].title}”（{feed}）由{named}报送，您的令牌属于{own.label}。"
        raise FeedOfAnotherDepartment(said)
