"""Small feeds for engine tests: the relations that checked feeds leave in a DuckDB connection."""

import duckdb

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.contract.model import SQL_TYPES

PERSONAL = ("operator_name", "operator_id")


def uscc_of(serial: int) -> str:
    """A code of the right length; engine tests do not look at check characters."""
    return f"92410102MA{serial:08d}"


def create_accepted(con: duckdb.DuckDBPyConnection, feed: str, *rows: dict[str, object]) -> None:
    """Make `accepted_<feed>` with the contract's types; columns that a row does not name are empty."""
    columns = [column for column in FEEDS[feed].columns if column.name not in PERSONAL]
    typed = ", ".join(f"{column.name} {SQL_TYPES[column.kind]}" for column in columns)
    con.execute(f"CREATE TABLE accepted_{feed} ({typed})")
    marks = ", ".join("?" for _ in columns)
    for row in rows:
        values = [row.get(column.name) for column in columns]
        con.execute(f"INSERT INTO accepted_{feed} VALUES ({marks})", values)


def create_rejected_keys(con: duckdb.DuckDBPyConnection, feed: str, *keys: tuple[str, int | None]) -> None:
    """Make `rejected_keys_<feed>`."""
    con.execute(f"CREATE TABLE rejected_keys_{feed} (uscc VARCHAR, year INTEGER)")
    for key in keys:
        con.execute(f"INSERT INTO rejected_keys_{feed} VALUES (?, ?)", list(key))


def create_covered(con: duckdb.DuckDBPyConnection, feed: str, *prefixes: str) -> None:
    """Make `covered_<feed>`."""
    con.execute(f"CREATE TABLE covered_{feed} (region VARCHAR)")
    for prefix in prefixes:
        con.execute(f"INSERT INTO covered_{feed} VALUES (?)", [prefix])


def registration_row(serial: int, **facts: object) -> dict[str, object]:
    """A registration row: registered long ago in county 410102 unless `facts` say otherwise."""
    usual = {
        "uscc": uscc_of(serial),
        "name": f"测试商行{serial}",
        "region_code": "410102",
        "established_on": "2015-03-01",
        "status": "registered",
        "seasonal": False,
    }
    return usual | facts
