"""Two callers who create the same thing at the same time: the database accepts one, the other gets 409."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.platform.problems import Problem


@asynccontextmanager
async def problem_on_conflict(session: AsyncSession, slug: str, title: str, detail: str) -> AsyncIterator[None]:
    """What is written inside is flushed at the end; a key that is taken, or still referred to, is a 409 with this.

    The transaction is over with it, as with any error that is answered.
    """
    try:
        yield
        await session.flush()
    except IntegrityError as error:
        raise Problem(409, slug, title, detail) from error
