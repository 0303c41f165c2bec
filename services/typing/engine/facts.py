"""How each feed's rows become facts of a household: the columns of the snapshot, as SQL.

Every feed answers in one of three ways for a household: it has a row (`row`), it has none although what was
delivered covers the household (`absent`), or nothing is known (NULL). Money is integer fen.

What is dated after the as-of date has not happened yet: a report filed later is not filed, a suspension filed
or ended later is not, a tax registration made later is none. A report without a date of filing leaves open
whether it counts. "Last year" is the year before the as-of date's.

Suspended on D: filed_on <= D <= min(until, filed_on + 3 years), both ends, and not resumed_on <= D
(市场主体登记管理条例 第三十条: 歇业的期限最长不得超过3年).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """A column of the snapshot. `row` is SQL over the feed's row `f`; `{d}` in it is the as-of date."""

    name: str
    type: str
    row: str
    absent: str


@dataclass(frozen=True)
class FeedFacts:
    """The facts that one feed delivers; of a yearly feed, only the rows about last year count.

    `optional` are columns that the bureau need not deliver.
    """

    feed: str
    yearly: bool
    facts: tuple[Fact, ...]
    optional: frozenset[str] = frozenset()


HOUSEHOLD = (
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

FEEDS = (
    FeedFacts(
        "credit",
        False,
        (
            Fact("credit_recorded", "BOOLEAN", "true", "false"),
            Fact("abnormal", "BOOLEAN", "f.abnormal", "false"),
            Fact("seriously_dishonest", "BOOLEAN", "f.seriously_dishonest", "false"),
        ),
    ),
    FeedFacts(
        "suspension",
        False,
        (
            Fact("suspended", "BOOLEAN", "coalesce(f.filing.covers, false)", "false"),
            Fact("suspended_from", "DATE", "f.filing.filed_on", "NULL"),
            Fact("suspended_until", "DATE", "f.filing.ends_on", "NULL"),
        ),
    ),
    FeedFacts(
        "annual_report",
        True,
        (
            Fact("reported", "BOOLEAN", "f.filed_on <= {d}", "false"),
            Fact("reported_on", "DATE", "CASE WHEN f.filed_on <= {d} THEN f.filed_on END", "NULL"),
            Fact("revenue", "BIGINT", "CASE WHEN f.filed_on > {d} THEN NULL ELSE f.revenue END", "NULL"),
            Fact("employees", "BIGINT", "CASE WHEN f.filed_on > {d} THEN NULL ELSE f.employees END", "NULL"),
        ),
    ),
    FeedFacts(
        "tax",
        True,
        (
            Fact("tax_recorded", "BOOLEAN", "true", "false"),
            Fact("tax_paid_min", "BIGINT", "coalesce(f.tax_paid, f.tax_paid_min)", "0"),
            Fact("tax_paid_max", "BIGINT", "coalesce(f.tax_paid, f.tax_paid_max)", "0"),
            Fact("vat_paid", "BIGINT", "f.vat_paid", "0"),
            Fact("income_tax_paid", "BIGINT", "f.income_tax_paid", "0"),
        ),
        frozenset({"tax_paid_min", "tax_paid_max"}),
    ),
    FeedFacts(
        "tax_registration",
        False,
        (
            Fact("tax_registered", "BOOLEAN", "coalesce(f.registered_on <= {d}, true)", "false"),
            Fact(
                "tax_registered_on",
                "DATE",
                "CASE WHEN f.registered_on <= {d} THEN f.registered_on END",
                "NULL",
            ),
            Fact(
                "general_taxpayer",
                "BOOLEAN",
                "CASE WHEN f.registered_on > {d} THEN false ELSE f.general_taxpayer END",
                "false",
            ),
            Fact(
                "tax_non_normal",
                "BOOLEAN",
                "CASE WHEN f.registered_on > {d} THEN false ELSE f.non_normal END",
                "false",
            ),
        ),
    ),
    FeedFacts(
        "social_insurance",
        True,
        (
            Fact("insured_recorded", "BOOLEAN", "true", "false"),
            Fact("insured_staff", "BIGINT", "f.insured_staff", "0"),
            Fact("operator_insured", "BOOLEAN", "f.operator_insured", "false"),
        ),
        frozenset({"operator_insured"}),
    ),
    FeedFacts(
        "intellectual_property",
        False,
        (
            Fact("ip_recorded", "BOOLEAN", "true", "false"),
            Fact("trademarks_in_use", "BIGINT", "f.trademarks_in_use", "0"),
            Fact("patents", "BIGINT", "f.patents", "0"),
        ),
    ),
)

COLUMNS: dict[str, str] = dict(HOUSEHOLD) | {fact.name: fact.type for feed in FEEDS for fact in feed.facts}
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
