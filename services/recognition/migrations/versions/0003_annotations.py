"""The state of annotation: what the national systems say of households' recognitions; and applications that were
handed in there.
"""

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
    op.create_table(
        "handed_in_application",
        sa.Column("hand_in", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(length=100), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False, comment="its number at the system"),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True, comment="why it waits, was matched or refused"),
        sa.Column("application", sa.Uuid(), nullable=True, comment="that it led to, or that was there"),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hand_in", name=op.f("pk_handed_in_application")),
    )
    op.create_index(
        "ix_handed_in_application_waiting",
        "handed_in_application",
        ["told_at", "hand_in"],
        unique=False,
        postgresql_where=sa.text("outcome is null"),
    )


def downgrade() -> None:
    """Back from this revision."""
    op.drop_table("handed_in_application")
    op.drop_table("annotation")
