"""Runs say what they are for, and numbers that a text leaves open are set with a document."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

PURPOSES = "purpose IN ('central', 'statistics', 'trial')"
OTHER_LAW = """
    UPDATE run SET purpose = 'trial', departures = '["本批次在升级以前发起，用了现行规则以外的数额或读法"]'
      FROM policy_version p
     WHERE p.content_hash = run.policy_hash AND run.published_by IS NULL
       AND (p.content::text LIKE '%"0001-01-01"%' OR p.content::text LIKE '%"chosen"%')"""
"""A setting for one use of the policy is a value from 0001-01-01 on; a reading for one use is `chosen`."""


def upgrade() -> None:
    """To this revision."""
    op.add_column("run", sa.Column("purpose", sa.String(length=20), server_default="statistics", nullable=False))
    departures = sa.Column("departures", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False)
    departures.comment = "where it departs from the law in force; a trial does"
    op.add_column("run", departures)
    ordered_from = sa.Column("ordered_from", sa.String(length=6), nullable=True)
    ordered_from.comment = "the region of the bureau that ordered it; none where a closing did"
    op.add_column("run", ordered_from)
    op.execute("UPDATE run SET purpose = 'central' WHERE closing_id IS NOT NULL")
    op.execute(OTHER_LAW)
    op.create_check_constraint(op.f("ck_run_purpose_known"), "run", PURPOSES)
    never = "purpose <> 'trial' OR published_by IS NULL"
    op.create_check_constraint(op.f("ck_run_trial_is_never_published"), "run", never)
    create_number_setting()


def create_number_setting() -> None:
    """Numbers that bureaus set."""
    time = sa.DateTime(timezone=True)
    op.create_table(
        "number_setting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("policy", sa.String(length=100), nullable=False),
        sa.Column("parameter", sa.String(length=100), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False, comment="as it is written in a policy's file"),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("document_number", sa.String(length=200), nullable=False),
        sa.Column("document_title", sa.String(length=500), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.String(length=200), nullable=False),
        sa.Column("proposed_at", time, server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", time, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('proposed', 'in-force', 'rejected')", name=op.f("ck_number_setting_state_known")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_number_setting_maker_is_not_checker")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_setting")),
        sa.UniqueConstraint("number", name=op.f("uq_number_setting_number")),
    )
    op.create_index(op.f("ix_number_setting_policy"), "number_setting", ["policy"])
    op.create_index(
        "uq_number_setting_proposed",
        "number_setting",
        ["policy", "parameter", "in_force_from"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )


def downgrade() -> None:
    """Back from this revision."""
    op.drop_table("number_setting")
    op.drop_constraint(op.f("ck_run_trial_is_never_published"), "run", type_="check")
    op.drop_constraint(op.f("ck_run_purpose_known"), "run", type_="check")
    for name in ("ordered_from", "departures", "purpose"):
        op.drop_column("run", name)
