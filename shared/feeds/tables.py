"""The tables that judging a feed leaves in the database."""

from dataclasses import dataclass

import duckdb

FLAG = "uscc-checksum"
"""The only code that does not reject its row."""


@dataclass(frozen=True)
class Tables:
    """Names with their schema, if any.

    - `findings(row, column, code)`: one line per row, column and code, rejected and flagged;
    - `dropped(row)`: rows that are not accepted: the rejected ones, and identical repeats;
    - `rejected_keys(uscc, year)`: households whose facts are unknown because a row of theirs was rejected;
    - `suspects`: the rows that are looked at closely; they hold personal data: drop them when done.
    """

    findings: str
    dropped: str
    rejected_keys: str
    suspects: str

    def create(self, con: duckdb.DuckDBPyConnection) -> None:
        """The tables that stay, empty."""
        con.execute(f'CREATE OR REPLACE TABLE {self.findings} (row BIGINT, "column" VARCHAR, code VARCHAR)')
        con.execute(f"CREATE OR REPLACE TABLE {self.dropped} (row BIGINT)")
        con.execute(f"CREATE OR REPLACE TABLE {self.rejected_keys} (uscc VARCHAR, year INTEGER)")

    def create_suspects(self, con: duckdb.DuckDBPyConnection, source: str) -> None:
        """`suspects`, empty, with the columns of `source` and what a scan says of its rows."""
        con.execute(
            f"CREATE OR REPLACE TABLE {self.suspects} AS SELECT *, 0::BIGINT AS position, false AS known, "
            f"false AS repeated FROM {source} LIMIT 0"
        )

    def rejected_rows(self) -> str:
        """SELECT of `row` of every rejected row, once."""
        return f"SELECT DISTINCT row FROM {self.findings} WHERE code <> '{FLAG}'"


def tables_of(feed: str, space: str = "") -> Tables:
    """The names for a feed; `space` is a prefix ("" or a schema with its dot)."""
    return Tables(*(f"{space}{kind}_{feed}" for kind in ("findings", "dropped", "rejected_keys", "suspects")))
