"""Support measures that were entered, entitlements, reports and commitments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "entitlement_change",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("granted", postgresql.ARRAY(sa.String(length=60)), nullable=False),
        sa.Column("ended", postgresql.ARRAY(sa.String(length=60)), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlement_change")),
    )
    op.create_index("ix_entitlement_change_household", "entitlement_change", ["uscc", "id"], unique=False)
    op.create_table(
        "entitlement_pass",
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("region", name=op.f("pk_entitlement_pass")),
    )
    op.create_table(
        "entitlement_profile",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("states", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlement_profile")),
        sa.UniqueConstraint("digest", name=op.f("uq_entitlement_profile_digest")),
    )
    op.create_table(
        "household_to_reckon",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("uscc", name=op.f("pk_household_to_reckon")),
    )
    op.create_table(
        "measure_commitment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("measure", sa.String(length=60), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("consequence", sa.Text(), nullable=False),
        sa.Column("signed_by", sa.String(length=200), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("checked_by", sa.String(length=200), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_commitment")),
    )
    op.create_index("ix_measure_commitment_household", "measure_commitment", ["uscc", "measure"], unique=False)
    op.create_table(
        "measure_report",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("measure", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True, comment="fen"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("department", sa.String(length=30), nullable=False),
        sa.Column("reported_by", sa.String(length=200), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_report")),
    )
    op.create_index("ix_measure_report_household", "measure_report", ["uscc", "measure", "id"], unique=False)
    op.create_index("ix_measure_report_measure", "measure_report", ["measure", "region", "id"], unique=False)
    op.create_table(
        "measure_revision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False, comment="empty: the whole country"),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("department", sa.String(length=30), nullable=True),
        sa.Column("checked_by", sa.String(length=200), nullable=True),
        sa.Column("returned_because", sa.Text(), nullable=True),
        sa.Column("published_by", sa.String(length=200), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True, comment="of a replaced or retired one"),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_revision")),
    )
    op.create_index("ux_measure_revision_number", "measure_revision", ["measure", "number"], unique=True)
    op.create_index(
        "ux_measure_revision_open",
        "measure_revision",
        ["measure"],
        unique=True,
        postgresql_where=sa.text("state in ('draft', 'checked')"),
    )
    op.create_index(
        "ux_measure_revision_published",
        "measure_revision",
        ["measure"],
        unique=True,
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "household_entitlement",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("profile_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["entitlement_profile.id"], name=op.f("fk_household_entitlement_profile_id")
        ),
        sa.PrimaryKeyConstraint("uscc", name=op.f("pk_household_entitlement")),
    )
    op.create_index(
        "ix_household_entitlement_profile", "household_entitlement", ["profile_id", "region", "uscc"], unique=False
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_index("ix_household_entitlement_profile", table_name="household_entitlement")
    op.drop_table("household_entitlement")
    op.drop_index(
        "ux_measure_revision_published", table_name="measure_revision", postgresql_where=sa.text("state = 'published'")
    )
    op.drop_index(
        "ux_measure_revision_open",
        table_name="measure_revision",
        postgresql_where=sa.text("state in ('draft', 'checked')"),
    )
    op.drop_index("ux_measure_revision_number", table_name="measure_revision")
    op.drop_table("measure_revision")
    op.drop_index("ix_measure_report_measure", table_name="measure_report")
    op.drop_index("ix_measure_report_household", table_name="measure_report")
    op.drop_table("measure_report")
    op.drop_index("ix_measure_commitment_household", table_name="measure_commitment")
    op.drop_table("measure_commitment")
    op.drop_table("household_to_reckon")
    op.drop_table("entitlement_profile")
    op.drop_table("entitlement_pass")
    op.drop_index("ix_entitlement_change_household", table_name="entitlement_change")
    op.drop_table("entitlement_change")
