"""Row-level security: a bureau's request sees and changes the households of its region, and what is kept of them,
whatever its query says (shared/database/row_scope.py).

What was reported, promised and granted stays with the county where it was written, and is read where the household is
now, too. The register of households decides where that is: its own policy holds inside the others.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SCOPE = "(SELECT current_setting('minglu.scope', true))"
# Of a bare `starts_with` of an unknown prefix PostgreSQL expects next to no row, and sorts where an index has the
# order; within `coalesce` it expects every other one.
OF_REGION = {
    "household": "region",
    "household_entitlement": "region",
    "call": "county",
    "household_official": "county",
    "problem": "county",
    "work_report": "county",
    "chosen_household": "county",
}
OF_HOUSEHOLD = ("measure_report", "measure_commitment", "entitlement_change")


def upgrade() -> None:
    """To this revision."""
    for table, column in OF_REGION.items():
        op.execute(f"CREATE POLICY in_scope ON {table} USING (coalesce(starts_with({column}, {SCOPE}), false))")
    for table in OF_HOUSEHOLD:
        here = f"EXISTS (SELECT FROM household h WHERE h.uscc = {table}.uscc)"
        op.execute(f"CREATE POLICY in_scope ON {table} USING (coalesce(starts_with(region, {SCOPE}) OR {here}, false))")
    for table in (*OF_REGION, *OF_HOUSEHOLD):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Back from it."""
    for table in (*OF_REGION, *OF_HOUSEHOLD):
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        op.execute(f"DROP POLICY in_scope ON {table}")
