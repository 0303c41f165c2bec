"""Corrections of evidence, which of them a run took into account, and up to which delivery its evidence was read.

Deliveries of before were compared with nothing, and need not be: there were no corrections. Runs of before are taken to
have read what had come when they were ordered, as far as they were frozen.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

LAST_DELIVERIES = """
    UPDATE run SET last_delivery = coalesce(
        (SELECT max(d.sequence) FROM delivery d WHERE d.received_at <= run.created_at), 0)
     WHERE run.snapshot IS NOT NULL
"""


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "evidence_correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("objection", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("feed", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="public"),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("lifting_reason", sa.Text(), nullable=True, comment="public"),
        sa.Column("columns", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("accepted_file", sa.String(length=64), nullable=True),
        sa.Column("rejects_file", sa.String(length=64), nullable=True),
        sa.Column("rejected_keys_file", sa.String(length=64), nullable=True),
        sa.Column("last_delivery", sa.BigInteger(), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("correlation", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state = 'refused' OR (accepted_file IS NOT NULL AND rejected_keys_file IS NOT NULL)",
            name=op.f("ck_evidence_correction_with_files"),
        ),
        sa.CheckConstraint(
            "state IN ('in-force', 'contradicted', 'met', 'lifted', 'refused')",
            name=op.f("ck_evidence_correction_state_known"),
        ),
        sa.ForeignKeyConstraint(["settled_by"], ["delivery.id"], name=op.f("fk_evidence_correction_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_correction")),
        sa.UniqueConstraint("number", name=op.f("uq_evidence_correction_number")),
    )
    op.create_index("ix_evidence_correction_feed", "evidence_correction", ["feed", "state"], unique=False)
    op.create_index("ix_evidence_correction_uscc", "evidence_correction", ["uscc"], unique=False)
    op.create_table(
        "run_correction",
        sa.Column("run_number", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Uuid(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["evidence_correction.id"], name=op.f("fk_run_correction_correction_id")
        ),
        sa.ForeignKeyConstraint(["run_number"], ["run.number"], name=op.f("fk_run_correction_run_number")),
        sa.PrimaryKeyConstraint("run_number", "correction_id", name=op.f("pk_run_correction")),
    )
    op.create_index("ix_run_correction_correction_id", "run_correction", ["correction_id"], unique=False)
    op.add_column("delivery", sa.Column("settled", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.execute("UPDATE delivery SET settled = true")
    op.create_index("ix_delivery_unsettled", "delivery", ["sequence"], unique=False, postgresql_where="NOT settled")
    op.add_column(
        "run",
        sa.Column(
            "last_delivery",
            sa.BigInteger(),
            nullable=True,
            comment="the last delivery in order of receipt that its evidence could read",
        ),
    )
    op.execute(LAST_DELIVERIES)


def downgrade() -> None:
    """Back from it."""
    op.drop_column("run", "last_delivery")
    op.drop_index("ix_delivery_unsettled", table_name="delivery")
    op.drop_column("delivery", "settled")
    op.drop_index("ix_run_correction_correction_id", table_name="run_correction")
    op.drop_table("run_correction")
    op.drop_index("ix_evidence_correction_uscc", table_name="evidence_correction")
    op.drop_index("ix_evidence_correction_feed", table_name="evidence_correction")
    op.drop_table("evidence_correction")
