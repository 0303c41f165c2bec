"""Quarterly analyses of regions, with row-level security (as 0009)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SCOPE = "(SELECT current_setting('minglu.scope', true))"


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "quarterly_analysis",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("quarter", sa.SmallInteger(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "tables",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="without small numbers",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarterly_analysis")),
    )
    op.create_index("ux_quarterly_analysis_quarter", "quarterly_analysis", ["region", "year", "quarter"], unique=True)
    op.execute(f"CREATE POLICY in_scope ON quarterly_analysis USING (coalesce(starts_with(region, {SCOPE}), false))")
    op.execute("ALTER TABLE quarterly_analysis ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("quarterly_analysis")
