"""Rows of one delivery with the same key: identical ones count once, different ones are all rejected.

Identical means equal in every column of the contract once read (`1.5` and `1.50` are the same amount); what cannot
be read is never equal to what can.
"""

from shared.feeds.source import Source
from shared.feeds.sql import literal
from shared.feeds.tables import Tables

CODE = "duplicate-key"


def find_duplicates(source: Source, tables: Tables) -> None:
    """Adds `duplicate-key` findings, and to `dropped` all but the first of identical rows.

    Looks only at suspects marked as `repeated` (by hash); those whose keys merely share a hash fall apart here.
    """
    run = source.con.execute
    key = source.key()
    names = [f"key{place}" for place in range(len(key))]
    whole = " AND ".join(f"{name} IS NOT NULL" for name in names)
    keyed = ", ".join(f"{part} AS {name}" for part, name in zip(key, names, strict=True))
    repeated = f"SELECT row, {source.compared_columns()} AS content, {keyed} FROM {tables.suspects} WHERE repeated"
    grouped = (
        f"SELECT row, min(row) OVER same AS first, count(*) OVER same AS rows, "
        f"min(content) OVER same = max(content) OVER same AS identical "
        f"FROM ({repeated}) WHERE {whole} WINDOW same AS (PARTITION BY {', '.join(names)})"
    )
    run(f"INSERT INTO {tables.dropped} SELECT row FROM ({grouped}) WHERE identical AND row <> first")
    run(
        f"INSERT INTO {tables.findings} SELECT row, {literal(source.contract.key[0])}, '{CODE}' "
        f"FROM ({grouped}) WHERE rows > 1 AND NOT identical"
    )
