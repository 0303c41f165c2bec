"""Since when a household has its operator: who runs it now is not given what is the operator's before."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("household", sa.Column("operator_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Back from it."""
    op.drop_column("household", "operator_since")
