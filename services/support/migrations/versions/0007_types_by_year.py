"""Each household's type by year, for what became of those who used a measure."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KNOWN = """
    INSERT INTO household_year_type (uscc, year, type)
    SELECT uscc, typed_year, type FROM household WHERE typed_year IS NOT NULL AND type IS NOT NULL
"""


def upgrade() -> None:
    """To this revision; of the years before only the last one is known."""
    op.create_table(
        "household_year_type",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("uscc", "year", name=op.f("pk_household_year_type")),
    )
    op.execute(KNOWN)


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("household_year_type")
