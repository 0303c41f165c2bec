"""Penalties of households that are not known yet wait for them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "waiting_penalty",
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("published_until", sa.Date(), nullable=True),
        sa.Column("repaired_on", sa.Date(), nullable=True),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uscc", "decided_on", "kind", "region", name=op.f("pk_waiting_penalty")),
    )
    op.create_index("ix_waiting_penalty_delivery", "waiting_penalty", ["delivery_id"], unique=False)
    op.add_column("register_delivery", sa.Column("waiting", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    """Back from this revision."""
    op.drop_column("register_delivery", "waiting")
    op.drop_table("waiting_penalty")
