"""Rotation: whatever is sealed under an older key is opened and sealed again under the newest.

Batches of rows in order of their keys, each in a transaction of its own. Interrupted, it is started again and finds
what is left by the keys' ids in the rows themselves. A row that changes meanwhile keeps what was written to it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, MetaData, Row, Select, case, func, or_, select, text, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import LargeBinary

from shared.database.connections import Database
from shared.platform.sealed_fields.values import SealedColumn, SealedFieldUnreadable, SealedText, header_of
from shared.platform.sealed_fields.vault import Place, Vault

BATCH = 500


@dataclass
class RotationCount:
    """What became of one column's texts that were not under the newest key."""

    column: str
    resealed: int = 0
    unreadable: int = 0
    """Left as they are: their key is missing, or they are damaged"""
    changed_meanwhile: int = 0
    """Written by somebody else while this ran; the next run looks at them again"""


Progress = Callable[[RotationCount], None]


def sealed_columns(metadata: MetaData) -> Iterator[Column[Any]]:
    """All sealed columns of a service, in order of table and column."""
    for name in sorted(metadata.tables):
        columns = sorted(metadata.tables[name].columns, key=lambda column: column.name)
        yield from (column for column in columns if isinstance(column.type, SealedColumn))


async def rotate(
    database: Database, metadata: MetaData, vault: Vault, progress: Progress | None = None
) -> Sequence[RotationCount]:
    """Seal everything under the newest key; a count per column. `progress` is told after each batch."""
    return [await _rotate_column(database, column, vault, progress) for column in sealed_columns(metadata)]


async def count_by_key(session: AsyncSession, metadata: MetaData) -> dict[str, int]:
    """How many texts are sealed under each key, by the keys' ids; those that name no key are under the empty id."""
    counts: dict[str, int] = {}
    for column in sealed_columns(metadata):
        raw = _raw(column)
        named = func.substring(raw, 1, 2 + func.get_byte(raw, 1))
        header = case((func.length(raw) > 2, named), else_=func.substring(raw, 1, 0))
        rows = await session.execute(select(header, func.count()).where(raw.is_not(None)).group_by(text("1")))
        for stored, count in rows:
            key_id = _key_id(SealedText(bytes(stored)))
            counts[key_id] = counts.get(key_id, 0) + count
    return counts


def _key_id(sealed: SealedText) -> str:
    try:
        return sealed.key_id
    except SealedFieldUnreadable:
        return ""


async def _rotate_column(
    database: Database, column: Column[Any], vault: Vault, progress: Progress | None
) -> RotationCount:
    count = RotationCount(f"{column.table.name}.{column.name}")
    last: object = None
    while True:
        async with database.transaction() as session:
            rows = (await session.execute(_left(column, vault.newest, last))).all()
            for row in rows:
                await _reseal(session, column, row, vault, count)
        if not rows:
            return count
        last = rows[-1].key
        if progress is not None:
            progress(count)


def _left(column: Column[Any], newest: str, after: object) -> Select[Any]:
    """The next rows that are not sealed under the newest key."""
    (key,) = column.table.primary_key
    raw, header = _raw(column), header_of(newest)
    query = select(key.label("key"), raw.label("stored")).where(raw.is_not(None)).order_by(key).limit(BATCH)
    query = query.where(or_(func.length(raw) < len(header), func.substring(raw, 1, len(header)) != header))
    return query if after is None else query.where(key > after)


async def _reseal(
    session: AsyncSession, column: Column[Any], row: Row[Any], vault: Vault, count: RotationCount
) -> None:
    place = Place(column.table.name, column.name, str(row.key))
    try:
        sealed = vault.seal(place, vault.open(place, SealedText(bytes(row.stored))))
    except SealedFieldUnreadable:
        count.unreadable += 1
        return
    (key,) = column.table.primary_key
    statement = update(column.table).where(key == row.key, is_unchanged(column, row)).values({column: sealed})
    if (await session.execute(statement)).rowcount:  # type: ignore[attr-defined]  # an UPDATE
        count.resealed += 1
    else:
        count.changed_meanwhile += 1


def is_unchanged(column: Column[Any], row: Row[Any]) -> ColumnElement[bool]:
    """That the row still holds what was read of it."""
    return _raw(column) == row.stored  # type: ignore[no-any-return]  # SQLAlchemy's expression


def _raw(column: Column[Any]) -> Any:  # noqa: ANN401 - an expression of SQLAlchemy's
    return type_coerce(column, LargeBinary)
