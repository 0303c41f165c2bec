"""Departments deliver kinds of operators, each its own; a delivery says who delivered it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "operator_kind",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("department", sa.String(length=30), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True, comment="the last day"),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("uscc", "kind", "department", "region", name=op.f("pk_operator_kind")),
    )
    op.add_column(
        "register_delivery",
        sa.Column(
            "department",
            sa.String(length=30),
            nullable=True,
            comment="who delivered it; null: delivered before this was kept",
        ),
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_column("register_delivery", "department")
    op.drop_table("operator_kind")
