"""The policies that a service has used: each exact content is stored once under its hash, so that later changes of the
file do not matter.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.bounded_cache import BoundedCache
from shared.database.direct import fetch
from shared.law.language.errors import PolicyError, PolicyUnset
from shared.law.model.policy import Policy
from shared.law.reader.loading import restore_policy
from shared.platform.errors import Invalid

MOST_REMEMBERED = 256
IS_STORED = "SELECT 1 FROM policy_version WHERE content_hash = $1"


class PolicyVersionTable:
    """The columns of `policy_version`; a service's model adds its base."""

    __tablename__ = "policy_version"

    content_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    policy: Mapped[str] = mapped_column(String(100))
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)


T = TypeVar("T", bound=PolicyVersionTable)


class StoredPolicies(Generic[T]):
    """The policies of a service's table, read once per process."""

    def __init__(self, table: type[T]) -> None:
        self._table = table
        self._known = BoundedCache[str, Policy](MOST_REMEMBERED)

    async def store(self, session: AsyncSession, policy: Policy) -> None:
        """Store a policy's content, with its settings and readings, unless it is there: the content is large."""
        if await fetch(session, IS_STORED, policy.content_hash):
            return
        values = {"content_hash": policy.content_hash, "policy": policy.id, "content": policy.content}
        await session.execute(insert(self._table).values(values).on_conflict_do_nothing())

    async def get(self, session: AsyncSession, content_hash: str) -> Policy:
        """A policy as it was stored. It exists: rows that name it reference it."""
        if known := self._known.get(content_hash):
            return known
        stored = await session.get_one(self._table, content_hash)
        return self._known.put(content_hash, restore_policy(stored.content))


class ParameterUnset(Invalid):
    """The policy leaves a number open that is needed."""

    slug, title = "parameter-unset", "政策数值未设定"


class PolicyUnusable(Invalid):
    """There is no such policy, it lacks what is needed, or what is set in it is wrong."""

    slug, title = "policy-unusable", "政策不能使用"


@contextmanager
def policy_problems() -> Iterator[None]:
    """Wraps reading a policy with a caller's settings: errors become a 422, with the line if it is known."""
    try:
        yield
    except PolicyUnset as unset:
        raise ParameterUnset(str(unset)) from unset
    except PolicyError as error:
        line = error.place.line if error.place else None
        raise PolicyUnusable(str(error), line=line) from error
