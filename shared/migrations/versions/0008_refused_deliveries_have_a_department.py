"""A refused delivery says which department offered it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    comment = "who offered it; null: an official, or before this was kept"
    op.add_column("refused_delivery", sa.Column("department", sa.String(length=30), nullable=True, comment=comment))


def downgrade() -> None:
    """Back from it."""
    op.drop_column("refused_delivery", "department")
