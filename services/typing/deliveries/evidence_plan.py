"""One feed's standing deliveries as relations in DuckDB (the rules are in ``evidence``).

One delivery that covers the region is read directly. Anything else is one join over all files, however many: a row
stays if it is inside its delivery's coverage, no later increment has its key (`latest`), and no later full delivery
covers its household's county (`full_cutoffs`). Joins that cannot matter are left out. Corrections of evidence are laid
over what stands then (`overlay`). The relations are views over the stored Parquet, so nothing is copied; the small
helper tables are named `intake_*`.
"""

from dataclasses import dataclass
from typing import Literal

import duckdb

from services.typing.deliveries.domain import REGISTRATION, AcceptedDelivery, is_yearly
from services.typing.deliveries.overlay import Overlay
from services.typing.deliveries.parquet_sql import read_parquet_sql
from shared.feeds.contract.feeds import FEEDS

DeliveryFile = Literal["accepted", "rejected_keys"]
DeliveryRole = Literal["standing", "overriding"]
HELPER_ALIASES = {"latest": "l", "full_cutoffs": "c"}


@dataclass(frozen=True)
class FeedPlan:
    """How one feed becomes `accepted_<feed>` and `rejected_keys_<feed>`.

    ``superseding``: see ``domain.superseding_registrations``; only registration has them.
    """

    con: duckdb.DuckDBPyConnection
    feed: str
    region: str
    last_year: int
    standing: tuple[AcceptedDelivery, ...]
    superseding: tuple[AcceptedDelivery, ...] = ()
    corrections: tuple[AcceptedDelivery, ...] = ()

    def build(self) -> None:
        """Creates both relations."""
        accepted, rejected = self.delivered()
        if self.corrections:
            accepted, rejected = Overlay(self.con, self.feed, self.corrections).over(accepted, rejected)
        self.con.execute(f"CREATE TEMP VIEW accepted_{self.feed} AS {accepted}")
        self.con.execute(f"CREATE TEMP VIEW rejected_keys_{self.feed} AS {rejected}")

    def delivered(self) -> tuple[str, str]:
        """Queries for the rows and the rejected keys of the deliveries, from one file directly where one delivery says
        everything about the region; nothing where there are corrections alone.
        """
        if not self.standing:
            files = ([d.accepted for d in self.corrections], [d.rejected_keys for d in self.corrections])
            accepted, rejected = (f"SELECT * FROM {read_parquet_sql(paths)} WHERE false" for paths in files)
            return accepted, rejected
        if len(self.standing) == 1 and self.standing[0].holds(self.region) and not self.superseding:
            accepted = f"SELECT * FROM {read_parquet_sql([self.standing[0].accepted])} f WHERE {self.row_condition}"
            year, keys_file = self.standing[0].year or "NULL", read_parquet_sql([self.standing[0].rejected_keys])
            keys = f"SELECT *, {year} AS declared FROM {keys_file}"
            return accepted, f"SELECT uscc, year FROM ({keys}) f WHERE {self.key_condition}"
        self.prepare()
        return self.joined_rows(), self.joined_keys()

    @property
    def overriding(self) -> tuple[AcceptedDelivery, ...]:
        """Deliveries whose rows replace earlier deliveries by key."""
        return self.superseding if self.feed == REGISTRATION else tuple(d for d in self.standing[1:] if not d.full)

    @property
    def nested(self) -> bool:
        """Whether a full delivery of a part of the region replaces rows of an earlier, wider one."""
        return any(
            late.full and any(early.meets(late.region) for early in self.standing[:i])
            for i, late in enumerate(self.standing)
        )

    @property
    def located(self) -> bool:
        """Whether rows must be joined with the region where their household is registered."""
        return self.feed != REGISTRATION and not all(d.holds(self.region) for d in self.standing)

    @property
    def row_condition(self) -> str:
        """Condition on the rows `f` of accepted files: last year's; registration's inside the region."""
        if self.feed == REGISTRATION:
            return f"starts_with(f.region_code, '{self.region}')"
        return f"f.year = {self.last_year}" if is_yearly(self.feed) else "TRUE"

    @property
    def key_condition(self) -> str:
        """Condition on the rows `f` of rejected keys: last year's; an unreadable year is the declared one or any."""
        return f"coalesce(f.year, f.declared, {self.last_year}) = {self.last_year}"

    def prepare(self) -> None:
        """The helper tables: the deliveries by file, the last sequence by key, the last full delivery by county."""
        self.con.execute(
            f"CREATE TEMP TABLE intake_deliveries_{self.feed}"
            " (sequence bigint, region text, year integer, is_full boolean, accepted text, rejected_keys text,"
            " standing boolean, overriding boolean)"
        )
        for d in {d.sequence: d for d in (*self.superseding, *self.standing)}.values():
            files = [str(d.accepted), str(d.rejected_keys)]
            self.con.execute(
                f"INSERT INTO intake_deliveries_{self.feed} VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [d.sequence, d.region, d.year, d.full, *files, d in self.standing, d in self.overriding],
            )
        if self.overriding:
            key = ", ".join(f"f.{column}" for column in FEEDS[self.feed].key)
            self.con.execute(
                f"CREATE TEMP TABLE intake_latest_{self.feed} AS SELECT {key}, max(f.sequence) AS sequence"
                f" FROM {self.rows('accepted', 'overriding')} f {self.place}"
                f" WHERE {self.latest_row_condition} GROUP BY ALL"
            )
        if self.nested:
            counties = self.rows("accepted", "standing") if self.feed == REGISTRATION else "accepted_registration"
            self.con.execute(
                f"CREATE TEMP TABLE intake_full_cutoffs_{self.feed} AS"
                " SELECT c.region_code, max(d.sequence) AS sequence"
                f" FROM (SELECT DISTINCT region_code FROM {counties}) c JOIN intake_deliveries_{self.feed} d"
                " ON d.is_full AND d.standing AND starts_with(c.region_code, d.region) GROUP BY ALL"
            )

    @property
    def latest_row_condition(self) -> str:
        """As ``row_condition``, but for registration no row is left out: a household may have moved to any region."""
        return "TRUE" if self.feed == REGISTRATION else self.row_condition

    @property
    def place(self) -> str:
        """Join that holds the rows `f` against where their household is registered, where that matters."""
        joined = "JOIN accepted_registration r ON r.uscc = f.uscc AND starts_with(r.region_code, f.coverage)"
        return joined if self.located else ""

    def joined_rows(self) -> str:
        """The accepted rows that stay."""
        key = FEEDS[self.feed].key
        same = " AND ".join(f"l.{column} = f.{column}" for column in key)
        county = "f.region_code" if self.feed == REGISTRATION else "r.region_code"
        return (
            f"SELECT f.* EXCLUDE (filename, sequence, coverage, declared) FROM {self.rows('accepted', 'standing')} f"
            f" {self.place} {self.later('latest', same)} {self.later('full_cutoffs', f'c.region_code = {county}')}"
            f" WHERE {self.row_condition} {self.not_replaced}"
        )

    def joined_keys(self) -> str:
        """The rejected keys that stay: of households of the delivery's region, not mended by a later row."""
        return (
            f"SELECT DISTINCT f.uscc, f.year FROM {self.rows('rejected_keys', 'standing')} f"
            " JOIN accepted_registration r ON r.uscc = f.uscc AND starts_with(r.region_code, f.coverage)"
            f" {self.later('latest', 'l.uscc = f.uscc', 'uscc')}"
            f" {self.later('full_cutoffs', 'c.region_code = r.region_code')}"
            f" WHERE {self.key_condition} {self.not_replaced}"
        )

    def later(self, helper: Literal["latest", "full_cutoffs"], on: str, by: str = "") -> str:
        """Left join to a helper table, if the plan has it; ``by`` folds it to one row a household."""
        if not (self.overriding if helper == "latest" else self.nested):
            return ""
        table = f"intake_{helper}_{self.feed}"
        if by:
            table = f"(SELECT {by}, max(sequence) AS sequence FROM {table} GROUP BY ALL)"
        return f"LEFT JOIN {table} {HELPER_ALIASES[helper]} ON {on}"

    @property
    def not_replaced(self) -> str:
        """Condition that nothing later replaces the row."""
        return ("AND f.sequence >= coalesce(l.sequence, 0) " if self.overriding else "") + (
            "AND f.sequence >= coalesce(c.sequence, 0)" if self.nested else ""
        )

    def rows(self, file: DeliveryFile, role: DeliveryRole) -> str:
        """The rows of the deliveries in that role, each with its delivery's sequence and declared coverage."""
        deliveries = self.standing if role == "standing" else self.overriding
        paths = read_parquet_sql(
            [d.accepted if file == "accepted" else d.rejected_keys for d in deliveries], named=True
        )
        return (
            f"(SELECT f.*, d.sequence, d.region AS coverage, d.year AS declared FROM {paths} f"
            f" JOIN intake_deliveries_{self.feed} d ON d.{role} AND d.{file} = f.filename)"
        )
