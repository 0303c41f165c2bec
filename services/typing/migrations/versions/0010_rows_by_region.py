"""Row-level security by region under corrections of evidence, moves, pulls and trials (shared/database/row_scope.py).

A move is there for both its counties and for whoever is above either; a trial's matrix where the trial is.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SCOPE = "(SELECT current_setting('minglu.scope', true))"
POLICIES = {
    "evidence_correction": f"coalesce(starts_with(region, {SCOPE}), false)",
    "pull": f"coalesce(starts_with(region, {SCOPE}), false)",
    "trial": f"coalesce(starts_with(region, {SCOPE}), false)",
    "trial_change": "EXISTS (SELECT FROM trial t WHERE t.id = trial_change.trial_id)",
    "pending_move": f"coalesce(starts_with(from_region, {SCOPE}) OR starts_with(to_region, {SCOPE}), false)",
}


def upgrade() -> None:
    """To this revision."""
    for table, condition in POLICIES.items():
        op.execute(f"CREATE POLICY in_scope ON {table} USING ({condition})")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Back from it."""
    for table in POLICIES:
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        op.execute(f"DROP POLICY in_scope ON {table}")
