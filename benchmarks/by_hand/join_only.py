"""By hand: join the raw feeds and type them; nothing is validated.

`python -m benchmarks.by_hand.join_only FEEDS OUT.parquet`.
"""

import sys

import duckdb

from benchmarks.by_hand.zhengzhou import JOIN, type_case

NAMES = (
    "registration",
    "credit",
    "suspension",
    "annual_report",
    "tax",
    "tax_registration",
    "social_insurance",
    "intellectual_property",
)


def main(folder: str, out: str) -> None:
    """Write uscc, region_code and type of every household."""
    feeds = {name: f"read_parquet('{folder}/{name}.parquet')" for name in NAMES}
    kind = type_case("'ineligible'", "'survival'", "'growth'", "'development'", "'gap'", "'undetermined'")
    con = duckdb.connect(config={"preserve_insertion_order": False})
    con.execute(
        f"COPY (SELECT uscc, region_code, {kind} AS type FROM ({JOIN.format(**feeds)})) TO '{out}' (FORMAT parquet)"
    )
    counts = con.execute(f"SELECT type, count(*) FROM '{out}' GROUP BY type ORDER BY type").fetchall()
    print(counts)


if __name__ == "__main__":
    main(*sys.argv[1:])
