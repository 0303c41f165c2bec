"""Two callers who create the same thing at the same time: the database accepts one, the other is refused."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from asyncpg import IntegrityConstraintViolationError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.platform.errors import ServiceError


@asynccontextmanager
async def refused_on_conflict(session: AsyncSession, refusal: ServiceError) -> AsyncIterator[None]:
    """What is written inside is flushed at the end; a key that is taken, or still referred to, raises the refusal.

    The transaction is lost with it, as with every error that a caller is told.
    """
    try:
        yield
        await session.flush()
    except (IntegrityError, IntegrityConstraintViolationError) as error:
        raise refusal from error
