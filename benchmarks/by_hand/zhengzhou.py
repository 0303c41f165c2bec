"""Zhengzhou's rules as one would write them by hand in SQL for 2026-07-15, over one wide row a household.

Shared by the hand-written scripts that the engine is measured against: no policy file, no parameters, no
citations, and the dates worked out by the author.
"""

CLAUSES = {
    "base.not-registered": "status <> 'registered'",
    "base.not-reported": "NOT reported AND established_on < DATE '2026-01-01'",
    "base.abnormal": "abnormal",
    "base.dishonest": "seriously_dishonest",
    "base.tax-non-normal": "tax_non_normal",
    "base.suspended": "suspended AND NOT seasonal",
    "development.requires.1": "established_on <= DATE '2024-07-15'",
    "development.1": "tax_paid_min > 1000000",
    "development.2": "insured_staff > 5",
    "development.3": "reported AND revenue >= 60000000",
    "development.4": "established_on <= DATE '2016-07-15'",
    "growth.requires.1": "established_on <= DATE '2024-07-15'",
    "growth.1": "tax_paid_max <= 1000000",
    "growth.2": "insured_staff BETWEEN 3 AND 5",
    "growth.3": "reported AND revenue >= 30000000 AND revenue < 60000000",
    "growth.4": "established_on <= DATE '2020-07-15' AND established_on > DATE '2016-07-15'",
    "survival.1": "established_on > DATE '2024-07-15'",
}


def _any(prefix: str) -> str:
    return " OR ".join(f"({sql})" for name, sql in CLAUSES.items() if name.startswith(prefix))


def _conditions(kind: str) -> str:
    return " OR ".join(f"({CLAUSES[f'{kind}.{number}']})" for number in range(1, 5))


FALSE = {name: f"NOT ({sql})" for name, sql in CLAUSES.items()} | {
    "development.1": "tax_paid_max <= 1000000",
    "growth.1": "tax_paid_min > 1000000",
}
"""When a clause is certainly false; a band that holds the threshold makes it neither true nor false."""
UNKNOWN = {name: f"({sql}) IS NOT TRUE AND ({FALSE[name]}) IS NOT TRUE" for name, sql in CLAUSES.items()}
UNDECIDED = " OR ".join(f"({sql})" for sql in UNKNOWN.values())


def type_case(ineligible: str, survival: str, growth: str, development: str, gap: str, unsure: str) -> str:
    """The type as one CASE with these words (or codes) as SQL."""
    return f"""CASE
        WHEN {_any("base.")} THEN {ineligible}
        WHEN ({CLAUSES["development.requires.1"]}) AND ({_conditions("development")}) THEN {development}
        WHEN ({CLAUSES["growth.requires.1"]}) AND ({_conditions("growth")}) THEN {growth}
        WHEN {CLAUSES["survival.1"]} THEN {survival}
        WHEN {UNDECIDED} THEN {unsure}
        ELSE {gap} END"""


TRUE_MASK = " + ".join(f"CASE WHEN {sql} THEN {1 << bit} ELSE 0 END" for bit, sql in enumerate(CLAUSES.values()))
UNKNOWN_MASK = " + ".join(f"CASE WHEN {sql} THEN {1 << bit} ELSE 0 END" for bit, sql in enumerate(UNKNOWN.values()))
CLAUSE_NAMES = ", ".join(f"CASE WHEN {sql} THEN '{name}' END" for name, sql in CLAUSES.items())
UNKNOWN_NAMES = ", ".join(f"CASE WHEN {sql} THEN '{name}' END" for name, sql in UNKNOWN.items())

JOIN = """
    SELECT r.uscc, r.region_code, r.status, r.established_on, coalesce(r.seasonal, false) AS seasonal,
        CASE WHEN c.uscc IS NULL THEN false ELSE c.abnormal END AS abnormal,
        CASE WHEN c.uscc IS NULL THEN false ELSE c.seriously_dishonest END AS seriously_dishonest,
        s.uscc IS NOT NULL AS suspended,
        CASE WHEN a.uscc IS NULL THEN false ELSE a.filed_on <= DATE '2026-07-15' END AS reported, a.revenue,
        CASE WHEN t.uscc IS NULL THEN 0 ELSE t.tax_paid_min END AS tax_paid_min,
        CASE WHEN t.uscc IS NULL THEN 0 ELSE t.tax_paid_max END AS tax_paid_max,
        CASE WHEN x.uscc IS NULL THEN false ELSE x.non_normal END AS tax_non_normal,
        CASE WHEN i.uscc IS NULL THEN 0 ELSE i.insured_staff END AS insured_staff
    FROM {registration} r
    LEFT JOIN {credit} c ON c.uscc = r.uscc
    LEFT JOIN (
        SELECT DISTINCT uscc FROM {suspension}
        WHERE filed_on <= DATE '2026-07-15' AND filed_on + INTERVAL 3 YEAR >= DATE '2026-07-15'
            AND (until IS NULL OR until >= DATE '2026-07-15')
            AND (resumed_on IS NULL OR resumed_on > DATE '2026-07-15')
    ) s ON s.uscc = r.uscc
    LEFT JOIN (SELECT uscc, filed_on, (revenue * 100)::BIGINT AS revenue FROM {annual_report}
        WHERE year = 2025) a ON a.uscc = r.uscc
    LEFT JOIN (SELECT uscc, (coalesce(tax_paid, tax_paid_min) * 100)::BIGINT AS tax_paid_min,
            (coalesce(tax_paid, tax_paid_max) * 100)::BIGINT AS tax_paid_max FROM {tax}
        WHERE year = 2025) t ON t.uscc = r.uscc
    LEFT JOIN (SELECT uscc, non_normal FROM {tax_registration}
        WHERE registered_on IS NULL OR registered_on <= DATE '2026-07-15') x ON x.uscc = r.uscc
    LEFT JOIN (SELECT uscc, insured_staff FROM {social_insurance} WHERE year = 2025) i ON i.uscc = r.uscc
    LEFT JOIN {intellectual_property} p ON p.uscc = r.uscc
    WHERE r.established_on <= DATE '2026-07-15'"""
"""The feeds joined into one wide row a household; the names in braces are relations."""
