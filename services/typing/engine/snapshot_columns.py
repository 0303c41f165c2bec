"""The columns of a snapshot, and the SQL that derives each from a feed's rows.

These are the columns; the facts that policies name, and which columns each one reads, are in the language of the law.

For a household, a feed has one of three answers: it has a row (`row`), it has none although the deliveries cover the
household (`absent`), or nothing is known (NULL). Money is integer fen.

Whatever is dated after the as-of date has not happened yet: a report filed later is not filed, a suspension filed or
ended later is not, a tax registration made later does not exist. A report without a filing date leaves open whether
it counts. "Last year" is the year before the as-of date's.

Suspended on D: filed_on <= D <= min(until, filed_on + 3 years), both ends, and not resumed_on <= D
(市场主体登记管理条例 第三十条: 歇业的期限最长不得超过3年).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class SnapshotColumn:
    """A column of the snapshot. `row` is SQL over the feed's row `f`; `{d}` in it is the as-of date."""

    name: str
    type: str
    row: str
    absent: str


@dataclass(frozen=True)
class FeedColumns:
    """The facts that one feed delivers; of a yearly feed, only the rows about last year count.

    `optional` are columns that the bureau need not deliver.
    """

    feed: str
    yearly: bool
    facts: tuple[SnapshotColumn, ...]
    optional: frozenset[str] = frozenset()


REGISTRATION_COLUMNS = (
    ("uscc", "VARCHAR"),
    ("name", "VARCHAR"),
    ("region_code", "VARCHAR"),
    ("industry_code", "VARCHAR"),
    ("operator_ref", "VARCHAR"),
    ("established_on", "DATE"),
    ("status", "VARCHAR"),
    ("seasonal", "BOOLEAN"),
)
"""The household itself, from its registration."""

FEED_COLUMNS = (
    FeedColumns(
        "credit",
        False,
        (
            SnapshotColumn("credit_recorded", "BOOLEAN", "true", "false"),
            SnapshotColumn("abnormal", "BOOLEAN", "f.abnormal", "false"),
            SnapshotColumn("seriously_dishonest", "BOOLEAN", "f.seriously_dishonest", "false"),
        ),
    ),
    FeedColumns(
        "suspension",
        False,
        (
            SnapshotColumn("suspended", "BOOLEAN", "coalesce(f.filing.covers, false)", "false"),
            SnapshotColumn("suspended_from", "DATE", "f.filing.filed_on", "NULL"),
            SnapshotColumn("suspended_until", "DATE", "f.filing.ends_on", "NULL"),
        ),
    ),
    FeedColumns(
        "annual_report",
        True,
        (
            SnapshotColumn("reported", "BOOLEAN", "f.filed_on <= {d}", "false"),
            SnapshotColumn("reported_on", "DATE", "CASE WHEN f.filed_on <= {d} THEN f.filed_on END", "NULL"),
            SnapshotColumn("revenue", "BIGINT", "CASE WHEN f.filed_on > {d} THEN NULL ELSE f.revenue END", "NULL"),
            SnapshotColumn("employees", "BIGINT", "CASE WHEN f.filed_on > {d} THEN NULL ELSE f.employees END", "NULL"),
        ),
    ),
    FeedColumns(
        "tax",
        True,
        (
            SnapshotColumn("tax_recorded", "BOOLEAN", "true", "false"),
            SnapshotColumn("tax_paid_min", "BIGINT", "coalesce(f.tax_paid, f.tax_paid_min)", "0"),
            SnapshotColumn("tax_paid_max", "BIGINT", "coalesce(f.tax_paid, f.tax_paid_max)", "0"),
            SnapshotColumn("vat_paid", "BIGINT", "f.vat_paid", "0"),
            SnapshotColumn("income_tax_paid", "BIGINT", "f.income_tax_paid", "0"),
        ),
        frozenset({"tax_paid_min", "tax_paid_max"}),
    ),
    FeedColumns(
        "tax_registration",
        False,
        (
            SnapshotColumn("tax_registered", "BOOLEAN", "coalesce(f.registered_on <= {d}, true)", "false"),
            SnapshotColumn(
                "tax_registered_on",
                "DATE",
                "CASE WHEN f.registered_on <= {d} THEN f.registered_on END",
                "NULL",
            ),
            SnapshotColumn(
                "general_taxpayer",
                "BOOLEAN",
                "CASE WHEN f.registered_on > {d} THEN false ELSE f.general_taxpayer END",
                "false",
            ),
            SnapshotColumn(
                "tax_non_normal",
                "BOOLEAN",
                "CASE WHEN f.registered_on > {d} THEN false ELSE f.non_normal END",
                "false",
            ),
        ),
    ),
    FeedColumns(
        "social_insurance",
        True,
        (
            SnapshotColumn("insured_recorded", "BOOLEAN", "true", "false"),
            SnapshotColumn("insured_staff", "BIGINT", "f.insured_staff", "0"),
            SnapshotColumn("operator_insured", "BOOLEAN", "f.operator_insured", "false"),
        ),
        frozenset({"operator_insured"}),
    ),
    FeedColumns(
        "intellectual_property",
        False,
        (
            SnapshotColumn("ip_recorded", "BOOLEAN", "true", "false"),
            SnapshotColumn("trademarks_in_use", "BIGINT", "f.trademarks_in_use", "0"),
            SnapshotColumn("patents", "BIGINT", "f.patents", "0"),
        ),
    ),
)

SNAPSHOT_COLUMNS: dict[str, str] = dict(REGISTRATION_COLUMNS) | {
    fact.name: fact.type for feed in FEED_COLUMNS for fact in feed.facts
}
"""Every column of the snapshot with its DuckDB type, in order."""

SUSPENSION_FILINGS = """
    SELECT uscc, max(struct_pack(covers, filed_on, ends_on)) FILTER (filed_on <= {d}) AS filing
    FROM (
        SELECT uscc, filed_on,
            least(until, (filed_on + INTERVAL 3 YEAR)::DATE,
                  CASE WHEN resumed_on <= {d} THEN resumed_on - 1 END) AS ends_on,
            {d} <= ends_on AS covers
        FROM accepted_suspension
    )
    GROUP BY uscc
"""
"""One row a household: the filing that covers the as-of date, else the last one filed by then.
`least` passes over NULLs: an empty `until` means three years, an empty `resumed_on` not resumed."""
