"""The plain way of the lookup benchmark: one FastAPI endpoint, one asyncpg statement, a checked shape."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel


class Household(BaseModel):
    """What is answered."""

    uscc: str
    name: str
    region: str
    type: int


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """A pool as asyncpg makes it."""
    app.state.pool = await asyncpg.create_pool(os.environ["PLAIN_DSN"], min_size=1, max_size=10)
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan)


@app.get("/households/{uscc}")
async def household(uscc: str) -> Household:
    """By code, out of the one table."""
    row = await app.state.pool.fetchrow("select uscc, name, region, type from plain where uscc = $1", uscc)
    if row is None:
        raise HTTPException(404)
    return Household(**dict(row))
