"""A person's applications are found by the person, also those of households that others operate now."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_index("ix_application_operator", "application", ["operator_ref"])


def downgrade() -> None:
    """Back from it."""
    op.drop_index("ix_application_operator", "application")
