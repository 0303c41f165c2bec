"""Row-level security for credit-risk classes, violations, deliveries and surveys (as 0009); and a row that could not be
read says of which region its delivery was: it tells something of the households of that region alone.

A delivery of a wider region can be read, and not changed, in each of its parts: whether a file is the one that came
last depends on it. Its row has counts and a digest, and no household.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SCOPE = "(SELECT current_setting('minglu.scope', true))"
OF_REGION = {
    "inspection_delivery": "region",
    "survey": "region",
    "survey_invitation": "county",
    "survey_tally": "county",
}
OF_HOUSEHOLD = ("credit_risk", "violation")
ALL = (*OF_REGION, *OF_HOUSEHOLD, "unread_household")


def upgrade() -> None:
    """To this revision."""
    op.add_column(
        "unread_household", sa.Column("region", sa.String(length=6), nullable=True, comment="of the delivery")
    )
    op.execute("UPDATE unread_household u SET region = d.region FROM inspection_delivery d WHERE d.id = u.delivery_id")
    op.alter_column("unread_household", "region", nullable=False)
    op.drop_constraint("pk_unread_household", "unread_household")
    op.create_primary_key("pk_unread_household", "unread_household", ["feed", "uscc", "region"])
    for table, column in OF_REGION.items():
        op.execute(f"CREATE POLICY in_scope ON {table} USING (coalesce(starts_with({column}, {SCOPE}), false))")
    op.execute(
        f"CREATE POLICY wider ON inspection_delivery FOR SELECT USING (coalesce(starts_with({SCOPE}, region), false))"
    )
    for table in OF_HOUSEHOLD:
        op.execute(f"CREATE POLICY in_scope ON {table} USING ({_here(table)})")
    op.execute(
        "CREATE POLICY in_scope ON unread_household"
        f" USING (coalesce(starts_with(region, {SCOPE}) OR {_here('unread_household')}, false))"
    )
    for table in ALL:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def _here(table: str) -> str:
    """The household is in scope: the policy of its own table holds inside."""
    return f"EXISTS (SELECT FROM household h WHERE h.uscc = {table}.uscc)"


def downgrade() -> None:
    """Back from it."""
    for table in ALL:
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        op.execute(f"DROP POLICY in_scope ON {table}")
    op.execute("DROP POLICY wider ON inspection_delivery")
    op.drop_constraint("pk_unread_household", "unread_household")
    op.execute(
        "DELETE FROM unread_household u USING unread_household o"
        " WHERE o.feed = u.feed AND o.uscc = u.uscc AND o.region > u.region"
    )
    op.create_primary_key("pk_unread_household", "unread_household", ["feed", "uscc"])
    op.drop_column("unread_household", "region")
