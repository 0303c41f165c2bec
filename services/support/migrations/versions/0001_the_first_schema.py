"""The first schema: copies, orders, revisions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.execute(sa.schema.CreateSequence(sa.Sequence("support_revision")))
    op.create_table(
        "household",
        sa.Column("unit", sa.String(length=60), nullable=True),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("operator_ref", sa.String(length=60), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=True),
        sa.Column("typed_year", sa.Integer(), nullable=True),
        sa.Column("typed_run", sa.Uuid(), nullable=True),
        sa.Column("typed_revision", sa.BigInteger(), nullable=False),
        sa.Column("changed_revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("uscc", name=op.f("pk_household")),
    )
    op.create_index("ix_household_operator", "household", ["operator_ref"], unique=False)
    op.create_index("ix_household_region", "household", ["region", "uscc"], unique=False)
    op.create_table(
        "recognition",
        sa.Column("recognition", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("valid", sa.Boolean(), nullable=False),
        sa.Column("benefits_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=False, comment="the last day"),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("recognition", name=op.f("pk_recognition")),
    )
    op.create_index("ix_recognition_household", "recognition", ["uscc"], unique=False)
    op.create_table(
        "support_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("parameter", sa.String(length=100), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False, comment="what sets the number"),
        sa.Column("ordered_on", sa.Date(), nullable=False, comment="from this day on"),
        sa.Column("ordered_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_order")),
    )
    op.create_index("ix_support_order_region", "support_order", ["region"], unique=False)


def downgrade() -> None:
    """Back from it."""
    op.drop_index("ix_support_order_region", table_name="support_order")
    op.drop_table("support_order")
    op.drop_index("ix_recognition_household", table_name="recognition")
    op.drop_table("recognition")
    op.drop_index("ix_household_region", table_name="household")
    op.drop_index("ix_household_operator", table_name="household")
    op.drop_table("household")
    op.execute(sa.schema.DropSequence(sa.Sequence("support_revision")))
