"""The state of annotation: what the national systems say of households' types."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "annotation",
        sa.Column("record", sa.String(length=100), nullable=False),
        sa.Column("system", sa.String(length=100), nullable=False),
        sa.Column("confirmed_revision", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("statement", sa.String(length=100), nullable=True, comment="what it says in short"),
        sa.Column("taken_down", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("refused_revision", sa.BigInteger(), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code", sa.String(length=100), nullable=True),
        sa.Column("message", sa.String(length=500), nullable=True, comment="in the system's words"),
        sa.PrimaryKeyConstraint("record", "system", name=op.f("pk_annotation")),
    )


def downgrade() -> None:
    """Back from this revision."""
    op.drop_table("annotation")
