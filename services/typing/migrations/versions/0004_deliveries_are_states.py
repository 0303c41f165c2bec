"""A delivery is a state of its feed in its coverage: the same bytes may come again after others. What a run knows of
every county's rows. Moves that wait for the county that loses the household.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SAME = ("feed", "sha256", "region", "year", "mode")


def upgrade() -> None:
    """To this revision."""
    op.drop_constraint(op.f("uq_delivery_feed_sha256_region_year_mode"), "delivery", type_="unique")
    op.add_column("delivery", sa.Column("unreadable", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("delivery", sa.Column("coverage", sa.String(length=20), server_default="as-declared", nullable=False))
    op.add_column("delivery", sa.Column("unlisted", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("delivery", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("delivery", sa.Column("pending", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("delivery", sa.Column("pending_file", sa.String(length=64), nullable=True))
    op.create_table(
        "pending_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("from_region", sa.String(length=6), nullable=False),
        sa.Column("to_region", sa.String(length=6), nullable=False),
        sa.Column("operator_ref", sa.String(length=60), nullable=True),
        sa.Column("operator_changes", sa.Boolean(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("bureau", sa.String(length=100), nullable=False),
        sa.Column("delivered_by", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'confirmed', 'refused', 'superseded')", name=op.f("ck_pending_move_state_known")
        ),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_pending_move_delivery_id_delivery")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_move")),
    )
    op.create_index("ix_pending_move_from", "pending_move", ["from_region", "state"], unique=False)
    op.create_index("ix_pending_move_to", "pending_move", ["to_region", "state"], unique=False)
    op.create_index(
        "uq_pending_move_waiting",
        "pending_move",
        ["uscc", "to_region"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.add_column(
        "run",
        sa.Column(
            "county_rows",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
            comment="county → feed → rows that count",
        ),
    )


def downgrade() -> None:
    """Back from this revision. Not where the same bytes came again: every run names the last delivery that it read."""
    op.drop_column("run", "county_rows")
    op.drop_table("pending_move")
    for name in ("pending_file", "pending", "version", "unlisted", "coverage", "unreadable"):
        op.drop_column("delivery", name)
    op.create_unique_constraint(
        op.f("uq_delivery_feed_sha256_region_year_mode"), "delivery", list(SAME), postgresql_nulls_not_distinct=True
    )
