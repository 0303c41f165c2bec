"""Visits that are due, what made them due, and who is in touch with households."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "call",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("unverified", sa.Boolean(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("assigned_to", sa.String(length=200), nullable=True),
        sa.Column("assigned_name", sa.String(length=100), nullable=True),
        sa.Column("department", sa.String(length=30), nullable=True),
        sa.Column("visited_on", sa.Date(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True, comment="what the visit found"),
        sa.Column("waived_because", sa.Text(), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    op.create_index(
        "ix_call_assigned",
        "call",
        ["assigned_to", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("state in ('due', 'assigned', 'overdue')"),
    )
    op.create_index(
        "ix_call_due",
        "call",
        ["county", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("state in ('due', 'assigned', 'overdue')"),
    )
    op.create_index("ix_call_household", "call", ["uscc", "id"], unique=False)
    op.create_index(
        "ux_call_open",
        "call",
        ["uscc"],
        unique=True,
        postgresql_where=sa.text("state in ('due', 'assigned', 'overdue')"),
    )
    op.create_table(
        "call_occasion",
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True, comment="none only within the transaction"),
        sa.Column("heard_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("reason", "uscc", "key", name=op.f("pk_call_occasion")),
    )
    op.create_index("ix_call_occasion_call", "call_occasion", ["call_id"], unique=False)
    op.create_table(
        "household_official",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("unit", sa.String(length=60), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False, comment="as the household reads it"),
        sa.Column("department", sa.String(length=30), nullable=False),
        sa.Column("appointed_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_official")),
    )
    op.create_index(
        "ux_household_official_household",
        "household_official",
        ["uscc"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index(
        "ux_household_official_unit",
        "household_official",
        ["county", "unit"],
        unique=True,
        postgresql_where=sa.text("ended_at is null and unit is not null"),
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_index(
        "ux_household_official_unit",
        table_name="household_official",
        postgresql_where=sa.text("ended_at is null and unit is not null"),
    )
    op.drop_index(
        "ux_household_official_household", table_name="household_official", postgresql_where=sa.text("ended_at is null")
    )
    op.drop_table("household_official")
    op.drop_index("ix_call_occasion_call", table_name="call_occasion")
    op.drop_table("call_occasion")
    op.drop_index(
        "ux_call_open", table_name="call", postgresql_where=sa.text("state in ('due', 'assigned', 'overdue')")
    )
    op.drop_index("ix_call_household", table_name="call")
    op.drop_index("ix_call_due", table_name="call", postgresql_where=sa.text("state in ('due', 'assigned', 'overdue')"))
    op.drop_index(
        "ix_call_assigned", table_name="call", postgresql_where=sa.text("state in ('due', 'assigned', 'overdue')")
    )
    op.drop_table("call")
