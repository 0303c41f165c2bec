"""Row-level security: a bureau's request sees and changes the applications, recognitions, consultations and tasks of
its region, whatever its query says (shared/database/row_scope.py).

A recognition that moved is also in the region where it was granted: it keeps its place there.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SCOPE = "(SELECT current_setting('minglu.scope', true))"
# Of a bare `starts_with` of an unknown prefix PostgreSQL expects next to no row, and sorts where an index has the
# order; within `coalesce` it expects every other one.
BY_COUNTY = ("application", "consultation", "task")
MOVED = f"coalesce(starts_with(county, {SCOPE}) OR starts_with(transferred_from, {SCOPE}), false)"


def upgrade() -> None:
    """To this revision."""
    for table in BY_COUNTY:
        op.execute(f"CREATE POLICY in_scope ON {table} USING (coalesce(starts_with(county, {SCOPE}), false))")
    op.execute(f"CREATE POLICY in_scope ON recognition USING ({MOVED})")
    for table in (*BY_COUNTY, "recognition"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Back from it."""
    for table in (*BY_COUNTY, "recognition"):
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        op.execute(f"DROP POLICY in_scope ON {table}")
