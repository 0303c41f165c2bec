"""What departments and counties have to report, and what they handed in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OPEN = sa.text("state in ('due', 'overdue')")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "work_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("duty", sa.String(length=60), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("department", sa.String(length=30), nullable=False),
        sa.Column("rhythm", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=500), nullable=False, comment="what asks for it"),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("unverified", sa.Boolean(), nullable=False, comment="no text gives the day, or who reports"),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("person", sa.String(length=100), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("cases", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("handed_in_by", sa.String(length=200), nullable=True),
        sa.Column("handed_in_on", sa.Date(), nullable=True),
        sa.Column("asked_by", sa.String(length=200), nullable=True, comment="who asked for it; none: a policy"),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_report")),
    )
    op.create_index("ix_work_report_county", "work_report", ["county", "due_on", "id"], unique=False)
    op.create_index("ix_work_report_open", "work_report", ["due_on", "id"], unique=False, postgresql_where=OPEN)
    op.create_index("ux_work_report_once", "work_report", ["duty", "period", "county", "department"], unique=True)


def downgrade() -> None:
    """Back from it."""
    op.drop_index("ux_work_report_once", table_name="work_report")
    op.drop_index("ix_work_report_open", table_name="work_report", postgresql_where=OPEN)
    op.drop_index("ix_work_report_county", table_name="work_report")
    op.drop_table("work_report")
