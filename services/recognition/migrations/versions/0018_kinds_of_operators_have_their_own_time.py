"""A kind of operator keeps when it was stated, apart from the delivery after which it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    column = sa.Column("stated_at", sa.DateTime(timezone=True), nullable=True, comment="when a delivery last said so")
    op.add_column("operator_kind", column)
    op.execute(
        "UPDATE operator_kind k SET stated_at = d.delivered_at FROM register_delivery d WHERE d.id = k.delivery_id"
    )
    op.alter_column("operator_kind", "stated_at", nullable=False)


def downgrade() -> None:
    """Back from it."""
    op.drop_column("operator_kind", "stated_at")
