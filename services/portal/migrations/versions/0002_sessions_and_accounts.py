"""Sessions of browsers, kept forms, and accounts of staff."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "account",
        sa.Column("subject", sa.String(length=200), nullable=False, comment="as the identity provider names them"),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("roles", sa.ARRAY(sa.Text()), nullable=False, comment="at most these"),
        sa.Column(
            "region", sa.String(length=6), nullable=False, comment="prefix of region codes; empty: the whole country"
        ),
        sa.Column("department", sa.String(length=30), nullable=True),
        sa.Column("opened_by", sa.String(length=200), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("closed_by", sa.String(length=200), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_account")),
    )
    op.create_table(
        "browser_session",
        sa.Column("id", sa.String(length=64), nullable=False, comment="SHA-256 of the cookie's secret"),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("tokens", sa.LargeBinary(), nullable=False, comment="access token and name, as JSON"),
        sa.Column("begun_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("idle_seconds", sa.Integer(), nullable=False, comment="without a request for so long, it has ended"),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False, comment="whatever is done meanwhile"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_browser_session")),
    )
    op.create_index("ix_browser_session_subject", "browser_session", ["subject"], unique=False)
    op.create_table(
        "kept_form",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False, comment="names and values, as JSON"),
        sa.Column("kept_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_form")),
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_table("kept_form")
    op.drop_index("ix_browser_session_subject", table_name="browser_session")
    op.drop_table("browser_session")
    op.drop_table("account")
