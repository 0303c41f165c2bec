"""Many rows at once on their way into a table: copied into a temporary table of the connection, from where one
statement takes them.

    STAGED = Staged("staged_typed", uscc="text", revision="bigint")
    await STAGED.copy(session, rows)                       # replaces what was staged before
    await session.execute(text("INSERT INTO … SELECT … FROM pg_temp.staged_typed ORDER BY place"))

For thousands of rows that takes half as long as arrays as parameters, here and in the server: the driver looks at each
value of an array more than once. The table stays with the connection, empty between transactions.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession


class Staged:
    """A temporary table: its name, and its columns with their types. `place`: a row's place in its batch."""

    def __init__(self, name: str, /, **columns: str) -> None:
        shape = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        self._emptied = f"""
            CREATE TEMPORARY TABLE IF NOT EXISTS {name} (place integer, {shape}) ON COMMIT DELETE ROWS;
            DELETE FROM pg_temp.{name};
        """
        self.name, self.columns = name, tuple(columns)
        self._target = {"table_name": name, "schema_name": "pg_temp", "columns": ("place", *columns)}

    async def copy(self, session: AsyncSession, rows: Iterable[Sequence[object]]) -> None:
        """Stages these rows and no others; each has a value for every column but the place."""
        connection = await session.connection()
        driver: Any = (await connection.get_raw_connection()).driver_connection
        if not driver.is_in_transaction():  # SQLAlchemy begins it with the first statement that it sends itself
            await connection.exec_driver_sql("SELECT 1")
        placed = [(place, *row) for place, row in enumerate(rows)]
        try:
            await driver.execute(self._emptied)
            await driver.copy_records_to_table(**self._target, records=placed)
        except Exception:
            if driver.is_closed():
                await connection.invalidate()  # SQLAlchemy did not see the error
            raise
