"""The copy of households has their trade and day of establishment, for analyses; unknown until typing tells them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column(
        "household", sa.Column("industry_section", sa.String(length=1), nullable=True, comment="门类 of GB/T 4754")
    )
    op.add_column("household", sa.Column("established_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("household", "established_on")
    op.drop_column("household", "industry_section")
