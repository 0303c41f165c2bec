"""Names in one register with an index of their own instead of in every run's results; results are listed by groups of
codes instead of by an index; corrections know their county.

A household's name becomes that of its latest run. The registration deliveries that are there are followed afterwards by
the worker, in their order. The index is filled by the code that searches it, so both fold names alike.
"""

from typing import Any

import asyncpg
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.typing.names.postings import CountyChanges, write_changes

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOVE_NAMES = """
    INSERT INTO household_name (uscc, name, regions, organisation, ending)
    SELECT uscc, name, regions, substr(uscc, 9), reverse(uscc)
      FROM (SELECT DISTINCT ON (uscc) uscc, name, region FROM result ORDER BY uscc, run_number DESC) latest
      JOIN (SELECT uscc, array_agg(region ORDER BY last) AS regions
              FROM (SELECT uscc, region, max(run_number) AS last FROM result GROUP BY uscc, region) each_region
             GROUP BY uscc) everywhere USING (uscc)
     ORDER BY region, uscc
"""
COUNTIES = "SELECT DISTINCT unnest(regions) AS region FROM household_name ORDER BY 1"
OF_COUNTY = "SELECT number, name FROM household_name WHERE regions @> ARRAY[$1::varchar] ORDER BY number"
COUNTY_OF_CORRECTION = """
    UPDATE correction c SET region = r.region FROM result r WHERE r.run_number = c.run_number AND r.uscc = c.uscc
"""
PARTITIONS = """
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'result'::regclass
"""
GROUPS = """
    INSERT INTO result_group (run_number, region, type, last, households, usccs)
    SELECT run_number, region, type, max(uscc), count(*), string_agg(uscc, '' ORDER BY uscc)
      FROM (SELECT run_number, region, type, uscc,
                   (row_number() OVER (PARTITION BY run_number, region, type ORDER BY uscc) - 1) / 100 AS part
              FROM result) numbered
     GROUP BY run_number, region, type, part
"""
NAMES_BACK = "UPDATE result r SET name = h.name FROM household_name h WHERE h.uscc = r.uscc"


async def fill_index(driver: asyncpg.Connection) -> None:
    """Every household under the words of its name, county by county."""
    for (region,) in await driver.fetch(COUNTIES):
        rows = await driver.fetch(OF_COUNTY, region)
        changes = CountyChanges()
        changes.add([row["number"] for row in rows], [row["name"] for row in rows])
        await write_changes(driver, region, changes)


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "household_name",
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("regions", postgresql.ARRAY(sa.String(length=6)), nullable=False),
        sa.Column("organisation", sa.String(length=10), nullable=False),
        sa.Column("ending", sa.String(length=18), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_household_name")),
        sa.UniqueConstraint("uscc", name=op.f("uq_household_name_uscc")),
    )
    op.create_table(
        "name_posting",
        sa.Column("word", sa.String(length=8), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("last", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False, comment="32-bit integers, little-endian"),
        sa.PrimaryKeyConstraint("word", "region", "last", name=op.f("pk_name_posting")),
    )
    op.create_table(
        "named_delivery",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_named_delivery")),
    )
    op.execute(MOVE_NAMES)
    op.create_index("ix_household_name_ending", "household_name", ["ending"])
    op.create_index("ix_household_name_organisation", "household_name", ["organisation"])
    adapted: Any = op.get_bind().connection.dbapi_connection
    adapted.run_async(fill_index)
    op.drop_column("result", "name")
    op.create_table(
        "result_group",
        sa.Column("run_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("type", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.String(length=18), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("usccs", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_number", "region", "type", "last", name=op.f("pk_result_group")),
    )
    op.execute(GROUPS)
    for (table,) in op.get_bind().exec_driver_sql(PARTITIONS).all():
        op.execute(f"DROP INDEX IF EXISTS result_partition.{table}_region")
    op.add_column("correction", sa.Column("region", sa.String(length=6), server_default="", nullable=False))
    op.execute(COUNTY_OF_CORRECTION)
    op.alter_column("correction", "region", server_default=None)
    op.create_index("ix_correction_type", "correction", ["run_number", "region", "type", "uscc"])
    op.execute("ANALYZE household_name, name_posting, correction, result_group")


def downgrade() -> None:
    """Back from this revision: results have names and their indexes again."""
    op.drop_index("ix_correction_type", table_name="correction")
    op.drop_column("correction", "region")
    op.add_column("result", sa.Column("name", sa.Text(), server_default="", nullable=False))
    op.execute(NAMES_BACK)
    op.alter_column("result", "name", server_default=None)
    for (table,) in op.get_bind().exec_driver_sql(PARTITIONS).all():
        full = f"result_partition.{table}"
        op.execute(f"CREATE INDEX {table}_region ON {full} (region, type, uscc)")
        op.execute(f"CREATE INDEX {table}_name ON {full} (name text_pattern_ops, uscc)")
        op.execute(f"CREATE INDEX {table}_similar ON {full} USING gin (name gin_trgm_ops)")
    op.drop_table("result_group")
    op.drop_table("named_delivery")
    op.drop_table("name_posting")
    op.drop_table("household_name")
