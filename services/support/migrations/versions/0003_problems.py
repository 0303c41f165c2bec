"""Problems that households have, what was done about each, numbers of receipts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.execute(sa.schema.CreateSequence(sa.Sequence("support_receipt")))
    op.create_table(
        "problem",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("receipt", sa.String(length=40), nullable=False, comment="number of the receipt"),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("operator_ref", sa.String(length=60), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("raised_by", sa.String(length=200), nullable=True, comment="an organisation, where one raised it"),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True, comment="the visit that found it"),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("department", sa.String(length=30), nullable=False),
        sa.Column("owner_region", sa.String(length=6), nullable=False),
        sa.Column("waits_for", sa.String(length=20), nullable=False, comment="what is due: forward or answer"),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("unverified", sa.Boolean(), nullable=False, comment="no text gives the number of days"),
        sa.Column("respond_by", sa.Date(), nullable=True),
        sa.Column("supervised_by", sa.String(length=6), nullable=True),
        sa.Column("climbs", sa.SmallInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("enforcement", sa.String(length=30), nullable=True),
        sa.Column("refusals", sa.SmallInteger(), nullable=False),
        sa.Column("closed_because", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem")),
    )
    op.create_index("ix_problem_county", "problem", ["county", "id"], unique=False)
    op.create_index("ix_problem_kind", "problem", ["kind", "raised_on"], unique=False)
    op.create_index("ix_problem_operator", "problem", ["operator_ref", "id"], unique=False)
    op.create_index(
        "ix_problem_owner",
        "problem",
        ["department", "owner_region", "id"],
        unique=False,
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_index("ux_problem_receipt", "problem", ["receipt"], unique=True)
    op.create_table(
        "problem_step",
        sa.Column("problem_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("department", sa.String(length=30), nullable=False),
        sa.Column("owner_region", sa.String(length=6), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("problem_id", "number", name=op.f("pk_problem_step")),
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_table("problem_step")
    op.drop_index("ux_problem_receipt", table_name="problem")
    op.drop_index("ix_problem_owner", table_name="problem", postgresql_where=sa.text("state <> 'closed'"))
    op.drop_index("ix_problem_operator", table_name="problem")
    op.drop_index("ix_problem_kind", table_name="problem")
    op.drop_index("ix_problem_county", table_name="problem")
    op.drop_table("problem")
    op.execute(sa.schema.DropSequence(sa.Sequence("support_receipt")))
