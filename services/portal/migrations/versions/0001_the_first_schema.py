"""The first schema."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """No table of the portal's own yet."""


def downgrade() -> None:
    """No table to drop."""
