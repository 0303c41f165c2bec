"""Further draws over counties that opened their seasons later."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column(
        "spot_check",
        sa.Column(
            "number",
            sa.Integer(),
            server_default=sa.text("1"),
            nullable=False,
            comment="further draws: over counties that opened later",
        ),
    )
    op.drop_constraint(op.f("uq_spot_check_region_year_percent"), "spot_check", type_="unique")
    op.create_unique_constraint(
        op.f("uq_spot_check_region_year_percent_number"), "spot_check", ["region", "year", "percent", "number"]
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_constraint(op.f("uq_spot_check_region_year_percent_number"), "spot_check", type_="unique")
    op.create_unique_constraint(
        op.f("uq_spot_check_region_year_percent"),
        "spot_check",
        ["region", "year", "percent"],
        postgresql_nulls_not_distinct=False,
    )
    op.drop_column("spot_check", "number")
