"""Trials: a draft of the law held against a run's policy over the run's snapshot, kept for some days."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "trial",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("policy", sa.String(length=100), nullable=False),
        sa.Column("policy_title", sa.Text(), nullable=False),
        sa.Column("policy_hash", sa.String(length=64), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.CheckConstraint("state in ('queued', 'done', 'failed')", name=op.f("ck_trial_state_known")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_trial_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial")),
        sa.UniqueConstraint("number", name=op.f("uq_trial_number")),
    )
    op.create_index(op.f("ix_trial_run_id"), "trial", ["run_id"], unique=False)
    op.create_index(op.f("ix_trial_state"), "trial", ["state"], unique=False)
    op.create_table(
        "trial_change",
        sa.Column("trial_id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("from_type", sa.SmallInteger(), nullable=False),
        sa.Column("to_type", sa.SmallInteger(), nullable=False),
        sa.Column("households", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["trial_id"], ["trial.id"], name=op.f("fk_trial_change_trial_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("trial_id", "region", "from_type", "to_type", name=op.f("pk_trial_change")),
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_table("trial_change")
    op.drop_index(op.f("ix_trial_state"), table_name="trial")
    op.drop_index(op.f("ix_trial_run_id"), table_name="trial")
    op.drop_table("trial")
