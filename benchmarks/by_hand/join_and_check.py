"""By hand: check codes, duplicate keys and unknown households, join what is good, type it, write the contract's
columns and a table of rejects. `python -m benchmarks.by_hand.join_and_check FEEDS OUT.parquet`.
"""

import sys

import duckdb

from benchmarks.by_hand.zhengzhou import CLAUSE_NAMES, JOIN, UNKNOWN_NAMES, type_case

KEYS = {
    "registration": "uscc",
    "credit": "uscc",
    "suspension": "uscc, filed_on",
    "annual_report": "uscc, year",
    "tax": "uscc, year",
    "tax_registration": "uscc",
    "social_insurance": "uscc, year",
    "intellectual_property": "uscc",
}
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [3**position % 31 for position in range(17)]
CHECK_SUM = " + ".join(
    f"(strpos('{ALPHABET}', uscc[{position + 1}]) - 1) * {weight}" for position, weight in enumerate(WEIGHTS)
)
GOOD_FORM = f"regexp_full_match(uscc, '92[{ALPHABET}]{{16}}')"
GOOD_CHECK = f"strpos('{ALPHABET}', uscc[18]) - 1 = (31 - ({CHECK_SUM}) % 31) % 31"


def check(con: duckdb.DuckDBPyConnection, folder: str, feed: str, key: str) -> None:
    """Note the feed's bad rows in `rejects` and leave the others in view `good_<feed>`."""
    con.execute(
        f"CREATE VIEW {feed} AS SELECT *, file_row_number + 2 AS row_number "
        f"FROM read_parquet('{folder}/{feed}.parquet', file_row_number = true)"
    )
    con.execute(
        f"INSERT INTO rejects SELECT '{feed}', row_number, "
        f"CASE WHEN NOT {GOOD_FORM} THEN 'uscc-format' ELSE 'uscc-checksum' END "
        f"FROM {feed} WHERE NOT ({GOOD_FORM}) OR NOT ({GOOD_CHECK})"
    )
    con.execute(
        f"INSERT INTO rejects SELECT '{feed}', row_number, 'duplicate-key' FROM {feed} WHERE ({key}) IN "
        f"(SELECT ({key}) FROM {feed} GROUP BY {key} HAVING count(*) > 1)"
    )
    if feed != "registration":
        con.execute(
            f"INSERT INTO rejects SELECT '{feed}', row_number, 'unknown-household' FROM {feed} "
            "WHERE uscc NOT IN (SELECT uscc FROM good_registration)"
        )
    con.execute(
        f"CREATE VIEW good_{feed} AS SELECT * FROM {feed} WHERE row_number NOT IN "
        f"(SELECT row_number FROM rejects WHERE feed = '{feed}' AND code <> 'uscc-checksum')"
    )


def main(folder: str, out: str) -> None:
    """Write the contract's columns of every household, and the rejects to a second file."""
    con = duckdb.connect(config={"preserve_insertion_order": False})
    con.execute("CREATE TABLE rejects (feed VARCHAR, row_number BIGINT, code VARCHAR)")
    for feed, key in KEYS.items():
        check(con, folder, feed, key)
    households = JOIN.format(**{feed: f"good_{feed}" for feed in KEYS})
    kind = type_case("'ineligible'", "'survival'", "'growth'", "'development'", "'gap'", "'undetermined'")
    con.execute(
        f"COPY (SELECT uscc, region_code, {kind} AS type, concat_ws(';', {CLAUSE_NAMES}) AS clauses, "
        f"concat_ws(';', {UNKNOWN_NAMES}) AS unknown, 'zhengzhou-2025' AS policy, DATE '2026-07-15' AS as_of "
        f"FROM ({households})) TO '{out}' (FORMAT parquet)"
    )
    con.execute(f"COPY rejects TO '{out}.rejects.csv' (HEADER)")
    counts = con.execute(f"SELECT type, count(*) FROM '{out}' GROUP BY type ORDER BY type").fetchall()
    print(counts)


if __name__ == "__main__":
    main(*sys.argv[1:])
