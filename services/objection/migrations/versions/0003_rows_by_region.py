"""Row-level security: a bureau's request sees and changes the objections, last days and reports of its region, whatever
its query says (shared/database/row_scope.py).

Questions and corrections are also the bureau's that is asked, which may be another region's than the household's.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCOPE = "(SELECT current_setting('minglu.scope', true))"
# Of a bare `starts_with` of an unknown prefix PostgreSQL expects next to no row, and sorts where an index has the
# order; within `coalesce` it expects every other one.
BY_COUNTY = ("objection", "objection_due_day", "report")
ALSO_ASKED = ("verification", "correction_item")


def upgrade() -> None:
    """To this revision."""
    for table in BY_COUNTY:
        op.execute(f"CREATE POLICY in_scope ON {table} USING (coalesce(starts_with(county, {SCOPE}), false))")
    for table in ALSO_ASKED:
        either = f"coalesce(starts_with(county, {SCOPE}) OR starts_with(region, {SCOPE}), false)"
        op.execute(f"CREATE POLICY in_scope ON {table} USING ({either})")
    for table in (*BY_COUNTY, *ALSO_ASKED):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Back from it."""
    for table in (*BY_COUNTY, *ALSO_ASKED):
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        op.execute(f"DROP POLICY in_scope ON {table}")
