"""Sessions of browsers say on which kind of device somebody signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column(
        "browser_session",
        sa.Column(
            "device", sa.String(length=20), server_default="", nullable=False, comment="what its person calls it"
        ),
    )


def downgrade() -> None:
    """Back from it."""
    op.drop_column("browser_session", "device")
