"""The first schema: tables, the schema of result partitions, trigram search."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.execute("create extension if not exists pg_trgm")
    op.execute("create schema result_partition")
    op.execute(sa.schema.CreateSequence(sa.Sequence("household_revision")))
    op.create_table(
        "annual_report_closing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("region ~ '^[0-9]{2}([0-9]{2}){0,2}$'", name=op.f("ck_annual_report_closing_region_form")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_report_closing")),
        sa.UniqueConstraint("region", "year", name=op.f("uq_annual_report_closing_region_year")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("feed", sa.String(length=40), nullable=False),
        sa.Column("bureau", sa.String(length=100), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("flagged", sa.BigInteger(), nullable=False),
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("accepted_file", sa.String(length=64), nullable=False),
        sa.Column("rejects_file", sa.String(length=64), nullable=False),
        sa.Column("rejected_keys_file", sa.String(length=64), nullable=False),
        sa.Column("moved_in", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("changes_file", sa.String(length=64), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=True),
        sa.Column("received_by", sa.String(length=200), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("mode in ('full', 'incremental')", name=op.f("ck_delivery_mode_known")),
        sa.CheckConstraint("region ~ '^[0-9]{2}([0-9]{2}){0,2}$'", name=op.f("ck_delivery_region_form")),
        sa.CheckConstraint(
            "accepted <= rows and rejected <= rows and flagged <= accepted", name=op.f("ck_delivery_rows_add_up")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "feed",
            "sha256",
            "region",
            "year",
            "mode",
            name=op.f("uq_delivery_feed_sha256_region_year_mode"),
            postgresql_nulls_not_distinct=True,
        ),
        sa.UniqueConstraint("sequence", name=op.f("uq_delivery_sequence")),
    )
    op.create_index("ix_delivery_feed_region", "delivery", ["feed", "region", "sequence"], unique=False)
    op.create_table(
        "policy_version",
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("policy", sa.String(length=100), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_policy_version")),
    )
    op.create_table(
        "result",
        sa.Column("run_number", sa.Integer(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("type", sa.SmallInteger(), nullable=False),
        sa.Column("true_mask", sa.BigInteger(), nullable=False),
        sa.Column("unknown_mask", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("operator_ref", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("uscc", "run_number", name=op.f("pk_result")),
        postgresql_partition_by="LIST (run_number)",
    )
    op.create_table(
        "statistic",
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("type", sa.SmallInteger(), nullable=False),
        sa.Column("households", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("region", "year", "type", name=op.f("pk_statistic")),
    )
    op.create_index("ix_statistic_year", "statistic", ["year", "region"], unique=False)
    op.create_table(
        "pull",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("feed", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True, comment="of the next page; null before the first"),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("delivery_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("region ~ '^[0-9]{2}([0-9]{2}){0,2}$'", name=op.f("ck_pull_region_form")),
        sa.CheckConstraint("state in ('running', 'delivered', 'failed')", name=op.f("ck_pull_state_known")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_pull_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pull")),
    )
    op.create_index("uq_pull_running", "pull", ["source"], unique=True, postgresql_where="state = 'running'")
    op.create_table(
        "run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("policy", sa.String(length=100), nullable=False),
        sa.Column("policy_hash", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("closing_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("warnings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confirmed_by", sa.String(length=200), nullable=True),
        sa.Column("confirmation_reason", sa.Text(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("snapshot", sa.String(length=64), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("households", sa.BigInteger(), nullable=True),
        sa.Column("left_out", sa.BigInteger(), nullable=True),
        sa.Column("feed_rows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("compared_with", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("publication_reason", sa.Text(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("region ~ '^[0-9]{2}([0-9]{2}){0,2}$'", name=op.f("ck_run_region_form")),
        sa.CheckConstraint(
            "state in ('queued', 'blocked', 'frozen', 'typed', 'draft', 'published', 'discarded', 'failed')",
            name=op.f("ck_run_state_known"),
        ),
        sa.CheckConstraint(
            "published_by is null or published_by <> created_by", name=op.f("ck_run_maker_is_not_checker")
        ),
        sa.ForeignKeyConstraint(["closing_id"], ["annual_report_closing.id"], name=op.f("fk_run_closing_id")),
        sa.ForeignKeyConstraint(["policy_hash"], ["policy_version.content_hash"], name=op.f("fk_run_policy_hash")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("number", name=op.f("uq_run_number")),
    )
    op.create_index(op.f("ix_run_state"), "run", ["state"], unique=False)
    op.create_table(
        "change",
        sa.Column("run_number", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("from_type", sa.SmallInteger(), nullable=False, comment="-1: not typed before"),
        sa.Column("to_type", sa.SmallInteger(), nullable=False, comment="-1: no longer typed"),
        sa.Column("households", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_number"], ["run.number"], name=op.f("fk_change_run_number")),
        sa.PrimaryKeyConstraint("run_number", "region", "from_type", "to_type", name=op.f("pk_change")),
    )
    op.create_table(
        "correction",
        sa.Column("run_number", sa.Integer(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("type", sa.SmallInteger(), nullable=False),
        sa.Column("true_mask", sa.BigInteger(), nullable=False),
        sa.Column("unknown_mask", sa.BigInteger(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["run_number"], ["run.number"], name=op.f("fk_correction_run_number")),
        sa.PrimaryKeyConstraint("run_number", "uscc", name=op.f("pk_correction")),
    )
    op.create_table(
        "current_run",
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("run_number", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("policy", sa.String(length=100), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_number"], ["run.number"], name=op.f("fk_current_run_run_number")),
        sa.PrimaryKeyConstraint("region", name=op.f("pk_current_run")),
    )
    op.create_table(
        "pull_page",
        sa.Column("pull_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["pull_id"], ["pull.id"], name=op.f("fk_pull_page_pull_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("pull_id", "number", name=op.f("pk_pull_page")),
        sa.UniqueConstraint("pull_id", "cursor", name=op.f("uq_pull_page_pull_id_cursor")),
    )
    op.create_table(
        "filed_report",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("uscc", "year", name=op.f("pk_filed_report")),
    )
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
    op.drop_table("filed_report")
    op.drop_table("pull_page")
    op.drop_table("current_run")
    op.drop_table("correction")
    op.drop_table("change")
    op.drop_index(op.f("ix_run_state"), table_name="run")
    op.drop_table("run")
    op.drop_index("uq_pull_running", table_name="pull", postgresql_where="state = 'running'")
    op.drop_table("pull")
    op.drop_index("ix_statistic_year", table_name="statistic")
    op.drop_table("statistic")
    op.drop_table("result")
    op.drop_table("policy_version")
    op.drop_index("ix_delivery_feed_region", table_name="delivery")
    op.drop_table("delivery")
    op.drop_table("annual_report_closing")
    op.execute("drop schema result_partition cascade")
    op.execute(sa.schema.DropSequence(sa.Sequence("household_revision")))
