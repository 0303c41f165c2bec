"""Recognitions of another system are adopted: what their certificates say, copies of these, and no application here.

Row-level security: a bureau's request sees and changes the entries of its region, whatever its query says.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SCOPE = "(SELECT current_setting('minglu.scope', true))"


def upgrade() -> None:
    """To this revision."""
    op.alter_column(
        "recognition",
        "application_id",
        existing_type=sa.Uuid(),
        nullable=True,
        comment="null: adopted from another system",
    )
    op.create_table(
        "adoption",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.String(length=6), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("path", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.String(length=6), nullable=False, comment="the county that recognised it"),
        sa.Column("issued_by", sa.String(length=200), nullable=False, comment="as the certificate says"),
        sa.Column("certificate_no", sa.String(length=100), nullable=False, comment="of the origin"),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False, comment="the last day, which stays"),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recognition_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("decided_by <> entered_by", name=op.f("ck_adoption_maker_is_not_checker")),
        sa.ForeignKeyConstraint(["recognition_id"], ["recognition.id"], name=op.f("fk_adoption_recognition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption")),
    )
    op.create_index("ix_adoption_county", "adoption", ["county", "id"])
    op.create_index(
        "ux_adoption_open", "adoption", ["uscc"], unique=True, postgresql_where=sa.text("state = 'entered'")
    )
    op.create_table(
        "adoption_document",
        sa.Column("adoption_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=50), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["adoption_id"], ["adoption.id"], name=op.f("fk_adoption_document_adoption_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption_document")),
    )
    op.create_index(op.f("ix_adoption_document_adoption_id"), "adoption_document", ["adoption_id"])
    op.execute(f"CREATE POLICY in_scope ON adoption USING (coalesce(starts_with(county, {SCOPE}), false))")
    op.execute("ALTER TABLE adoption ENABLE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Back from it; what was adopted has no place in the earlier schema and goes with its entries."""
    op.execute("DELETE FROM adoption_document")
    op.execute("DELETE FROM adoption")
    op.drop_table("adoption_document")
    op.drop_table("adoption")
    op.alter_column(
        "recognition",
        "application_id",
        existing_type=sa.Uuid(),
        nullable=False,
        comment=None,
        existing_comment="null: adopted from another system",
    )
