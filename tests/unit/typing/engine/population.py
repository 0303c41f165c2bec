"""A random population as the relations that checked feeds leave: every kind of household and gap."""

import duckdb

FEEDS = (
    "credit",
    "suspension",
    "annual_report",
    "tax",
    "tax_registration",
    "social_insurance",
    "intellectual_property",
)

TABLES = {
    "registration": """
        SELECT uscc, '测试商行' || i AS name, region_code, '5211' AS industry_code,
            DATE '2026-07-20' - (hash(i, 3) % 5000)::INT AS established_on,
            CASE WHEN hash(i, 5) % 20 = 0 THEN 'cancelled' ELSE 'registered' END AS status,
            hash(i, 7) % 50 = 0 AS seasonal
        FROM households""",
    "credit": """
        SELECT uscc, CASE WHEN hash(i, 11) % 9 <> 0 THEN hash(i, 13) % 20 = 0 END AS abnormal,
            hash(i, 17) % 100 = 0 AS seriously_dishonest
        FROM households WHERE hash(i, 12) % 3 > 0""",
    "suspension": """
        SELECT uscc, DATE '2026-08-01' - (hash(i, 19) % 1500)::INT AS filed_on,
            CASE WHEN hash(i, 21) % 3 = 0 THEN DATE '2026-09-01' - (hash(i, 22) % 400)::INT END AS until,
            CASE WHEN hash(i, 23) % 3 = 0 THEN DATE '2026-09-01' - (hash(i, 24) % 400)::INT END AS resumed_on
        FROM households WHERE hash(i, 25) % 20 = 0""",
    "annual_report": """
        SELECT uscc, 2025 AS year,
            CASE WHEN hash(i, 26) % 30 > 0 THEN DATE '2026-01-01' + (hash(i, 27) % 210)::INT END AS filed_on,
            CASE WHEN hash(i, 28) % 9 > 0 THEN (hash(i, 29) % 100000000)::BIGINT END AS revenue,
            CASE WHEN hash(i, 31) % 9 > 0 THEN (hash(i, 32) % 8)::BIGINT END AS employees
        FROM households WHERE hash(i, 37) % 100 < 85""",
    "tax": """
        SELECT uscc, 2025 AS year,
            CASE WHEN hash(i, 40) % 8 > 0 THEN (hash(i, 41) % 2000000)::BIGINT END AS tax_paid,
            (hash(i, 42) % 900000)::BIGINT AS vat_paid, (hash(i, 43) % 90000)::BIGINT AS income_tax_paid,
            CASE WHEN hash(i, 44) % 2 = 0 THEN (hash(i, 45) % 1500000)::BIGINT END AS tax_paid_min,
            CASE WHEN hash(i, 46) % 3 = 0 THEN (1500000 + hash(i, 47) % 900000)::BIGINT END AS tax_paid_max
        FROM households WHERE hash(i, 48) % 100 < 72""",
    "tax_registration": """
        SELECT uscc, DATE '2026-08-01' - (hash(i, 51) % 5000)::INT AS registered_on,
            hash(i, 53) % 30 = 0 AS general_taxpayer, hash(i, 59) % 50 = 0 AS non_normal
        FROM households WHERE hash(i, 61) % 100 < 80""",
    "social_insurance": """
        SELECT uscc, 2025 AS year, CASE WHEN hash(i, 66) % 9 > 0 THEN (hash(i, 67) % 8)::BIGINT END
            AS insured_staff, NULL::BOOLEAN AS operator_insured
        FROM households WHERE hash(i, 71) % 100 < 30""",
    "intellectual_property": """
        SELECT uscc, (hash(i, 73) % 3)::BIGINT AS trademarks_in_use, (hash(i, 79) % 2)::BIGINT AS patents
        FROM households WHERE hash(i, 83) % 100 < 10""",
}


def populate(con: duckdb.DuckDBPyConnection, households: int, *, order: str = "i") -> None:
    """Make every feed's relations for so many households; `order` is the order of rows in all feeds."""
    con.execute(
        f"""CREATE OR REPLACE TABLE households AS
        SELECT i, '92' || region_code || 'MA' || lpad(i::VARCHAR, 8, '0') AS uscc, region_code
        FROM (SELECT i, (410101 + hash(i, 1) % 16)::VARCHAR AS region_code FROM range({households}) t(i))
        ORDER BY {order}"""
    )
    for feed, query in TABLES.items():
        con.execute(f"CREATE OR REPLACE TABLE accepted_{feed} AS {query}")
    con.execute(
        "CREATE OR REPLACE TABLE rejected_keys_tax AS "
        "SELECT uscc, 2025 AS year FROM households WHERE hash(i, 91) % 50 = 0"
    )
